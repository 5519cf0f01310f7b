"""Row 50: a process is cut off from the server, which answers the other one as before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bot import app
from bot.chat.telegram import application
from bot.domain.errors import TransientError
from bot.domain.order import ChatId, Order, OrderState
from bot.ports import CLAIM_SECONDS, Delivery, LeaseName, MessageKind, OutboxMessage, Sent
from bot.store import leases as leases_in_store
from bot.store.postgres import lock, open_store, store
from bot.workers import database, leases, outbox
from bot.workers.leases import Leases
from bot.workers.outbox import OutboxWorker
from kit import JumpingClock, open_kit
from kit.faults.counter import ALICE, BOB, Hands, refused
from kit.patience import PATIENCE
from kit.postgres import CuttingProxy, PostgresServer
from shop_sandbox.site import SandboxSite
from tests.faults.test_52_two_processes import Process

#: Seconds.
_LEASE = 2


@pytest.fixture
def way(postgres_server: PostgresServer) -> Iterator[CuttingProxy]:
    """The way of the process that is cut off."""
    proxy = CuttingProxy(postgres_server.port)
    yield proxy
    proxy.close()


@pytest.fixture
def urls(postgres_server: PostgresServer, way: CuttingProxy) -> tuple[str, str]:
    """One database, as the process that is cut off and as the other one reach it."""
    url = postgres_server.new_schema()
    return url.replace(f":{postgres_server.port}", f":{way.port}"), url


@pytest.fixture
async def processes(
    tmp_path: Path, urls: tuple[str, str], way: CuttingProxy
) -> AsyncIterator[tuple[Process, Process]]:
    """The process that is cut off and the other one, without their loops."""
    clock = Hands()
    async with SandboxSite(clock=clock) as site, AsyncExitStack() as stack:
        both = [
            Process(site, clock, tmp_path / name, url)
            for name, url in zip(("here", "there"), urls, strict=True)
        ]
        for one in both:
            await one.open()
            stack.push_async_callback(one.close)
        stack.callback(way.pass_all)
        yield both[0], both[1]


class _Poller:
    """Runs where the lease is; one for each process."""

    def __init__(self, process: Leases) -> None:
        self.runs, self.stands = asyncio.Event(), asyncio.Event()
        self.task = asyncio.create_task(process.hold(LeaseName.POLLER, self.run))

    async def run(self) -> None:
        """Run until cancelled."""
        self.stands.clear()
        self.runs.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.runs.clear()
            self.stands.set()


@asynccontextmanager
async def _polling(
    urls: tuple[str, str], way: CuttingProxy, clock: JumpingClock
) -> AsyncIterator[tuple[_Poller, _Poller]]:
    """Let two processes hold the lease as they can: at first the one that is cut off then."""
    async with await open_store(urls[0]) as one, await open_store(urls[1]) as other:
        pollers = [here := _Poller(Leases(one, clock))]
        await _soon(here.runs)
        pollers.append(there := _Poller(Leases(other, clock)))
        try:
            yield here, there
        finally:
            way.pass_all()
            for poller in pollers:
                poller.task.cancel()
            await asyncio.gather(*(one.task for one in pollers), return_exceptions=True)


async def _soon(event: asyncio.Event) -> None:
    async with asyncio.timeout(PATIENCE):
        await event.wait()


@pytest.fixture
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renew and look many times a second, and let a lease hold for two."""
    monkeypatch.setattr(leases, "RENEW_SECONDS", 0.02)
    monkeypatch.setattr(leases, "_LOOK_SECONDS", 0.02)
    for module in (leases, leases_in_store):
        monkeypatch.setattr(module, "LEASE_SECONDS", _LEASE)


@pytest.mark.usefixtures("quick_looks")
async def test_what_one_does_alone_it_ends_by_itself_and_the_other_takes_over(
    urls: tuple[str, str], way: CuttingProxy
) -> None:
    """Before its lease is over, which only the clock brings; back again, it waits its turn."""
    clock = JumpingClock()
    async with _polling(urls, way, clock) as (here, there):
        way.asks.clear()
        await _soon(here.stands)
        assert not there.runs.is_set()

        clock.jump(_LEASE)
        await _soon(there.runs)
        way.pass_all()
        async with await open_store(urls[0]) as back:
            for _ in range(20):  # what was held goes through meanwhile, and is asked anew
                await back.read(lambda tx: tx.leases.all())
        assert (here.runs.is_set(), there.runs.is_set()) == (False, True)

        there.task.cancel()
        clock.jump(_LEASE)
        await _soon(here.runs)


