"""The embedded Stripe as others use it: mounted on an application, looked into, told what to do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from aiohttp import web

from shop_sandbox.exchange import Exchange, Json, Listener
from shop_sandbox.faults import Faults
from shop_sandbox.stripe.api import Api
from shop_sandbox.stripe.buyer import Buyer
from shop_sandbox.stripe.keys import Keyring
from shop_sandbox.stripe.pages import Pages
from shop_sandbox.stripe.post import HookEndpoint, Post, Sent
from shop_sandbox.stripe.rate import RateLimit
from shop_sandbox.stripe.shelf import Shelf
from shop_sandbox.stripe.world import Book, Settings, StripeAccount, new_id


class StripeSandbox(Buyer):
    """One Stripe account: its API below ``/stripe``, its pages below ``/c`` and ``/receipts``.

    Args:
        clock: Seconds since the epoch; drives expiry, signatures and everything else.
        faults: Played before and after API calls; shared with other servers.
        public_url: Where the pages live; may be set later, as an attribute.
        webhooks: Endpoints that get events without being registered by the API.
        settings: What the account's Dashboard would hold.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        faults: Faults | None = None,
        public_url: str = "",
        webhooks: Iterable[HookEndpoint] = (),
        settings: Settings | None = None,
    ) -> None:
        self.faults = faults or Faults()
        self.world = StripeAccount(
            clock=clock, public_url=public_url, settings=settings or Settings()
        )
        self.post = Post(self.world, webhooks)
        self.on_exchange: list[Listener] = []
        self._api = Api(self.world, self.faults, self.post.secrets, self._report)
        self._pages = Pages(self)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to mount."""
        return [web.route("*", "/stripe/{call:.*}", self._api.serve), *self._pages.routes()]

    async def close(self) -> None:
        """Stop deliveries and let hanging calls go."""
        self.faults.lift()
        await self.post.close()

    async def tick(self) -> None:
        """Let happen what is due: expiry, pending refunds, deliveries to be tried again."""
        for book in self.world.books():
            book.catch_up(tick=True)
        await self.post.quiet()

    async def run(self, every: float = 1.0) -> None:
        """Tick for ever, for a sandbox that lives by the wall clock.

        Args:
            every: Seconds between ticks.
        """
        while True:
            for book in self.world.books():
                book.catch_up(tick=True)
            await asyncio.sleep(every)

    @property
    def public_url(self) -> str:
        """Where the pages live."""
        return self.world.public_url

    @public_url.setter
    def public_url(self, url: str) -> None:
        self.world.public_url = url

    @property
    def settings(self) -> Settings:
        """What the account's Dashboard would hold."""
        return self.world.settings

    @property
    def keyring(self) -> Keyring:
        """Which API keys are good, and what restricted ones lack."""
        return self._api.keyring

    @property
    def rate(self) -> RateLimit:
        """The API's rate limit; off until ``per_second`` is set."""
        return self._api.rate

    @property
    def sessions(self) -> Mapping[str, Json]:
        """All sessions of both modes by id, as they are now."""
        return _by_id(self.world, lambda book: book.sessions)

    @property
    def payment_intents(self) -> Mapping[str, Json]:
        """All PaymentIntents of both modes by id."""
        return _by_id(self.world, lambda book: book.intents)

    @property
    def charges(self) -> Mapping[str, Json]:
        """All charges of both modes by id."""
        return _by_id(self.world, lambda book: book.charges)

    @property
    def refunds(self) -> Mapping[str, Json]:
        """All refunds of both modes by id."""
        return _by_id(self.world, lambda book: book.refunds)

    @property
    def disputes(self) -> Mapping[str, Json]:
        """All disputes of both modes by id."""
        return _by_id(self.world, lambda book: book.disputes)

    @property
    def events(self) -> Sequence[Json]:
        """All events of both modes, oldest first within a mode."""
        return [event for book in self.world.books() for event in book.events]

    @property
    def sent(self) -> Sequence[Sent]:
        """Every webhook delivery that was tried, oldest first."""
        return self.post.sent

    @property
    def hold_events(self) -> bool:
        """Whether events are recorded and not delivered, until ``deliver`` is told to."""
        return self.post.hold

    @hold_events.setter
    def hold_events(self, hold: bool) -> None:
        self.post.hold = hold

    async def deliver(self, event_ids: Iterable[str]) -> list[int]:
        """Deliver events in this order, one after the other, and return the answers' status."""
        statuses: list[int] = []
        for event_id in event_ids:
            book, event = self._event(event_id)
            statuses += await self.post.deliver(book, event)
        return statuses

    async def redeliver(self, event_id: str) -> list[int]:
        """Deliver an event once more, freshly signed, and return the answers' status."""
        return await self.deliver([event_id])

    def twin(self, event_id: str) -> str:
        """Record a second event of the same kind about the same object, and return its id."""
        book, event = self._event(event_id)
        twin: Json = {**event, "id": new_id("evt_"), "created": self.world.now()}
        book.events.add(twin)
        self.post.take(book, twin)
        identity: str = twin["id"]
        return identity

    def _event(self, event_id: str) -> tuple[Book, Json]:
        for book in self.world.books():
            if event_id in book.events:
                return book, book.events.find(event_id)
        raise LookupError(event_id)

    def _report(self, exchange: Exchange) -> None:
        for listener in list(self.on_exchange):
            listener(exchange)


def _by_id(world: StripeAccount, shelf: Callable[[Book], Shelf]) -> Mapping[str, Json]:
    for book in world.books():
        book.catch_up()
    return {thing["id"]: thing for book in world.books() for thing in shelf(book)}
