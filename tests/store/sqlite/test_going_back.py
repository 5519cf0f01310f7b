"""Before an upgrade the database is copied beside itself, and the older program takes the copy."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import CorruptError, TransientError
from bot.domain.order import OrderId
from bot.store.sqlite import back_up, open_store
from bot.store.sqlite.schema import APPLICATION_ID, migrations, statements, version
from kit.samples import busy_shop

NEWEST = len(migrations())


def _copy_of(database: Path, number: int) -> Path:
    return database.with_name(f"shop-schema{number}.sqlite3")


def _version(database: Path) -> int:
    with closing(sqlite3.connect(database)) as db:
        return version(db)


def _empty_of(number: int, database: Path) -> None:
    """Make the empty database of an older program."""
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        for _, script in migrations()[:number]:
            for statement in statements(script):
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {number}")


def _be_newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the store be the one of a program that knows one more migration."""
    known = (*migrations(), (f"{NEWEST + 1:04d}_more", "CREATE TABLE more (id INTEGER) STRICT;"))
    for module in ("bot.store.sqlite.schema", "bot.store.sqlite.backup"):
        monkeypatch.setattr(f"{module}.migrations", lambda: known)


async def test_the_older_program_takes_the_copy_and_the_newer_one_takes_it_up_again(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The steps of docs/operating.md, with every order there before and after."""
    async with await open_store(database) as store:
        await busy_shop(store)
        orders = await store.read(lambda tx: tx.books.page(OrderId(0), 100))
    with monkeypatch.context() as newer:
        _be_newer(newer)
        async with await open_store(database):
            pass
    kept = _copy_of(database, NEWEST)
    assert (_version(database), _version(kept)) == (NEWEST + 1, NEWEST)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600

    with pytest.raises(CorruptError, match="made by a newer version"):
        await open_store(database)
    aside = database.parent / "newer"
    aside.mkdir()
    for path in database.parent.glob("shop.sqlite3*"):
        path.rename(aside / path.name)
    kept.rename(database)
    async with await open_store(database) as store:
        assert await store.read(lambda tx: tx.books.page(OrderId(0), 100)) == orders
        assert await store.findings() == ()

    _be_newer(monkeypatch)
    async with await open_store(database) as store:
        assert await store.read(lambda tx: tx.books.page(OrderId(0), 100)) == orders
    assert _version(database) == NEWEST + 1


async def test_a_new_or_current_database_is_not_copied(database: Path) -> None:
    """Only an upgrade leaves a copy."""
    for _ in range(2):
        async with await open_store(database):
            pass

    assert list(database.parent.glob("*schema*")) == []


async def test_the_copies_of_the_last_three_schemas_stay(database: Path) -> None:
    """Names and orders stand in each, so that old ones are not kept for ever."""
    for number in range(1, NEWEST):
        _empty_of(number, database)
        async with await open_store(database):
            pass
        for path in database.parent.glob("shop.sqlite3*"):
            path.unlink()

    copies = {path.name for path in database.parent.glob("*schema*")}
    assert copies == {f"shop-schema{number}.sqlite3" for number in range(NEWEST - 3, NEWEST)}


async def test_without_room_for_the_copy_nothing_is_upgraded(database: Path) -> None:
    """The way back comes first: a folder in the copy's place stops the start, and tells why."""
    _empty_of(NEWEST - 1, database)
    (_copy_of(database, NEWEST - 1) / "full").mkdir(parents=True)

    with pytest.raises(TransientError, match=rf"shop-schema{NEWEST - 1}\.sqlite3 cannot be"):
        await open_store(database)

    assert _version(database) == NEWEST - 1
    assert [path.name for path in database.parent.glob(".*.part")] == []


@pytest.mark.parametrize("number", range(1, NEWEST))
def test_a_back_up_is_made_before_the_first_start_of_a_new_program(
    database: Path, number: int
) -> None:
    """`backup` by the newer program copies what the older one left."""
    _empty_of(number, database)

    report = back_up(database, database.with_name("copy.sqlite3"))

    assert (report.orders, report.findings) == (0, ())
    assert _version(report.path) == number
