"""The database's watch: a small write now and then shows whether the shop can keep anything.

The owners are told past the outbox, which stands in the very database: by one process for all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.domain.errors import CorruptError, TransientError
from bot.ports import DatabaseTrouble, DatabaseTroubleError, LeaseName, Note, Transaction
from bot.shop import Context

_log = structlog.get_logger(__name__)

_EVERY = 5.0
#: Seconds. A server whose disk hangs, or whose stand-by is away, keeps its connections and says
#: nothing.
_PATIENCE = 20.0


class DatabaseWatch:
    """Writes, and tells the owners when that stops working and when it works again.

    Args:
        context: The shop's.
        tell: Sends the owners the words of a key at once.
    """

    def __init__(self, context: Context, tell: Callable[..., Awaitable[None]]) -> None:
        self._context = context
        self._tell = tell
        #: Whether it is for this process to tell, as far as it has heard.
        self._speaks = True
        #: Since when no write works, and whether the owners heard so from here.
        self._lost_at: int | None = None
        self._told = False

    @property
    def sound(self) -> bool:
        """Whether the last try worked."""
        return self._lost_at is None

    async def work(self) -> int:
        """Try a write."""
        now = self._context.clock.now()
        try:
            tells = await self._write(now)
        except (TransientError, CorruptError) as error:
            if self._lost_at is None:
                self._lost_at, self._told = now, self._speaks
                _log.error("the shop sells nothing: the database takes no write", reason=str(error))
                if self._told:
                    await self._tell("owner.database_lost", error)
            return 0
        if self._lost_at is not None:
            self._lost_at = None
            _log.warning("the database takes writes again")
            if tells:
                await self._tell("owner.database_back")
        return 0

    async def _write(self, now: int) -> bool:
        """Write, and return whether the owners are to be told that this works again.

        Where another process is cut off alone, it tells that itself.
        """
        process, lost_at, told = self._context.store.process, self._lost_at, self._told

        def work(tx: Transaction) -> tuple[bool, bool]:
            tx.notes.set(Note.WRITTEN, str(now))
            speaks = process is None or tx.leases.take(LeaseName.WATCH, process, now)
            if lost_at is None or not (told or speaks):
                return speaks, False
            at, _, by = (tx.notes.get(Note.BACK_TOLD) or "0 ").partition(" ")
            # What stands there from here was a try that was given up, and kept all the same.
            if by != str(process) and int(at) >= lost_at:
                return speaks, False
            tx.notes.set(Note.BACK_TOLD, f"{now} {process}")
            return speaks, True

        try:
            async with asyncio.timeout(_PATIENCE):
                self._speaks, tells = await self._context.store.write(work)
        except TimeoutError:
            silent = "the database does not answer"
            raise DatabaseTroubleError(silent, DatabaseTrouble.UNREACHABLE) from None
        return tells

    @staticmethod
    async def idle() -> float:
        """Return how long to wait before the next try, in seconds."""
        return _EVERY
