"""A catalog in one piece of bytes is the same catalog, made product by product when looked at."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from bot.catalog_file.packed import maker, pack, unpack, writer
from bot.domain.catalog.diff import compare
from bot.domain.catalog.model import Catalog, CategoryId, ProductId, StockId
from kit import ROOT
from tests.catalog_file.samples import GOOD, changed, read


def _everyday() -> Catalog:
    return read((ROOT / "catalog.json").read_bytes()).catalog


def _many(products: int, price: int = 5) -> Catalog:
    written = json.loads(GOOD)
    written["products"] = [
        {"id": f"p{n}", "category": "gear", "name": f"Thing {n}", "price": price + n, "stock": n}
        for n in range(products)
    ]
    return read(json.dumps(written)).catalog


@pytest.mark.parametrize("catalog", [read(GOOD).catalog, _everyday()], ids=["sample", "shop"])
def test_what_is_unpacked_is_what_was_packed(catalog: Catalog) -> None:
    """Every field of every value comes back, places and counts too."""
    again = unpack(pack(catalog))

    assert again == catalog
    assert list(again.products) == list(catalog.products)
    assert again.visible() == catalog.visible()
    assert again.news_first() == catalog.news_first()
    assert again.pictures() == catalog.pictures() != frozenset()
    assert again.stock_counts() == catalog.stock_counts()
    for category in catalog.categories:
        assert again.in_category(category.id) == catalog.in_category(category.id)
    for product in catalog.products:
        assert again.product(product.id) == product
        assert again.place_in_category(product) == catalog.place_in_category(product)


def test_a_catalog_can_begin_anywhere_in_the_bytes() -> None:
    """What was kept beside it stays in one piece with it."""
    catalog = read(GOOD).catalog
    assert unpack(b"something\nelse\n" + pack(catalog), 15) == catalog


def test_only_products_that_are_looked_at_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of a shelf of 1,000 makes its own products, and the next look makes none."""
    catalog = _many(1000)
    loads, read_lines = json.loads, []

    def noted(line: bytes) -> object:
        read_lines.append(line)
        return loads(line)

    again = unpack(pack(catalog))
    monkeypatch.setattr("bot.catalog_file.packed.json.loads", noted)
    page = again.in_category(CategoryId("gear"))[992:1000]
    assert [product.id for product in page] == [f"p{n}" for n in range(992, 1000)]
    assert len(read_lines) == 8
    assert again.product(ProductId("p999")) == page[-1]
    assert len(read_lines) == 8


def test_comparing_makes_only_what_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    """One price in 1,000 products is found by their bytes."""
    before = _many(1000)
    written = [*before.products]
    after = unpack(pack(read(GOOD).catalog))
    assert len(compare(before, after).removed) == len(written)

    packed = pack(before)
    one, other = unpack(packed), unpack(packed.replace(b'"Thing 7",1200', b'"Thing 7",1300'))
    loads, read_lines = json.loads, []

    def noted(line: bytes) -> object:
        read_lines.append(line)
        return loads(line)

    monkeypatch.setattr("bot.catalog_file.packed.json.loads", noted)
    diff = compare(one, other)
    assert [change.key.product for change in diff.prices] == [ProductId("p7")]
    assert [line[:5] for line in read_lines if line[:1] == b"["] == [b'["p7"', b'["p7"']


def test_news_come_first_and_the_rest_as_in_the_file() -> None:
    """What is on sale comes before what is not, whatever their order."""
    written = json.loads(GOOD)
    written["products"].reverse()
    catalog = unpack(pack(read(json.dumps(written)).catalog))
    assert [one.id for one in catalog.visible()] == ["cup", "house-blend"]
    assert [one.id for one in catalog.news_first()] == ["house-blend", "cup"]


def test_hidden_products_keep_their_places() -> None:
    """A hidden product stands in no shelf, and the others' positions leave it out."""
    catalog = unpack(pack(read(changed('"id": "cup"', '"id": "cup", "hidden": true')).catalog))
    cup = catalog.product(ProductId("cup"))
    assert cup is not None
    assert cup.hidden
    assert len(catalog.in_category(CategoryId("gear"))) == 0
    assert catalog.place_in_category(cup) == 0
    assert StockId("cup") in catalog.stock_counts()


def test_a_kind_of_field_that_cannot_be_written_is_noticed() -> None:
    """A new field of another kind fails here, not in somebody's shop."""

    @dataclass(frozen=True)
    class Odd:
        value: float = 0.5

    with pytest.raises(TypeError, match="plain form"):
        writer(Odd)
    with pytest.raises(TypeError, match="plain form"):
        maker(float)
