"""What one process of a shop does at a time: begun where its lease is taken, ended where lost.

A process that is killed gives no lease back: another one takes it over when its time is over. On a
file there is no other process, and a lease costs nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

import structlog

from bot.domain.errors import TransientError
from bot.ports import LEASE_SECONDS, Clock, LeaseName, Store

_log = structlog.get_logger(__name__)

#: Seconds between two renewals, and between two looks whether another process's is over.
RENEW_SECONDS: Final = 4.0
_LOOK_SECONDS: Final = 2.0
#: A process that ends does not wait longer for a database that does not answer.
_GIVE_BACK_SECONDS = 1.0


class Leases:
    """The leases of this process.

    Args:
        store: Where they stand.
        clock: The shop's.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def begin(self) -> None:
        """Take over at once what a process left that was killed: no other one runs."""
        if self._store.process is not None:
            await self._store.write(lambda tx: tx.leases.clear())

    async def give_back(self) -> None:
        """Let another process go on at once; nothing that is leased may be under way."""
        process = self._store.process
        if process is None:
            return
        try:
            async with asyncio.timeout(_GIVE_BACK_SECONDS):
                await self._store.write(lambda tx: tx.leases.give_back(process))
        except (TransientError, TimeoutError) as error:
            _log.warning("leases not given back", error=repr(error))

    async def hold(self, name: LeaseName, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run something whenever this process has a lease, until cancelled.

        Args:
            name: Of the lease.
            run: Runs until cancelled; it is cancelled, and waited for, where the lease is lost.
        """
        process = self._store.process
        if process is None:
            await run()
            return
        while True:
            while not (until := await self._taken(name, process)):  # noqa: ASYNC110 - asks anew
                await asyncio.sleep(_LOOK_SECONDS)
            _log.info("lease taken", lease=name)
            running = asyncio.create_task(run())
            try:
                await self._renew(name, process, running, until)
            finally:
                running.cancel()
                (ended,) = await asyncio.gather(running, return_exceptions=True)
            if isinstance(ended, Exception):
                raise ended
            _log.warning("lease lost", lease=name)

    async def _renew(
        self, name: LeaseName, process: str, running: asyncio.Task[None], until: int
    ) -> None:
        """Return when the lease is lost, or what runs has ended."""
        while not (await asyncio.wait({running}, timeout=RENEW_SECONDS))[0]:
            try:
                # One that is cut off hears no answer. A second less: the clock has no smaller part.
                async with asyncio.timeout(max(1, until - 1 - self._clock.now())):
                    taken = await self._taken(name, process)
            except TimeoutError:
                return
            if taken:
                until = taken
            elif taken is not None or self._clock.now() >= until:
                return

    async def _taken(self, name: LeaseName, process: str) -> int | None:
        """Take a lease or renew it; return until when, and None where the database is away.

        It is 0 where another process has it.
        """
        now = self._clock.now()
        try:
            taken = await self._store.write(lambda tx: tx.leases.take(name, process, now))
        except TransientError as error:
            _log.warning("lease not taken", lease=name, error=str(error))
            return None
        return now + LEASE_SECONDS if taken else 0
