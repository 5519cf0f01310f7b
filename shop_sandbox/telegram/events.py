"""What happened: a bell for those who wait for a change, and a log that a watcher can resume."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from shop_sandbox.exchange import Json

T = TypeVar("T")
_KEPT = 2000


class Bell:
    """Rings at every change; whoever waits looks again."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who waits now."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self) -> None:
        """Wait for the next ring."""
        await self._rung.wait()

    async def until(self, look: Callable[[], T | None], seconds: float | None) -> T:
        """Wait until ``look`` finds something, and return it.

        Raises:
            TimeoutError: it did not within ``seconds``.
        """
        async with asyncio.timeout(seconds):
            while (found := look()) is None:
                await self.wait()
            return found


@dataclass(frozen=True, slots=True)
class Event:
    """One event; its data are made when it is sent, so that nobody watching costs nothing."""

    number: int
    kind: str
    data: Callable[[], Json]


class EventLog:
    """The last events, numbered."""

    def __init__(self) -> None:
        self.boot = secrets.token_hex(6)
        self.bell = Bell()
        self.last = 0
        self._events: deque[Event] = deque(maxlen=_KEPT)

    def add(self, kind: str, data: Callable[[], Json]) -> None:
        """Append an event and wake the watchers."""
        self.last += 1
        self._events.append(Event(self.last, kind, data))
        self.bell.ring()

    def since(self, number: int) -> list[Event] | None:
        """Return the events after this number; None where some are already forgotten."""
        first = self._events[0].number if self._events else self.last + 1
        if number + 1 < first or number > self.last:
            return None
        if number == self.last:
            return []
        return [event for event in self._events if event.number > number]
