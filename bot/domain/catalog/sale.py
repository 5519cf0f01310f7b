"""A lower price for some time, by the clock."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.money import Money


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """Some time.

    Attributes:
        start: When it begins, seconds UTC; None: it has begun.
        end: The first moment after it, seconds UTC; None: it goes on.
    """

    start: int | None = None
    end: int | None = None

    def holds(self, now: int) -> bool:
        """Return whether a moment is within it."""
        return (self.start is None or self.start <= now) and (self.end is None or now < self.end)


@dataclass(frozen=True, slots=True)
class Sale:
    """A lower price for some time."""

    price: Money
    span: TimeSpan
