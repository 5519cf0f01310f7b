"""Ids that would come to stand for other goods: found, and nothing else taken for it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.catalog.model import Catalog, LineKey, ProductId, StockId, VariantId
from bot.domain.catalog.named import titles
from bot.domain.catalog.reused import reused
from tests.catalog_file.samples import read

Change = Callable[[list[dict[str, Any]]], object]


def shop() -> dict[str, Any]:
    """Return a shop with a suit whose two options share ids, and with three mugs."""
    sizes = [("s", "Small"), ("m", "Medium"), ("l", "Large")]
    cuts = [("s", "Slim"), ("m", "Modern"), ("l", "Loose")]
    return {
        "shop": {"name": "Suits", "currency": "eur"},
        "categories": [{"id": "all", "name": "All"}],
        "products": [
            {
                "id": "suit",
                "category": "all",
                "name": "Suit",
                "price": "99.00",
                "options": [option("size", *sizes), option("cut", *cuts)],
            },
            *(
                {"id": f"mug-{n}", "category": "all", "name": name, "price": "9.00"}
                for n, name in enumerate(("Red mug", "Blue mug", "White mug"), 1)
            ),
        ],
    }


def option(key: str, *values: tuple[str, str]) -> dict[str, Any]:
    """Return an option as the file has it."""
    some = [{"id": value, "name": name} for value, name in values]
    return {"id": key, "name": key.title(), "values": some}


def catalog(entries: dict[str, Any]) -> Catalog:
    """Return what a file says."""
    return read(json.dumps(entries)).catalog


def _after(change: Change, before: dict[str, Any] | None = None) -> list[tuple[str, str, str]]:
    was = before or shop()
    now = copy.deepcopy(was)
    change(now["products"])
    return [(one.id, one.before, one.after) for one in reused(catalog(was), catalog(now))]


def _values(products: list[dict[str, Any]], place: int = 0) -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = products[0]["options"][place]["values"]
    return values


def _rename(products: list[dict[str, Any]]) -> None:
    for product in products:
        product["name"] += " anew"
        for one in product.get("options", []):
            one["name"] += " anew"
            for value in one["values"]:
                value["name"] += " anew"


def _exchange(some: list[dict[str, Any]], key: str) -> None:
    some[0][key], some[1][key] = some[1][key], some[0][key]


def _list(*, cut: str) -> Change:
    """List the variants, of which there is one for small ones alone."""

    def change(products: list[dict[str, Any]]) -> None:
        products[0]["variants"] = [
            {"options": {"size": "s", cut: "m"}},
            {"options": {"size": "m", cut: "s"}},
            {"options": {"size": "s", cut: "s"}},
        ]

    return change


@pytest.mark.parametrize(
    "change",
    [
        _rename,
        lambda products: products.reverse(),
        lambda products: _values(products).reverse(),
        lambda products: products.pop(),
        lambda products: products.append({**products[-1], "id": "mug-4", "name": "Old mug"}),
        lambda products: products[0]["options"].pop(),
        lambda products: _values(products).pop(),
        lambda products: products[0]["options"][0].update(id="measure"),
        # A new edition gets the old one's name.
        lambda products: (
            products[1].update(name="Red mug of 2025"),
            products.append({**products[1], "id": "mug-4", "name": "Red mug"}),
        ),
        # All ids of one option new: nothing stands for anything else.
        lambda products: (
            products[0]["options"].reverse(),
            [one.update(id=f"cut-{one['id']}") for one in _values(products)],
        ),
    ],
)
def test_what_keeps_its_meaning_is_no_fault(change: Change) -> None:
    """Other names, another order, less and more: ids go on standing for the same."""
    assert _after(change) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            lambda products: products[0]["options"].reverse(),
            ("s.m", "size: s, cut: m", "size: m, cut: s"),
        ),
        # Ids of listed variants are in the order of the options' ids.
        (_list(cut="cut"), ("s.m", "size: s, cut: m", "size: m, cut: s")),
        (
            lambda products: (
                products[0]["options"].reverse(),
                _values(products)[2].update(id="loose"),
            ),
            ("s.m", "size: s, cut: m", "size: m, cut: s"),
        ),
        # What is left shares too little for anybody to see that "m.s" was a medium one.
        (
            lambda products: [_values(products).pop() for _ in range(2)],
            ("m.s", "size: m, cut: s", "size: s, cut: m"),
        ),
        (lambda products: _exchange(_values(products), "id"), ("m", "Medium", "Small")),
        (lambda products: _exchange(_values(products, 1), "name"), ("s", "Slim", "Modern")),
        (lambda products: _exchange(products[1:3], "id"), ("mug-2", "Blue mug", "Red mug")),
        # Ids by position, of which one was put in before all others, or taken out.
        (
            lambda products: (
                products.insert(1, {**products[1], "id": "mug-1", "name": "New mug"}),
                [one.update(id=f"mug-{n}") for n, one in enumerate(products[1:], 1)],
            ),
            ("mug-2", "Blue mug", "Red mug"),
        ),
        (
            lambda products: (
                products.pop(1),
                [one.update(id=f"mug-{n}") for n, one in enumerate(products[1:], 1)],
            ),
            ("mug-2", "Blue mug", "White mug"),
        ),
    ],
)
def test_an_id_that_passes_to_other_goods_is_found_once(
    change: Change, found: tuple[str, str, str]
) -> None:
    """The first of each list is told: what it stood for, and what it would stand for."""
    assert _after(change) == [found]


def test_control_the_same_id_is_other_goods_in_the_later_catalog() -> None:
    """What a cart has for a small modern suit would be a medium slim one."""
    turned = shop()
    turned["products"][0]["options"].reverse()
    key = LineKey(ProductId("suit"), VariantId("s.m"))

    was, now = catalog(shop()).variant(key), catalog(turned).variant(key)

    assert was is not None
    assert now is not None
    assert (was.label("en"), now.label("en")) == ("Small, Modern", "Slim, Medium")


def test_listing_in_the_order_of_ids_keeps_what_choices_mean() -> None:
    """Where the options stand in the order of their ids already, nothing changes by listing."""
    before = shop()
    before["products"][0]["options"][1]["id"] = "taper"

    assert _after(_list(cut="taper"), before) == []


def test_a_count_that_passes_to_another_options_value_is_found() -> None:
    """The ledger has one row for the id: what was sold of small suits would lack of slim ones."""
    before = shop()
    _values(before["products"])[0]["stock"] = 5

    def move(products: list[dict[str, Any]]) -> None:
        del _values(products)[0]["stock"]
        _values(products, 1)[0]["stock"] = 5

    assert _after(move, before) == [("s", "size: s", "cut: s")]


def test_of_two_values_with_one_id_the_one_is_named_that_has_the_price_or_the_count() -> None:
    """The size costs more and the cut is counted: each is told by its own name."""
    entries = shop()
    _values(entries["products"])[0]["price"] = "120.00"
    _values(entries["products"], 1)[0]["stock"] = 5
    suits = catalog(entries)

    priced = titles(suits, StockId("suit/s"))
    counted = titles(suits, StockId("suit/s"), counted=True)

    assert [one.in_language("en") for one in priced] == ["Suit", "Small"]
    assert [one.in_language("en") for one in counted] == ["Suit", "Slim"]
