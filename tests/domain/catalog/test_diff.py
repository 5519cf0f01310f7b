"""What changed between two catalogs is told as an owner would."""

from __future__ import annotations

import pytest

from bot.domain.catalog.diff import CatalogDiff, PriceChange, StockChange, UnpaidPrice, compare
from bot.domain.catalog.model import LineKey, ProductId, StockId, VariantId
from bot.domain.money import Money
from tests.catalog_file.samples import GOOD, changed, read

CUP = ProductId("cup")
_SMALL = StockId("house-blend/250g")
BLEND = ProductId("house-blend")


def _diff(after: str, before: str = GOOD) -> CatalogDiff:
    return compare(read(before).catalog, read(after).catalog)


def test_the_same_goods_in_another_layout_are_no_change() -> None:
    """White space, and a price written otherwise, are no news."""
    diff = _diff(changed('"price": 9.5', '"price":   "9.50"'))

    assert diff == CatalogDiff()


def test_a_price_change_is_told_by_variant() -> None:
    """Variants with a price of their own are not touched by the product's."""
    diff = _diff(changed('"price": "12.50"', '"price": "13.00"'))

    assert diff == CatalogDiff(
        prices=tuple(
            PriceChange(LineKey(BLEND, VariantId(one)), Money(1250, "eur"), Money(1300, "eur"))
            for one in ("250g.beans", "250g.filter")
        )
    )


def test_products_come_and_go() -> None:
    """A renamed id is one product gone and one new; neither has its stock compared."""
    diff = _diff(changed('"id": "cup"', '"id": "mug"'))

    assert diff == CatalogDiff(added=(ProductId("mug"),), removed=(CUP,))


@pytest.mark.parametrize(
    ("old", "new", "change", "sold_out"),
    [
        ('"stock": 20', '"stock": 0', StockChange(StockId("house-blend"), 20, 0), True),
        ('"stock": 3', '"stock": 9', StockChange(StockId("house-blend/1kg"), 3, 9), False),
        (', "stock": 0}', "}", StockChange(StockId("cup"), 0, None), False),
        ('"name": "250 g"', '"name": "250 g", "stock": 4', StockChange(_SMALL, 20, 4), False),
        (', "stock": 3', "", StockChange(StockId("house-blend/1kg"), 3, 20), False),
    ],
)
def test_a_changed_number_is_a_new_count(
    old: str, new: str, change: StockChange, sold_out: bool
) -> None:
    """Only a number that differs is counted anew, and 0 is sold out."""
    diff = _diff(changed(old, new))

    assert diff == CatalogDiff(counted=(change,), sold_out=(change.stock,) if sold_out else ())


def test_hiding_and_showing_are_told() -> None:
    """A hidden product is still there."""
    hidden = changed('"stock": 0', '"stock": 0, "hidden": true')

    assert _diff(hidden) == CatalogDiff(hidden=(CUP,))
    assert _diff(GOOD, hidden) == CatalogDiff(shown=(CUP,))


@pytest.mark.parametrize(
    ("old", "new", "diff"),
    [
        ('"Cup <blue> ☕"', '"Blue cup"', CatalogDiff(reworded=(CUP,))),
        ('"photos/house.jpg"', '"photos/b.jpg"', CatalogDiff(reworded=(BLEND,))),
        ('"@beans"', '"@tea"', CatalogDiff(shop=True)),
        ('"name": "Gear"', '"name": "Things"', CatalogDiff(categories=True)),
        ('"hold_minutes": 60', '"hold_minutes": 90', CatalogDiff(checkout=True)),
    ],
)
def test_other_changes_are_told_by_where_they_are(old: str, new: str, diff: CatalogDiff) -> None:
    """Words, pictures and rules are told without their content."""
    assert _diff(changed(old, new)) == diff


def test_a_new_currency_changes_every_price() -> None:
    """Amounts of two currencies are never compared by number."""
    diff = _diff(changed('"eur"', '"usd"'))

    assert (diff.shop, len(diff.prices)) == (True, 5)


def test_a_price_that_nobody_pays_is_no_silent_change() -> None:
    """Where every choice has its own price, the product's is told apart; a first one is paid."""
    value = '{"id": "250g", "name": "250 g"'
    before = changed(value, f'{value}, "price": "12.50"')
    after = before.replace('"price": "12.50",\n', '"price": "13.00",\n', 1)
    assert before.count('"price": "12.50",\n') == 1
    price = UnpaidPrice(StockId("house-blend"), Money(1250, "eur"), Money(1300, "eur"))

    assert _diff(after, before) == CatalogDiff(unpaid=(price,))
    assert _diff(before) == CatalogDiff()
    assert not _diff(changed('"price": "39.00"', '"price": "38.00"')).unpaid
