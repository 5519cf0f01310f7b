"""The whole shop on PostgreSQL: the same purchases, with one variable set."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack, closing
from pathlib import Path

from bot.domain.order import OrderState
from bot.ports import LeaseName, Transaction
from bot.store import database_at
from bot.store.postgres.connection import PostgresConnection
from kit import RunningClock, open_kit
from kit.patience import PATIENCE
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


def _holders(tx: Transaction) -> dict[str, str]:
    return {one.name: one.holder for one in tx.leases.all()}


async def test_a_second_process_stands_by_and_goes_on_where_the_first_stops(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Without https one of them fetches updates, and does all else that one does at a time."""
    url, clock = postgres_server.new_schema(), RunningClock()
    async with SandboxSite(clock=clock) as site, AsyncExitStack() as first:
        conflicts: list[str] = []
        site.telegram.on_exchange.append(
            lambda one: conflicts.append(one.call) if one.status == 409 else None
        )
        opening = open_kit(tmp_path, database=url, sandbox=site, clock=clock)
        kit = await first.enter_async_context(opening)
        async with open_kit(tmp_path, database=url, sandbox=site, clock=clock) as other:
            alice = kit.person("Alice")
            order = await order_something(kit, alice)
            async with asyncio.timeout(PATIENCE):
                while len(await other.running.store.read(_holders)) < len(LeaseName):  # noqa: ASYNC110 - asks the database
                    await asyncio.sleep(0.02)
            assert set((await other.running.store.read(_holders)).values()) == {
                kit.running.store.process
            }
            assert conflicts == []  # Telegram refuses a second one that fetches
            await first.aclose()
            await pay(other, order)
            await other.until(alice, OrderState.PAID)
            await alice.write("/orders")
            await alice.wait_for(lambda shown: f"{order.id}" in shown.text)
            await other.drain()
