"""Expand ids into objects, as ``expand[]=payment_intent.latest_charge`` asks."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.errors import ApiError
from shop_sandbox.stripe.promotions import promotion_code
from shop_sandbox.stripe.shelf import list_object
from shop_sandbox.stripe.world import Book

_DEEPEST: Final = 4
_FIRST_LINES: Final = 10
_DAY: Final = 86_400
#: What an id under this name leads to, by the kind of object that bears it; a nested mapping is a
#: part of the object itself.
_LEADS: Final[Mapping[str, Mapping[str, Any]]] = {
    "checkout.session": {
        "invoice": "invoice",
        "discounts": {"promotion_code": "promotion_code"},
        "line_items": "lines",
        "payment_intent": "payment_intent",
        "shipping_cost": {"shipping_rate": "shipping_rate"},
        "shipping_options": {"shipping_rate": "shipping_rate"},
    },
    "payment_intent": {"latest_charge": "charge"},
    "charge": {"payment_intent": "payment_intent", "refunds": "refunds"},
    "refund": {"charge": "charge", "payment_intent": "payment_intent"},
    "dispute": {"charge": "charge", "payment_intent": "payment_intent"},
    "item": {"price": {"product": "product"}},
    "price": {"product": "product"},
}
#: The permission to read what is expanded.
RESOURCES: Final = {
    "payment_intent": "payment_intent",
    "charge": "charge",
    "refunds": "charge",
    "invoice": "invoice",
    "shipping_rate": "shipping_rate",
    "promotion_code": "promotion_code",
}


class Expander:
    """Copies objects for an answer, with what was asked for inside.

    Args:
        book: Where ids lead.
        may_read: Asked before an object of a kind is shown; raises where the key may not.
    """

    def __init__(self, book: Book, may_read: Callable[[str], None]) -> None:
        self._book = book
        self._may_read = may_read

    def expand(self, thing: Json, paths: Sequence[str]) -> Json:
        """Return a copy of an object, or of a list object, with these paths expanded.

        Raises:
            ApiError: a path leads nowhere, or too deep, or the key may not see what it leads to.
        """
        shown = self._shown(thing)
        for path in paths:
            parts = path.split(".")
            if len(parts) > _DEEPEST + (thing.get("object") == "list"):
                raise ApiError(
                    f"You cannot expand more than {_DEEPEST} levels of a property.", param="expand"
                )
            self._walk(shown, parts, path)
        return shown

    def _shown(self, thing: Json) -> Json:
        shown: Json = copy.deepcopy(thing)
        if thing.get("object") == "charge" and thing["receipt_url"] is not None:
            address, _, issued = thing["receipt_url"].partition("?issued=")
            if self._book.world.now() - int(issued) > _DAY:
                shown["receipt_url"] = f"{address}?issued={self._book.world.now()}"
        return shown

    def _walk(self, thing: Json, parts: Sequence[str], path: str) -> None:
        name, rest = parts[0], parts[1:]
        if thing.get("object") == "list":
            if name != "data" or not rest:
                raise _nowhere(path)
            for entry in thing["data"]:
                self._walk(entry, rest, path)
            return
        self._lead(thing, _LEADS.get(thing["object"], {}).get(name), [name, *rest], path)

    def _lead(self, thing: Json, lead: Any, parts: Sequence[str], path: str) -> None:
        name, rest = parts[0], parts[1:]
        if lead is None:
            raise _nowhere(path)
        if not isinstance(lead, str):
            if not rest:
                raise _nowhere(path)
            inner = thing[name]
            for entry in inner if isinstance(inner, list) else filter(None, [inner]):
                self._lead(entry, lead.get(rest[0]), rest, path)
            return
        if lead in RESOURCES:
            self._may_read(RESOURCES[lead])
        thing[name] = self._found(thing, name, lead)
        if rest and thing[name] is not None:
            self._walk(thing[name], rest, path)

    def _found(self, thing: Json, name: str, lead: str) -> Json | None:
        book = self._book
        if lead == "lines":
            lines = book.checkouts[thing["id"]].lines
            return list_object(
                copy.deepcopy(lines[:_FIRST_LINES]),
                f"/v1/checkout/sessions/{thing['id']}/line_items",
                has_more=len(lines) > _FIRST_LINES,
            )
        if lead == "refunds":
            return copy.deepcopy(
                book.refunds.page(
                    {}, lambda refund: refund["charge"] == thing["id"],
                    f"/v1/charges/{thing['id']}/refunds",
                )
            )  # fmt: skip
        value = thing.get(name)
        if value is None or isinstance(value, dict):
            return value
        if lead == "promotion_code":
            return promotion_code(book, value)
        shelves = {
            "payment_intent": book.intents,
            "charge": book.charges,
            "invoice": book.invoices,
            "shipping_rate": book.rates,
            "product": book.products,
        }
        return self._shown(shelves[lead].find(value))


def _nowhere(path: str) -> ApiError:
    return ApiError(
        f"This property cannot be expanded ({path}). You may want to try expanding its parent, or "
        "leave it out.",
        param="expand",
    )
