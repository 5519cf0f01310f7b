"""A shop moves from a file to a server and back: whole, once, or not at all."""

from __future__ import annotations

import sqlite3
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import CorruptError, RefusedError, TransientError
from bot.domain.order import ChatId
from bot.ports import DatabaseInUseError, MoveReport, Transaction
from bot.store import database_at, move
from bot.store.postgres import open_store
from bot.store.postgres.connection import PostgresConnection
from bot.store.postgres.copying import Copy
from bot.store.sqlite.schema import migrations
from kit.engines import AnyStore, all_rows, open_at
from kit.postgres import PostgresServer
from kit.samples import BEANS, NOW, busy_shop, sell


@dataclass(frozen=True)
class _Way:
    """From where to where, and where else a shop may go."""

    source: str
    target: str
    third: str

    @property
    def to_server(self) -> bool:
        return "://" in self.target


async def _fill(store: AnyStore) -> None:
    await busy_shop(store)
    await store.write(lambda tx: tx.notes.set("name", "Zoë ☕ o'Hara \\ \t\n"))
    await store.write(lambda tx: tx.catalogs.save(b"\x00\xff{}", "print", NOW))


@pytest.fixture(params=["to the server", "to the file"])
async def way(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_server: PostgresServer
) -> _Way:
    """A shop that nobody has open, and where it may go."""
    files = [str(tmp_path / f"{name}.sqlite3") for name in ("shop", "third")]
    servers = [postgres_server.new_schema() for _ in range(2)]
    if request.param == "to the server":
        made = _Way(files[0], *servers)
    else:
        made = _Way(servers[0], *files)
    async with await open_at(made.source) as store:
        await _fill(store)
    return made


def _shown(url: str) -> str:
    return url.replace("shop@", "")


def _hidden(folder: Path) -> list[Path]:
    return list(folder.glob(".*"))


async def test_a_shop_moves_to_a_server_and_back_with_every_row(url: str, tmp_path: Path) -> None:
    """All rows are the same, and what is told is what there is."""
    file, back = str(tmp_path / "shop.sqlite3"), tmp_path / "back.sqlite3"
    async with await open_at(file) as store:
        await _fill(store)
    before = all_rows(file)
    there = move(file, url)
    assert all_rows(url) == before
    here = move(url, str(back))

    many = sum(map(len, before.values()))
    assert there == MoveReport(_shown(url), 5, many, ())
    assert here == MoveReport(str(back), 5, many, ())
    assert all_rows(str(back)) == before
    assert back.stat().st_mode & 0o777 == 0o600
    assert _hidden(tmp_path) == []


@pytest.mark.once
async def test_numbers_go_on_where_they_were(way: _Way) -> None:
    """No order's number, no message's and no movement's is given twice."""
    before = all_rows(way.source)
    move(way.source, way.target)
    async with await open_at(way.target) as store:
        await store.write(lambda tx: sell(tx, ChatId(501)))
        assert await store.findings() == ()
    after = all_rows(way.target)

    for table, numbers in {"orders": 1, "outbox": 1, "stock_movements": 2}.items():
        last = max(row[0] for row in before[table])
        new = {row[0] for row in after[table]} - {row[0] for row in before[table]}
        assert sorted(new) == list(range(last + 1, last + 1 + numbers)), table


async def test_a_move_that_loses_its_lock_moves_nothing(way: _Way) -> None:
    """Where another process could begin to sell meanwhile, the shop stays where it is."""
    before, url = all_rows(way.source), way.target if way.to_server else way.source

    def lose(_done: int, _total: int) -> None:
        with closing(PostgresConnection(url)) as connection:
            connection.command(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                " AND mode = 'ExclusiveLock' AND objid = hashtext(current_schema())::oid"
            )

    with pytest.raises(TransientError):
        move(way.source, way.target, progress=lose)
    assert all_rows(way.source) == before
    async with await open_at(way.source) as store:
        assert await store.findings() == ()
    assert move(way.source, way.target).findings == ()


async def test_the_old_database_is_refused_and_says_where_the_shop_is(
    way: _Way, tmp_path: Path
) -> None:
    """By whatever opens it, to sell or to look, and by what copies it, moves it or begins anew.

    With no password.
    """
    target = way.target.replace("shop@", "shop:Passw0rd@")
    told = _shown(way.target) if way.to_server else target
    move(way.source, target)
    old, copy = database_at(way.source), tmp_path / "copy.sqlite3"
    refusals: list[RefusedError] = []
    with pytest.raises(RefusedError) as refused:
        await old.open()
    refusals.append(refused.value)
    with pytest.raises(RefusedError) as refused:
        async with old.open_reader():
            pass
    refusals.append(refused.value)
    with pytest.raises(RefusedError) as refused:
        old.back_up(copy)
    refusals.append(refused.value)
    with pytest.raises(RefusedError) as refused:
        old.set_aside()
    refusals.append(refused.value)
    for again in (target, way.third):
        with pytest.raises(RefusedError) as refused:
            move(way.source, again)
        refusals.append(refused.value)

    assert [(one.key, one.params["to"]) for one in refusals] == [("database.moved", told)] * 6
    assert not copy.exists()
    async with await open_at(target) as store:
        assert await store.read(lambda tx: tx.orders.next_id()) == 1006


