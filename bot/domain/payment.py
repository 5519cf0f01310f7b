"""What Stripe says of a Checkout Session, and what that means for an order: a pure judgement.

Source of the rules: Stripe's page "Fulfill orders" and the session's ``status`` and
``payment_status``. A session that expired frees its goods only once its PaymentIntent cannot
succeed any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, assert_never

from bot.domain.allowed import Allowed, OfferedRate
from bot.domain.money import Money
from bot.domain.order import Chosen, Order, Payment, SessionId


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
    status: str = "succeeded"
    card_brand: str | None = None
    card_last4: str | None = None
    receipt_url: str | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """A PaymentIntent with its latest charge.

    Attributes:
        status: Stripe's word; `NOT_TOLD` where only the id was told.
        received: ``amount_received`` in minor units.
        currency: Of ``received``.
    """

    id: str
    status: str
    charge: Charge | None = None
    received: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom the goods go to, as typed at Stripe. Shown to the owner, never stored.

    Attributes:
        address: Its lines, without the country.
        country: ISO 3166 alpha-2 code.
        billing: The lines of the payer's address, where that was asked for, country code last.
        business: The name of a business that buys.
        tax_ids: (Stripe's name of the kind, number), such as ``("eu_vat", "DE123456789")``.
    """

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    address: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    country: str | None = None
    business: str | None = None
    tax_ids: tuple[tuple[str, str], ...] = ()
    billing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """A Checkout Session as retrieved; amounts in minor units of ``currency``.

    Attributes:
        rate_ref: Stripe's id of the shipping rate in force.
        rates: (Stripe's id, minor units) of each rate that the buyer can choose.
        code_ref: Stripe's id of the promotion code in force.
        rate: (our id of that rate, its name), where Stripe was asked for them.
        code: What the buyer typed, where Stripe was asked for it.
        presentment: What the buyer's bank was asked for, where that is another currency.
    """

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
    rate_ref: str | None = None
    rates: tuple[tuple[str, int], ...] = ()
    code_ref: str | None = None
    rate: tuple[str, str] | None = None
    code: str | None = None
    presentment: Money | None = None

    @property
    def paid(self) -> bool:
        """Whether Stripe says that money came, or that none was due.

        A buyer who was at their bank when the session expired may have paid all the same. Whether
        it is the right amount is for `judge` to say.
        """
        if self.status is SessionStatus.EXPIRED:
            return self.intent is not None and self.intent.status == "succeeded"
        return self.status is SessionStatus.COMPLETE and self.payment_status in {"paid", FREE}

    @property
    def receipt_url(self) -> str | None:
        """Stripe's receipt, which asks for the buyer's e-mail address after at most 30 days."""
        charge = self.intent.charge if self.intent else None
        return charge.receipt_url if charge else None

    @property
    def may_be_paid(self) -> bool:
        """Whether money came, or something was said that nobody can read."""
        return standing(self).outcome in {Outcome.PAID, Outcome.MISMATCH}


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


#: The status of an intent of which only the id was told.
NOT_TOLD: Final = "not told"
#: The ``payment_status`` of a session that costs nothing.
FREE: Final = "no_payment_required"
#: An intent in these states can no longer turn into money by itself.
_DEAD_INTENT: Final = frozenset({"canceled", "requires_payment_method"})
#: In these it may still: a bank is at work, or asks the buyer something.
_AT_WORK: Final = frozenset({"processing", "requires_action", "requires_confirmation"})


def judge(order: Order, session: Session, *, shop_id: str) -> Verdict:
    """Return what this session means for this order.

    Args:
        order: The order that the session was made for.
        session: As retrieved from Stripe, never as an event or a browser told it.
        shop_id: The database's own id, which the session's metadata must carry.
    """
    stands = standing(session)
    payment = payment_of(session, order.allowed)
    match stands.outcome:
        case Outcome.PAID:
            reason = mismatch(order, session, shop_id)
            return Verdict(Outcome.MISMATCH if reason else Outcome.PAID, payment, reason)
        case Outcome.MISMATCH:
            reason = mismatch(order, session, shop_id) or stands.reason
            came = money_come(session)
            kept = replace(payment, total=came) if came else None
            return Verdict(Outcome.MISMATCH, kept, reason)
        case _:
            return stands


def standing(session: Session) -> Verdict:
    """Return what a session says of its money, whichever order it is for.

    Only what is known to mean "paid" is paid. What is known to be undecided waits; everything
    else is a mismatch for a person to look at, whatever words Stripe may come to use.
    """
    status = session.intent.status if session.intent else None
    match session.status:
        case SessionStatus.OPEN:
            return Verdict(Outcome.WAITING)
        case SessionStatus.EXPIRED:
            return _expired(session, status)
        case SessionStatus.COMPLETE:
            return _complete(session, status)
        case _:
            assert_never(session.status)


def _expired(session: Session, intent: str | None) -> Verdict:
    if intent == "succeeded" and session.payment_status in {"paid", "unpaid"}:
        return _received(session)
    if intent == NOT_TOLD or intent in _AT_WORK:
        return Verdict(Outcome.WAITING)
    if session.payment_status not in {"unpaid", FREE}:
        return _unclear("payment_status", session.payment_status)
    if intent is None or intent in _DEAD_INTENT:
        return Verdict(Outcome.EXPIRED)
    return _unclear("intent", intent)


