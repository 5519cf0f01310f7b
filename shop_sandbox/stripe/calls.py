"""Stripe's calls, one after the other: verb, path, parameters, permission, and what it does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from shop_sandbox.exchange import Json
from shop_sandbox.stripe import account, actions, endpoints, invoices, refunds
from shop_sandbox.stripe.actions import Asked
from shop_sandbox.stripe.params import Flag, Kind, Listing, Record, Text
from shop_sandbox.stripe.promotions import promotion_code
from shop_sandbox.stripe.session_params import CREATE
from shop_sandbox.stripe.shelf import PAGING, Shelf
from shop_sandbox.stripe.world import Book

_EXPAND: Final[dict[str, Kind]] = {"expand": Listing(Text())}
_ONLY_EXPAND: Final = Record(_EXPAND)
_IDENTITY: Final = re.compile(r"\{id\}")


@dataclass(frozen=True, slots=True)
class Call:
    """One endpoint.

    Attributes:
        name: Verb and path, the id replaced: ``GET /v1/charges/{id}``.
        schema: Its parameters.
        resource: What a restricted key needs a right to.
        act: Does it and returns Stripe's object.
    """

    name: str
    schema: Record
    resource: str
    act: Callable[[Asked], Json]

    @property
    def verb(self) -> str:
        """The HTTP method."""
        return self.name.split()[0]

    @property
    def right(self) -> str:
        """What it needs: ``read`` or ``write``."""
        return "read" if self.verb == "GET" else "write"

    def pattern(self) -> re.Pattern[str]:
        """Return what matches its path."""
        return re.compile(_IDENTITY.sub("([^/]+)", self.name.split()[1]) + r"\Z")


def _get(name: str, resource: str, shelf: Callable[[Book], Shelf]) -> Call:
    return Call(
        f"GET /v1/{name}/{{id}}",
        _ONLY_EXPAND,
        resource,
        lambda asked: shelf(asked.book).find(asked.identity),
    )


def _list(
    name: str, resource: str, shelf: Callable[[Book], Shelf], filters: dict[str, Kind]
) -> Call:
    def keep(asked: Asked) -> Callable[[Json], bool]:
        wanted = [(key, asked.params[key]) for key in filters if key in asked.params]
        return lambda thing: all(thing[key] == value for key, value in wanted)

    return Call(
        f"GET /v1/{name}",
        Record({**PAGING, **filters}),
        resource,
        lambda asked: shelf(asked.book).page(asked.params, keep(asked), f"/v1/{name}"),
    )


_NO_PARAMS: Final = Record({})
_PAGED: Final = Record({k: v for k, v in PAGING.items() if k != "created"})
CALLS: Final[tuple[Call, ...]] = (
    Call("POST /v1/checkout/sessions", CREATE, "checkout_session", actions.create_session),
    Call(
        "GET /v1/checkout/sessions",
        Record(
            {
                **PAGING,
                "customer_details": Record({"email": Text()}, ("email",)),
                "payment_intent": Text(),
                "status": Text(choices=("complete", "expired", "open")),
            }
        ),
        "checkout_session",
        actions.list_sessions,
    ),
    Call(
        "GET /v1/checkout/sessions/{id}",
        _ONLY_EXPAND,
        "checkout_session",
        lambda asked: asked.book.sessions.find(asked.identity, param="session"),
    ),
    Call(
        "POST /v1/checkout/sessions/{id}/expire",
        _ONLY_EXPAND,
        "checkout_session",
        actions.expire_session,
    ),
    Call(
        "GET /v1/checkout/sessions/{id}/line_items",
        _PAGED,
        "checkout_session",
        actions.session_lines,
    ),
    _get("payment_intents", "payment_intent", lambda book: book.intents),
    _list("payment_intents", "payment_intent", lambda book: book.intents, {}),
    Call(
        "POST /v1/payment_intents/{id}/cancel",
        Record(
            {
                **_EXPAND,
                "cancellation_reason": Text(
                    choices=("abandoned", "duplicate", "fraudulent", "requested_by_customer")
                ),
            }
        ),
        "payment_intent",
        actions.cancel_intent,
    ),
    _get("charges", "charge", lambda book: book.charges),
    _list("charges", "charge", lambda book: book.charges, {"payment_intent": Text()}),
    Call(
        "POST /v1/refunds",
        refunds.CREATE,
        "charge",
        lambda asked: refunds.create(asked.book, asked.params),
    ),
    _get("refunds", "charge", lambda book: book.refunds),
    _list(
        "refunds",
        "charge",
        lambda book: book.refunds,
        {"charge": Text(), "payment_intent": Text()},
    ),
    _get("shipping_rates", "shipping_rate", lambda book: book.rates),
    Call(
        "GET /v1/promotion_codes/{id}",
        _ONLY_EXPAND,
        "promotion_code",
        lambda asked: promotion_code(asked.book, asked.identity),
    ),
    _get("invoices", "invoice", lambda book: book.invoices),
    Call(
        "POST /v1/credit_notes",
        invoices.CREATE,
        "credit_note",
        lambda asked: invoices.credit(asked.book, asked.params),
    ),
    Call(
        "POST /v1/credit_notes/{id}/void",
        _ONLY_EXPAND,
        "credit_note",
        lambda asked: invoices.void(asked.book, asked.book.credit_notes.find(asked.identity)),
    ),
    _list("credit_notes", "credit_note", lambda book: book.credit_notes, {"invoice": Text()}),
    _get("disputes", "dispute", lambda book: book.disputes),
    _list(
        "disputes",
        "dispute",
        lambda book: book.disputes,
        {"charge": Text(), "payment_intent": Text()},
    ),
    Call(
        "GET /v1/events",
        Record(
            {
                **PAGING,
                "delivery_success": Flag(),
                "type": Text(),
                "types": Listing(Text(), most=20),
            }
        ),
        "event",
        actions.list_events,
    ),
    Call("GET /v1/events/{id}", _ONLY_EXPAND, "event", actions.get_event),
    Call(
        "POST /v1/webhook_endpoints",
        endpoints.CREATE,
        "webhook",
        lambda asked: asked.secrets.create(asked.book, asked.params),
    ),
    Call(
        "GET /v1/webhook_endpoints",
        _PAGED,
        "webhook",
        lambda asked: asked.book.endpoints.page(
            asked.params, lambda _: True, "/v1/webhook_endpoints"
        ),
    ),
    Call("GET /v1/webhook_endpoints/{id}", _ONLY_EXPAND, "webhook", actions.endpoint),
    Call(
        "POST /v1/webhook_endpoints/{id}",
        endpoints.UPDATE,
        "webhook",
        lambda asked: endpoints.update(asked.book, actions.endpoint(asked), asked.params),
    ),
    Call(
        "DELETE /v1/webhook_endpoints/{id}",
        _NO_PARAMS,
        "webhook",
        lambda asked: endpoints.delete(asked.book, actions.endpoint(asked)),
    ),
    Call(
        "GET /v1/account",
        _ONLY_EXPAND,
        "accounts_kyc_basic",
        lambda asked: account.account(asked.book),
    ),
    Call("GET /v1/balance", _ONLY_EXPAND, "balance", lambda asked: account.balance(asked.book)),
    _get("prices", "plan", lambda book: book.prices),
    _get("products", "product", lambda book: book.products),
)
