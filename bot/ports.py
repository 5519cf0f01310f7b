"""What the shop needs from outside, as protocols: a store, a payment service, a clock.

``store/`` and ``payments.py`` implement these; only ``app.py`` knows that. Work on the store is a
plain function of a `Transaction`: it runs whole, in one hop to the database's thread, and is
committed if it returns and rolled back if it raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType, Protocol, TypeVar

from bot.domain.cart import CartLine
from bot.domain.catalog.model import ProductId, StockId, VariantId
from bot.domain.catalog.pictures import PictureFact
from bot.domain.errors import ShopError
from bot.domain.money import Money
from bot.domain.order import (
    Attempt,
    ChatId,
    Goods,
    Order,
    OrderId,
    OrderState,
    OrderToken,
    Payment,
    SessionId,
    UserId,
)
from bot.domain.payment import Session

T = TypeVar("T")
UpdateId = NewType("UpdateId", int)
EventId = NewType("EventId", str)


class Clock(Protocol):
    """The time."""

    def now(self) -> int:
        """Return seconds UTC."""
        ...


# --- the store -------------------------------------------------------------------------------


class ChatKind(StrEnum):
    """What kind of chat it is; a channel never shops."""

    PRIVATE = "private"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that the shop has spoken with.

    Attributes:
        language: Language code that the chat reads; ``chosen`` where a person picked it.
        name: Display name, for the owner's eyes.
        reachable: False once Telegram said 403; a message from the chat makes it True again.
    """

    id: ChatId
    kind: ChatKind
    language: str
    name: str
    chosen: bool = False
    reachable: bool = True


class ChatStore(Protocol):
    """Chats."""

    def get(self, chat_id: ChatId) -> Chat | None: ...
    def save(self, chat: Chat) -> None:
        """Insert or replace."""
        ...

    def rekey(self, old: ChatId, new: ChatId) -> None:
        """A group became a supergroup: its cart, orders and messages follow; carts are merged."""
        ...

    def forget(self, chat_id: ChatId, user_id: UserId, now: int) -> bool:
        """Delete a person's private chat and take them out of the orders that stay.

        False, with nothing changed, while an order of the chat is undecided.
        """
        ...


class CartStore(Protocol):
    """Cart lines, in the order in which they were first added."""

    def lines(self, chat_id: ChatId) -> tuple[CartLine, ...]: ...
    def put(self, chat_id: ChatId, line: CartLine) -> None:
        """Insert the line, or replace the one of the same variant (its place stays)."""
        ...

    def remove(self, chat_id: ChatId, product_id: ProductId, variant_id: VariantId) -> None: ...
    def clear(self, chat_id: ChatId) -> None: ...


@dataclass(frozen=True, slots=True)
class Sales:
    """What was sold in a period, by when its orders were placed.

    Attributes:
        paid: (placed at, minor units less what was refunded) of every paid order, oldest first.
        best: (title, units) of what sold most, the most first.
        shoppers: Chats that ordered, or have something in the cart since the period began.
        buyers: Chats that paid.
    """

    paid: tuple[tuple[int, int], ...] = ()
    best: tuple[tuple[str, int], ...] = ()
    shoppers: int = 0
    buyers: int = 0


