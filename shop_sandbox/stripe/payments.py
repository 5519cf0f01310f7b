"""PaymentIntents and charges: what becomes of a buyer's press on Pay."""

from __future__ import annotations

import copy
from typing import Final

from shop_sandbox.exchange import Json
from shop_sandbox.stripe import invoices
from shop_sandbox.stripe.cards import Decline, Outcome
from shop_sandbox.stripe.disputes import open_dispute
from shop_sandbox.stripe.errors import ApiError
from shop_sandbox.stripe.payment_objects import Means, blank_charge, blank_intent, payment_error
from shop_sandbox.stripe.sessions import cancel_intent
from shop_sandbox.stripe.world import Book, Checkout, new_id

_CANCELABLE: Final = (
    "requires_payment_method", "requires_capture", "requires_confirmation", "requires_action",
    "processing",
)  # fmt: skip


def pay_with_card(book: Book, checkout: Checkout, means: Means) -> Decline | None:
    """Charge a card that asks nothing, and complete the session unless it is declined."""
    card = means.card
    if card is None:
        raise TypeError("a card is needed")
    intent = intent_of(book, checkout, "card")
    if card.decline is not None and card.outcome is not Outcome.CHALLENGE:
        fail(book, intent, charge_of(book, checkout, intent, means), card.decline)
        return card.decline
    charge = charge_of(book, checkout, intent, means)
    take(book, intent, charge)
    complete(book, checkout, "paid")
    if card.outcome is Outcome.DISPUTED:
        open_dispute(book, charge, "fraudulent")
    return None


def pay_by_debit(book: Book, checkout: Checkout, means: Means) -> None:
    """Order a bank debit: the session is complete, the money comes or fails later."""
    intent = intent_of(book, checkout, means.debit)
    charge = charge_of(book, checkout, intent, means)
    charge.update(status="pending", paid=False)
    intent.update(status="processing", latest_charge=charge["id"])
    book.emit("payment_intent.processing", intent)
    book.emit("charge.pending", charge)
    complete(book, checkout, "unpaid")


def is_waiting(book: Book, checkout: Checkout) -> bool:
    """Say whether a session's bank debit is under way."""
    identity = checkout.session["payment_intent"]
    return bool(identity) and book.intents.find(identity)["status"] == "processing"


def settle_debit(book: Book, checkout: Checkout, *, succeed: bool) -> None:
    """Have the bank answer a debit that is under way.

    Raises:
        ApiError: none is.
    """
    session = checkout.session
    if not is_waiting(book, checkout):
        raise ApiError("No bank debit of this session is waiting.")
    intent = book.intents.find(session["payment_intent"])
    charge = book.charges.find(intent["latest_charge"])
    if succeed:
        take(book, intent, charge)
        session["payment_status"] = "paid"
        invoices.make(book, checkout)
        book.emit("checkout.session.async_payment_succeeded", session)
        return
    fail(
        book,
        intent,
        charge,
        Decline(
            "payment_method_provider_decline",
            "insufficient_funds",
            "The customer's account has insufficient funds to cover this payment.",
        ),
    )
    book.emit("checkout.session.async_payment_failed", session)


def pay_nothing(book: Book, checkout: Checkout) -> None:
    """Complete a session that a discount has brought to nothing: no card, no PaymentIntent."""
    complete(book, checkout, "no_payment_required")


def cancel(book: Book, intent: Json, reason: str | None) -> None:
    """Cancel a PaymentIntent on the API's word ("Cancel a PaymentIntent").

    Raises:
        ApiError: it belongs to an open session, or it is too late.
    """
    for checkout in book.checkouts.values():
        if checkout.session["payment_intent"] == intent["id"]:
            if checkout.session["status"] == "open":
                raise ApiError(
                    "You cannot cancel the PaymentIntent of a Checkout Session. Expire the "
                    "Checkout Session instead.",
                    code="payment_intent_unexpected_state",
                )
            break
    if intent["status"] not in _CANCELABLE:
        raise ApiError(
            f"You cannot cancel this PaymentIntent because it has a status of "
            f"{intent['status']}. Only a PaymentIntent with one of the following statuses may be "
            f"canceled: {', '.join(_CANCELABLE)}.",
            code="payment_intent_unexpected_state",
        )
    if intent["status"] == "processing":
        charge = book.charges.find(intent["latest_charge"])
        charge.update(status="failed", failure_code="canceled")
    cancel_intent(book, intent, reason)


def intent_of(book: Book, checkout: Checkout, method: str) -> Json:
    """Return the session's PaymentIntent, made at the first try to pay, set for this one."""
    session = checkout.session
    if session["payment_intent"] is None:
        intent = book.intents.add(blank_intent(book, checkout))
        session["payment_intent"] = intent["id"]
        book.emit("payment_intent.created", intent)
    else:
        intent = book.intents.find(session["payment_intent"])
    intent["amount"] = session["amount_total"]
    intent["payment_method"] = new_id("pm_")
    intent["payment_method_types"] = session["payment_method_types"]
    intent["payment_method_options"] = {method: {}} if method == "card" else None
    intent["last_payment_error"] = None
    details = session["collected_information"]["shipping_details"]
    customer = session["customer_details"] or {}
    intent["shipping"] = details and {
        **copy.deepcopy(details),
        "carrier": None,
        "phone": customer.get("phone"),
        "tracking_number": None,
    }
    return intent


def charge_of(book: Book, checkout: Checkout, intent: Json, means: Means) -> Json:
    """Return a new charge, the intent's latest."""
    charge = book.charges.add(blank_charge(book, checkout, intent, means))
    intent["latest_charge"] = charge["id"]
    return charge


def take(book: Book, intent: Json, charge: Json) -> None:
    """Take the money."""
    charge.update(status="succeeded", paid=True, captured=True, amount_captured=charge["amount"])
    charge["outcome"] = {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network",
        "reason": None,
        "risk_level": "normal",
        "seller_message": "Payment complete.",
        "type": "authorized",
    }
    intent.update(status="succeeded", amount_received=charge["amount"], last_payment_error=None)
    book.emit("charge.succeeded", charge)
    book.emit("payment_intent.succeeded", intent)


def fail(book: Book, intent: Json, charge: Json, decline: Decline) -> None:
    """Have the issuer decline; the intent waits for another way to pay."""
    charge.update(status="failed", paid=False, captured=False, amount_captured=0)
    charge.update(failure_code=decline.code, failure_message=decline.message, receipt_url=None)
    charge["outcome"] = {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network",
        "reason": decline.reason,
        "risk_level": "normal",
        "seller_message": "The bank returned a decline.",
        "type": "issuer_declined",
    }
    intent.update(status="requires_payment_method", payment_method=None)
    intent["last_payment_error"] = payment_error(decline, charge["id"])
    book.emit("charge.failed", charge)
    book.emit("payment_intent.payment_failed", intent)


def complete(book: Book, checkout: Checkout, payment_status: str) -> None:
    """Complete the session."""
    session, presentment = checkout.session, book.world.settings.presentment
    session.update(status="complete", payment_status=payment_status, url=None)
    if payment_status != "unpaid":
        invoices.make(book, checkout)
    if presentment and session["adaptive_pricing"]["enabled"] and session["amount_total"]:
        currency, rate = presentment
        session["presentment_details"] = {
            "presentment_amount": int(session["amount_total"] * rate),
            "presentment_currency": currency,
        }
    checkout.completion = book.emit("checkout.session.completed", checkout.session)["id"]
