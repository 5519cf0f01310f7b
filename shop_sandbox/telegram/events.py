"""What happened, for those who watch the demo page: a bounded log that a watcher can resume."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from shop_sandbox.telegram.bell import Bell
from shop_sandbox.telegram.errors import Json

_KEPT = 2000


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
