"""Checkout Sessions: made, reckoned, expired."""

from __future__ import annotations

from typing import Any, Final

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.amounts import check_currency, check_total
from shop_sandbox.stripe.errors import ApiError
from shop_sandbox.stripe.goods import make_item, make_rate
from shop_sandbox.stripe.session_object import blank_session
from shop_sandbox.stripe.session_rules import check
from shop_sandbox.stripe.totals import Part, Sums, add_up
from shop_sandbox.stripe.world import Book, Checkout, new_id

#: Seconds that a buyer in 3-D Secure still has once the session has expired.
_CHALLENGE_LEFT: Final = 600


def create(book: Book, params: Json) -> Checkout:
    """Make a session of checked parameters.

    Raises:
        ApiError: a rule of Stripe's forbids it.
    """
    check(book, params)
    items = [
        make_item(book, line, f"line_items[{at}]") for at, line in enumerate(params["line_items"])
    ]
    currency = check_currency([item["price"] for item in items])
    rates = [
        make_rate(book, option, currency, f"shipping_options[{at}]")
        for at, option in enumerate(params.get("shipping_options", []))
    ]
    session = blank_session(book, params, currency, rates)
    checkout = Checkout(
        session=session,
        lines=items,
        intent_data=params.get("payment_intent_data", {}),
        fragment="fid" + new_id("", 180),
    )
    for discount in params.get("discounts", []):
        identity = discount.get("promotion_code") or discount.get("coupon")
        checkout.coupon = book.world.coupon(identity)
        checkout.promotion = discount.get("promotion_code")
    sums = reckon(book, checkout)
    check_total(sums.total, currency)
    session["url"] = f"{book.world.public_url}/c/pay/{session['id']}#{checkout.fragment}"
    book.sessions.add(session)
    book.checkouts[session["id"]] = checkout
    book.in_time(session["expires_at"] - book.world.clock(), lambda: _run_out(book, checkout))
    return checkout


def reckon(book: Book, checkout: Checkout, *, with_tax: bool = False) -> Sums:
    """Write what everything comes to into the session and its lines.

    Args:
        book: The session's book.
        checkout: The session.
        with_tax: Whether the buyer's place is known, so that automatic tax can be reckoned.
    """
    session = checkout.session
    sums = preview(book, checkout, with_tax=with_tax)
    for item, cost in zip(checkout.lines, sums.lines, strict=True):
        item["amount_subtotal"] = cost.subtotal
        item["amount_discount"] = cost.discount
        item["amount_tax"] = cost.tax
        item["amount_total"] = cost.total
    session["amount_subtotal"] = sums.subtotal
    session["amount_total"] = sums.total
    session["total_details"] = {
        "amount_discount": sums.discount,
        "amount_shipping": sums.shipping.subtotal if sums.shipping else 0,
        "amount_tax": sums.tax,
    }
    session["shipping_cost"] = sums.shipping and {
        "amount_subtotal": sums.shipping.subtotal,
        "amount_tax": sums.shipping.tax,
        "amount_total": sums.shipping.total,
        "shipping_rate": session["shipping_options"][checkout.rate]["shipping_rate"],
    }
    session["discounts"] = (
        [{"coupon": checkout.coupon.id, "promotion_code": checkout.promotion}]
        if checkout.coupon
        else []
    )
    return sums


def preview(book: Book, checkout: Checkout, *, with_tax: bool, rate: int | None = None) -> Sums:
    """Reckon a session and write nothing, with another shipping option where one is given."""
    session = checkout.session
    behavior = book.world.settings.tax_behavior or "unspecified"
    chosen: Any = None
    if session["shipping_options"]:
        option = session["shipping_options"][checkout.rate if rate is None else rate]
        found = book.rates.find(option["shipping_rate"])
        chosen = _part(option["shipping_amount"], found["tax_behavior"], behavior)
    taxed = with_tax and session["automatic_tax"]["enabled"]
    return add_up(
        [
            _part(
                item["price"]["unit_amount"] * item["quantity"],
                item["price"]["tax_behavior"],
                behavior,
            )
            for item in checkout.lines
        ],
        session["currency"],
        coupon=checkout.coupon,
        shipping=chosen,
        tax_percent=book.world.settings.tax_percent if taxed else 0,
    )


def _part(amount: int, behavior: str, default: str) -> Part:
    return Part(amount, default if behavior == "unspecified" else behavior)


def expire(book: Book, checkout: Checkout) -> None:
    """Close an open session for good.

    Raises:
        ApiError: it is no longer open.
    """
    session = checkout.session
    if session["status"] != "open":
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of `{session['status']}`."
        )
    session["status"] = "expired"
    session["url"] = None
    if session["payment_intent"] is not None:
        intent = book.intents.find(session["payment_intent"])
        if intent["status"] == "requires_payment_method":
            cancel_intent(book, intent, "automatic")
        elif intent["status"] == "requires_action":
            book.in_time(_CHALLENGE_LEFT, lambda: _give_up(book, intent))
    book.emit("checkout.session.expired", session)


def _give_up(book: Book, intent: Json) -> None:
    if intent["status"] == "requires_action":
        cancel_intent(book, intent, "automatic")


def _run_out(book: Book, checkout: Checkout) -> None:
    if checkout.session["status"] == "open":
        expire(book, checkout)


def cancel_intent(book: Book, intent: Json, reason: str | None) -> None:
    """Close a PaymentIntent that took no money."""
    intent["status"] = "canceled"
    intent["canceled_at"] = book.world.now()
    intent["cancellation_reason"] = reason
    intent["next_action"] = None
    book.emit("payment_intent.canceled", intent)