class OrderStore(Protocol):
    """Orders with their lines. Every lookup is by an index."""

    def next_id(self) -> OrderId:
        """Return the number that the next order will have; the first is 1001."""
        ...

    def add(self, order: Order) -> None: ...
    def get(self, order_id: OrderId) -> Order | None: ...
    def by_token(self, token: OrderToken) -> Order | None: ...
    def by_session(self, session_id: SessionId) -> Order | None: ...
    def by_intent(self, intent_id: str) -> Order | None: ...
    def live_of(self, chat_id: ChatId) -> Order | None:
        """Return the chat's placed or open order; the database allows only one."""
        ...

    def latest_of(self, chat_id: ChatId, limit: int) -> tuple[Order, ...]:
        """Return the chat's orders, newest first."""
        ...

    def attach(self, order_id: OrderId, session_id: SessionId, url: str | None, now: int) -> bool:
        """Record the Checkout Session and move placed → open; False where it was not placed."""
        ...

    def retry_with(self, order_id: OrderId, attempt: Attempt) -> bool:
        """Replace the attempt of an order that is still placed."""
        ...

    def move(
        self,
        order_id: OrderId,
        to: OrderState,
        *,
        now: int,
        payment: Payment | None = None,
        reason: str | None = None,
    ) -> bool:
        """Move an order by one conditional update; return whether this call did it.

        The states it may come from are those of the transition table; ``ended_at`` is set where
        the new state is an end, ``payment`` and ``reason`` where given.
        """
        ...

    def set_goods(self, order_id: OrderId, old: Goods, new: Goods) -> bool:
        """Record what became of the units, if they were ``old``."""
        ...

    def record_refund(self, order_id: OrderId, refunded: Money) -> bool:
        """Set the amount refunded so far; False where it was that already."""
        ...

    def record_dispute(self, order_id: OrderId, status: str) -> bool:
        """Set the dispute's status; False where it was that already."""
        ...

    def record_shipped(self, order_id: OrderId, now: int, tracking: str | None) -> bool: ...

    def looked_at(self, order_id: OrderId, now: int) -> None:
        """Remember when Stripe was last asked about this order."""
        ...

    def due(self, now: int, limit: int) -> tuple[Order, ...]:
        """Return undecided orders that Stripe should be asked about now, longest waiting first.

        Fresh ones (placed or opened less than 5 minutes ago) are due 20 s after the last look,
        others 240 s after it; at start, `all_due` makes every one due.
        """
        ...

    def next_due(self) -> int | None:
        """Return when the next undecided order is due, seconds UTC; None where there is none."""
        ...

    def all_due(self) -> None:
        """Make every undecided order due at once."""
        ...

    def count_by_state(self) -> Mapping[OrderState, int]: ...

    def recent_expiries(self, chat_id: ChatId, limit: int) -> tuple[tuple[OrderState, int], ...]:
        """Return (state, ended_at) of the chat's last ended orders, newest first."""
        ...

    def in_state(
        self, state: OrderState, limit: int, before: OrderId | None = None
    ) -> tuple[Order, ...]:
        """Return orders of a state, newest first, for the owner's lists."""
        ...

    def to_ship(self, limit: int, before: OrderId | None = None) -> tuple[Order, ...]:
        """Return paid orders that were neither shipped nor refunded whole, newest first."""
        ...

    def newest(self, limit: int, before: OrderId | None = None) -> tuple[Order, ...]:
        """Return orders of every state, newest first."""
        ...

    def sales(self, since: int, until: int, currency: str, best: int) -> Sales:
        """Sum up the orders placed from a moment up to another, in one currency."""
        ...

    def first_since(self, since: int) -> OrderId | None:
        """Return the number of the first order placed at a moment or later."""
        ...

    def bought_by(self, name: str, limit: int) -> tuple[Order, ...]:
        """Return orders whose buyer's name holds these words in any case, newest first.

        Only the latest orders are looked through, so that the cost has a bound.
        """
        ...

    def page(self, after: OrderId, limit: int) -> tuple[Order, ...]:
        """Return the orders numbered above one, in their order: a million of them, bit by bit."""
        ...


class MovementKind(StrEnum):
    """Why units moved in the stock ledger."""

    COUNTED = "counted"
    HELD = "held"
    FREED = "freed"
    SOLD = "sold"
    RETURNED = "returned"
    RESTOCKED = "restocked"


@dataclass(frozen=True, slots=True)
class StockLevel:
    """Units of one stock id; ``counted`` None means that it is not counted."""

    counted: int | None
    held: int
    sold: int

    @property
    def free(self) -> int | None:
        """Units that can be promised now."""
        return None if self.counted is None else max(0, self.counted - self.held - self.sold)


class StockStore(Protocol):
    """The ledger: a row of totals a stock id, and every movement beside it."""

    def levels(self, stock_ids: Iterable[StockId]) -> Mapping[StockId, StockLevel]:
        """Return levels by id; an id that was never counted is missing."""
        ...

    def count(self, stock_id: StockId, counted: int | None, now: int) -> None:
        """Record a new count: units sold before it no longer matter."""
        ...

    def restock(self, stock_id: StockId, units: int, now: int) -> None: ...
    def hold(self, stock_id: StockId, units: int, order_id: OrderId, now: int) -> bool:
        """Hold units if that many are free (or not counted); one conditional update."""
        ...

    def settle(
        self, kind: MovementKind, stock_id: StockId, units: int, order_id: OrderId, now: int
    ) -> None:
        """Turn held units into freed or sold ones, or sold ones into returned ones."""
        ...


