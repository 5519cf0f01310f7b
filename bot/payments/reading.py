"""Stripe's objects, read into the shop's values.

What decides about money must be there and be of its kind; an answer where it is not proves nothing.
What is only shown may be missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from bot.domain.money import Money
from bot.domain.order import SessionId
from bot.domain.payment import NOT_TOLD, Charge, Intent, Recipient, Session, SessionStatus
from bot.ports import Dispute, Refund, SessionLine

Json = Mapping[str, Any]
T = TypeVar("T")

#: The key of a shipping rate's metadata under which the catalog's id stands.
RATE_MARK: Final = "rate"
#: More than any amount (12 digits) and any time; what is larger was never meant.
_MOST: Final = 10**15


def session(data: Json) -> Session:
    """Read a Checkout Session, expanded or not.

    Raises:
        KeyError, TypeError, ValueError: it is no session of this API, or says something that
            cannot be so: whoever asked knows nothing then, and asks again.
    """
    totals = _part(data, "total_details")
    cost = _part(data, "shipping_cost")
    shipping = _amount(totals, "amount_shipping", none=None)
    if shipping is None:
        shipping = _amount(cost, "amount_subtotal", none=0)
    return Session(
        id=SessionId(_text(data["id"])),
        status=SessionStatus(data["status"]),
        # Whatever stands there is told as it is: `judge` knows which words mean what.
        payment_status=str(data["payment_status"]),
        mode=_text(data["mode"]),
        livemode=_flag(data["livemode"]),
        currency=_currency(data["currency"]),
        subtotal=_whole(data["amount_subtotal"]),
        discount=_amount(totals, "amount_discount", none=0),
        shipping=shipping,
        tax=_amount(totals, "amount_tax", none=0),
        total=_whole(data["amount_total"]),
        reference=_maybe_text(data.get("client_reference_id")),
        metadata=_pairs(data.get("metadata")),
        created=_whole(data["created"]),
        expires_at=_whole(data["expires_at"]),
        url=_maybe_text(data.get("url")),
        intent=intent(data.get("payment_intent")),
        recipient=recipient(data),
        rate_ref=identity(cost.get("shipping_rate")),
        rates=tuple(_rates(data)),
        code_ref=_promotion(data),
        presentment=_presentment(data),
    )


def intent(data: str | Json | None) -> Intent | None:
    """Read a PaymentIntent; of one that was not expanded only the id is known."""
    if data is None:
        return None
    if isinstance(data, str):
        return Intent(data, NOT_TOLD)
    charged = data.get("latest_charge")
    return Intent(
        id=_text(data["id"]),
        status=_text(data["status"]),
        charge=charge(charged) if isinstance(charged, Mapping) else None,
        received=_whole(data["amount_received"]),
        currency=_currency(data["currency"]),
    )


def charge(data: Json) -> Charge:
    """Read a Charge; card facts only where a card paid, in a wallet or not."""
    card = _part(_part(data, "payment_method_details"), "card")
    return Charge(
        id=_text(data["id"]),
        amount=_whole(data["amount"]),
        refunded=_whole(data["amount_refunded"]),
        status=_text(data["status"]),
        card_brand=_shown(card, "brand"),
        card_last4=_shown(card, "last4"),
        receipt_url=_shown(data, "receipt_url"),
    )


def _rates(session: Json) -> Iterator[tuple[str, int]]:
    for option in _parts(session, "shipping_options"):
        ref, minor = identity(option.get("shipping_rate")), option.get("shipping_amount")
        if ref and type(minor) is int:
            yield ref, minor


def _promotion(session: Json) -> str | None:
    found = (identity(one.get("promotion_code")) for one in _parts(session, "discounts"))
    return next((reference for reference in found if reference), None)


def _presentment(data: Json) -> Money | None:
    """Read what the buyer's bank was asked for; nothing hangs on it, so odd ones are left out."""
    details = _part(data, "presentment_details")
    try:
        return Money(
            _whole(details["presentment_amount"]), _currency(details["presentment_currency"])
        )
    except (KeyError, TypeError, ValueError):
        return None


def rate(data: Json) -> tuple[str, str]:
    """Read a ShippingRate: the catalog's id, which we gave it, and its name."""
    return _pairs(data.get("metadata")).get(RATE_MARK, ""), _text(data["display_name"])


def code(discounts: Sequence[Json]) -> str:
    """Read what the buyer typed, from expanded discounts."""
    codes = [part["code"] for one in discounts if (part := _part(one, "promotion_code"))]
    return _text(codes[0] if codes else None)


def recipient(session: Json) -> Recipient:
    """Read whom the goods go to: the shipping address where one was asked for, else the payer."""
    customer, collected = (
        _part(session, "customer_details"),
        _part(session, "collected_information"),
    )
    shipped = _part(collected, "shipping_details")
    # Before 2025-03-31 it stood here; an account's own API version does not change what we read.
    shipped = shipped or _part(session, "shipping_details")
    address = _part(shipped, "address")
    return Recipient(
        name=_shown(shipped, "name") or _shown(customer, "name"),
        email=_shown(customer, "email"),
        phone=_shown(customer, "phone"),
        address=tuple(_address(address)),
        answers=tuple(_answers(session)),
        country=_shown(address, "country"),
        business=_shown(customer, "business_name") or _shown(collected, "business_name"),
        tax_ids=tuple(
            (_shown(one, "type") or "", number)
            for one in _parts(customer, "tax_ids")
            if (number := _shown(one, "value"))
        ),
        billing=_billing(session, address),
    )