@pytest.mark.usefixtures("quick_looks")
async def test_control_one_that_waits_for_its_answer_goes_on_beside_the_other(
    urls: tuple[str, str], way: CuttingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTROL: where a renewal may take as long as it likes, both do it at once."""
    monkeypatch.setattr(Leases, "_renew", _renew_patiently)
    clock = JumpingClock()
    async with _polling(urls, way, clock) as (here, there):
        way.asks.clear()
        clock.jump(_LEASE)
        await _soon(there.runs)
        assert here.runs.is_set()


async def _renew_patiently(
    self: Leases, name: LeaseName, process: str, running: asyncio.Task[None], _: int
) -> None:
    while not (await asyncio.wait({running}, timeout=leases.RENEW_SECONDS))[0]:
        if await self._taken(name, process) == 0:
            return


class _Courier:
    """Sends at once, and knows how often."""

    def __init__(self) -> None:
        self.sent = 0

    async def deliver(self, message: OutboxMessage, _: Order | None) -> Delivery:
        """Send."""
        self.sent += 1
        return Sent(message.id)


async def _claimed_in_vain(processes: tuple[Process, Process], way: CuttingProxy) -> list[int]:
    """Cut one off while it claims a message; how often each has sent it once it is back."""
    here, there = processes
    await there.store.write(
        lambda tx: tx.outbox.enqueue(ChatId(7), MessageKind.LINK, there.clock.now())
    )
    couriers = _Courier(), _Courier()
    mine, theirs = (
        OutboxWorker(one.shop.context, one.shop.people, courier)
        for one, courier in zip(processes, couriers, strict=True)
    )
    (message,) = await here.store.read(lambda tx: tx.outbox.due(here.clock.now(), 9))
    way.cut = "late"
    telling = asyncio.create_task(mine._tell(message, None))
    async with asyncio.timeout(PATIENCE):
        while await there.store.read(  # noqa: ASYNC110 - asks the database
            lambda tx: tx.outbox.due(there.clock.now(), 9, (), "there")
        ):
            await asyncio.sleep(0.01)
    here.clock.jump(CLAIM_SECONDS + 1)
    await theirs._tell(message, None)

    way.pass_all()
    async with asyncio.timeout(PATIENCE):
        await telling
    return [courier.sent for courier in couriers]


async def test_a_message_claimed_before_the_cut_is_sent_by_the_other_alone(
    processes: tuple[Process, Process], way: CuttingProxy
) -> None:
    """It hears of its claim once that is over: by then it is the other's, and sent."""
    assert await _claimed_in_vain(processes, way) == [0, 1]


async def test_control_a_claim_that_is_believed_however_late_sends_twice(
    processes: tuple[Process, Process], way: CuttingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTROL: without a look at the clock, both send it."""
    monkeypatch.setattr(outbox, "CLAIM_SECONDS", 2**30)
    assert await _claimed_in_vain(processes, way) == [1, 1]


async def test_a_server_that_keeps_silent_is_told_to_the_owner_and_keeps_nobody_from_ending(
    tmp_path: Path, urls: tuple[str, str], way: CuttingProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its disk hangs, say: every connection stands, and nothing is ever answered.

    The control is that nothing passes: until the shop has ended, it is waited for in vain.
    """
    short = {
        database: ("_EVERY", "_PATIENCE"),
        application: ("_LANGUAGE_SECONDS",),
        leases: ("_GIVE_BACK_SECONDS",),
        store: ("_LAST_WORKS",),
        lock: ("_LAST_WORDS",),
        app: ("_FINISH_SECONDS",),
    }
    for module, names in short.items():
        for name in names:
            monkeypatch.setattr(module, name, 0.1)
    async with asyncio.timeout(PATIENCE):
        async with open_kit(tmp_path, database=urls[0]) as kit:
            way.asks.clear()
            await kit.person("Marta").wait_for("it cannot write to its database")
            asking = asyncio.create_task(kit.running.store.read(lambda tx: tx.leases.all()))
        with pytest.raises(TransientError):
            await asking
    assert not way.asks.is_set()
    way.pass_all()
    async with await open_store(urls[1]) as after:
        assert await after.findings() == ()


async def test_what_it_knew_last_is_not_sold_and_it_goes_on_when_it_is_back(
    processes: tuple[Process, Process], way: CuttingProxy
) -> None:
    """The mug that it saw is the other's: it asks Stripe for nothing, says so, and sells tea.

    Control: before the cut, it sells.
    """
    here, there = processes
    assert (await here.buy(ALICE)).state is OrderState.OPEN
    await here.fill(BOB, "mug")
    assert await here.free("mug") == 1
    way.asks.clear()
    asking = asyncio.create_task(refused(here.checkout(BOB)))

    sold = await there.buy(ChatId(13), "mug")
    assert not asking.done()
    assert len(here.stripe.sessions) == 2

    way.pass_all()
    async with asyncio.timeout(PATIENCE):
        assert await asking == "checkout.changed"  # of the cart: it is shown anew
    assert (await here.order(sold.id)).state is OrderState.OPEN
    assert (await here.buy(ChatId(14))).state is OrderState.OPEN
    assert len(here.stripe.sessions) == 3
    assert await there.findings() == []
