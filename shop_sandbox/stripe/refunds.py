"""Refunds: in full or in part, some pending first, some failing after they succeeded."""

from __future__ import annotations

from typing import Final

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.amounts import written
from shop_sandbox.stripe.errors import ApiError
from shop_sandbox.stripe.params import (
    Currency,
    Flag,
    Integer,
    Listing,
    Pairs,
    Record,
    Text,
    Unbuilt,
)
from shop_sandbox.stripe.world import Book, new_id

CREATE: Final = Record(
    {
        "amount": Integer(least=1),
        "charge": Text(),
        "currency": Currency(),
        "customer": Unbuilt(),
        "expand": Listing(Text()),
        "instructions_email": Text(),
        "metadata": Pairs(),
        "origin": Unbuilt(),
        "payment_intent": Text(),
        "reason": Text(choices=("duplicate", "fraudulent", "requested_by_customer")),
        "refund_application_fee": Flag(),
        "reverse_transfer": Flag(),
    }
)
#: The test cards whose refunds behave, by their last four digits.
_PENDS: Final = "7726"
_FAILS: Final = "5126"


def create(book: Book, params: Json) -> Json:
    """Give money back.

    Raises:
        ApiError: there is no such charge, it took no money, or not so much is left of it.
    """
    charge = _charge(book, params)
    if charge["refunded"]:
        raise ApiError(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    if not charge["paid"]:
        raise ApiError(f"Charge {charge['id']} has not been paid and cannot be refunded.")
    if charge["disputed"] and not _won(book, charge):
        raise ApiError(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    left = charge["amount"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    if amount > left:
        currency = charge["currency"]
        raise ApiError(
            f"Refund amount ({written(amount, currency)}) is greater than unrefunded amount on "
            f"charge ({written(left, currency)})",
            param="amount",
        )
    return _give(book, charge, amount, params)


def _charge(book: Book, params: Json) -> Json:
    if "charge" not in params and "payment_intent" not in params:
        raise ApiError(
            "One of the following params should be provided for this request: payment_intent or "
            "charge.",
            code="parameter_missing",
            param="payment_intent",
        )
    if "charge" in params:
        charge = book.charges.find(params["charge"], param="charge")
        wanted = params.get("payment_intent", charge["payment_intent"])
        if wanted != charge["payment_intent"]:
            raise ApiError(
                f"The charge {charge['id']} does not belong to the PaymentIntent {wanted}.",
                param="payment_intent",
            )
        return charge
    intent = book.intents.find(params["payment_intent"], param="payment_intent")
    if intent["status"] != "succeeded":
        raise ApiError(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            param="payment_intent",
        )
    return book.charges.find(intent["latest_charge"])


def _won(book: Book, charge: Json) -> bool:
    return all(d["status"] == "won" for d in book.disputes if d["charge"] == charge["id"])


def _give(book: Book, charge: Json, amount: int, params: Json) -> Json:
    method = charge["payment_method_details"]["type"]
    last4 = charge["payment_method_details"].get("card", {}).get("last4")
    pends = last4 == _PENDS or method != "card"
    details: Json = {"type": method}
    if method == "card":
        details["card"] = {
            "reference_status": "pending",
            "reference_type": "acquirer_reference_number",
            "type": "refund",
        }
    refund: Json = {
        "id": new_id("re_"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": book.world.now(),
        "currency": charge["currency"],
        "metadata": params.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if pends else "succeeded",
        "transfer_reversal": None,
    }
    if method == "card":
        refund["destination_details"] = details
    if pends:
        refund["pending_reason"] = "processing"
    book.refunds.add(refund)
    _count(charge, amount)
    book.emit("refund.created", refund)
    book.emit("charge.refunded", charge)
    delay = book.world.settings.refund_seconds
    if pends:
        book.in_time(delay, lambda: settle(book, refund, succeed=True), by_tick=True)
    elif last4 == _FAILS:
        book.in_time(delay, lambda: settle(book, refund, succeed=False), by_tick=True)
    return refund


def settle(book: Book, refund: Json, *, succeed: bool) -> None:
    """Have the bank answer a refund; one that has failed stays so."""
    if refund["status"] not in ("pending", "succeeded") or (
        succeed and refund["status"] == "succeeded"
    ):
        return
    refund.pop("pending_reason", None)
    if succeed:
        refund["status"] = "succeeded"
        book.emit("refund.updated", refund)
        return
    refund["status"] = "failed"
    refund["failure_reason"] = "expired_or_canceled_card"
    _count(book.charges.find(refund["charge"]), -refund["amount"])
    book.emit("refund.failed", refund)


def _count(charge: Json, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
