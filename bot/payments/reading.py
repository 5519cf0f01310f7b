"""Stripe's objects, read into the shop's values. A field that is not there is as good as null."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.domain.money import Money
from bot.domain.order import SessionId
from bot.domain.payment import Charge, Intent, Recipient, Session, SessionStatus
from bot.ports import Dispute, Refund, SessionLine

Json = Mapping[str, Any]


def session(data: Json) -> Session:
    """Read a Checkout Session, expanded or not.

    Raises:
        KeyError, TypeError, ValueError: it is no session of this API.
    """
    totals = _part(data, "total_details")
    shipping = totals.get("amount_shipping")
    if shipping is None:
        shipping = _part(data, "shipping_cost").get("amount_subtotal")
    return Session(
        id=SessionId(data["id"]),
        status=SessionStatus(data["status"]),
        payment_status=data["payment_status"],
        mode=data["mode"],
        livemode=data["livemode"],
        currency=data.get("currency") or "xxx",
        subtotal=data.get("amount_subtotal") or 0,
        discount=totals.get("amount_discount") or 0,
        shipping=shipping or 0,
        tax=totals.get("amount_tax") or 0,
        total=data.get("amount_total") or 0,
        reference=data.get("client_reference_id"),
        metadata=dict(data.get("metadata") or {}),
        created=data["created"],
        expires_at=data["expires_at"],
        url=data.get("url"),
        intent=intent(data.get("payment_intent")),
        recipient=recipient(data),
    )


def intent(data: str | Json | None) -> Intent | None:
    """Read a PaymentIntent; one that was not expanded has no known status."""
    if data is None:
        return None
    if isinstance(data, str):
        return Intent(data, "unknown")
    charged = data.get("latest_charge")
    return Intent(
        id=data["id"],
        status=data["status"],
        charge=charge(charged) if isinstance(charged, Mapping) else None,
    )


def charge(data: Json) -> Charge:
    """Read a Charge; card facts only where a card paid, in a wallet or not."""
    card = _part(_part(data, "payment_method_details"), "card")
    return Charge(
        id=data["id"],
        amount=data["amount"],
        refunded=data.get("amount_refunded") or 0,
        card_brand=card.get("brand"),
        card_last4=card.get("last4"),
        receipt_url=data.get("receipt_url"),
    )


def recipient(session: Json) -> Recipient:
    """Read whom the goods go to: the shipping address where one was asked for, else the payer."""
    customer = _part(session, "customer_details")
    shipped = _part(_part(session, "collected_information"), "shipping_details")
    # Before 2025-03-31 it stood here; an account's own API version does not change what we read.
    shipped = shipped or _part(session, "shipping_details")
    return Recipient(
        name=shipped.get("name") or customer.get("name"),
        email=customer.get("email"),
        phone=customer.get("phone"),
        address=tuple(_address(_part(shipped, "address"))),
        answers=tuple(_answers(session)),
        country=_part(shipped, "address").get("country"),
    )


def _address(data: Json) -> Iterator[str]:
    yield from (data[line] for line in ("line1", "line2") if data.get(line))
    town = " ".join(str(data[part]) for part in ("postal_code", "city") if data.get(part))
    yield from (line for line in (town, data.get("state")) if line)


def _answers(session: Json) -> Iterator[tuple[str, str]]:
    for field in session.get("custom_fields") or ():
        label = _part(field, "label").get("custom") or field.get("key") or ""
        value = _part(field, str(field.get("type"))).get("value")
        if value:
            yield label, str(value)


def line(data: Json) -> SessionLine:
    """Read a line item; the unit price is the amount's share where Stripe names none."""
    quantity = data.get("quantity") or 1
    unit = _part(data, "price").get("unit_amount")
    minor = data["amount_subtotal"] // quantity if unit is None else unit
    return SessionLine(
        name=data.get("description") or "", unit=Money(minor, data["currency"]), quantity=quantity
    )


def refund(data: Json) -> Refund:
    """Read a Refund."""
    return Refund(
        id=data["id"],
        status=data.get("status") or "pending",
        amount=data["amount"],
        currency=data["currency"],
        intent_id=identity(data.get("payment_intent")),
        metadata=dict(data.get("metadata") or {}),
    )


def dispute(data: Json) -> Dispute:
    """Read a Dispute."""
    return Dispute(
        id=data["id"],
        status=data["status"],
        amount=data["amount"],
        currency=data["currency"],
        intent_id=identity(data.get("payment_intent")),
        reason=data.get("reason") or "general",
    )


def identity(data: Any) -> str | None:
    """Return the id of an object that may be expanded, not expanded or missing."""
    if isinstance(data, Mapping):
        data = data.get("id")
    return data if isinstance(data, str) else None


def _part(data: Json, name: str) -> Json:
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}


def account_id(data: Mapping[str, Any]) -> str:
    """Return whose account an answer is about; a database is bound to it for good.

    Raises:
        ValueError: it is about no account.
    """
    identity = data["id"]
    if not isinstance(identity, str) or not identity.startswith("acct_"):
        raise ValueError("no account")
    return identity
