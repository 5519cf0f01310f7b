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


class Roster:
    """Who owns the shop now: the one answer to it, kept up to date by `Ownership`.

    Attributes:
        by_settings: Those whom the settings name.
        invited: Those who were invited since.
    """

    def __init__(self, by_settings: tuple[UserId, ...] = ()) -> None:
        self.by_settings = by_settings
        self.invited: tuple[UserId, ...] = ()

    @property
    def ids(self) -> tuple[UserId, ...]:
        """Every owner once, those of the settings first."""
        return tuple(dict.fromkeys((*self.by_settings, *self.invited)))


@dataclass(frozen=True, slots=True)
class Context:
    """The ports, the current catalog and who the shop is.

    Attributes:
        shop_id: The database's own id; stands in the metadata of everything made at Stripe.
        roster: Who owns the shop.
        outbox_bell: Rung when messages wait.
        inbox_bell: Rung when events wait.
        events_bell: Rung when Stripe will have events of what was done here.
        meter: Counts what is paid; None: nobody counts.
    """

    store: Store
    payments: Payments
    clock: Clock
    links: Links
    current: CurrentCatalog
    shop_id: str
    roster: Roster = field(default_factory=Roster)
    outbox_bell: Bell = field(default_factory=Bell)
    inbox_bell: Bell = field(default_factory=Bell)
    events_bell: Bell = field(default_factory=Bell)
    meter: Meter | None = None

    @property
    def owners(self) -> tuple[UserId, ...]:
        """Who is told of sales, and may do what owners do."""
        return self.roster.ids

    def others(self, by: UserId) -> tuple[UserId, ...]:
        """Return the owners beside the one who did something."""
        return tuple(owner for owner in self.owners if owner != by)
