"""The loops of a shop that is open: begun together, each tried again by itself, ended together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from bot.ports import LeaseName
from bot.shop import Bell, Shop
from bot.workers.catalog import CatalogWorker
from bot.workers.database import DatabaseWatch
from bot.workers.due_times import DueTimes
from bot.workers.events import EventsWorker
from bot.workers.following import Follower
from bot.workers.leases import Leases
from bot.workers.loop import keep_running, keep_working
from bot.workers.outbox import OutboxWorker

_Loop = Coroutine[Any, Any, None]

_LOOK_SECONDS = 5.0
#: An album that waits for so long was another process's, which is gone.
_ALBUM_SECONDS = 60


async def _soon() -> float:
    return _LOOK_SECONDS


class Supervisor:
    """Runs what works by itself.

    Args:
        shop: Whose work it is.
        outbox: Delivers messages.
        watch: Tries whether the database takes writes.
        resume_albums: Answers albums that have waited for so many seconds.

    Attributes:
        ailing: Names of the loops whose last round ended by an error.
    """

    def __init__(
        self,
        shop: Shop,
        outbox: OutboxWorker,
        watch: DatabaseWatch,
        resume_albums: Callable[[int], Awaitable[int]],
    ) -> None:
        self._shop = shop
        self._outbox = outbox
        self._watch = watch
        self._resume_albums = resume_albums
        self._leases = Leases(shop.context.store, shop.context.clock)
        self._tasks: list[asyncio.Task[None]] = []
        self.ailing: set[str] = set()

    async def take_up(self) -> None:
        """Begin at once with what processes left that are gone: no other one is at it."""
        await self._leases.begin()
        await self._outbox.begin()
        await self._shop.reconciliation.begin()
        await self._resume_albums(0)

    async def start(self, catalog: CatalogWorker, events: EventsWorker) -> None:
        """Start the loops that every shop has."""
        context, shop = self._shop.context, self._shop
        await events.begin()
        self.work("database", self._watch.work, self._watch.idle)
        self._start(keep_running("outbox", self._outbox.run, self.ailing))
        self.work("inbox", shop.inbox.work, bell=context.inbox_bell)
        self.run("fetching events", LeaseName.EVENTS, lambda: self._fetch(events))
        self.run("catalog", LeaseName.CATALOG_FILE, catalog.run)
        if context.store.process is None:
            for one in self._housekeeping():
                self._start(one)
        else:
            follower = Follower(shop)
            self.run("housekeeping", LeaseName.HOUSEKEEPING, self._keep_house)
            self.work("follower", follower.work, follower.idle)

    def work(
        self,
        name: str,
        work: Callable[[], Awaitable[int]],
        idle: Callable[[], Awaitable[float]] = _soon,
        bell: Bell | None = None,
    ) -> None:
        """Start something that is done in rounds. Arguments as `keep_working`."""
        self._start(self._working(name, work, idle, bell))

    def run(self, name: str, lease: LeaseName, run: Callable[[], _Loop]) -> None:
        """Start something that runs in one process at a time, and until it is cancelled."""
        self._start(keep_running(name, partial(self._leases.hold, lease, run), self.ailing))

    async def end(self, seconds: float) -> None:
        """Let each finish the round it is in; what is not done after so long is broken off."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            _, hanging = await asyncio.wait(self._tasks, timeout=seconds)
            for task in hanging:
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def give_back(self) -> None:
        """Let another process go on at once; all has ended here."""
        await self._leases.give_back()

    def _start(self, loop: _Loop) -> None:
        self._tasks.append(asyncio.create_task(loop))

    def _working(
        self,
        name: str,
        work: Callable[[], Awaitable[int]],
        idle: Callable[[], Awaitable[float]] = _soon,
        bell: Bell | None = None,
    ) -> _Loop:
        return keep_working(name, work, bell or Bell(), idle, self.ailing)

    async def _fetch(self, events: EventsWorker) -> None:
        await self._working("events", events.work, events.idle)

    def _housekeeping(self) -> list[_Loop]:
        """Return what follows the clock: by one process, so that Stripe is asked at one pace."""
        shop, due_times = self._shop, DueTimes(self._shop.context)
        return [
            self._working("due times", due_times.work, due_times.idle),
            self._working("reconciler", shop.reconciliation.work),
            self._working("reminders", shop.reminders.work),
            self._working("waitlist", shop.waitlist.work),
            self._working("albums", partial(self._resume_albums, _ALBUM_SECONDS)),
            self._working("summary", shop.reports.summarize),
        ]

    async def _keep_house(self) -> None:
        await asyncio.gather(*self._housekeeping())