async def test_a_target_that_has_a_shop_is_left_as_it_is(way: _Way) -> None:
    """And so is the source."""
    async with await open_at(way.target) as store:
        await store.write(lambda tx: tx.notes.set("mine", "yes"))
    before = all_rows(way.source), all_rows(way.target)
    with pytest.raises(RefusedError) as refused:
        move(way.source, way.target)
    assert refused.value.key == "move.exists"
    assert "shop@" not in str(refused.value.params)
    assert (all_rows(way.source), all_rows(way.target)) == before


async def test_a_shop_that_is_open_does_not_move(way: _Way) -> None:
    """What it sold meanwhile would be lost; nor does one move to where a shop is about to open."""
    for held in (way.source, way.target):
        with database_at(held).lock(), pytest.raises(DatabaseInUseError, match="in use by"):
            move(way.source, way.target)
    assert move(way.source, way.target).orders == 5


@pytest.mark.parametrize(
    ("step", "error", "told"),
    [(-1, RefusedError, "database.outdated"), (1, CorruptError, "made by a newer version")],
)
async def test_a_database_of_another_version_does_not_move(
    way: _Way, step: int, error: type[Exception], told: str
) -> None:
    """An older one starts once before, a newer one is refused; nothing is made."""
    known = len(migrations())
    if way.to_server:
        with closing(sqlite3.connect(way.source)) as db:
            db.execute(f"PRAGMA user_version = {known + step}")
    else:
        with closing(PostgresConnection(way.source)) as connection:
            connection.command(f"DELETE FROM shop_schema WHERE version >= {known}")
            connection.command(f"INSERT INTO shop_schema VALUES ({known + step})")
    with pytest.raises(error, match=told):
        move(way.source, way.target)
    with pytest.raises(RefusedError, match=r"database\.missing"):
        async with database_at(way.target).open_reader():
            pass


def test_a_shop_moves_between_a_file_and_a_server(tmp_path: Path) -> None:
    """Anything else is a copy, for which there are other ways; and there must be a shop."""
    for two in (("a.sqlite3", "b.sqlite3"), ("postgresql://a/b", "postgresql://c/d")):
        with pytest.raises(RefusedError, match=r"move\.alike"):
            move(*two)
    with pytest.raises(RefusedError, match=r"database\.missing"):
        move(str(tmp_path / "none.sqlite3"), "postgresql://127.0.0.1:1/x")
    assert list(tmp_path.iterdir()) == []


async def test_a_copy_that_differs_is_not_kept(way: _Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """One word of one row: the move ends, the shop stays, and the next try goes well."""
    side = "_on_server" if way.to_server else "_in_file"
    real = getattr(Copy, side)

    def spoilt(self: Copy, table: str, columns: list[str]) -> Iterator[tuple[Any, ...]]:
        for row in real(self, table, columns):
            yield (row[0], "other") if row[0] == "shop_id" else row

    monkeypatch.setattr(Copy, side, spoilt)
    with pytest.raises(CorruptError, match=r"of notes, .* not the same"):
        move(way.source, way.target)
    monkeypatch.undo()
    with pytest.raises(RefusedError, match=r"database\.missing"):
        async with database_at(way.target).open_reader():
            pass
    assert move(way.source, way.target).orders == 5


async def test_a_zero_in_a_name_moves_as_what_stands_for_it(url: str, tmp_path: Path) -> None:
    """PostgreSQL keeps no U+0000; everything else of the text stays."""
    file = str(tmp_path / "shop.sqlite3")
    async with await open_at(file) as store:
        await store.write(lambda tx: tx.notes.set("odd", "a\0\\x00b"))
    move(file, url)
    async with await open_store(url) as there:
        assert await there.read(lambda tx: tx.notes.get("odd")) == "a\ufffd\\x00b"


async def test_a_text_that_is_not_utf8_is_named_and_nothing_moves(url: str, tmp_path: Path) -> None:
    """Another program wrote it; what it says is not told. Put right, it moves."""
    file = str(tmp_path / "shop.sqlite3")
    async with await open_at(file) as store:
        await _fill(store)
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("UPDATE order_lines SET title = CAST(x'5A6FEB' AS TEXT) WHERE order_id = 1003")
    with pytest.raises(RefusedError) as refused:
        move(file, url)
    assert (refused.value.key, refused.value.params) == (
        "move.unreadable",
        {"table": "order_lines", "row": "order_id = 1003, place = 0", "column": "title"},
    )
    with pytest.raises(RefusedError, match=r"database\.missing"):
        async with database_at(url).open_reader():
            pass
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("UPDATE order_lines SET title = 'Zoë' WHERE order_id = 1003")
    assert move(file, url).orders == 5


async def test_progress_is_told_from_nothing_to_all(way: _Way) -> None:
    """Each row counts twice: written and read back."""
    told: list[tuple[int, int]] = []
    report = move(way.source, way.target, progress=lambda done, total: told.append((done, total)))
    assert told[0] == (0, 2 * report.rows)
    assert told[-1] == (2 * report.rows, 2 * report.rows)
    assert told == sorted(told)


async def test_a_move_holds_no_more_rows_where_there_are_more(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Six times the orders need no more memory, so that a million need none either."""
    peaks = []
    for orders in (250, 1500):
        file = str(tmp_path / f"{orders}.sqlite3")

        def work(tx: Transaction, orders: int = orders) -> None:
            tx.stock.count(BEANS, None, NOW)
            for number in range(orders):
                sell(tx, ChatId(1000 + number))

        async with await open_at(file) as store:
            await store.write(work)
        tracemalloc.start()
        assert move(file, postgres_server.new_schema()).orders == orders
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 500_000
