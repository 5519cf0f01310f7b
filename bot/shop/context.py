"""What every use case works with, built once by the application."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.domain.order import UserId
from bot.ports import Clock, Links, Meter, Payments, Store
from bot.shop.catalog.current import CurrentCatalog


class Bell:
    """Wakes a worker after a commit, so that it need not look all the time."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits, or the next who will."""
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Return when rung, or after a time at the latest."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return
        self._event.clear()


@dataclass(frozen=True, slots=True)
class Context:
    """The ports, the current catalog and who the shop is.

    Attributes:
        shop_id: The database's own id; stands in the metadata of everything made at Stripe.
        owners: Who is told of sales.
        outbox_bell: Rung when messages wait.
        inbox_bell: Rung when events wait.
        meter: Counts what is paid; None: nobody counts.
    """

    store: Store
    payments: Payments
    clock: Clock
    links: Links
    current: CurrentCatalog
    shop_id: str
    owners: tuple[UserId, ...] = ()
    outbox_bell: Bell = field(default_factory=Bell)
    inbox_bell: Bell = field(default_factory=Bell)
    meter: Meter | None = None

    def others(self, by: UserId) -> tuple[UserId, ...]:
        """Return the owners beside the one who did something."""
        return tuple(owner for owner in self.owners if owner != by)
