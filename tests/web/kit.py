"""A web server on loopback with parts of its own behind it, and orders to look at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sized
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp

from bot.catalog_file.folder import CatalogFolder
from bot.domain.catalog.model import (
    Catalog,
    Category,
    CategoryId,
    CheckoutRules,
    Option,
    OptionValue,
    Product,
    ProductId,
    ShopInfo,
    Text,
)
from bot.domain.money import Money
from bot.domain.order import Attempt, Order, OrderState, OrderToken, SessionId
from bot.domain.payment import payment_of
from bot.locales import Languages
from bot.payments import verify_webhook
from bot.ports import EventId, InboxEvent
from bot.web import Parts, TelegramLinks, Updates, WebServer, web_app
from bot.web.connections import Limits
from kit.patience import PATIENCE
from tests.domain.samples import a_paid_session, an_order

SECRET = "whsec_canary"
NOW = 1_800_000_000


def an_order_that_is(state: OrderState, language: str = "en") -> Order:
    """Return an order in a state, its link good until 9:00 in Lisbon."""
    paid = state in {OrderState.PAID, OrderState.REVIEW, OrderState.REFUNDED}
    payment = payment_of(a_paid_session(), an_order().allowed) if paid else None
    return replace(
        an_order(),
        state=state,
        language=language,
        payment=payment,
        attempt=Attempt(1, "key-1", "{}", NOW + 3600, NOW),
    )


@dataclass(slots=True)
class Settlement:
    """Settles by heart, and remembers what it was asked.

    Attributes:
        orders: By session and by token.
        becomes: How whatever is asked about stands, look for look; the last of it stays.
        fault: Raised at every question.
        hangs: Does not answer until it is let go.
        let_go: Lets it go.
        asked: The questions.
    """

    orders: dict[str, Order] = field(default_factory=dict)
    becomes: list[Order] = field(default_factory=list)
    fault: Exception | None = None
    hangs: bool = False
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)

    async def by_session(self, session_id: SessionId) -> Order | None:
        """Return the order of a session."""
        return await self._find(session_id)

    async def by_token(self, token: OrderToken) -> Order | None:
        """Return the order of a token."""
        return await self._find(token)

    async def _find(self, identity: str) -> Order | None:
        self.asked.append(identity)
        if self.hangs:
            await self.let_go.wait()
        if self.fault:
            raise self.fault
        if self.becomes:
            return self.becomes.pop(0) if len(self.becomes) > 1 else self.becomes[0]
        return self.orders.get(identity)


@dataclass(slots=True)
class Inbox:
    """Keeps events by their id."""

    events: dict[EventId, InboxEvent] = field(default_factory=dict)
    fault: Exception | None = None

    async def receive(self, event: InboxEvent) -> bool:
        """Keep an event; False where it is known."""
        if self.fault:
            raise self.fault
        new = event.id not in self.events
        self.events[event.id] = event
        return new


@dataclass(slots=True)
class Current:
    """Holds the catalog."""

    catalog: Catalog


def a_catalog() -> Catalog:
    """Return a catalog whose banner, product and option have pictures."""
    value = OptionValue("red", Text.of("Red"), photo="photos/../photos/red cup.png")
    product = Product(
        ProductId("cup"),
        CategoryId("home"),
        Text.of("Cup"),
        Money(900, "eur"),
        photos=("photos/cup.jpg", "https://elsewhere.example/cup.jpg", "../outside.jpg"),
        options=(Option("color", Text.of("Color"), (value,)),),
    )
    info = ShopInfo(
        Text.of({"en": "Café <Lume>", "de": "Kaffee <Lume>"}),
        "eur",
        banner="photos/gone.webp",
        timezone="Europe/Lisbon",
    )
    category = Category(CategoryId("home"), Text.of("Home"))
    return Catalog(info, (category,), (product,), CheckoutRules(), "f1")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@dataclass(slots=True)
class Site:
    """The server, what stands behind it, and a browser."""

    url: str
    browser: aiohttp.ClientSession
    settlement: Settlement
    inbox: Inbox
    current: Current
    works: dict[str, bool]
    folder: Path
    connections: Sized

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(PATIENCE):
            while not holds():  # noqa: ASYNC110 - the server has no bell for it
                await asyncio.sleep(0.01)

    async def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request, follow no redirect, and return the answer."""
        async with self.browser.request(
            method, self.url + path, data=body, headers=headers, allow_redirects=False
        ) as response:
            return Answer(response.status, response.headers.copy(), await response.read())


@asynccontextmanager
async def a_site(
    folder: Path,
    *,
    webhook: bool = True,
    https: bool = False,
    time_limit: float = 5.0,
    limits: Limits | None = None,
    updates: Updates | None = None,
) -> AsyncIterator[Site]:
    """Serve on a free port of loopback."""
    settlement, inbox, current = Settlement(), Inbox(), Current(a_catalog())
    works = {"database": True}

    async def health() -> Mapping[str, bool]:
        return works

    def verify(raw: bytes, header: str | None) -> InboxEvent:
        return verify_webhook(raw, header, SECRET, NOW)

    parts = Parts(
        settlement=settlement,
        inbox=inbox,
        current=current,
        languages=Languages.load(),
        chat=TelegramLinks("https://t.me", "lume_bot"),
        locate=CatalogFolder(folder / "catalog.json").locate,
        health=health,
        verify=verify if webhook else None,
        updates=updates,
        https=https,
    )
    app = web_app(parts, time_limit=time_limit)
    async with (
        WebServer(app, host="127.0.0.1", port=0, limits=limits) as server,
        aiohttp.ClientSession() as browser,
    ):
        yield Site(
            server.url, browser, settlement, inbox, current, works, folder, server.connections
        )
