"""Changes are named: the product or the field, the old and the new."""

from __future__ import annotations

import pytest

from bot.domain.catalog.diff import compare
from bot.domain.catalog.model import Text
from bot.domain.catalog.named import How, NamedChange, moved, named
from bot.domain.money import Money
from tests.catalog_file.samples import GOOD, changed, read

CUP, BLEND = Text.of("Cup <blue> ☕"), Text.of("House blend")


def _named(after: str, before: str = GOOD) -> list[NamedChange]:
    one, other = read(before).catalog, read(after).catalog
    return list(named(one, other, compare(one, other)))


def test_a_price_of_several_variants_is_named_once() -> None:
    """The product's price is sold at by two variants, and changed once."""
    (one,) = _named(changed('"price": "12.50"', '"price": "13.00"'))

    assert (one.how, one.before, one.after) == (
        How.CHANGED,
        Money(1250, "eur"),
        Money(1300, "eur"),
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"stock": 0', '"stock": 7', NamedChange(How.CHANGED, (CUP,), "stock", 0, 7)),
        ('"stock": 0', '"hidden": true, "stock": 0', NamedChange(How.HIDDEN, (CUP,))),
        ('"@beans"', '"@tea"', NamedChange(How.CHANGED, (), "shop.support", "@beans", "@tea")),
        (
            '"hold_minutes": 60',
            '"hold_minutes": 90',
            NamedChange(How.CHANGED, (), "checkout.hold_minutes", 60, 90),
        ),
        (
            '"Cup <blue> ☕"',
            '"Blue cup"',
            NamedChange(How.CHANGED, (Text.of("Blue cup"),), "name", CUP, Text.of("Blue cup")),
        ),
        (
            '"name": "Gear"',
            '"name": "Things"',
            NamedChange(
                How.CHANGED, (Text.of("Things"),), "name", Text.of("Gear"), Text.of("Things")
            ),
        ),
    ],
)
def test_each_change_tells_the_old_and_the_new(old: str, new: str, told: NamedChange) -> None:
    """A product, the shop, its rules and a category alike."""
    assert _named(changed(old, new)) == [told]


def test_a_rate_is_named_with_its_price() -> None:
    """What delivery costs is money: it is told as a product's price is."""
    assert _named(changed('"price": "4.90"', '"price": "5.90"')) == [
        NamedChange(How.CHANGED, (Text.of("Post"),), "", Money(490, "eur"), Money(590, "eur"))
    ]


@pytest.mark.parametrize(
    ("old", "new", "is_moved"),
    [("abc", "abc", False), ("abc", "acb", True), ("abc", "xac", False), ("ab", "bxa", True)],
)
def test_order_is_that_of_what_is_in_both(old: str, new: str, is_moved: bool) -> None:
    """What comes or goes moves nothing else."""
    assert moved(old, new) is is_moved
