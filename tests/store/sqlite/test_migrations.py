"""A shop's data comes through every migration, from whichever version it begins at."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.domain.order import OrderId
from bot.ports import EventKind
from bot.store.sqlite import inspect, open_store
from bot.store.sqlite.schema import APPLICATION_ID, migrations, statements
from kit.samples import busy_shop

VERSIONS = range(1, len(migrations()))


@pytest.mark.parametrize("version", VERSIONS)
async def test_every_row_of_an_older_shop_comes_through(tmp_path: Path, version: int) -> None:
    """Orders, ledger and messages are what they were, the invariants hold, and it sells on."""
    newest, older = tmp_path / "newest.sqlite3", tmp_path / "older.sqlite3"
    async with await open_store(newest) as store:
        await busy_shop(store)
        orders = await store.read(lambda tx: tx.books.page(OrderId(0), 100))
    tables = _as_of(version, newest, older)
    before = _rows(older, tables)

    async with await open_store(older) as store:
        assert await store.read(lambda tx: tx.books.page(OrderId(0), 100)) == orders
        assert await store.read(lambda tx: tx.orders.next_id()) == orders[-1].id + 1

    assert _rows(older, tables) == before
    assert inspect(older) == ()


async def test_events_that_wait_under_stripes_names_are_still_understood(tmp_path: Path) -> None:
    """A database of before the shop had kinds of its own: each event becomes one of them."""
    kinds = {
        "checkout.session.async_payment_succeeded": EventKind.SESSION,
        "checkout.session.completed": EventKind.SESSION,
        "charge.dispute.closed": EventKind.DISPUTE,
        "charge.refunded": EventKind.REFUND,
        "charge.refund.updated": EventKind.REFUND,
        "refund.failed": EventKind.REFUND,
        "charge.succeeded": EventKind.OTHER,
        "customer.created": EventKind.OTHER,
    }
    database = tmp_path / "shop.sqlite3"
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        _make(db, 9)
        db.executemany(
            "INSERT INTO inbox (id, kind, object_id, parent_id, received_at, attempts, due_at)"
            " VALUES (?, ?, 'x_1', 'pi_1', 1, 2, 1)",
            [(kind, kind) for kind in kinds],
        )

    async with await open_store(database) as store:
        events = await store.read(lambda tx: tx.inbox.due(1, 100))

    assert {event.id: event.kind for event in events} == kinds
    assert {(one.object_id, one.parent_id, one.attempts) for one in events} == {("x_1", "pi_1", 2)}


def _make(db: sqlite3.Connection, version: int) -> None:
    """Make an empty database of an older schema."""
    for _, script in migrations()[:version]:
        for statement in statements(script):
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {version}")


def _as_of(version: int, newest: Path, older: Path) -> dict[str, str]:
    """Write what a shop holds into a file of an older schema; return its tables' columns."""
    with closing(sqlite3.connect(older, isolation_level=None)) as db:
        _make(db, version)
        db.execute("ATTACH ? AS newest", (str(newest),))
        tables = dict(_columns(db))
        # Triggers count the orders while they are copied, so the counters are written last.
        for table in sorted(tables, key=lambda name: name == "order_counts"):
            columns = tables[table]
            db.execute(
                f"INSERT OR REPLACE INTO main.{table} ({columns})"
                f" SELECT {columns} FROM newest.{table}"
            )
    return tables


def _columns(db: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for (table,) in db.execute(names).fetchall():
        yield table, ", ".join(row[1] for row in db.execute(f"PRAGMA table_info({table})"))


def _rows(database: Path, tables: dict[str, str]) -> dict[str, list[Any]]:
    """Return the rows of these tables, with the columns that the older schema had."""
    with closing(sqlite3.connect(database)) as db:
        return {
            table: db.execute(f"SELECT {columns} FROM {table}").fetchall()
            for table, columns in tables.items()
        }
