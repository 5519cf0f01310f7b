"""What Stripe's calls do where it is more than finding one object."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shop_sandbox.exchange import Json
from shop_sandbox.stripe import endpoints, payments, sessions
from shop_sandbox.stripe.shelf import Shelf
from shop_sandbox.stripe.world import EVENTS_KEPT, Book


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, its parameters read."""

    book: Book
    identity: str
    params: Json
    secrets: endpoints.Secrets


def create_session(asked: Asked) -> Json:
    """Create a Checkout Session."""
    return sessions.create(asked.book, asked.params).session


def list_sessions(asked: Asked) -> Json:
    """List Checkout Sessions."""
    params = asked.params

    def keep(session: Json) -> bool:
        customer = session["customer_details"] or {}
        return bool(
            session["status"] == params.get("status", session["status"])
            and session["payment_intent"] == params.get("payment_intent", session["payment_intent"])
            and customer.get("email")
            == params.get("customer_details", {}).get("email", customer.get("email"))
        )

    return asked.book.sessions.page(params, keep, "/v1/checkout/sessions")


def expire_session(asked: Asked) -> Json:
    """Expire a Checkout Session."""
    session = asked.book.sessions.find(asked.identity, param="session")
    sessions.expire(asked.book, asked.book.checkouts[session["id"]])
    return session


def session_lines(asked: Asked) -> Json:
    """Page through a session's line items."""
    session = asked.book.sessions.find(asked.identity, param="session")
    lines = Shelf("line_item")
    for item in reversed(asked.book.checkouts[session["id"]].lines):
        lines.add(item)
    address = f"/v1/checkout/sessions/{session['id']}/line_items"
    return lines.page(asked.params, lambda _: True, address)


def cancel_intent(asked: Asked) -> Json:
    """Cancel a PaymentIntent."""
    intent = asked.book.intents.find(asked.identity, param="intent")
    payments.cancel(asked.book, intent, asked.params.get("cancellation_reason"))
    return intent


def _recent(book: Book) -> Callable[[Json], bool]:
    oldest = book.world.now() - EVENTS_KEPT
    return lambda event: event["created"] >= oldest


def list_events(asked: Asked) -> Json:
    """List the events of the last 30 days."""
    params, recent = asked.params, _recent(asked.book)
    names: Any = params.get("types") or ([params["type"]] if "type" in params else None)
    patterns = names and [
        re.compile(re.escape(name).replace(r"\*", ".*") + r"\Z") for name in names
    ]

    def keep(event: Json) -> bool:
        delivered = event["pending_webhooks"] == 0
        return (
            recent(event)
            and (patterns is None or any(p.match(event["type"]) for p in patterns))
            and params.get("delivery_success", delivered) == delivered
        )

    return asked.book.events.page(params, keep, "/v1/events")


def get_event(asked: Asked) -> Json:
    """Return one event of the last 30 days."""
    event = asked.book.events.find(asked.identity)
    if not _recent(asked.book)(event):
        return Shelf("event").find(asked.identity)
    return event


def endpoint(asked: Asked) -> Json:
    """Return one webhook endpoint."""
    return asked.book.endpoints.find(asked.identity, param="webhook_endpoint")
