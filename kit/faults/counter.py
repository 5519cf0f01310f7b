"""The shop's use cases on a real file and over real HTTP, with nothing that happens by itself.

No worker runs and the clock moves only when told, so that a test decides what happens between
which two steps. It can be closed and opened again on the same database, as after a crash.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from bot.catalog_file.folder import CatalogFolder
from bot.catalog_file.reader import FolderReader
from bot.domain.catalog.model import LineKey, ProductId
from bot.domain.errors import RefusedError
from bot.domain.order import ChatId, Order, OrderId, UserId
from bot.moving_in.sent import merge_table
from bot.payments import StripePayments
from bot.payments.calls import Patience
from bot.payments.events import inbox_event
from bot.ports import EventId, MessageKind, Note, OutboxMessage, Transaction
from bot.shop import Buyer, Context, PayLink, Roster, Shop, open_shop
from bot.shop.catalog.catalogs import Catalogs
from bot.store.sqlite import SqliteStore, open_store
from bot.web import TelegramLinks
from bot.workers.events import EventsWorker
from kit.engines import AnyStore
from shop_sandbox.site import SandboxSite
from shop_sandbox.stripe import StripeSandbox

NOON = 1_790_000_000
KEY = "sk_test_faults4NobodyAtAll0000"
OWNER = UserId(900)
ALICE, BOB = ChatId(11), ChatId(12)
#: Few tries and no pause between them: what is made not to answer refuses at once, and what does
#: answer may take its time on a busy machine.
HASTY = Patience(attempt=20.0, total=30.0, attempts=2, first_wait=0.01)
HOUR, DAY = 3600, 86_400


class Hands:
    """A clock that moves only when somebody moves its hands."""

    def __init__(self, at: float = NOON) -> None:
        self.at = at

    def now(self) -> int:
        """Return seconds UTC, for the shop."""
        return int(self.at)

    def __call__(self) -> float:
        """Return seconds UTC, for the sandbox."""
        return self.at

    def jump(self, seconds: float) -> None:
        """Go on in time."""
        self.at += seconds


def goods(stock: Mapping[str, int | None] | None = None, price: str = "12.50") -> str:
    """Return a catalog's text: products by id with their stock, none of them shipped."""
    listed = stock if stock is not None else {"tea": 20, "mug": 1}
    products: list[dict[str, Any]] = []
    for name, units in listed.items():
        product: dict[str, Any] = {
            "id": name, "category": "all", "name": name.title(), "description": "Good.",
            "price": price,
        }  # fmt: skip
        if units is not None:
            product["stock"] = units
        products.append(product)
    return json.dumps(
        {
            "shop": {"name": "Faults", "about": "-", "currency": "eur", "support": "@nobody"},
            "categories": [{"id": "all", "name": "All"}],
            "products": products,
            "checkout": {"hold_minutes": 60},
        }
    )


async def _open_file(database: Path) -> AnyStore:
    return await open_store(database, busy_timeout=200)


