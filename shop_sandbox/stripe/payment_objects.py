"""PaymentIntents and charges as Stripe shows them, before anything has become of them."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Final

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.cards import WRONG_CVC, Decline, TestCard
from shop_sandbox.stripe.world import Book, Checkout, new_id

_DEBIT_DETAILS: Final = {
    "sepa_debit": {
        "bank_code": "37040044", "branch_code": None, "country": "DE", "fingerprint": None,
        "last4": "3000", "mandate": None,
    },
    "us_bank_account": {
        "account_holder_type": "individual", "account_type": "checking",
        "bank_name": "STRIPE TEST BANK", "fingerprint": None, "last4": "6789",
        "payment_reference": None, "routing_number": "110000000",
    },
    "bacs_debit": {"fingerprint": None, "last4": "2345", "mandate": None, "sort_code": "108800"},
    "acss_debit": {
        "bank_name": "STRIPE TEST BANK", "fingerprint": None, "institution_number": "000",
        "last4": "6789", "transit_number": "11000",
    },
    "au_becs_debit": {
        "bsb_number": "000000", "fingerprint": None, "last4": "3456", "mandate": None,
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Means:
    """What is paid with: a test card by what may be known of it, or a bank debit.

    Attributes:
        card: Nothing for a bank debit.
        exp_month: Of the card.
        exp_year: Of the card, four digits.
        debit: Stripe's name of the debit.
    """

    card: TestCard | None = None
    exp_month: int = 0
    exp_year: int = 0
    debit: str = ""


def blank_intent(book: Book, checkout: Checkout) -> Json:
    """Return a new PaymentIntent of a session. The session's metadata is not copied to it."""
    session, data = checkout.session, checkout.intent_data
    identity = new_id("pi_")
    return {
        "id": identity,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": data.get("capture_method", "automatic_async"),
        "client_secret": new_id(identity + "_secret_", 25),
        "confirmation_method": "automatic",
        "created": book.world.now(),
        "currency": session["currency"],
        "customer": None,
        "customer_account": None,
        "description": data.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": book.livemode,
        "metadata": dict(data.get("metadata", {})),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": None,
        "payment_method_types": list(session["payment_method_types"]),
        "processing": None,
        "receipt_email": data.get("receipt_email"),
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": data.get("statement_descriptor"),
        "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }


def blank_charge(book: Book, checkout: Checkout, intent: Json, means: Means) -> Json:
    """Return a new charge of an intent, of which nothing is decided."""
    customer = checkout.session["customer_details"] or {}
    identity = new_id("ch_")
    charge: Json = {
        "id": identity,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": {
            "address": copy.deepcopy(customer.get("address")),
            "email": customer.get("email"),
            "name": customer.get("name"),
            "phone": customer.get("phone"),
            "tax_id": None,
        },
        "calculated_statement_descriptor": "SANDBOX SHOP",
        "captured": False,
        "created": book.world.now(),
        "currency": intent["currency"],
        "customer": None,
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": book.livemode,
        "metadata": dict(intent["metadata"]),
        "on_behalf_of": None,
        "outcome": None,
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"],
        "payment_method_details": _details(means, intent["amount"]),
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": f"{book.world.public_url}/receipts/{identity}?issued={book.world.now()}",
        "refunded": False,
        "review": None,
        "shipping": copy.deepcopy(intent["shipping"]),
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "pending",
        "transfer_data": None,
        "transfer_group": None,
    }
    return charge


def _details(means: Means, amount: int) -> Json:
    if means.card is None:
        return {"type": means.debit, means.debit: dict(_DEBIT_DETAILS[means.debit])}
    return {"type": "card", "card": _card(means.card, means.exp_month, means.exp_year, amount)}


def _card(card: TestCard, exp_month: int, exp_year: int, amount: int) -> Json:
    return {
        "amount_authorized": amount,
        "authorization_code": None,
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "fail" if card.decline is WRONG_CVC else "pass",
        },
        "country": card.country,
        "exp_month": exp_month,
        "exp_year": exp_year,
        "extended_authorization": {"status": "disabled"},
        "fingerprint": f"sandbox{card.last4}{card.brand}"[:16],
        "funding": card.funding,
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "last4": card.last4,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card.brand,
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": None,
        "wallet": None,
    }


def payment_error(decline: Decline, charge: str | None) -> Json:
    """Return what an intent remembers of its last refusal."""
    error: Json = {"code": decline.code, "message": decline.message, "type": "card_error"}
    if decline.reason:
        error["decline_code"] = decline.reason
    if charge is not None:
        error["charge"] = charge
    else:
        error["type"] = "invalid_request_error"
    return error
