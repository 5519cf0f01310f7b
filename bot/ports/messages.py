"""Messages that must be delivered at least once, and who delivers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from bot.domain.order import ChatId, Order, OrderId


class MessageKind(StrEnum):
    """What an outbox row tells. Rows hold kind and order; words are made when it is sent."""

    LINK = "link"
    REMINDER = "reminder"
    CART_REMINDER = "cart_reminder"
    RECEIPT = "receipt"
    PROCESSING = "processing"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REVIEW = "review"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    SHIPPED = "shipped"
    NOT_SHIPPED = "not_shipped"
    OWNER_SALE = "owner_sale"
    OWNER_REVIEW = "owner_review"
    OWNER_REFUND = "owner_refund"
    OWNER_REFUND_FAILED = "owner_refund_failed"
    OWNER_DISPUTE = "owner_dispute"
    OWNER_PARKED = "owner_parked"
    OWNER_ALERT = "owner_alert"
    OWNER_SUPPORT = "owner_support"
    SUPPORT = "support"
    BACK_IN_STOCK = "back_in_stock"
    SHOWN_ANEW = "shown_anew"


class AlertKind(StrEnum):
    """What an owner's alert is about: the ``problem`` of its details. Rows hold these too."""

    ANSWERED = "answered"
    CATALOG_CHANGED = "catalog_changed"
    CATALOG_DOUBTFUL = "catalog_doubtful"
    CATALOG_FAULTY = "catalog_faulty"
    CATALOG_MENDED = "catalog_mended"
    CHECKOUT_CLOSED = "checkout_closed"
    CHECKOUT_CLOSED_WORDS = "checkout_closed_words"
    CHECKOUT_OPENED = "checkout_opened"
    CLOCK_AHEAD = "clock_ahead"
    CLOCK_BEHIND = "clock_behind"
    CREDIT_NOTE_WRONG = "credit_note_wrong"
    CURRENCY_ASKED = "currency_asked"
    DAILY_SUMMARY = "daily_summary"
    EVENT_FAILED = "event_failed"
    EVENTS_DENIED = "events_denied"
    KEY_FOREIGN = "key_foreign"
    LOW_STOCK = "low_stock"
    OWNER_JOINED = "owner_joined"
    OWNER_LEFT = "owner_left"
    OWNER_REMOVED = "owner_removed"
    PAYMENTS_DENIED = "payments_denied"
    PRICES_ASKED = "prices_asked"
    REFUNDS_DENIED = "refunds_denied"
    SESSION_UNKNOWN = "session_unknown"
    SOLD_OUT = "sold_out"
    STRIPE_REFUSED = "stripe_refused"
    STRIPE_REFUSED_LINE = "stripe_refused_line"


#: Messages that follow their order: they are remembered, and edited when it changes.
FOLLOWING = frozenset(
    {
        MessageKind.RECEIPT,
        MessageKind.OWNER_SALE,
        MessageKind.OWNER_REVIEW,
        MessageKind.LINK,
        MessageKind.REMINDER,
    }
)
#: Messages that hold a payment link: they follow their order until it is decided.
LINKS = frozenset({MessageKind.LINK, MessageKind.REMINDER})


