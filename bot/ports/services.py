"""What else the shop needs from outside: the time, counts, the ways back, how the bot stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.domain.money import Money
from bot.domain.order import OrderToken, UserId


class Clock(Protocol):
    """The time."""

    def now(self) -> int:
        """Return seconds UTC."""
        ...


class Meter(Protocol):
    """Counts what happens."""

    def update_served(self, seconds: float) -> None: ...
    def telegram_called(self, outcome: str) -> None: ...
    def stripe_called(self, outcome: str) -> None: ...
    def paid(self, total: Money) -> None: ...
    def reconciled(self, *, answered: bool) -> None: ...


class Links(Protocol):
    """Where people come back to."""

    def success_url(self, token: OrderToken) -> str:
        """Return the URL that a buyer is sent to after paying."""
        ...

    def cancel_url(self, token: OrderToken) -> str:
        """Return the URL of the way back without paying."""
        ...

    def picture_url(self, path: str) -> str | None:
        """Return a URL from which the payment page can load a picture, None where there is none."""
        ...


class Contact(StrEnum):
    """Whether the bot can write to an owner."""

    REACHED = "reached"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class BotFacts:
    """What Telegram says of the bot.

    Attributes:
        webhook_url: Where updates are sent; empty: they are fetched.
        waiting: Updates not delivered yet.
        webhook_error: Why the last delivery failed, and when (seconds UTC); empty: none did.
        has_menu: Whether there is a menu of commands.
        inline: Whether it can be called from any chat.
        owners: Whether each owner can be written to.
    """

    username: str
    webhook_url: str
    waiting: int
    webhook_error: str
    webhook_error_at: int
    has_menu: bool
    inline: bool
    owners: Mapping[UserId, Contact]
