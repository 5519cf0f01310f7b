"""Products that list their variants: what the file says, and each mistake told at its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.catalog_file import edit
from bot.domain.catalog.model import Product, ProductId, VariantId
from bot.domain.money import Money
from bot.ports.catalog import CatalogFaultsError
from tests.catalog_file.samples import read, told
from tests.catalog_file.variants import FAULTS, TEES


def _tee(source: str = TEES) -> Product:
    product = read(source).catalog.product(ProductId("tee"))
    assert product is not None
    return product


def _faults(source: str) -> list[tuple[str, int, int]]:
    with pytest.raises(CatalogFaultsError) as caught:
        read(source)
    return [(one.kind, one.line, one.column) for one in caught.value.faults]


def _with(change: Any) -> str:
    """Return the file after a change of its one product, as JSON writes it."""
    data = json.loads(TEES)
    change(data["products"][0])
    return json.dumps(data)


def test_a_variant_has_what_it_says_and_the_products_own_for_the_rest() -> None:
    """Price, old price, stock, picture: its own where it has one, else the product's."""
    tee = _tee()

    small, medium, blue = tee.variants()

    assert [one.id for one in (small, medium, blue)] == ["red.small", "red.medium", "blue.medium"]
    assert [one.label("de") for one in (small, medium, blue)] == ["S, Red", "M, Red", "M, Blau"]
    assert [one.price.minor for one in (small, medium, blue)] == [1900, 1900, 1700]
    assert [one.was for one in (small, medium, blue)] == [None, None, Money(1850, "eur")]
    assert [one.stock for one in (small, medium, blue)] == [4, 0, 9]
    assert [one.stock_id for one in (small, medium, blue)] == [
        "tee/red.small",
        "tee/red.medium",
        "tee",
    ]
    assert [one.photo for one in (small, medium, blue)] == ["photos/red.jpg"] * 2 + [None]
    assert (small.sku, small.weight, medium.barcode) == ("TS-S-R", 170, "5601234567892")
    assert (tee.lowest_price().minor, tee.has_price_range(), tee.is_news()) == (1700, True, True)
    assert dict(tee.stock_counts()) == {"tee/red.small": 4, "tee/red.medium": 0, "tee": 9}


def test_what_is_hidden_or_not_listed_is_not_sold() -> None:
    """A hidden variant is still known, for orders that have it; an unlisted combination is none."""
    hidden = _tee().variant(VariantId("blue.small"))
    unlisted = _tee(_with(lambda one: one["variants"].pop())).variant(VariantId("blue.small"))

    assert hidden is not None
    assert (hidden.hidden, hidden.photo) == (True, "photos/sb.jpg")
    assert unlisted is None


def test_ids_outlive_another_order_and_other_names() -> None:
    """Options, values and variants in another order, and named anew, are the same goods."""

    def turn(product: dict[str, Any]) -> None:
        product["options"].reverse()
        product["variants"].reverse()
        for option in product["options"]:
            option["values"].reverse()
            option["name"] = "Anew"

    before, after = _tee(), _tee(_with(turn))

    assert {one.id for one in before.variants()} == {one.id for one in after.variants()}
    assert dict(before.stock_counts()) == dict(after.stock_counts())
    assert [one.label("en") for one in after.variants()] == ["Blue, M", "Red, M", "Red, S"]


@pytest.mark.parametrize(("kind", "old", "new", "line", "column"), FAULTS)
def test_a_fault_is_told_once_and_at_its_place(
    kind: str, old: str, new: str, line: int, column: int
) -> None:
    """One mistake in what is listed gives one fault, with the line and column where it stands."""
    assert TEES.count(old) == 1
    source = TEES.replace(old, new)

    found = _faults(source)

    assert found == [(kind, line, column)]


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("no_variants", lambda one: one["variants"].clear()),
        ("no_shown_variant", lambda one: [v.update(hidden=True) for v in one["variants"]]),
        ("variants_without_options", lambda one: one.pop("options")),
        ("variants_without_options", lambda one: one["options"].clear()),
        ("many_options", lambda one: _add_options(one, 2)),
    ],
)
def test_a_list_that_cannot_be_sold_from_is_told(kind: str, change: Any) -> None:
    """Nothing listed, all hidden, nothing to choose from, too much to choose from."""
    assert {one[0] for one in _faults(_with(change))} == {kind}


def _add_options(product: dict[str, Any], count: int) -> None:
    for number in range(count):
        value = {"id": "x", "name": "X"}
        product["options"].append({"id": f"o{number}", "name": "O", "values": [value]})
        for variant in product["variants"]:
            variant["options"][f"o{number}"] = "x"


def _wide(product: dict[str, Any], count: int) -> None:
    """Give a product of 100 by 100 choices so many variants."""
    names = [f"v{number}" for number in range(100)]
    values = [{"id": name, "name": name} for name in names]
    for option in product["options"]:
        option["values"] = values
    pairs = [(one, other) for other in names for one in names][:count]
    product["variants"] = [
        {"options": {"size": one, "colour": other}, "stock": 1} for one, other in pairs
    ]


def test_500_variants_of_10000_combinations_are_read_and_no_more() -> None:
    """What is listed is counted, not what could be combined."""
    most = _tee(_with(lambda one: _wide(one, 500)))

    assert len(list(most.variants())) == 500
    assert [kind for kind, *_ in _faults(_with(lambda one: _wide(one, 501)))] == ["many_listed"]


def test_what_has_no_effect_is_warned_about() -> None:
    """A value that is nowhere listed, a count that nobody shares, a price that nobody pays."""

    def change(product: dict[str, Any]) -> None:
        del product["variants"][2:]
        for variant in product["variants"]:
            variant["price"] = "21.00"

    said = [line.partition(": ")[2] for line in told(read(_with(change)).warnings)]

    assert said == [
        (
            "products[0].price: Nobody pays €19.00: every choice has a price of its own. "
            "Change the prices of the choices, or write one of them here."
        ),
        (
            "products[0].stock: This stock of 9 is ignored: every variant has a stock of its own. "
            "Remove it."
        ),
        (
            'products[0].options[1].values[1].id: No variant has "blue", so customers do not see '
            "it. List a variant with it, or remove it."
        ),
    ]


def test_one_mistake_does_not_hide_another() -> None:
    """An unknown value, a double combination and a misspelt key are told together."""
    source = (
        TEES.replace('{"size": "medium", "colour": "red"}', '{"size": "xxl", "colour": "red"}')
        .replace('{"size": "medium", "colour": "blue"}', '{"size": "small", "colour": "red"}')
        .replace('"weight"', '"wieght"')
    )

    assert [kind for kind, *_ in _faults(source)] == [
        "unknown_key_near",
        "unknown_value",
        "repeated_variant",
    ]


@pytest.mark.parametrize(
    ("target", "line", "new"),
    [
        ("tee/red.small", 22, '"stock": 31, "sku"'),
        ("tee/blue.medium", 24, '"was": "18.50", "stock": 31}'),
        ("tee", 10, '"stock": 31,'),
    ],
)
def test_an_edit_writes_at_the_variant_and_nowhere_else(target: str, line: int, new: str) -> None:
    """A count sent in the chat stands at its variant; every other byte is as it was."""
    edited = edit.set_stock(TEES.encode(), target, 31).decode()

    before, after = TEES.splitlines(), edited.splitlines()
    assert new in after[line - 1]
    assert [at for at, one in enumerate(after) if one != before[at]] == [line - 1]
