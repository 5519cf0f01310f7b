"""Invoices of paid sessions, and the credit notes that correct them after a refund."""

from __future__ import annotations

from typing import Any, Final

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.errors import ApiError
from shop_sandbox.stripe.params import Integer, Listing, Pairs, Record, Text, Unbuilt
from shop_sandbox.stripe.speech import Speech
from shop_sandbox.stripe.world import Book, Checkout, StripeAccount, new_id

_REFUND: Final = Record(
    {
        "amount_refunded": Integer(least=1),
        "payment_record_refund": Unbuilt(),
        "refund": Text(),
        "type": Text(choices=("payment_record_refund", "refund")),
    }
)
CREATE: Final = Record(
    {
        "amount": Integer(least=1),
        "credit_amount": Unbuilt(),
        "effective_at": Unbuilt(),
        "email_type": Text(choices=("credit_note", "none")),
        "expand": Listing(Text()),
        "invoice": Text(),
        "lines": Unbuilt(),
        "memo": Text(limit=5000),
        "metadata": Pairs(),
        "out_of_band_amount": Unbuilt(),
        "reason": Text(
            choices=("duplicate", "fraudulent", "order_change", "product_unsatisfactory")
        ),
        "refund_amount": Unbuilt(),
        "refunds": Listing(_REFUND),
        "shipping_cost": Unbuilt(),
    },
    ("invoice",),
)


def make(book: Book, checkout: Checkout) -> None:
    """Draw up the invoice of a paid session that asked for one; it is finalized a little later."""
    session = checkout.session
    wanted = session["invoice_creation"]
    if not wanted["enabled"] or session["invoice"] is not None:
        return
    customer = session["customer_details"] or {}
    invoice: Json = {
        "id": new_id("in_"),
        "object": "invoice",
        "amount_paid": session["amount_total"],
        "created": book.world.now(),
        "currency": session["currency"],
        "customer_address": customer.get("address"),
        "customer_email": customer.get("email"),
        "customer_name": customer.get("business_name") or customer.get("name"),
        "customer_tax_ids": customer.get("tax_ids") or [],
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "livemode": book.livemode,
        "metadata": wanted["invoice_data"]["metadata"],
        "number": None,
        "post_payment_credit_notes_amount": 0,
        "status": "draft",
        "subtotal": session["amount_subtotal"],
        "total": session["amount_total"],
    }
    session["invoice"] = book.invoices.add(invoice)["id"]
    book.in_time(book.world.settings.invoice_seconds, lambda: _finalize(book, invoice))


def _finalize(book: Book, invoice: Json) -> None:
    place = f"{book.world.public_url}/invoices/{invoice['id']}"
    number = f"SANDBOX-{len(book.invoices):04}"
    invoice.update(
        status="paid", number=number, hosted_invoice_url=place, invoice_pdf=f"{place}/pdf"
    )


def credit(book: Book, params: Json) -> Json:
    """Make a credit note over refunds that were given ("Create a credit note").

    Raises:
        ApiError: the invoice is unknown or not finalized, or more is credited than was paid.
    """
    invoice = book.invoices.find(params["invoice"], param="invoice", status=400)
    if "amount" not in params:
        raise ApiError("You must pass one of `amount`, `lines`, or `shipping_cost`.")
    if invoice["status"] != "paid":
        raise ApiError("Credit notes can only be created for finalized invoices.", param="invoice")
    refunds = params.get("refunds", [])
    for at, one in enumerate(refunds):
        _check_refund(book, invoice, one, f"refunds[{at}]")
    if sum(one["amount_refunded"] for one in refunds) != params["amount"]:
        raise ApiError(
            "The sum of refunds, credit amount and out of band amount must equal the credit note "
            "amount.",
            param="refunds",
        )
    if params["amount"] > invoice["amount_paid"] - invoice["post_payment_credit_notes_amount"]:
        raise ApiError("The credit note amount is more than what is left of the invoice.")
    invoice["post_payment_credit_notes_amount"] += params["amount"]
    note: Json = {
        "id": new_id("cn_"),
        "object": "credit_note",
        "amount": params["amount"],
        "created": book.world.now(),
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "livemode": book.livemode,
        "memo": params.get("memo"),
        "metadata": params.get("metadata", {}),
        "number": f"{invoice['number']}-CN-{len(book.credit_notes) + 1:02}",
        "reason": params.get("reason"),
        "refunds": [{**one, "type": "refund"} for one in refunds],
        "status": "issued",
        "total": params["amount"],
        "type": "post_payment",
        "voided_at": None,
    }
    return book.credit_notes.add(note)


def void(book: Book, note: Json) -> Json:
    """Void a credit note ("Void a credit note").

    Stripe's pages no longer say of which invoices; its answer to that was seen by others.

    Raises:
        ApiError: it is void already, or its invoice is not open, as that of a sale never is.
    """
    if note["status"] != "issued":
        raise ApiError("This credit note has already been voided.")
    if not book.world.settings.voids_credit_notes:
        raise ApiError("You can only void a credit note if the associated invoice is open.")
    invoice = book.invoices.find(note["invoice"])
    invoice["post_payment_credit_notes_amount"] -= note["amount"]
    note.update(status="void", voided_at=book.world.now())
    return note


def _check_refund(book: Book, invoice: Json, one: Json, param: str) -> None:
    refund = book.refunds.find(one.get("refund", ""), param=f"{param}[refund]", status=400)
    sessions = [s for s in book.sessions if s["invoice"] == invoice["id"]]
    if not any(s["payment_intent"] == refund["payment_intent"] for s in sessions):
        raise ApiError("The refund is for another payment.", param=f"{param}[refund]")
    named = (r for note in book.credit_notes for r in note["refunds"])
    before = sum(r["amount_refunded"] for r in named if r["refund"] == refund["id"])
    if before + one.get("amount_refunded", 0) > refund["amount"]:
        raise ApiError(
            "The amount is more than what is left of the refund.", param=f"{param}[amount_refunded]"
        )


def find(world: StripeAccount, invoice_id: str) -> tuple[Book, Json] | None:
    """Return a finalized invoice of either mode."""
    for book in world.books():
        book.catch_up()
        if invoice_id in book.invoices and book.invoices.find(invoice_id)["number"]:
            return book, book.invoices.find(invoice_id)
    return None


def view(book: Book, invoice: Json, speech: Speech) -> dict[str, Any]:
    """Return the values of an invoice's page."""
    currency: str = invoice["currency"]
    notes = [
        note
        for note in book.credit_notes
        if note["invoice"] == invoice["id"] and note["status"] == "issued"
    ]
    return {
        "number": invoice["number"],
        "amount": speech.money(invoice["amount_paid"], currency),
        "date": speech.date(invoice["created"]),
        "customer": invoice["customer_name"],
        "tax_ids": [one["value"] for one in invoice["customer_tax_ids"]],
        "credits": [(note["number"], speech.money(note["amount"], currency)) for note in notes],
    }
