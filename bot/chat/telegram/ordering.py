"""One chat, one order of events: updates run side by side across chats and in turn within one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

import structlog
from telegram import Message, Update
from telegram.ext import BaseUpdateProcessor

from bot.chat.telegram.albums import Albums

_log = structlog.get_logger(__name__)

#: Updates taken up at a time. Those that wait for their chat's turn hold a place too.
_PLACES = 4096
#: A chat with this many updates waiting is flooding; what comes on top is let go.
_WAITING_PER_CHAT = 100


class ChatOrder(BaseUpdateProcessor):
    """Runs each chat's updates first in, first out.

    Args:
        places: Updates taken up at a time.
        waiting_per_chat: Updates of one chat that may wait.
        served: Told how long each update took, in seconds.
        albums: Gathers the items of each into one message.
    """

    def __init__(
        self,
        places: int = _PLACES,
        waiting_per_chat: int = _WAITING_PER_CHAT,
        served: Callable[[float], None] | None = None,
        albums: Albums | None = None,
    ) -> None:
        super().__init__(places)
        self.albums: Final = albums or Albums()
        self._cap: Final = waiting_per_chat
        self._served = served
        self._turns: dict[int, asyncio.Lock] = {}
        self._waiting: dict[int, int] = {}
        self._under_way: set[asyncio.Task[Any]] = set()

    def break_off(self) -> int:
        """Cancel every update under way, and return how many there were."""
        broken_off = tuple(self._under_way)
        for task in broken_off:
            task.cancel()
        return len(broken_off)

    async def finished(self) -> None:
        """Wait until no update is under way."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def initialize(self) -> None:
        """Nothing is to be opened."""

    async def shutdown(self) -> None:
        """Nothing is to be closed; the application waits for the updates under way."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Process an update when those of its chat that came before are done.

        An album's first item stands for all of them, and has its chat's turn until they are there.
        It returns before that: by webhook, Telegram sends the next one after the answer.
        """
        item = self.albums.item(update) if isinstance(update, Update) else None
        if item is not None and self.albums.joins(item):
            _let_go(coroutine)
            return
        began = time.perf_counter()
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("updates are served in tasks")
        self._under_way.add(task)
        try:
            await self._in_turn(update, coroutine, item)
        finally:
            self._under_way.discard(task)
        if self._served is not None:
            self._served(time.perf_counter() - began)

    async def _in_turn(
        self, update: object, coroutine: Awaitable[Any], item: Message | None
    ) -> None:
        key = _key(update)
        if key is None:
            await coroutine
            return
        waiting = self._waiting.get(key, 0)
        if waiting >= self._cap:
            _log.warning("flood: update let go", chat=key)
            _let_go(coroutine)
            if item is not None:
                await self.albums.answered(item)
            return
        self._waiting[key] = waiting + 1
        turn = self._turns.setdefault(key, asyncio.Lock())
        try:
            await turn.acquire()
        except BaseException:
            self._leave(key)
            raise
        if item is None:
            await self._serve(key, coroutine)
        else:
            task = asyncio.create_task(self._serve_album(key, coroutine, item))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _serve(self, key: int, coroutine: Awaitable[Any]) -> None:
        """Serve an update whose turn it is, and let the chat's next one in."""
        try:
            # Whatever is logged while this update is served says whose it was.
            with structlog.contextvars.bound_contextvars(chat=key):
                await coroutine
        finally:
            self._turns[key].release()
            self._leave(key)

    async def _serve_album(self, key: int, coroutine: Awaitable[Any], item: Message) -> None:
        async def served() -> None:
            try:
                await self.albums.whole(item)
            except BaseException:
                _let_go(coroutine)
                raise
            await coroutine

        try:
            await self._serve(key, served())
        except Exception:  # noqa: BLE001 - nobody waits for it any more
            _log.exception("album failed", chat=key)
        # Not where it was broken off: the next start finds it.
        await self.albums.answered(item)

    def _leave(self, key: int) -> None:
        self._waiting[key] -= 1
        if not self._waiting[key]:
            del self._waiting[key], self._turns[key]


def _let_go(coroutine: Awaitable[Any]) -> None:
    if isinstance(coroutine, Coroutine):
        coroutine.close()


def _key(update: object) -> int | None:
    if not isinstance(update, Update):
        return None
    try:
        whose = update.effective_chat or update.effective_user
        key: object = whose.id if whose is not None else None
    except AttributeError:  # somewhere in it is not what Telegram says there is
        return None
    return key if isinstance(key, int) else None
