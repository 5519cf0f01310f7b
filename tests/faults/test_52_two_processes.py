"""Rows 52 and 53: two processes of a shop at the same time."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter as Tally
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.domain.order import ChatId, Order
from bot.ports import LEASE_SECONDS, Delivery, MessageKind, OutboxMessage, Sent, Transaction
from bot.store import messages
from bot.store import transaction as transactions
from bot.store.postgres import PostgresStore, open_store
from bot.web.webhooks import update_secret
from bot.workers import leases
from bot.workers.outbox import OutboxWorker
from kit import TOKEN, Kit, RunningClock, open_kit
from kit.faults.counter import Counter, Hands, goods
from kit.faults.nursery import open_nursery
from kit.faults.pair import open_pair
from kit.faults.rush import rush, without_guard
from kit.patience import PATIENCE
from kit.postgres import PostgresServer
from shop_sandbox.site import SandboxSite

BUYERS = 64
_HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Process(Counter):
    """A process of the shop, in a folder of its own."""

    def __init__(self, site: SandboxSite, clock: Hands, folder: Path, url: str) -> None:
        folder.mkdir()
        super().__init__(site, clock, folder)
        self.catalog.write_text(goods(), encoding="utf-8")
        self._url = url

    async def open(self) -> None:
        """Open the shop on the server."""

        async def on_server(_: Path) -> PostgresStore:
            return await open_store(self._url)

        self.open_database = on_server
        await super().open()


@pytest.fixture
async def processes(
    tmp_path: Path, postgres_server: PostgresServer
) -> AsyncIterator[tuple[Process, Process]]:
    """Two on one database, without their loops."""
    url, clock = postgres_server.new_schema(), Hands()
    async with SandboxSite(clock=clock) as site:
        here, there = (Process(site, clock, tmp_path / name, url) for name in ("here", "there"))
        async with AsyncExitStack() as stack:
            for one in (here, there):
                await one.open()
                stack.push_async_callback(one.close)
            yield here, there


async def _rush(processes: tuple[Process, Process], buyers: int = BUYERS) -> Tally[str]:
    """Let everybody buy the last mug, half of them in each process."""
    here, there = processes
    chats = {here: 10_000, there: 20_000}
    start = asyncio.Barrier(len(chats))
    told = await asyncio.gather(
        *(rush(one, buyers // 2, first=first, start=start) for one, first in chats.items())
    )
    return told[0] + told[1]


async def test_sixty_four_buyers_in_two_processes_and_one_item_are_one_sale(
    processes: tuple[Process, Process],
) -> None:
    """One gets it, 63 are told kindly, and both processes agree on what is left."""
    told = await _rush(processes)
    assert told["sold"] == 1
    assert set(told) <= {"sold", "checkout.sold_out", "checkout.changed"}
    assert sum(told.values()) == BUYERS
    for one in processes:
        assert await one.free("mug") == 0
    assert await processes[0].findings() == []


async def test_control_without_the_guard_two_processes_oversell(
    processes: tuple[Process, Process],
) -> None:
    """CONTROL: where the look and the hold are two steps, a smaller rush sells it twice."""
    with without_guard():
        told = await _rush(processes, 8)
    assert told["sold"] > 1


class _Courier:
    """Keeps every message until it may be sent."""

    def __init__(self) -> None:
        self.taken: list[int] = []
        self.sending = asyncio.Event()

    async def deliver(self, message: OutboxMessage, _: Order | None) -> Delivery:
        """Take a message, and send it once that is allowed."""
        self.taken.append(message.id)
        await self.sending.wait()
        return Sent(message.id)

    async def took(self, count: int) -> None:
        """Wait until so many were taken."""
        async with asyncio.timeout(PATIENCE):
            while len(self.taken) < count:  # noqa: ASYNC110 - counts what others do
                await asyncio.sleep(0.01)


async def _deliver_twice_over(processes: tuple[Process, Process], expected: int) -> list[int]:
    """Let both processes deliver the same twenty messages; return what was delivered."""
    here, _ = processes

    def fill(tx: Transaction) -> None:
        for number in range(20):
            tx.outbox.enqueue(ChatId(100 + number), MessageKind.LINK, here.clock.now())

    await here.store.write(fill)
    courier = _Courier()
    workers = [OutboxWorker(p.shop.context, p.shop.people, courier) for p in processes]
    running = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        await courier.took(expected)
        courier.sending.set()
        async with asyncio.timeout(PATIENCE):
            while await here.store.read(lambda tx: tx.outbox.depth()):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.01)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return sorted(courier.taken)


async def test_two_processes_deliver_each_message_once(processes: tuple[Process, Process]) -> None:
    """Both look at the same twenty at the same moment."""
    taken = await _deliver_twice_over(processes, 20)
    assert len(taken) == len(set(taken)) == 20


async def test_control_without_claims_two_processes_deliver_twice(
    processes: tuple[Process, Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTROL: where a claim does not ask who has it, every message goes out more than once."""
    blind = "UPDATE outbox SET claimed_by = :process, claimed_until = :until WHERE id = :id"
    monkeypatch.setattr(messages, "_CLAIM", f"{blind} AND due_at <= :now")
    due = messages.SqlOutbox.due

    def whoevers(
        self: messages.SqlOutbox, now: int, limit: int, busy: Any = (), _: Any = None
    ) -> Any:
        return due(self, now, limit, busy)

    monkeypatch.setattr(messages.SqlOutbox, "due", whoevers)
    taken = await _deliver_twice_over(processes, 40)
    assert len(set(taken)) == 20
    assert min(Tally(taken).values()) >= 2