def _complete(session: Session, intent: str | None) -> Verdict:
    at_work = intent == NOT_TOLD or intent in _AT_WORK
    dead = intent is None or intent in _DEAD_INTENT
    match session.payment_status:
        case "unpaid" if at_work or intent is None:
            return Verdict(Outcome.PROCESSING)
        case "unpaid" if dead:
            return Verdict(Outcome.FAILED)
        case "paid" if at_work:
            return Verdict(Outcome.WAITING)
        case "paid" if intent == "succeeded":
            return _received(session)
        case "no_payment_required" if dead and not session.total:
            return Verdict(Outcome.PAID)
        case _:
            return _not_so(session, intent)


def _not_so(session: Session, intent: str | None) -> Verdict:
    """Say what of a completed session cannot be so, or is not known."""
    if session.payment_status not in {"paid", "unpaid", FREE}:
        return _unclear("payment_status", session.payment_status)
    if session.payment_status == FREE and session.total:
        return _unclear("total", session.total)
    return _unclear("intent", intent or "none")


def _received(session: Session) -> Verdict:
    """Compare what a succeeded intent received with what the session comes to."""
    intent = session.intent
    if intent is None or intent.received != session.total or not session.total:
        return _unclear("received", intent.received if intent else 0)
    if intent.currency != session.currency:
        return _unclear("currency", intent.currency)
    charge = intent.charge
    if charge and (charge.amount != session.total or charge.status != "succeeded"):
        return _unclear("charge", f"{charge.amount} {charge.status}")
    return Verdict(Outcome.PAID)


def money_come(session: Session) -> Money | None:
    """Return what is known to have come for a session of which not all is clear; None: nothing.

    A word that nobody knows does not make money: what was received does, and, of a session without
    an intent, that Stripe says "paid".
    """
    intent = session.intent
    if intent is None:
        paid = session.payment_status == "paid" and session.total
        return Money(session.total, session.currency) if paid else None
    if intent.status != "succeeded" or not intent.received:
        return None
    # An order's amounts are of one currency; that this one is another stands in the reason.
    same = intent.currency == session.currency
    return Money(intent.received if same else session.total, session.currency)


def debit_outcome(intent: Intent) -> Outcome:
    """Return how a bank debit stands by its payment alone; what nobody knows waits."""
    if intent.status == "succeeded" and intent.received:
        return Outcome.PAID
    return Outcome.FAILED if intent.status in _DEAD_INTENT else Outcome.PROCESSING


def debit_payment(intent: Intent) -> Payment:
    """Return what a bank debit brought; what of it was for what, only its session knew."""
    none, charge = Money.zero(intent.currency), intent.charge
    return Payment(
        total=Money(intent.received, intent.currency),
        discount=none,
        shipping=none,
        tax=none,
        intent_id=intent.id,
        charge_id=charge.id if charge else None,
        card_brand=charge.card_brand if charge else None,
        card_last4=charge.card_last4 if charge else None,
    )


def _unclear(what: str, found: object) -> Verdict:
    return Verdict(Outcome.MISMATCH, reason=f"{what} {found}")


def mismatch(order: Order, session: Session, shop_id: str) -> str | None:
    """Return the first thing in which a session differs from its order, as a short code."""
    before_tax, allowed = session.subtotal - session.discount + session.shipping, order.allowed
    # A tax that the price already includes is reported, but not added.
    on_top, within = before_tax + session.tax, before_tax
    either = {True: {on_top}, False: {within}, None: {on_top, within}}
    adds_up = session.total in either[allowed.plus_tax]
    checks = (
        (session.mode == "payment", f"mode {session.mode}"),
        (session.livemode == order.livemode, "livemode"),
        (session.currency == order.subtotal.currency, f"currency {session.currency}"),
        (session.subtotal == order.subtotal.minor, f"subtotal {session.subtotal}"),
        (session.reference == order.reference, "reference"),
        (is_marked(session, order, shop_id), "metadata"),
        (adds_up, f"total {session.total}"),
        (not session.discount or allowed.discount, f"discount {session.discount}"),
        (not session.tax or allowed.tax, f"tax {session.tax}"),
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


def payment_of(session: Session, allowed: Allowed) -> Payment:
    """Return the amounts, the card and the choices of a paid session as the order keeps them."""
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
        chosen=_chosen(session, allowed),
    )


def _chosen(session: Session, allowed: Allowed) -> Chosen:
    """Return what the buyer chose.

    A delivery is known by Stripe's id as noted when the session was made, or by its amount; where
    several cost the same, by what Stripe says of the rate. The order in which Stripe lists rates
    proves nothing.
    """
    rates = allowed.chosen(session.rate_ref, session.shipping)
    if session.rate and len(rates) != 1:
        rates = tuple(rate for rate in rates if rate.id == session.rate[0]) or rates
        if not allowed.rates:
            rates = (OfferedRate(*session.rate),)
    return Chosen(
        rate=rates[0].id or None if len(rates) == 1 else None,
        delivery=" / ".join(rate.name for rate in rates) or None,
        code=session.code,
        presentment=session.presentment,
    )