class Counter:
    """A shop without workers; made by `open_counter`.

    Attributes:
        open_database: Opens the database that a path stands for; a file by itself.
    """

    open_database: Callable[[Path], Awaitable[AnyStore]] = staticmethod(_open_file)

    def __init__(self, site: SandboxSite, clock: Hands, folder: Path) -> None:
        self.site = site
        self.clock = clock
        self.catalog = folder / "catalog.json"
        self.database = folder / "shop.sqlite3"
        self.key = KEY
        self.patience = HASTY
        self._open = AsyncExitStack()

    store: AnyStore
    payments: StripePayments
    catalogs: Catalogs
    shop: Shop
    events: EventsWorker

    @property
    def on_file(self) -> SqliteStore:
        """The store, for what is about its file."""
        assert isinstance(self.store, SqliteStore)
        return self.store

    @property
    def stripe(self) -> StripeSandbox:
        """The embedded Stripe."""
        return self.site.stripe

    async def open(self) -> None:
        """Open the database and build the use cases on it."""
        self.store = await self._open.enter_async_context(await self.open_database(self.database))
        folder = CatalogFolder(self.catalog)
        self.catalogs = Catalogs(folder, FolderReader(folder), self.store, self.clock)
        current, _ = await self.catalogs.open_current()
        self.payments = await self._open.enter_async_context(
            StripePayments(
                self.key, self.clock, api_url=self.site.stripe_api_url, patience=self.patience,
                jitter=lambda: 0.0,
            )
        )  # fmt: skip
        shop_id = await self.store.read(lambda tx: tx.notes.get(Note.SHOP_ID))
        # Stripe takes no http address for real money.
        base = "https://t.me" if self.payments.livemode else self.site.telegram_link_url
        context = Context(
            store=self.store,
            payments=self.payments,
            clock=self.clock,
            links=TelegramLinks(base, "lume_bot"),
            current=current,
            shop_id=shop_id or "",
            roster=Roster((OWNER,)),
        )
        self.shop = open_shop(context, lambda code: code or "en", self.catalogs, merge_table)
        self.events = EventsWorker(context)
        await self.events.begin()

    async def close(self) -> None:
        """Close everything but the sandbox."""
        await self._open.aclose()

    async def reopen(self) -> None:
        """Close the shop and open it on the same database, as at a start."""
        await self.close()
        await self.open()
        await self.shop.reconciliation.begin()

    async def fill(self, chat: ChatId, product: str = "tea", quantity: int = 1) -> None:
        """Put goods into a chat's cart."""
        await self.shop.carts.add(chat, LineKey(ProductId(product)), quantity)

    async def checkout(self, chat: ChatId, person: UserId | None = None) -> PayLink:
        """Ask for a chat's payment link, as one of its people or as the one whose chat it is."""
        buyer = Buyer(person or UserId(chat), f"Person {person or chat}", "en")
        return await self.shop.checkout.start(chat, buyer)

    async def buy(self, chat: ChatId = ALICE, product: str = "tea", quantity: int = 1) -> Order:
        """Fill a cart and place its order; it is open then."""
        await self.fill(chat, product, quantity)
        return (await self.checkout(chat)).order

    async def order(self, order_id: OrderId) -> Order:
        """Return an order as it is stored."""
        found = await self.shop.orders.get(order_id)
        assert found is not None
        return found

    async def order_of(self, intent_id: str) -> Order | None:
        """Return the order of a payment."""
        return await self.store.read(lambda tx: tx.orders.by_intent(intent_id))

    async def free(self, product: str) -> int | None:
        """Return the units that nobody holds."""
        catalog = self.shop.current.catalog
        variant = catalog.variant(LineKey(ProductId(product)))
        assert variant is not None
        stock_id = variant.stock_id
        levels = await self.store.read(lambda tx: tx.stock.levels([stock_id]))
        return levels[stock_id].free

    async def told(self, kind: MessageKind | None = None) -> list[OutboxMessage]:
        """Return everything in the outbox, of a kind where given, sent by nobody."""

        def work(tx: Transaction) -> list[OutboxMessage]:
            found: list[OutboxMessage] = []
            while heads := tx.outbox.due(self.clock.now(), 100):
                for message in heads:
                    found.append(message)
                    tx.outbox.sent(message.id, 0)
            raise _Undone(found)

        try:
            await self.store.write(work)
        except _Undone as undone:
            return [m for m in undone.found if kind is None or m.kind is kind]
        raise AssertionError("the look at the outbox was kept")

    async def receive(self, event: Mapping[str, Any]) -> bool:
        """Take an event of the sandbox in, as a verified webhook does."""
        return await self.shop.inbox.receive(inbox_event(event, self.clock.now()))

    def events_of(self, *kinds: str) -> list[dict[str, Any]]:
        """Return the sandbox's events, of kinds that start so, oldest first."""
        return [e for e in self.stripe.events if not kinds or e["type"].startswith(kinds)]

    async def act(self) -> None:
        """Act on the events that are stored and due."""
        while await self.shop.inbox.work():
            pass

    async def reconcile(self) -> None:
        """Ask about every undecided order, as at a start."""
        await self.shop.reconciliation.begin()
        await self.shop.reconciliation.work()

    async def quiet(self, rounds: int = 3) -> None:
        """Fetch events, act on them, ask about what is undecided, until nothing more comes."""
        for _ in range(rounds):
            while await self.events.work():
                pass
            await self.act()
            await self.reconcile()

    async def findings(self) -> list[str]:
        """Return what contradicts itself in the store, and between it and Stripe."""
        found = [f"{f.rule}: {f.order_id} {f.detail}" for f in await self.store.findings()]
        return [*found, *await self._money()]

    async def _money(self) -> list[str]:
        """Compare each payment with its charge, and each charge with its order."""
        found = []
        charges = [c for c in self.stripe.charges.values() if c["status"] == "succeeded"]
        for charge in charges:
            intent = charge["payment_intent"]
            order = await self.order_of(intent)
            if order is None or order.payment is None:
                found.append(f"charge {charge['id']} of {charge['amount']} has no order")
                continue
            kept = order.payment.total.minor - (order.refunded.minor if order.refunded else 0)
            if kept != charge["amount"] - charge["amount_refunded"]:
                found.append(f"order {order.id} kept {kept}, its charge says otherwise")
        return found


class _Undone(Exception):  # noqa: N818 - takes a transaction back, and is no error
    def __init__(self, found: Sequence[OutboxMessage]) -> None:
        super().__init__()
        self.found = found


@asynccontextmanager
async def open_counter(
    folder: Path, catalog: str | None = None, *, clock: Hands | None = None, behind: int = 0
) -> AsyncIterator[Counter]:
    """Open a shop without workers against a fresh sandbox, whose clock may be seconds behind."""
    clock = clock or Hands()
    async with SandboxSite(clock=lambda: clock() - behind) as site:
        site.stripe.settings.webhook_patience = 0.0
        counter = Counter(site, clock, folder)
        counter.catalog.write_text(catalog or goods(), encoding="utf-8")
        try:
            await counter.open()
            yield counter
        finally:
            await counter.close()


async def refused(work: Any) -> str:
    """Await something that must be refused, and return the refusal's key."""
    try:
        await work
    except RefusedError as error:
        return error.key
    raise AssertionError("it was not refused")


def event_id(event: Mapping[str, Any]) -> EventId:
    """Return an event's id."""
    return EventId(str(event["id"]))