@pytest.fixture
async def kits(tmp_path: Path, postgres_server: PostgresServer) -> AsyncIterator[tuple[Kit, Kit]]:
    """Two whole shops behind one https address, which leads to the first."""
    url, clock = postgres_server.new_schema(), RunningClock()
    async with SandboxSite(clock=clock) as site:
        shared: dict[str, Any] = {
            "database": url, "sandbox": site, "clock": clock, "behind_proxy": True,
            "catalog": tmp_path / "catalog.json",
        }  # fmt: skip
        shared["catalog"].write_text(goods(), encoding="utf-8")
        async with open_kit(tmp_path, **shared) as here, open_kit(tmp_path, **shared) as there:
            yield here, there


class _Telegram:
    """Delivers what Alice does to whichever process; made once a test."""

    def __init__(self, kits: tuple[Kit, Kit]) -> None:
        self._now = kits[0].clock.now()
        self._secret = update_secret(TOKEN, kits[0].shop.context.shop_id)
        self._numbers = count(77_000_001)
        self.alice = kits[0].person("Alice")

    def tap(self, data: str) -> dict[str, Any]:
        """Return a tap."""
        tapped = {"message_id": 1, "date": self._now, "text": "Tea", "chat": self._chat()}
        query = {"id": "1", "chat_instance": "1", "data": data, "from": self._person()}
        return {"update_id": next(self._numbers), "callback_query": {**query, "message": tapped}}

    def words(self, text: str) -> dict[str, Any]:
        """Return a message."""
        message = {"message_id": 900, "date": self._now, "text": text}
        message |= {"chat": self._chat(), "from": self._person()}
        return {"update_id": next(self._numbers), "message": message}

    async def deliver(self, update: dict[str, Any], *kits: Kit) -> None:
        """Deliver an update to processes, at the same time."""

        async def post(session: aiohttp.ClientSession, kit: Kit) -> int:
            to = f"{kit.running.web_url}/telegram/webhook"
            async with session.post(to, json=update, headers={_HEADER: self._secret}) as answer:
                return answer.status

        async with aiohttp.ClientSession() as session:
            told = await asyncio.gather(*(post(session, kit) for kit in kits))
        assert told == [200] * len(kits)

    def _chat(self) -> dict[str, Any]:
        return {"id": self.alice.id, "type": "private", "first_name": "Alice"}

    def _person(self) -> dict[str, Any]:
        return {"id": self.alice.id, "is_bot": False, "first_name": "Alice"}


async def _units(kit: Kit, telegram: _Telegram) -> int:
    return (await kit.shop.carts.view(ChatId(telegram.alice.id))).cart.units


async def _tap_at_both(kits: tuple[Kit, Kit]) -> int:
    """Deliver one tap on "Add" to both processes at once; return what the cart holds then."""
    telegram = _Telegram(kits)
    await telegram.alice.start()
    await telegram.alice.wait_for(lambda shown: bool(shown.buttons))
    await telegram.deliver(telegram.tap("1a:tea"), *kits)
    return await _units(kits[1], telegram)


async def test_one_update_delivered_to_both_takes_effect_once(kits: tuple[Kit, Kit]) -> None:
    """Both take it, with the same secret; the cart holds one."""
    assert await _tap_at_both(kits) == 1


async def test_control_without_its_number_it_takes_effect_twice(
    kits: tuple[Kit, Kit], monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTROL: where nobody remembers an update, the cart holds two."""
    monkeypatch.setattr(transactions, "first_time", lambda *_: True)
    assert await _tap_at_both(kits) == 2


async def test_a_number_is_how_many_of_what_is_open_whichever_process_takes_it(
    kits: tuple[Kit, Kit],
) -> None:
    """Opened here, counted there; and what was closed there is no more open here."""
    telegram, (here, there) = _Telegram(kits), kits
    await telegram.deliver(telegram.tap("1p:tea"), here)
    await telegram.deliver(telegram.words("3"), there)
    assert await _units(here, telegram) == 3
    await telegram.deliver(telegram.tap("1p:tea"), here)
    await telegram.deliver(telegram.tap("1k"), there)
    await telegram.deliver(telegram.words("5"), here)
    assert await _units(here, telegram) == 3


async def test_killed_while_it_polls_the_other_fetches_updates_within_twenty_seconds(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """Without https: a lease runs out after twelve seconds, and is looked at every two."""
    assert LEASE_SECONDS + leases._LOOK_SECONDS <= 20 - 5
    async with (
        open_nursery() as one,
        open_nursery() as other,
        open_pair((one, other), tmp_path, postgres_server.new_schema(), https=False) as pair,
    ):
        first, alice = pair.survivor, pair.site.telegram.person("Alice")
        await pair.stand_by()
        await alice.start()
        await alice.wait_for(lambda shown: bool(shown.buttons))

        os.kill(first.pid, signal.SIGKILL)
        await first.ended
        pair.jump(LEASE_SECONDS)
        await alice.write("/cart")
        await alice.wait_for("cart")
