"""Receipts of charges, and what a sandbox's person may decide for the bank beside them."""

from __future__ import annotations

from typing import Any, Final

from shop_sandbox.exchange import Json
from shop_sandbox.stripe import disputes, refunds
from shop_sandbox.stripe.speech import Speech, choose
from shop_sandbox.stripe.world import Book, StripeAccount

_LIFE: Final = 30 * 86_400
_BRANDS: Final = {"amex": "American Express", "diners": "Diners Club", "jcb": "JCB"}


def find(world: StripeAccount, charge_id: str) -> tuple[Book, Json] | None:
    """Return a paid charge of either mode."""
    for book in world.books():
        if charge_id in book.charges and book.charges.find(charge_id)["paid"]:
            return book, book.charges.find(charge_id)
    return None


def newest(world: StripeAccount, intent_id: str) -> Json | None:
    """Return the paid charge of a PaymentIntent of either mode, None where there is none."""
    paid = (c for book in world.books() for c in book.charges if c["paid"])
    return next((c for c in paid if c["payment_intent"] == intent_id), None)


def is_too_old(book: Book, issued: str) -> bool:
    """Say whether a receipt's link, issued then, is dead."""
    return not issued.isdecimal() or book.world.now() - int(issued) > _LIFE


def speech(book: Book, charge: Json, accepted: str) -> Speech:
    """Return the language of the charge's session."""
    for checkout in book.checkouts.values():
        if checkout.session["payment_intent"] == charge["payment_intent"]:
            return choose(checkout.session["locale"], accepted)
    return choose(None, accepted)


def view(book: Book, charge: Json, speech: Speech) -> dict[str, Any]:
    """Return the values of a receipt's page."""
    currency: str = charge["currency"]
    notes = []
    if _pending(book, charge):
        notes.append("receipt_pending")
    if charge["disputed"]:
        notes.append("receipt_disputed")
    refunded: int = charge["amount_refunded"]
    return {
        "amount": speech.money(charge["amount"], currency),
        "date": speech.date(charge["created"]),
        "method": _method(charge),
        "refunded": speech.money(refunded, currency) if refunded else "",
        "notes": notes,
        "controls": _controls(book, charge),
    }


def control(book: Book, charge: Json, action: str) -> None:
    """Do what a control says, if it is offered."""
    if action not in _controls(book, charge):
        return
    match action:
        case "refund_succeeds" | "refund_fails":
            for refund in _pending(book, charge) or _done(book, charge)[-1:]:
                refunds.settle(book, refund, succeed=action == "refund_succeeds")
        case "refund_now":
            refunds.create(book, {"charge": charge["id"]})
        case "dispute_open":
            disputes.open_dispute(book, charge, "fraudulent")
        case _:
            for dispute in _open(book, charge):
                disputes.close_dispute(book, dispute, won=action == "dispute_won")


def _method(charge: Json) -> str:
    details = charge["payment_method_details"]
    kind: str = details["type"]
    brand: str = details[kind].get("brand", kind.replace("_", " "))
    return f"{_BRANDS.get(brand, brand.capitalize())} •••• {details[kind]['last4']}"


def _controls(book: Book, charge: Json) -> tuple[str, ...]:
    offered: tuple[str, ...] = ()
    if _pending(book, charge):
        offered += ("refund_succeeds", "refund_fails")
    elif _done(book, charge):
        offered += ("refund_fails",)
    if _open(book, charge):
        return (*offered, "dispute_won", "dispute_lost")
    if charge["disputed"] or charge["refunded"]:
        return offered
    return (*offered, *(() if _pending(book, charge) else ("refund_now",)), "dispute_open")


def _pending(book: Book, charge: Json) -> list[Json]:
    return [r for r in book.refunds if r["charge"] == charge["id"] and r["status"] == "pending"]


def _done(book: Book, charge: Json) -> list[Json]:
    return [r for r in book.refunds if r["charge"] == charge["id"] and r["status"] == "succeeded"]


def _open(book: Book, charge: Json) -> list[Json]:
    return [
        d
        for d in book.disputes
        if d["charge"] == charge["id"] and d["status"] not in ("won", "lost")
    ]
