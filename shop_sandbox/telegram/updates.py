"""The queue of updates: kept until confirmed, handed out by long polling or to a webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.errors import conflict
from shop_sandbox.telegram.events import Bell

DAY_SECONDS = 24 * 3600
QUERY_SECONDS = 150
_QUIET_KINDS = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_FIRST_ID = 733_214_001


@dataclass(frozen=True, slots=True)
class Update:
    """One update.

    Attributes:
        lane: Chat or person whose updates stay in order.
        expires: Time at which Telegram gives it up, by the sandbox's clock.
    """

    id: int
    kind: str
    payload: Json
    lane: int
    expires: float

    def to_json(self) -> Json:
        """Return the Bot API's Update."""
        return {"update_id": self.id, self.kind: self.payload}


class UpdateQueue:
    """Updates that the bot has not confirmed yet."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._pending: dict[int, Update] = {}
        self._next_id = _FIRST_ID
        self._poll: asyncio.Future[None] | None = None
        self._closed = False
        self.allowed: frozenset[str] | None = None
        self.bell = Bell()

    def push(self, kind: str, payload: Json, lane: int) -> int | None:
        """Queue an update; return its id, or None where the bot asked for no such kind."""
        wanted = kind not in _QUIET_KINDS if self.allowed is None else kind in self.allowed
        if not wanted:
            return None
        life = QUERY_SECONDS if kind in ("callback_query", "inline_query") else DAY_SECONDS
        update = Update(self._next_id, kind, payload, lane, self._clock() + life)
        self._next_id += 1
        self._pending[update.id] = update
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        self.bell.ring()
        return update.id

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Set which kinds are queued from now on; empty means all but the quiet ones."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def pending(self) -> list[Update]:
        """Return what is neither confirmed nor given up, oldest first."""
        now = self._clock()
        for update in [u for u in self._pending.values() if u.expires <= now]:
            del self._pending[update.id]
        return list(self._pending.values())

    def drop(self, update_id: int | None = None) -> None:
        """Confirm one update, or forget all."""
        if update_id is None:
            self._pending.clear()
        else:
            self._pending.pop(update_id, None)

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """Confirm what lies before ``offset`` and return what follows.

        Args:
            offset: First update_id wanted; 0 confirms nothing; negative counts from the end.
            limit: Most updates to return.
            seconds: How long to wait where there is none.

        Raises:
            ApiError: 409, another poll or a webhook took over.
        """
        self.stop_poll(
            "terminated by other getUpdates request; "
            "make sure that only one bot instance is running"
        )
        batch = self._batch(offset, limit)
        if batch or seconds <= 0 or self._closed:
            return batch
        waiting = self._poll = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait({waiting}, timeout=seconds)
            if waiting.done():
                waiting.result()
        finally:
            if self._poll is waiting:
                self._poll = None
        return self._batch(0, limit)

    def stop_poll(self, why: str) -> None:
        """End the poll that waits, if any, with a 409."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(conflict(why))
        self._poll = None

    def open(self) -> None:
        """Let polls wait."""
        self._closed = False

    def close(self) -> None:
        """Answer the poll that waits, and let none wait until it is opened again."""
        self._closed = True
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    def _batch(self, offset: int, limit: int) -> list[Json]:
        pending = self.pending()
        first = offset
        if offset < 0:
            first = pending[offset:][0].id if pending else 0
        for update in [u for u in pending if u.id < first]:
            self.drop(update.id)
            pending.remove(update)
        return [update.to_json() for update in pending[:limit]]