class MessageKind(StrEnum):
    """What an outbox row tells. Rows hold kind and order; words are made when it is sent."""

    LINK = "link"
    RECEIPT = "receipt"
    PROCESSING = "processing"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    SHIPPED = "shipped"
    OWNER_SALE = "owner_sale"
    OWNER_REVIEW = "owner_review"
    OWNER_REFUND = "owner_refund"
    OWNER_REFUND_FAILED = "owner_refund_failed"
    OWNER_DISPUTE = "owner_dispute"
    OWNER_PARKED = "owner_parked"
    OWNER_ALERT = "owner_alert"
    OWNER_SUPPORT = "owner_support"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message that must be delivered at least once."""

    id: int
    chat_id: ChatId
    kind: MessageKind
    order_id: OrderId | None
    details: Mapping[str, str]
    attempts: int
    created_at: int


class OutboxStore(Protocol):
    """Messages to deliver: in order within a chat, independent between chats."""

    def put(
        self,
        chat_id: ChatId,
        kind: MessageKind,
        now: int,
        order_id: OrderId | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None: ...
    def due(self, now: int, limit: int, busy: Sequence[ChatId] = ()) -> tuple[OutboxMessage, ...]:
        """Return the oldest unsent message of each chat that is due and not busy."""
        ...

    def next_at(self) -> int | None:
        """Return when the next message is due, seconds UTC; None where nothing waits."""
        ...

    def sent(self, message_id: int, now: int) -> None: ...
    def later(self, message_id: int, at: int) -> None:
        """Try again at a time (and count an attempt)."""
        ...

    def park(self, message_id: int, now: int, reason: str) -> None:
        """Set aside a message that Telegram will never take."""
        ...

    def drop_chat(self, chat_id: ChatId, now: int) -> None:
        """Park everything that waits for a chat that cannot be reached."""
        ...

    def depth(self) -> int: ...
    def oldest(self) -> int | None:
        """Return when the oldest message that waits was put, seconds UTC."""
        ...


@dataclass(frozen=True, slots=True)
class InboxEvent:
    """A Stripe event, as far as it is believed: its id, its kind and whom it is about."""

    id: EventId
    kind: str
    object_id: str
    received_at: int
    attempts: int = 0
    parent_id: str | None = None


class InboxStore(Protocol):
    """Stripe's events, each acted on once."""

    def put(self, event: InboxEvent) -> bool:
        """Store an event; False where its id is known."""
        ...

    def due(self, now: int, limit: int) -> tuple[InboxEvent, ...]: ...
    def done(self, event_id: EventId, now: int) -> None: ...
    def later(self, event_id: EventId, at: int) -> None: ...


class NoteStore(Protocol):
    """Small facts by name: who the database belongs to, cursors, the till's state."""

    def get(self, name: str) -> str | None: ...
    def set(self, name: str, value: str | None) -> None: ...


class CatalogStore(Protocol):
    """Catalog texts that were good, the newest first."""

    def last_good(self) -> bytes | None: ...
    def save(self, source: bytes, fingerprint: str, now: int) -> None: ...


class PictureStore(Protocol):
    """Telegram's file ids, which belong to one bot, by the picture's hash."""

    def get(self, bot_id: int, digest: str) -> str | None: ...
    def set(self, bot_id: int, digest: str, file_id: str) -> None: ...


class Transaction(Protocol):
    """Everything stored, within one transaction."""

    @property
    def chats(self) -> ChatStore: ...
    @property
    def carts(self) -> CartStore: ...
    @property
    def orders(self) -> OrderStore: ...
    @property
    def stock(self) -> StockStore: ...
    @property
    def outbox(self) -> OutboxStore: ...
    @property
    def inbox(self) -> InboxStore: ...
    @property
    def notes(self) -> NoteStore: ...
    @property
    def catalogs(self) -> CatalogStore: ...
    @property
    def pictures(self) -> PictureStore: ...
    def first_time(self, update_id: UpdateId | None, now: int) -> bool:
        """Return True the first time an update is seen, and remember it; True for None."""
        ...


class Store(Protocol):
    """The database."""

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run a function in one write transaction; a cancelled caller does not cut it short.

        Raises:
            TransientError: the disk is full, read-only or locked; nothing was changed.
        """
        ...

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a function on a read-only snapshot."""
        ...


# --- payments --------------------------------------------------------------------------------


class UnknownSessionError(ShopError):
    """The payment service has no such session under this key."""


