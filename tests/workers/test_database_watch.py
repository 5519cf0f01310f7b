"""The database's watch: owners are told once by all processes of a shop together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.domain.errors import ShopError
from bot.ports import LEASE_SECONDS
from bot.workers import database
from bot.workers.database import DatabaseWatch
from kit.faults.counter import Hands
from kit.patience import PATIENCE
from kit.postgres import CuttingProxy, PostgresServer
from shop_sandbox.site import SandboxSite
from tests.faults.test_52_two_processes import Process

_LOST, _BACK = "owner.database_lost", "owner.database_back"


class _Watched:
    """A process, its way to the server, and what its watch tells."""

    def __init__(self, process: Process, way: CuttingProxy) -> None:
        self.way = way
        self.told: list[str] = []
        self.watch = DatabaseWatch(process.shop.context, self._tell)

    async def _tell(self, key: str, _: ShopError | None = None) -> None:
        self.told.append(key)

    async def look(self) -> list[str]:
        """Try a write, and return all that was told so far."""
        await self.watch.work()
        return self.told

    async def back(self) -> None:
        """Try until it works: what was asked before is answered first."""
        async with asyncio.timeout(PATIENCE):
            while not self.watch.sound:
                await self.watch.work()
                await asyncio.sleep(0)


@pytest.fixture
async def both(
    tmp_path: Path, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[_Watched, _Watched, Hands]]:
    """Two processes on one database, each with a way of its own, and their clock."""
    url, clock = postgres_server.new_schema(), Hands()
    async with SandboxSite(clock=clock) as site, AsyncExitStack() as stack:
        made = []
        for name in ("here", "there"):
            way = CuttingProxy(postgres_server.port)
            stack.callback(way.close)
            through = url.replace(f":{postgres_server.port}/", f":{way.port}/")
            process = Process(site, clock, tmp_path / name, through)
            await process.open()
            stack.push_async_callback(process.close)
            stack.callback(way.pass_all)
            made.append(_Watched(process, way))
        here, there = made
        for one in made:
            await one.look()
        monkeypatch.setattr(database, "_PATIENCE", 0.3)
        yield here, there, clock


@pytest.mark.parametrize("seconds", [1, LEASE_SECONDS + 1])
async def test_a_database_that_is_away_for_all_is_told_once_and_so_is_its_return(
    both: tuple[_Watched, _Watched, Hands], seconds: int
) -> None:
    """Whoever is back first, and however long it took; the next time as well."""
    here, there, clock = both
    for times in (1, 2):
        clock.jump(1)
        for one in (here, there):
            one.way.asks.clear()
            await one.look()
            await one.look()
        told = here.told + there.told
        assert (told.count(_LOST), told.count(_BACK)) == (times, times - 1)
        clock.jump(seconds)
        for one in (there, here):
            one.way.pass_all()
            await one.back()
        told = here.told + there.told
        assert (told.count(_LOST), told.count(_BACK)) == (times, times)


async def test_whoever_is_cut_off_alone_and_told_so_tells_that_it_is_back(
    both: tuple[_Watched, _Watched, Hands],
) -> None:
    """Meanwhile another one speaks for the shop; and who did not speak says nothing of itself."""
    here, there, clock = both
    here.way.asks.clear()
    assert await here.look() == [_LOST]
    clock.jump(LEASE_SECONDS + 1)
    assert await there.look() == []
    here.way.pass_all()
    await here.back()
    assert here.told == [_LOST, _BACK]

    here.way.asks.clear()
    await here.look()
    here.way.pass_all()
    await here.back()
    assert (here.told, there.told) == ([_LOST, _BACK], [])


async def test_control_without_the_lease_each_process_tells(
    both: tuple[_Watched, _Watched, Hands], monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTROL: N processes told the same N times."""
    for one in both[:2]:
        monkeypatch.setattr(one.watch, "_speaks", True)
        one.way.asks.clear()
        assert await one.look() == [_LOST]
