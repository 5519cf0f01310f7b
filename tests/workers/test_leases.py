"""What one process does at a time: begun with its lease, ended with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.errors import TransientError
from bot.ports import LEASE_SECONDS, LeaseName
from bot.store import sqlite
from bot.store.postgres import PostgresStore, open_store
from bot.workers import leases
from bot.workers.leases import Leases
from kit import JumpingClock
from kit.patience import PATIENCE
from kit.postgres import PostgresServer


class _Work:
    """Runs until cancelled; tells whether it does."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.ended = asyncio.Event()

    async def run(self) -> None:
        """Run."""
        self.ended.clear()
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.begun.clear()
            self.ended.set()


@pytest.fixture(autouse=True)
def looks_come_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renew and look many times a second; how long a lease holds is the clock's business."""
    monkeypatch.setattr(leases, "RENEW_SECONDS", 0.02)
    monkeypatch.setattr(leases, "_LOOK_SECONDS", 0.02)


@pytest.fixture
async def stores(
    postgres_server: PostgresServer,
) -> AsyncIterator[tuple[PostgresStore, PostgresStore]]:
    """Two processes' stores on one database."""
    url = postgres_server.new_schema()
    async with await open_store(url) as one, await open_store(url) as other:
        yield one, other


async def _soon(event: asyncio.Event) -> None:
    async with asyncio.timeout(PATIENCE):
        await event.wait()


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_second_runs_when_the_first_has_stopped(
    stores: tuple[PostgresStore, PostgresStore],
) -> None:
    """At once, in a time that stands still: what a process gives back is free."""
    clock = JumpingClock()
    here, there = (Leases(store, clock) for store in stores)
    mine, theirs = _Work(), _Work()
    first = asyncio.create_task(here.hold(LeaseName.POLLER, mine.run))
    await _soon(mine.begun)
    second = asyncio.create_task(there.hold(LeaseName.POLLER, theirs.run))
    # Renewed and refused for a while, the first goes on and the second waits.
    before = stores[0].replays
    for _ in range(20):
        await stores[1].write(lambda tx: tx.leases.take(LeaseName.POLLER, "else", clock.now()))
    assert mine.begun.is_set()
    assert not theirs.begun.is_set()
    assert stores[0].replays >= before

    await _stop(first)
    assert mine.ended.is_set()
    await here.give_back()
    await _soon(theirs.begun)
    await _stop(second)


async def test_a_lease_that_ran_out_while_its_holder_slept_ends_its_work(
    stores: tuple[PostgresStore, PostgresStore],
) -> None:
    """Another process has it by then; when that one falls silent, the first takes it again."""
    clock = JumpingClock()
    here, work = Leases(stores[0], clock), _Work()
    task = asyncio.create_task(here.hold(LeaseName.POLLER, work.run))
    await _soon(work.begun)

    late = clock.now() + LEASE_SECONDS
    assert await stores[1].write(lambda tx: tx.leases.take(LeaseName.POLLER, "other", late))
    await _soon(work.ended)

    clock.jump(2 * LEASE_SECONDS)
    await _soon(work.begun)
    await _stop(task)


async def test_a_database_that_is_away_ends_what_is_leased_when_the_lease_is_over(
    stores: tuple[PostgresStore, PostgresStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not before: an outage of seconds stops no polling; another process may have it afterwards."""
    clock, asked = JumpingClock(), asyncio.Event()

    async def away(_: object) -> None:
        asked.set()
        raise TransientError("the database cannot be reached")

    here, work = Leases(stores[0], clock), _Work()
    task = asyncio.create_task(here.hold(LeaseName.POLLER, work.run))
    await _soon(work.begun)
    with monkeypatch.context() as patch:
        patch.setattr(stores[0], "write", away)
        await _soon(asked)
        assert work.begun.is_set()
        clock.jump(LEASE_SECONDS)
        await _soon(work.ended)
    await _soon(work.begun)
    await _stop(task)


async def test_what_fails_under_a_lease_is_told_to_whoever_runs_it(
    stores: tuple[PostgresStore, PostgresStore],
) -> None:
    """The loop around it logs and starts it again."""

    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await Leases(stores[0], JumpingClock()).hold(LeaseName.MENU, fail)


async def test_on_a_file_everything_runs_and_nothing_is_written(tmp_path: Path) -> None:
    """One process: no lease is taken."""
    async with await sqlite.open_store(tmp_path / "shop.sqlite3") as store:
        here, work = Leases(store, JumpingClock()), _Work()
        await here.begin()
        task = asyncio.create_task(here.hold(LeaseName.POLLER, work.run))
        await _soon(work.begun)
        assert await store.read(lambda tx: tx.leases.all()) == ()
        await _stop(task)
        await here.give_back()
    assert work.ended.is_set()
