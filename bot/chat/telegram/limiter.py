"""Flood waits for the one chat that Telegram named; every other chat goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.chat.telegram.refusals import seconds_of

#: Passed as ``rate_limit_args`` by callers that keep their own time and want the error at once.
AT_ONCE: Final = "at once"
#: A person who waits for a screen is not served after longer than this, in seconds.
_LONGEST_WAIT = 30.0
_TRIES = 3


class ChatLimiter(BaseRateLimiter[str]):
    """Waits where Telegram told a chat to wait.

    Telegram's limits are not published per chat and change; so nothing is held back beforehand,
    and a 429 is believed: no call for that chat leaves before its time is over.
    """

    def __init__(self) -> None:
        self._until: dict[int | str, float] = {}

    async def initialize(self) -> None:
        """Nothing is to be opened."""

    async def shutdown(self) -> None:
        """Forget the waits."""
        self._until.clear()

    async def process_request(  # noqa: PLR0917 - the library's own signature
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | dict[str, Any] | list[dict[str, Any]]]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,  # noqa: ARG002 - the library's own signature
        data: dict[str, Any],
        rate_limit_args: str | None,
    ) -> bool | dict[str, Any] | list[dict[str, Any]]:
        """Make the call when its chat may be spoken to again.

        Raises:
            RetryAfter: the wait is too long, or the caller keeps its own time.
        """
        chat_id = data.get("chat_id")
        if not isinstance(chat_id, int | str) or rate_limit_args == AT_ONCE:
            return await callback(*args, **kwargs)
        for _ in range(_TRIES - 1):
            await self._wait(chat_id)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                self._note(chat_id, error)
        await self._wait(chat_id)
        return await callback(*args, **kwargs)

    def _note(self, chat_id: int | str, error: RetryAfter) -> None:
        seconds = seconds_of(error)
        if seconds > _LONGEST_WAIT:
            raise error
        self._until[chat_id] = asyncio.get_running_loop().time() + seconds

    async def _wait(self, chat_id: int | str) -> None:
        until = self._until.get(chat_id)
        if until is None:
            return
        await asyncio.sleep(max(0.0, until - asyncio.get_running_loop().time()))
        if self._until.get(chat_id) == until:
            del self._until[chat_id]
