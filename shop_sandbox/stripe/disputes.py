"""Disputes: a bank takes money back, and one side wins."""

from __future__ import annotations

from typing import Any, Final

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.errors import ApiError
from shop_sandbox.stripe.world import Book, new_id

_WEEK: Final = 7 * 86_400
_EVIDENCE_NAMES = (
    "access_activity_log billing_address cancellation_policy cancellation_policy_disclosure "
    "cancellation_rebuttal customer_communication customer_email_address customer_name "
    "customer_purchase_ip customer_signature duplicate_charge_documentation "
    "duplicate_charge_explanation duplicate_charge_id product_description receipt "
    "refund_policy refund_policy_disclosure refund_refusal_explanation service_date "
    "service_documentation shipping_address shipping_carrier shipping_date "
    "shipping_documentation shipping_tracking_number uncategorized_file uncategorized_text"
)
_EVIDENCE: Final = tuple(_EVIDENCE_NAMES.split())


def open_dispute(book: Book, charge: Json, reason: str, amount: int | None = None) -> Json:
    """Dispute a charge, in full or in part.

    Raises:
        ApiError: it took no money, or is disputed already.
    """
    if not charge["paid"] or charge["disputed"]:
        raise ApiError(f"Charge {charge['id']} cannot be disputed.")
    charge["disputed"] = True
    evidence: Json = dict.fromkeys(_EVIDENCE)
    evidence["enhanced_evidence"] = {}
    card: dict[str, Any] = charge["payment_method_details"].get("card", {})
    dispute: Json = {
        "id": new_id("du_"),
        "object": "dispute",
        "amount": charge["amount"] if amount is None else amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": book.world.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": evidence,
        "evidence_details": {
            "due_by": book.world.now() + _WEEK,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": book.livemode,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "needs_response",
    }
    if card:
        dispute["payment_method_details"] = {
            "type": "card",
            "card": {
                "brand": card["brand"],
                "case_type": "chargeback",
                "network": card["brand"],
                "network_reason_code": "10.4",
            },
        }
    book.disputes.add(dispute)
    book.emit("charge.dispute.created", dispute)
    return dispute


def update_dispute(book: Book, dispute: Json) -> None:
    """Have the owner's evidence be under review.

    Raises:
        ApiError: it is closed.
    """
    _still_open(dispute)
    dispute["status"] = "under_review"
    dispute["evidence_details"].update(has_evidence=True, submission_count=1)
    book.emit("charge.dispute.updated", dispute)


def close_dispute(book: Book, dispute: Json, *, won: bool) -> None:
    """Have the bank decide.

    Raises:
        ApiError: it is closed.
    """
    _still_open(dispute)
    dispute["status"] = "won" if won else "lost"
    book.emit("charge.dispute.closed", dispute)


def _still_open(dispute: Json) -> None:
    if dispute["status"] in ("won", "lost"):
        raise ApiError("This dispute is already closed.")
