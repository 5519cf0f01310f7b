"""A copy of a running shop's database: consistent, checked, and never over another file."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import CorruptError, RefusedError, TransientError
from bot.store.sqlite import SqliteStore, back_up, open_store
from kit.engines import raw
from kit.samples import ALICE, BEANS, NOW, place_next, sell, stocked


async def test_a_copy_taken_while_the_shop_sells_is_an_exact_state_of_it(
    store: SqliteStore, database: Path
) -> None:
    """Every invariant holds in the copy, and it opens as a shop of its own."""
    await stocked(store, 10_000)
    for _ in range(20):
        await store.write(lambda tx: [sell(tx, ALICE) for _ in range(20)])
    target = database.with_name("copy.sqlite3")
    copying = asyncio.create_task(asyncio.to_thread(back_up, database, target))
    sold = 400
    while not copying.done():
        await store.write(lambda tx: sell(tx, ALICE))
        sold += 1
    report = await copying
    assert report.path == target
    assert report.findings == ()
    assert 400 <= report.orders <= sold
    assert report.size == _size(target)
    async with await open_store(target) as copy:
        assert await copy.read(lambda tx: tx.orders.next_id()) == 1001 + report.orders
        assert await copy.findings() == ()


def _size(path: Path) -> int:
    return path.stat().st_size


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_a_copy_is_one_file_that_only_its_owner_may_read(
    store: SqliteStore, database: Path
) -> None:
    """It can be moved as it is, and its progress is told."""
    await stocked(store)
    told: list[tuple[int, int]] = []
    target = database.with_name("copy.sqlite3")
    report = back_up(database, target, progress=lambda done, of: told.append((done, of)))
    assert stat.S_IMODE(report.path.stat().st_mode) == 0o600
    assert _names(database.parent) == {
        "shop.sqlite3",
        "shop.sqlite3-wal",
        "shop.sqlite3-shm",
        "copy.sqlite3",
    }
    assert told[-1][0] == told[-1][1] > 0


async def test_an_existing_file_is_never_overwritten(store: SqliteStore, database: Path) -> None:
    """Yesterday's copy is worth more than a mistyped name."""
    await stocked(store)
    target = database.with_name("copy.sqlite3")
    _write(target, b"precious")
    with pytest.raises(RefusedError) as raised:
        back_up(database, target)
    assert raised.value.key == "backup.exists"
    assert _read(target) == b"precious"


async def test_a_file_that_appears_meanwhile_is_not_overwritten_either(
    store: SqliteStore, database: Path
) -> None:
    """The name is taken in one step that fails where it exists."""
    await stocked(store)
    target = database.with_name("copy.sqlite3")
    with pytest.raises(RefusedError):
        back_up(database, target, progress=lambda *_: _write(target, b"precious"))
    assert _read(target) == b"precious"
    assert not [name for name in _names(database.parent) if name.endswith(".part")]


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _read(path: Path) -> bytes:
    return path.read_bytes()


def test_there_must_be_a_database(database: Path) -> None:
    """A wrong path is told, and no empty copy is made of nothing."""
    with pytest.raises(RefusedError) as raised:
        back_up(database, database.with_name("copy.sqlite3"))
    assert raised.value.key == "backup.missing"
    assert _names(database.parent) == set()


async def test_contradictions_in_the_copy_are_told_and_the_copy_is_kept(
    store: SqliteStore, database: Path
) -> None:
    """It is what the shop had, and better than nothing."""
    await stocked(store)
    await store.write(lambda tx: place_next(tx, ALICE))
    await raw(store, lambda db: db.execute("UPDATE stock SET held = 5 WHERE id = 'beans'").close())
    report = back_up(database, database.with_name("copy.sqlite3"))
    assert [finding.rule for finding in report.findings] == [
        "units held are those that movements held"
    ]
    assert report.path.exists()


async def test_a_damaged_database_gives_no_copy(database: Path) -> None:
    """The owner hears it now, not on the day when the copy is needed."""
    async with await open_store(database) as store:
        await store.write(lambda tx: tx.stock.count(BEANS, 1, NOW))
        root, size = await raw(
            store,
            lambda db: (
                db.execute(
                    "SELECT rootpage FROM sqlite_schema WHERE name = 'orders_live'"
                ).fetchone()[0],
                db.execute("PRAGMA page_size").fetchone()[0],
            ),
        )
    content = bytearray(_read(database))
    content[(root - 1) * size : root * size] = b"\xa5" * size
    _write(database, bytes(content))
    target = database.with_name("copy.sqlite3")
    with pytest.raises(CorruptError, match="the database file is damaged"):
        back_up(database, target)
    assert _names(database.parent) == {"shop.sqlite3"}


def test_another_programs_database_is_neither_copied_nor_touched(database: Path) -> None:
    """A wrong path in the settings is told."""
    with closing(sqlite3.connect(database)) as other:
        other.execute("CREATE TABLE theirs (a)")
    before = _read(database)
    with pytest.raises(CorruptError, match="belongs to another program"):
        back_up(database, database.with_name("copy.sqlite3"))
    assert _read(database) == before
    assert _names(database.parent) == {"shop.sqlite3"}


async def test_a_folder_that_is_not_there_is_told(store: SqliteStore, database: Path) -> None:
    """The copy's name stands in the message."""
    await stocked(store)
    with pytest.raises(TransientError, match=r"copy\.sqlite3 cannot be written: No such file"):
        back_up(database, database.parent / "nowhere" / "copy.sqlite3")
