"""What the web server needs of the shop, and who gives it: handed over by the application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bot.domain.catalog.model import Catalog
from bot.domain.order import Order, OrderToken, SessionId
from bot.locales import Languages
from bot.ports import InboxEvent
from bot.web.links import TelegramLinks

#: Checks a webhook's body and ``Stripe-Signature``; raises ValueError where it is not Stripe's.
Verify = Callable[[bytes, str | None], InboxEvent]


class Settles(Protocol):
    """The settle step, as far as pages call it."""

    async def by_session(self, session_id: SessionId) -> Order | None:
        """Settle a session; None, and nothing asked of Stripe, where it is not known."""
        ...

    async def by_token(self, token: OrderToken) -> Order | None:
        """Settle the order that a link names."""
        ...


class Receives(Protocol):
    """The inbox of Stripe's events."""

    async def receive(self, event: InboxEvent) -> bool:
        """Store an event; False where it is known. Raises TransientError where it cannot."""
        ...


class HasCatalog(Protocol):
    """Holds the catalog that is sold from."""

    @property
    def catalog(self) -> Catalog:
        """Today's catalog."""
        ...


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures for Prometheus, and the token that opens them."""

    token: str = field(repr=False)
    write: Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Updates:
    """Where updates go.

    Attributes:
        secret: What Telegram must say.
        serve: Serves one update to its end; raises ValueError where it is none.
    """

    secret: str
    serve: Callable[[Mapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that the pages stand on.

    Attributes:
        settlement: Asked when a buyer comes back.
        inbox: Takes what Stripe sends.
        current: Names the shop and the pictures that may be served.
        languages: The words.
        chat: The ways back into Telegram.
        locate: Finds a catalog picture's file; None where there is none. Blocks.
        health: Says what works, by name; asked by ``/readyz``.
        verify: Believes or refuses a webhook; None: there is no webhook.
        updates: Takes Telegram's updates; None: they are fetched.
        metrics: Writes the figures; None: there is no ``/metrics``.
        https: Whether people reach the pages by https.
    """

    settlement: Settles
    inbox: Receives
    current: HasCatalog
    languages: Languages
    chat: TelegramLinks
    locate: Callable[[str], Path | None]
    health: Callable[[], Awaitable[Mapping[str, bool]]]
    verify: Verify | None = None
    updates: Updates | None = None
    metrics: Figures | None = None
    https: bool = False
