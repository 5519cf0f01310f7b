"""The whole shop on PostgreSQL: the same purchases, with one variable set."""

from __future__ import annotations

import asyncio
import os
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.order import OrderState
from bot.ports import DatabaseInUseError
from bot.store import database_at
from bot.store.postgres.connection import PostgresConnection
from kit import RunningClock, open_kit
from kit.postgres import PostgresServer
from shop_sandbox.site import SandboxSite
from tests.shop.journeys import order_something, pay


async def test_a_purchase_on_postgresql_ends_with_a_receipt(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """From /start to the receipt; the shop starts again on what it knows, and nothing is amiss."""
    url, clock = postgres_server.new_schema(), RunningClock()
    async with SandboxSite(clock=clock) as site:
        async with open_kit(tmp_path, sandbox=site, clock=clock, database=url) as kit:
            alice = kit.person("Alice")
            order = await order_something(kit, alice)
            await pay(kit, order)
            await kit.until(alice, OrderState.PAID)
            await kit.drain()
        async with open_kit(tmp_path, sandbox=site, clock=clock, database=url) as again:
            assert (await again.order(alice)).id == order.id
    assert await asyncio.to_thread(os.listdir, tmp_path) == []
    async with database_at(url).open_reader() as reader:
        assert await reader.findings() == ()
    with closing(PostgresConnection(url)) as connection:
        kinds = [row[0] for row in connection.execute("SELECT kind FROM outbox ORDER BY id")]
    assert kinds.count("receipt") == 1


async def test_a_second_shop_on_the_same_database_is_refused(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Two that fetch one bot's updates would take them from one another."""
    url = postgres_server.new_schema()
    async with open_kit(tmp_path, database=url) as kit:
        with pytest.raises(DatabaseInUseError):
            async with open_kit(tmp_path, database=url, sandbox=kit.site):
                pass
