"""Changes to the sample's catalog, for what it does not have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from walk import Change

Content = dict[str, Any]


def product(content: Content, name: str) -> Content:
    """Return a product's entry."""
    return next(one for one in content["products"] if one["id"] == name)


def of(name: str, **fields: object) -> Change:
    """Give a product fields, or, by None, take them from it."""

    def change(content: Content) -> None:
        entry = product(content, name)
        entry.update(fields)
        for field in [key for key, value in entry.items() if value is None]:
            del entry[field]

    return change


def value_of(name: str, value: str, **fields: object) -> Change:
    """Give a value of a product's option fields."""

    def change(content: Content) -> None:
        options = product(content, name)["options"]
        next(one for one in _values(options) if one["id"] == value).update(fields)

    return change


def _values(options: list[Content]) -> Iterator[Content]:
    for option in options:
        yield from option["values"]


def on_sale(name: str, price: str, days: int) -> Change:
    """Put a product on sale until some days from now."""
    last = datetime.now(UTC) + timedelta(days=days)
    return of(name, was=None, sale={"price": price, "until": f"{last:%Y-%m-%d}"})


def shop(**fields: object) -> Change:
    """Give the shop fields."""
    return lambda content: content["shop"].update(fields)


def checkout(**fields: object) -> Change:
    """Give the checkout fields."""
    return lambda content: content["checkout"].update(fields)


def weighing(grams: int) -> Change:
    """Give everything a weight."""

    def change(content: Content) -> None:
        for one in content["products"]:
            one["weight"] = grams

    return change


def many_in(category: str) -> Change:
    """Put everything into one category, which has several pages then."""

    def change(content: Content) -> None:
        for one in content["products"]:
            one["category"] = category

    return change


def many_values(name: str, count: int) -> Change:
    """Give a product an option of many values."""
    values = [{"id": f"s{n}", "name": str(n)} for n in range(35, 35 + count)]
    named = {"en": "Size", "de": "Größe", "ar": "المقاس"}
    return of(name, options=[{"id": "size", "name": named, "values": values}])


def listed(name: str) -> Change:
    """List a product's variants, one for each value of its only option."""

    def change(content: Content) -> None:
        entry = product(content, name)
        option = entry["options"][0]
        entry["variants"] = [
            {"options": {option["id"]: value["id"]}, "stock": value.pop("stock", 5)}
            for value in option["values"]
        ]

    return change
