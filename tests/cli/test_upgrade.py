"""An upgrade under open orders: the newer program takes the older one's database over."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.order import Chosen, Order, OrderState
from bot.store.sqlite import inspect, open_reader, open_store
from bot.store.sqlite.schema import APPLICATION_ID, migrations, statements
from kit import JumpingClock, open_kit
from shop_sandbox.site import SandboxSite
from tests.shop.journeys import order_something, pay

NEWEST = len(migrations())


def _as_older(database: Path, version: int) -> None:
    """Make a database what the program with so many migrations would have left.

    Its own tables are made by its own migrations; of each the columns that it knew are kept.
    """
    older = database.with_name("older.sqlite3")
    todo = [one for _, script in migrations()[:version] for one in statements(script)]
    triggers = [one for one in todo if "CREATE TRIGGER" in one]
    with closing(sqlite3.connect(older, isolation_level=None)) as db:
        for statement in todo:
            if statement not in triggers:
                db.execute(statement)
        db.execute("ATTACH ? AS now", (str(database),))
        db.execute("BEGIN")
        for table in _tables(db, "main"):
            there, here = _columns(db, "now", table), _columns(db, "main", table)
            shared = ", ".join(name for name in here if name in there)
            db.execute(f"DELETE FROM main.{table}")
            db.execute(f"INSERT INTO main.{table} ({shared}) SELECT {shared} FROM now.{table}")
        db.execute("COMMIT")
        for statement in triggers:
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {version}")
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    older.rename(database)


def _tables(db: sqlite3.Connection, where: str) -> list[str]:
    found = db.execute(
        f"SELECT name FROM {where}.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    )
    return [row[0] for row in found]


def _columns(db: sqlite3.Connection, where: str, table: str) -> list[str]:
    rows = db.execute("SELECT name FROM pragma_table_info(?, ?)", (table, where))
    return [row[0] for row in rows]


async def _orders(database: Path) -> tuple[Order, ...]:
    """Return the orders, without what was chosen at Stripe: an older program did not keep it."""
    async with open_reader(database) as reader:
        found = await reader.read(lambda tx: tx.books.newest(9))
    return tuple(
        replace(one, payment=one.payment and replace(one.payment, chosen=Chosen())) for one in found
    )


async def test_every_earlier_schema_is_brought_up_to_date_with_every_order(tmp_path: Path) -> None:
    """From whichever version: paid and open orders are the same after, and contradict nothing."""
    clock, database = JumpingClock(), tmp_path / "shop.sqlite3"
    async with open_kit(tmp_path, clock=clock) as kit:
        paid = await order_something(kit, kit.person("Alice"))
        await pay(kit, paid)
        await kit.shop.settlement.by_token(paid.token)
        await kit.drain()
        await order_something(kit, kit.person("Alice"), "paper-filters")
        await kit.drain()
    before = await _orders(database)

    for version in reversed(range(1, NEWEST)):
        _as_older(database, version)
        async with await open_store(database):
            pass
        assert await _orders(database) == before, version
        assert inspect(database) == (), version

    assert [order.state for order in before] == [OrderState.OPEN, OrderState.PAID]


@pytest.mark.parametrize("version", sorted({1, NEWEST - 1}))
async def test_who_pays_while_the_shop_is_upgraded_is_confirmed_after(
    tmp_path: Path, version: int
) -> None:
    """A link of the old version is paid while nothing runs; the new version confirms it once."""
    clock, database = JumpingClock(), tmp_path / "shop.sqlite3"
    async with SandboxSite(clock=clock) as site:
        async with open_kit(tmp_path, sandbox=site, clock=clock) as kit:
            order = await order_something(kit, kit.person("Alice"))
            await kit.drain()
        _as_older(database, version)
        assert order.session_id
        await site.stripe.pay(order.session_id, email="buyer@example.com")
        async with open_kit(tmp_path, sandbox=site, clock=clock) as kit:
            alice = kit.person("Alice")
            after = await kit.until(alice, OrderState.PAID)
            await alice.wait_for("Paid. Thank you!", since=0)
            await kit.drain()

        receipts = [shown for shown in alice.messages() if "Paid. Thank you!" in shown.text]
        assert (after.id, len(receipts)) == (order.id, 1)
        assert inspect(database) == ()
