"""What Stripe says of a Checkout Session, and what that means for an order: a pure judgement.

Source of the rules: Stripe's page "Fulfill orders" and the session's ``status`` and
``payment_status``. A session that expired frees its goods only once its PaymentIntent cannot
succeed any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from bot.domain.money import Money
from bot.domain.order import Order, Payment, SessionId


class SessionStatus(StrEnum):
    """``status`` of a Checkout Session."""

    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Charge:
    """The latest charge of a PaymentIntent; amounts in minor units."""

    id: str
    amount: int
    refunded: int
    card_brand: str | None = None
    card_last4: str | None = None
    receipt_url: str | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """A PaymentIntent with its latest charge."""

    id: str
    status: str
    charge: Charge | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom the goods go to, as typed at Stripe. Shown to the owner, never stored.

    Attributes:
        address: Its lines, without the country.
        country: ISO 3166 alpha-2 code.
    """

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    address: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A Checkout Session as retrieved; amounts in minor units of ``currency``."""

    id: SessionId
    status: SessionStatus
    payment_status: str
    mode: str
    livemode: bool
    currency: str
    subtotal: int
    discount: int
    shipping: int
    tax: int
    total: int
    reference: str | None
    metadata: Mapping[str, str]
    created: int
    expires_at: int
    url: str | None = None
    intent: Intent | None = None
    recipient: Recipient = field(default_factory=Recipient, repr=False)

    @property
    def paid(self) -> bool:
        """Whether the money is there (or none is due).

        A buyer who was at their bank when the session expired may have paid all the same.
        """
        if self.status is SessionStatus.EXPIRED:
            return self.intent is not None and self.intent.status == "succeeded"
        return self.status is SessionStatus.COMPLETE and self.payment_status != "unpaid"


class Outcome(StrEnum):
    """What a retrieved session means for its order."""

    WAITING = "waiting"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement: an outcome, with the payment or the reason of a mismatch."""

    outcome: Outcome
    payment: Payment | None = None
    reason: str | None = None


#: An intent in these states can no longer turn into money by itself.
_DEAD_INTENT = frozenset({"canceled", "requires_payment_method"})


def judge(order: Order, session: Session, *, shop_id: str) -> Verdict:
    """Return what this session means for this order.

    Args:
        order: The order that the session was made for.
        session: As retrieved from Stripe, never as an event or a browser told it.
        shop_id: The database's own id, which the session's metadata must carry.
    """
    match session.status:
        case SessionStatus.OPEN:
            return Verdict(Outcome.WAITING)
        case SessionStatus.EXPIRED:
            if session.paid:
                return _judge_paid(order, session, shop_id)
            dead = session.intent is None or session.intent.status in _DEAD_INTENT
            return Verdict(Outcome.EXPIRED if dead else Outcome.WAITING)
        case SessionStatus.COMPLETE:
            return _judge_complete(order, session, shop_id)
        case _:
            assert_never(session.status)


def _judge_complete(order: Order, session: Session, shop_id: str) -> Verdict:
    if not session.paid:
        dead = session.intent is not None and session.intent.status in _DEAD_INTENT
        return Verdict(Outcome.FAILED if dead else Outcome.PROCESSING)
    return _judge_paid(order, session, shop_id)


def _judge_paid(order: Order, session: Session, shop_id: str) -> Verdict:
    reason = mismatch(order, session, shop_id)
    payment = payment_of(session)
    if reason:
        return Verdict(Outcome.MISMATCH, payment, reason)
    return Verdict(Outcome.PAID, payment)


def mismatch(order: Order, session: Session, shop_id: str) -> str | None:
    """Return the first thing in which a session differs from its order, as a short code."""
    before_tax = session.subtotal - session.discount + session.shipping
    # A tax that the price already includes is reported, but not added.
    adds_up = session.total in {before_tax + session.tax, before_tax}
    taxed = bool(session.tax) or session.total != before_tax
    allowed = order.allowed
    checks = (
        (session.mode == "payment", f"mode {session.mode}"),
        (session.livemode == order.livemode, "livemode"),
        (session.currency == order.subtotal.currency, f"currency {session.currency}"),
        (session.subtotal == order.subtotal.minor, f"subtotal {session.subtotal}"),
        (session.reference == order.reference, "reference"),
        (is_marked(session, order, shop_id), "metadata"),
        (adds_up, f"total {session.total}"),
        (not session.discount or allowed.discount, f"discount {session.discount}"),
        (not taxed or allowed.tax, f"tax {session.tax}"),
        (session.shipping in (allowed.shipping or (0,)), f"shipping {session.shipping}"),
    )
    return next((code for fine, code in checks if not fine), None)


def marks(shop_id: str, reference: str, placed_at: int) -> dict[str, str]:
    """Return the metadata by which a session and its payment are known as an order's.

    The number alone does not do: after a back-up was restored, it is given out a second time.

    Args:
        shop_id: The database's own id.
        reference: The order's number.
        placed_at: When the order was placed, seconds UTC.
    """
    return {"shop": shop_id, "order": reference, "placed": str(placed_at)}


def is_marked(session: Session, order: Order, shop_id: str) -> bool:
    """Return whether a session was made for this very order of this shop."""
    wanted = marks(shop_id, order.reference, order.placed_at)
    return all(session.metadata.get(name) == value for name, value in wanted.items())


def payment_of(session: Session) -> Payment:
    """Return the amounts and the card of a paid session as the order keeps them."""
    charge = session.intent.charge if session.intent else None

    def money(minor: int) -> Money:
        return Money(minor, session.currency)

    return Payment(
        total=money(session.total),
        discount=money(session.discount),
        shipping=money(session.shipping),
        tax=money(session.tax),
        intent_id=session.intent.id if session.intent else None,
        charge_id=charge.id if charge else None,
        card_brand=charge.card_brand if charge else None,
        card_last4=charge.card_last4 if charge else None,
    )
