"""The database's watch: a small write now and then shows whether the shop can keep anything.

The owners are told past the outbox, which stands in the very database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.domain.errors import CorruptError, TransientError
from bot.ports import DatabaseTrouble, DatabaseTroubleError, Note
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

    Attributes:
        sound: Whether the last try worked.
    """

    def __init__(self, context: Context, tell: Callable[..., Awaitable[None]]) -> None:
        self._context = context
        self._tell = tell
        self.sound = True

    async def work(self) -> int:
        """Try a write."""
        now = str(self._context.clock.now())
        try:
            await self._write(now)
        except (TransientError, CorruptError) as error:
            was, self.sound = self.sound, False
            if was:
                _log.error("the shop sells nothing: the database takes no write", reason=str(error))
                await self._tell("owner.database_lost", error)
            return 0
        was, self.sound = self.sound, True
        if not was:
            _log.warning("the database takes writes again")
            await self._tell("owner.database_back")
        return 0

    async def _write(self, now: str) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._context.store.write(lambda tx: tx.notes.set(Note.WRITTEN, now))
        except TimeoutError:
            silent = "the database does not answer"
            raise DatabaseTroubleError(silent, DatabaseTrouble.UNREACHABLE) from None

    @staticmethod
    async def idle() -> float:
        """Return how long to wait before the next try, in seconds."""
        return _EVERY