def _billing(session: Json, shipped: Json) -> tuple[str, ...]:
    """Read the payer's address where it was asked for; one that the parcel goes to is told once."""
    address = _part(_part(session, "customer_details"), "address")
    if session.get("billing_address_collection") != "required" or address == shipped:
        return ()
    country = _shown(address, "country")
    return (*_address(address), *([country] if country else []))


def _address(data: Json) -> Iterator[str]:
    town = " ".join(part for name in ("postal_code", "city") if (part := _shown(data, name)))
    written = (_shown(data, "line1"), _shown(data, "line2"), town, _shown(data, "state"))
    yield from (line for line in written if line)


def _answers(session: Json) -> Iterator[tuple[str, str]]:
    for field in _parts(session, "custom_fields"):
        label = _shown(_part(field, "label"), "custom") or _shown(field, "key") or ""
        asked = _part(field, str(field.get("type")))
        value = _shown(asked, "value")
        # Of a dropdown it is the option's value, which nobody but Stripe reads.
        names = {_shown(one, "value"): _shown(one, "label") for one in _parts(asked, "options")}
        if value:
            yield label, names.get(value) or value


def line(data: Json) -> SessionLine:
    """Read a line item; the unit price is the amount's share where Stripe names none."""
    quantity = 1 if data.get("quantity") is None else _whole(data["quantity"])
    unit = _part(data, "price").get("unit_amount")
    minor = _whole(data["amount_subtotal"]) // max(quantity, 1) if unit is None else _whole(unit)
    return SessionLine(
        name=_shown(data, "description") or "",
        unit=Money(minor, _currency(data["currency"])),
        quantity=quantity,
    )


def refund(data: Json) -> Refund:
    """Read a Refund; one that says nothing of how it stands has a status that nobody knows."""
    return Refund(
        id=_text(data["id"]),
        status=str(data.get("status")),
        amount=_whole(data["amount"]),
        currency=_currency(data["currency"]),
        intent_id=identity(data.get("payment_intent")),
        metadata=_pairs(data.get("metadata")),
    )


def dispute(data: Json) -> Dispute:
    """Read a Dispute."""
    return Dispute(
        id=_text(data["id"]),
        status=_text(data["status"]),
        amount=_whole(data["amount"]),
        currency=_currency(data["currency"]),
        intent_id=identity(data.get("payment_intent")),
        reason=_shown(data, "reason") or "general",
    )


@dataclass(frozen=True, slots=True)
class CreditNote:
    """A credit note: what it credits, and the refunds that it names.

    Attributes:
        issued: False once it is void.
    """

    id: str
    number: str
    amount: int
    issued: bool
    refunds: frozenset[str]


def credit_notes(page: Json) -> tuple[tuple[CreditNote, ...], str | None]:
    """Read a page of credit notes, and after which one the next page begins."""
    notes = tuple(map(_credit_note, page["data"]))
    return notes, notes[-1].id if page["has_more"] and notes else None


def _credit_note(data: Json) -> CreditNote:
    named = {identity(one.get("refund")) for one in _parts(data, "refunds")}
    return CreditNote(
        id=_text(data["id"]),
        number=_text(data["number"]),
        amount=_whole(data["amount"]),
        issued=data["status"] == "issued",
        refunds=frozenset(one for one in named if one),
    )


def invoice_url(data: Json) -> str | None:
    """Read where an invoice can be seen; Stripe says so once it is finalized."""
    return _shown(data, "hosted_invoice_url")


def identity(data: Any) -> str | None:
    """Return the id of an object that may be expanded, not expanded or missing."""
    if isinstance(data, Mapping):
        data = data.get("id")
    return data if isinstance(data, str) else None


def _part(data: Json, name: str) -> Json:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}


def _parts(data: Json, name: str) -> Iterator[Json]:
    """Return the objects of a list that is only shown; what is none is left out."""
    found = data.get(name)
    return iter(
        [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    )


def _shown(data: Json, name: str) -> str | None:
    """Return a text that nothing hangs on; what is none is left out."""
    found = data.get(name)
    return found if isinstance(found, str) and found else None


def _whole(value: object) -> int:
    """Return an amount, a count or a time; True, "5" and 5.0 are none, nor is less than nothing."""
    if type(value) is not int or not 0 <= value <= _MOST:
        raise ValueError("no whole number")
    return value


def _amount(data: Json, name: str, *, none: T) -> int | T:
    """Return a part of a sum that need not be there; one that is there must be an amount."""
    found = data.get(name)
    return none if found is None else _whole(found)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("no text")
    return value


def _maybe_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither true nor false")  # noqa: TRY004 - all faults of an answer are one
    return value


def _currency(value: object) -> str:
    return Money.zero(_text(value)).currency


def _pairs(data: object) -> dict[str, str]:
    if data is None:
        return {}
    if not isinstance(data, Mapping):
        raise ValueError("no metadata")  # noqa: TRY004 - as above
    return {_text(name): str(value) for name, value in data.items()}


def account_id(data: Mapping[str, Any]) -> str:
    """Return whose account an answer is about; a database is bound to it for good.

    Raises:
        ValueError: it is about no account.
    """
    identity = data["id"]
    if not isinstance(identity, str) or not identity.startswith("acct_"):
        raise ValueError("no account")
    return identity
