"""Updates fetched from Telegram where it cannot send them; each is served in a task of its own.

The library's own loop hands over through tasks that nobody can watch: one that ended by an error
left the shop deaf until its next start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

import structlog
from telegram import Bot, Update
from telegram.error import RetryAfter, TelegramError, TimedOut

from bot.chat.telegram.refusals import seconds_of, told

_log = structlog.get_logger(__name__)

#: What Telegram is asked to deliver; always said, so that no older choice of the bot's lingers.
ALLOWED_UPDATES: Final = (
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "my_chat_member",
)
_POLL_SECONDS: Final = 25
_LAST_CALL_SECONDS: Final = 2.0
#: Fetches that bring nothing come no closer than this, whatever answers at once.
_BETWEEN_EMPTY: Final = 1.0
_FIRST_WAIT: Final = 1.0
_LONGEST_WAIT: Final = 30.0
#: However long Telegram asks to wait, it is asked again after so many seconds.
_LONGEST_PAUSE: Final = 3600.0


class Polling:
    """Fetches updates.

    Args:
        bot: Whose they are.
        serve: Serves one to its end.
        keep: Keeps of those that came what waits before it is served.
    """

    def __init__(
        self,
        bot: Bot,
        serve: Callable[[Update], Awaitable[None]],
        keep: Callable[[Sequence[Update]], Awaitable[None]],
    ) -> None:
        self._bot = bot
        self._serve = serve
        self._keep = keep
        #: The first update that was not fetched yet; what comes before it is not sent again.
        self._next: int | None = None
        self._wait = _FIRST_WAIT
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Fetch until cancelled; then Telegram is told what was fetched."""
        try:
            while True:
                await self._round()
        except asyncio.CancelledError:
            with suppress(TelegramError, TimeoutError):  # it comes again, and takes effect once
                await asyncio.wait_for(self._fetch(0), _LAST_CALL_SECONDS)
            raise

    async def finished(self) -> None:
        """Wait until no update that was fetched is under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    def break_off(self) -> None:
        """Cancel every update under way."""
        for task in self._under_way:
            task.cancel()

    async def _round(self) -> None:
        now = asyncio.get_running_loop().time
        began = now()
        try:
            updates = await self._fetch(_POLL_SECONDS)
        except TelegramError as error:
            await asyncio.sleep(self._patience(error))
            return
        self._wait = _FIRST_WAIT
        await self._keep(updates)  # the next call tells Telegram that they have come
        for update in updates:
            self._next = update.update_id + 1
            task = asyncio.create_task(self._served(update))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        if not updates:
            await asyncio.sleep(max(0.0, began + _BETWEEN_EMPTY - now()))

    async def _fetch(self, seconds: int) -> tuple[Update, ...]:
        updates: tuple[Update, ...] = await self._bot.get_updates(
            offset=self._next, timeout=seconds, allowed_updates=ALLOWED_UPDATES
        )
        return updates

    async def _served(self, update: Update) -> None:
        try:
            await self._serve(update)
        except Exception:  # noqa: BLE001 - the edge: one bad update ends nothing
            _log.exception("update failed", update=update.update_id)

    def _patience(self, error: TelegramError) -> float:
        """Log in a line why nothing was fetched, and return how long to wait, in seconds."""
        _log.warning("updates not fetched", error=told(error))
        match error:
            case TimedOut():  # it was waited for
                return 0.0
            case RetryAfter():
                return min(seconds_of(error) + 1, _LONGEST_PAUSE)
        wait, self._wait = self._wait, min(self._wait * 2, _LONGEST_WAIT)
        return wait
