"""An order: what was bought at which price, the states it passes, and what its goods are doing.

The transition table below is the only one. ``paid`` stays paid: shipping, refunds and disputes are
facts beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NewType

from bot.domain.allowed import Allowed
from bot.domain.catalog.model import LineKey, StockId
from bot.domain.money import Money, step

OrderId = NewType("OrderId", int)
OrderToken = NewType("OrderToken", str)
OrderMark = NewType("OrderMark", str)
SessionId = NewType("SessionId", str)
ChatId = NewType("ChatId", int)
UserId = NewType("UserId", int)

#: The chat of an order that was found at Stripe alone: there is nobody to write to.
NOBODY: Final = ChatId(0)


def mark_of(order_id: OrderId) -> OrderMark:
    """Return what tells an order from the others of its chat in the few bytes that a button has."""
    return OrderMark(f"{order_id % 0x10000:x}")


class OrderState(StrEnum):
    """Where an order stands."""

    PLACED = "placed"
    OPEN = "open"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REVIEW = "review"
    REFUNDED = "refunded"


_S = OrderState
TRANSITIONS: Mapping[OrderState, frozenset[OrderState]] = MappingProxyType(
    {
        _S.PLACED: frozenset({_S.OPEN, _S.EXPIRED, _S.CANCELLED, _S.FAILED, _S.REVIEW}),
        _S.OPEN: frozenset(
            {_S.PROCESSING, _S.PAID, _S.EXPIRED, _S.CANCELLED, _S.FAILED, _S.REVIEW}
        ),
        _S.PROCESSING: frozenset({_S.PAID, _S.FAILED, _S.REVIEW}),
        _S.EXPIRED: frozenset({_S.REVIEW}),
        _S.CANCELLED: frozenset({_S.REVIEW}),
        _S.FAILED: frozenset({_S.REVIEW}),
        _S.REVIEW: frozenset({_S.PAID, _S.REFUNDED, _S.CANCELLED}),
        _S.PAID: frozenset(),
        _S.REFUNDED: frozenset(),
    }
)

#: A chat has at most one order in these states: it is asked to pay for one thing at a time.
LIVE = frozenset({_S.PLACED, _S.OPEN})
#: What an order comes to that nobody pays; money that comes all the same is its owner's to judge.
ENDED_UNPAID = frozenset({_S.EXPIRED, _S.CANCELLED, _S.FAILED})
#: Stripe may still say something new about an order in these states.
UNDECIDED = frozenset({_S.PLACED, _S.OPEN, _S.PROCESSING})


class DisputeStatus(StrEnum):
    """How a dispute stands, as Stripe says it ("The Dispute object", Stripe's API reference).

    A warning is an inquiry of the bank's, before money moves. Stripe may come to say another word,
    so an order holds what it said and not one of these.
    """

    WARNING_NEEDS_RESPONSE = "warning_needs_response"
    WARNING_UNDER_REVIEW = "warning_under_review"
    WARNING_CLOSED = "warning_closed"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    PREVENTED = "prevented"


#: Why an order is in review whose session Stripe does not know.
UNKNOWN_AT_STRIPE: Final = "unknown at Stripe"
#: The same of a bank debit: its money is under way, and nobody can say whether it comes.
DEBIT_UNKNOWN: Final = "debit unknown at Stripe"

#: Disputes after which the money is the buyer's.
GONE: Final = frozenset({DisputeStatus.LOST})


class StockState(StrEnum):
    """What the order's units are doing in the stock ledger."""

    HELD = "held"
    FREED = "freed"
    SOLD = "sold"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One product as it was ordered: name and price never change again.

    Attributes:
        refunded: Units that refunds name.
        returned: Units that are back in stock.
        sku: The owner's own number of it then.
        barcode: GTIN, EAN, UPC or ISBN then.
        weight: Grams of one unit then.
    """

    key: LineKey
    stock_id: StockId
    title: str
    unit: Money
    quantity: int
    note: str | None = None
    added_by: str | None = None
    refunded: int = 0
    returned: int = 0
    sku: str | None = None
    barcode: str | None = None
    weight: int | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The numbers by which its owner finds it."""
        return tuple(one for one in (self.sku, self.barcode) if one)

    @property
    def total(self) -> Money:
        """The unit price times the quantity."""
        return self.unit * self.quantity


#: How many units of which lines, by the lines' places; those of none are left out.
Units = Mapping[int, int]


def _some(units: Units) -> Units:
    return {place: n for place, n in units.items() if n > 0}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the buyer chose on the payment page, as far as it is nothing personal.

    Attributes:
        rate: The catalog's id of the delivery; None where there is none or it is not certain.
        delivery: Its name as the buyer read it; several where they cost the same and Stripe did
            not say which of them it is.
        code: The promotion code, as typed.
        presentment: What was paid where the buyer paid in another currency.
    """

    rate: str | None = None
    delivery: str | None = None
    code: str | None = None
    presentment: Money | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """What Stripe says was paid, all in the order's currency.

    ``intent_id`` is None for an order that a discount made free.
    """

    total: Money
    discount: Money
    shipping: Money
    tax: Money
    intent_id: str | None = None
    charge_id: str | None = None
    card_brand: str | None = None
    card_last4: str | None = None
    chosen: Chosen = field(default_factory=Chosen)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request for a Checkout Session, stored before it is sent so that it can be sent again.

    Attributes:
        number: 1 for the order's first; another parameter or a stale key makes a new one.
        key: Stripe's idempotency key.
        parameters: The request's parameters as the payments adapter prepared them; opaque.
        expires_at: When the session ends, seconds UTC.
        made_at: When the attempt was stored, seconds UTC.
    """

    number: int
    key: str
    parameters: str
    expires_at: int
    made_at: int


@dataclass(frozen=True, slots=True)
class Order:
    """An order, whole. Times are seconds UTC.

    Attributes:
        packed_at: When it was packed to be sent, where its owner says so before it is.
        shipped_at: When it was sent off, or, of a pick-up, when it was ready.
        collected_at: When it was there, or, of a pick-up, when it was handed over.
        refunded: What has gone back or is on its way.
        refund_pending: Of that, what Stripe has not finished sending; it may still fail.
        alone: Its goods were bought by themselves, and the chat's cart stays as it is.
        topic: Of a forum, in which it was placed.
        disputed: What a dispute is about; None: all of the payment, or there is no dispute.
        version: Counts what was recorded of its refunds and disputes.
    """

    id: OrderId
    token: OrderToken
    chat_id: ChatId
    buyer_id: UserId
    buyer_name: str
    language: str
    state: OrderState
    goods: StockState
    lines: tuple[OrderLine, ...]
    subtotal: Money
    allowed: Allowed
    livemode: bool
    attempt: Attempt
    placed_at: int
    session_id: SessionId | None = None
    url: str | None = None
    ended_at: int | None = None
    payment: Payment | None = None
    refunded: Money | None = None
    refund_pending: Money | None = None
    dispute: str | None = None
    disputed: Money | None = None
    review_reason: str | None = None
    packed_at: int | None = None
    shipped_at: int | None = None
    collected_at: int | None = None
    tracking: str | None = None
    pickup: bool = False
    alone: bool = False
    topic: int | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    version: int = 0

    @property
    def reference(self) -> str:
        """What Stripe is told as ``client_reference_id``: the order's own number."""
        return str(self.id)

    @property
    def weight(self) -> int | None:
        """Grams of all its goods; None where it is not known of each."""
        weights = [line.weight and line.weight * line.quantity for line in self.lines]
        return None if None in weights else sum(filter(None, weights))

    @property
    def left(self) -> Money | None:
        """What of the payment has not gone back; None where nothing was paid."""
        if self.payment is None:
            return None
        return self.payment.total - (self.refunded or Money.zero(self.payment.total.currency))

    @property
    def refunded_whole(self) -> bool:
        """Whether all that was paid went back."""
        return self.refunded is not None and self.refunded >= self.total

    @property
    def awaits_pickup(self) -> bool:
        """Whether its buyer is still to fetch it."""
        over = self.state in ENDED_UNPAID or self.refunded_whole or self.collected_at is not None
        return self.pickup and self.state is not OrderState.REFUNDED and not over

    @property
    def lost(self) -> Money | None:
        """What the bank took back by a dispute; None where it took nothing."""
        left = self.left
        if not left or self.dispute not in GONE:
            return None
        return left if self.disputed is None else min(self.disputed, left)

    @property
    def net(self) -> Money | None:
        """What of the payment stays with the shop; None where nothing was paid."""
        return self.left if self.left is None or self.lost is None else self.left - self.lost

    def worth(self, units: Units) -> Money:
        """Return what of the payment is for these units, by their share of the goods' price.

        A discount and a tax are shared out; what was paid for sending is not, with the tax that
        came on top of it. It is counted from the units that refunds name already, so that the
        shares of all units add up to the goods'.
        """
        payment, left = self.payment, self.left
        if payment is None or left is None or not self.subtotal:
            return Money.zero(self.subtotal.currency)
        goods = payment.total - payment.shipping - self._tax_on_shipping(payment)
        named = sum(line.unit.minor * line.refunded for line in self.lines)
        asked = sum(self.lines[place].unit.minor * n for place, n in units.items())

        def share(price: int) -> int:
            minor, least = goods.minor * price // self.subtotal.minor, step(goods.currency)
            return minor // least * least

        return min(Money(share(named + asked) - share(named), goods.currency), left)

    def _tax_on_shipping(self, payment: Payment) -> Money:
        """Return what of a tax that came on top is for sending, by its share of what was taxed."""
        before = self.subtotal - payment.discount + payment.shipping
        if not before or payment.total == before:
            return Money.zero(payment.total.currency)
        unit = step(payment.tax.currency)
        minor = payment.tax.minor * payment.shipping.minor // before.minor // unit * unit
        return Money(minor, payment.tax.currency)

    def to_refund(self) -> Units:
        """Return the units that no refund names yet."""
        return _some({place: line.quantity - line.refunded for place, line in self._places()})

    def to_return(self) -> Units:
        """Return the units that were sold and are not back in stock."""
        if self.goods is not StockState.SOLD:
            return {}
        return _some({place: line.quantity - line.returned for place, line in self._places()})

    def given_back(self) -> Units:
        """Return the units whose money went back and that are not back in stock.

        A part of the money without lines is for no units that we could name.
        """
        if self.refunded and not self.left:
            return self.to_return()
        named = {place: line.refunded - line.returned for place, line in self._places()}
        return _some(named) if self.goods is StockState.SOLD else {}

    def _places(self) -> Iterable[tuple[int, OrderLine]]:
        return enumerate(self.lines)

    @property
    def told_as(self) -> str:
        """The state in the words for it.

        A refund that ended the order may not be done; of an order in review, it may not be known
        whether anything was paid.
        """
        if self.state is _S.REVIEW and self.payment is None:
            return "unclear"
        if self.state is not _S.REFUNDED or self.refunded is None:
            return self.state
        if self.left:  # one failed
            return _S.REVIEW
        return "refunding" if self.refund_pending else self.state

    @property
    def unsettled(self) -> bool:
        """Whether Stripe is still asked: a payment may come, or have come unseen."""
        return self.state in UNDECIDED or (self.state is _S.REVIEW and self.payment is None)

    @property
    def total(self) -> Money:
        """What was paid, or, before that, the goods' price."""
        return self.payment.total if self.payment else self.subtotal