#: For so long no other process delivers a message that one has claimed; sending it takes 10 s.
CLAIM_SECONDS: Final = 60


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

    def enqueue(
        self,
        chat_id: ChatId,
        kind: MessageKind,
        now: int,
        order_id: OrderId | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Add a message; it is due at once where none of its chat waits before it."""
        ...

    def due(
        self, now: int, limit: int, busy: Sequence[ChatId] = (), process: str | None = None
    ) -> tuple[OutboxMessage, ...]:
        """Return the oldest of each chat that is due and not busy, the longest waiting first.

        Where a process is named, what another one has claimed is left out.
        """
        ...

    def claim(self, message_id: int, process: str, now: int) -> bool:
        """Keep a message that is due for one process; False where another one was faster.

        After `CLAIM_SECONDS` others may take it up. A process that names itself when it ends or
        puts off a message changes none that another one has claimed since.
        """
        ...

    def next_at(self) -> int | None:
        """Return when the next message is due, seconds UTC; None where nothing waits."""
        ...

    def release_claims(self) -> None:
        """Let every message that waits be taken up by whoever comes."""
        ...

    def sent(self, message_id: int, now: int, process: str | None = None) -> None:
        """Record that Telegram took the message; the chat's next one is due."""
        ...

    def told_at(
        self, chat_id: ChatId, kind: MessageKind, order_id: OrderId, now: int
    ) -> int | None:
        """Return when a chat was last told this of an order: now where it waits; None for never."""
        ...

    def none_after(self, at: int) -> int:
        """Let no message be due later than at a time; return how many were."""
        ...

    def later(self, message_id: int, at: int, process: str | None = None) -> None:
        """Try again at a time, and count an attempt; those behind it wait with it."""
        ...

    def park(self, message_id: int, now: int, reason: str, process: str | None = None) -> bool:
        """Set aside a message that Telegram will never take; the chat's next one is due.

        False where it is done already, or another process has it.
        """
        ...

    def redirect(
        self, message: OutboxMessage, to: ChatId, details: Mapping[str, str], now: int
    ) -> None:
        """Let a message go to another chat, where it is due; so is its own chat's next one."""
        ...

    def hold_chat(self, chat_id: ChatId) -> None:
        """Let what waits for a chat that cannot be reached wait until it is back."""
        ...

    def release_chat(self, chat_id: ChatId) -> int:
        """Let what was held for a chat be due; return how many sales its owner is told of by it."""
        ...

    def drop_chat(self, chat_id: ChatId, now: int) -> None:
        """Park everything that waits for a chat that is forgotten."""
        ...

    def drop_about(self, chat_id: ChatId, now: int) -> None:
        """End what waits in other chats about this one: its words, and who was answered."""
        ...

    def depth(self) -> int:
        """Return how many messages wait, those left out that are held for their chats.

        The cost follows that number.
        """
        ...

    def oldest(self) -> int | None:
        """Return when the oldest of these was put, seconds UTC; None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message in a chat that shows an order, and what kind it was sent as."""

    kind: MessageKind
    chat_id: ChatId
    message_id: int


class ShownStore(Protocol):
    """Which message shows an order in a chat."""

    def remember(self, order_id: OrderId, message: ShownMessage) -> None:
        """Remember a message, in place of an earlier one of its kind in its chat."""
        ...

    def receipt(self, order_id: OrderId, chat_id: ChatId) -> int | None:
        """Return Telegram's number of the message that an order's steps stand in."""
        ...

    def of(self, order_id: OrderId) -> tuple[ShownMessage, ...]: ...
    def let_go(self, order_id: OrderId, message: ShownMessage) -> bool:
        """Forget a message that follows its order no more; False where it was not remembered."""
        ...

    def forget(self, chat_id: ChatId) -> None:
        """Forget the messages of a chat that is gone, or has become another."""
        ...


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram took the message.

    Attributes:
        message_id: Telegram's number of it, where it is a message of its own.
        whole: Whether all is in it; Stripe, which keeps some, may not have answered.
    """

    message_id: int | None = field(default=None, compare=False)
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing was delivered, or nobody knows; try again.

    Attributes:
        seconds: How long Telegram asked to wait; None leaves that to the worker.
    """

    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Unreachable:
    """The chat blocked the bot, is gone or never began: what waits is held until it is back."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The group became a supergroup with this id."""

    to: ChatId


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A group cannot be written to: what is told there goes to the person whom it concerns.

    Attributes:
        to: Their private chat.
        closed: Whether it is the group, and not a topic or a right of it.
    """

    to: ChatId
    closed: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """Telegram will never take this message, and said why."""

    reason: str


Delivery = Sent | Later | Unreachable | Moved | Elsewhere | Rejected


class Courier(Protocol):
    """Renders outbox messages and sends them."""

    async def deliver(self, message: OutboxMessage, order: Order | None) -> Delivery:
        """Render a message in its chat's language and send it; never raises for Telegram's sake."""
        ...