class PaymentsRefusedError(ShopError):
    """The payment service refuses the request for good; the same again would not help."""

    def __init__(self, message: str, *, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.param = param


class PaymentsDeniedError(PaymentsRefusedError):
    """The key is wrong or lacks a permission, which the message names."""


class KeyReusedError(PaymentsRefusedError):
    """The idempotency key is spent: other parameters, or a stored server fault."""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A line item as the customer sees it on the payment page."""

    name: str
    unit: Money
    quantity: int
    description: str | None = None
    image_url: str | None = None


@dataclass(frozen=True, slots=True)
class ShippingChoice:
    """A shipping rate as offered on the payment page; days are business days."""

    name: str
    price: Money
    days: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """What a Checkout Session is made from. Times are seconds UTC."""

    reference: str
    metadata: Mapping[str, str]
    currency: str
    lines: tuple[SessionLine, ...]
    success_url: str
    cancel_url: str
    expires_at: int
    language: str
    promotion_codes: bool = False
    automatic_tax: bool = False
    phone: bool = False
    terms: bool = False
    countries: tuple[str, ...] = ()
    shipping: tuple[ShippingChoice, ...] = ()
    questions: tuple[tuple[str, str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund as Stripe has it; ``amount`` in minor units."""

    id: str
    status: str
    amount: int
    currency: str
    intent_id: str | None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute as Stripe has it."""

    id: str
    status: str
    amount: int
    currency: str
    intent_id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Account:
    """Whose key it is."""

    id: str
    livemode: bool


class Payments(Protocol):
    """The payment service.

    Every call raises `TransientError` on time-outs, 429 and 5xx, `PaymentsDeniedError` on 401 and
    403, and `PaymentsRefusedError` on other refusals.
    """

    @property
    def livemode(self) -> bool:
        """Whether the key moves real money."""
        ...

    def prepare(self, request: SessionRequest) -> str:
        """Return the request's parameters as text, to be stored and sent (again) unchanged."""
        ...

    async def create(self, parameters: str, key: str) -> Session:
        """Create the session, or replay the stored answer of this idempotency key.

        Raises:
            KeyReusedError: a new attempt with a new key is needed.
        """
        ...

    async def retrieve(self, session_id: SessionId) -> Session:
        """Retrieve a session with its intent and latest charge.

        Raises:
            UnknownSessionError: there is none.
        """
        ...

    async def lines(self, session_id: SessionId) -> tuple[SessionLine, ...]:
        """Return the lines of a session as Stripe has them."""
        ...

    async def session_of(self, intent_id: str) -> SessionId | None:
        """Return the session that a PaymentIntent pays for, None where there is none."""
        ...

    async def expire(self, session_id: SessionId) -> Session:
        """Expire an open session and return it; one that is not open is returned as it is."""
        ...

    async def receipt_url(self, session_id: SessionId) -> str | None:
        """Return a fresh link to Stripe's receipt; they die within 30 days."""
        ...

    async def refund(self, intent_id: str, amount: Money, key: str) -> Refund: ...
    async def refunds(self, intent_id: str) -> tuple[Refund, ...]: ...
    async def dispute(self, dispute_id: str) -> Dispute: ...
    async def events(
        self, after: EventId | None, since: int | None = None
    ) -> tuple[InboxEvent, ...]:
        """Return the events after a cursor, oldest first; at most 100.

        Where there is no cursor, or the service no longer knows it, those ``since`` a time count
        (seconds UTC; None: since the program started).
        """
        ...

    async def account(self) -> Account: ...


# --- the house -------------------------------------------------------------------------------


class Meter(Protocol):
    """Counts what happens."""

    def update_served(self, seconds: float) -> None: ...
    def telegram_called(self, outcome: str) -> None: ...
    def stripe_called(self, outcome: str) -> None: ...
    def paid(self, total: Money) -> None: ...


class CatalogSource(Protocol):
    """The owner's file and the pictures beside it."""

    @property
    def file(self) -> str:
        """The file's name, as the owner knows it."""
        ...

    def read(self) -> bytes:
        """Return the file's content.

        Raises:
            CatalogFaultsError: there is no such file, or it cannot be read.
        """
        ...

    def picture(self, path: str) -> PictureFact | None:
        """Return what is known of the picture at a path relative to the file."""
        ...


class CatalogFile(CatalogSource, Protocol):
    """The owner's file where the shop may write it too.

    Both raise `TransientError` where the disk refuses; nothing is changed then.
    """

    def write(self, source: bytes) -> None:
        """Replace the file; a reader sees the old one or the new one, never a half."""
        ...

    def write_picture(self, path: str, content: bytes) -> None:
        """Save a picture under a path relative to the file."""
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram took the message."""


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing was delivered, or nobody knows; try again.

    Attributes:
        seconds: How long Telegram asked to wait; None leaves that to the worker.
    """

    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The chat blocked the bot or is gone: final until it writes again."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The group became a supergroup with this id."""

    to: ChatId


@dataclass(frozen=True, slots=True)
class Rejected:
    """Telegram will never take this message, and said why."""

    reason: str


Delivery = Sent | Later | Unreachable | Moved | Rejected


class Courier(Protocol):
    """Renders outbox messages and sends them."""

    async def deliver(self, message: OutboxMessage, order: Order | None) -> Delivery:
        """Render a message in its chat's language and send it; never raises for Telegram's sake."""
        ...


class Links(Protocol):
    """Where people come back to."""

    def success(self, token: OrderToken) -> str:
        """Return the URL that a buyer is sent to after paying."""
        ...

    def cancel(self, token: OrderToken) -> str:
        """Return the URL of the way back without paying."""
        ...

    def picture(self, path: str) -> str | None:
        """Return a URL from which the payment page can load a picture, None where there is none."""
        ...
