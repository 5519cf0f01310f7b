"""A price that halves or doubles is a slip until its owner says otherwise."""

from __future__ import annotations

import pytest

from bot.domain.catalog.slips import Slip, mark_of, slips
from bot.domain.money import Money
from tests.catalog_file.samples import GOOD, changed, read


def _slips(old: str, new: str) -> list[tuple[str, int, int]]:
    found = slips(read(GOOD).catalog, read(changed(old, new)).catalog)
    return [(one.target, one.before.minor, one.after.minor) for one in found]


@pytest.mark.parametrize(
    ("price", "found"),
    [
        ("4.76", []),
        ("4.75", [("cup", 950, 475)]),
        ("18.99", []),
        ("19.00", [("cup", 950, 1900)]),
        ("95", [("cup", 950, 9500)]),
    ],
)
def test_half_and_double_are_the_border(price: str, found: list[tuple[str, int, int]]) -> None:
    """From there on it is asked about, on either side."""
    assert _slips('"price": 9.5', f'"price": {price}') == found


def test_a_price_that_several_choices_share_is_one_slip() -> None:
    """A product's own, and a choice's own; a choice that gets a price is held at that."""
    assert _slips('"price": "12.50"', '"price": "1.25"') == [("house-blend", 1250, 125)]
    assert _slips('"price": "39.00"', '"price": "3.90"') == [("house-blend/1kg", 3900, 390)]
    given = '"name": "250 g", "price": "1.25"'
    assert _slips('"name": "250 g"', given) == [("house-blend/250g", 1250, 125)]


def test_a_choice_that_loses_its_price_is_held_at_it() -> None:
    """It would be sold at the product's, a third of its own."""
    assert _slips(', "price": "39.00"', "") == [("house-blend/1kg", 3900, 1250)]


@pytest.mark.parametrize(
    ("small", "large", "found"),
    [
        ("0.95", "1.90", [("cup/s", 950, 95), ("cup/l", 950, 190)]),
        ("9.50", "29.00", []),
        ("8.00", "1.90", []),
        ("95.00", "190.00", [("cup/s", 950, 9500), ("cup/l", 950, 19_000)]),
    ],
)
def test_choices_in_the_place_of_a_price_are_held_against_it(
    small: str, large: str, found: list[tuple[str, int, int]]
) -> None:
    """Where none of them is near it; a larger size may cost as much as it does."""
    values = ", ".join(
        f'{{"id": "{key}", "name": "{key}", "price": "{price}"}}'
        for key, price in (("s", small), ("l", large))
    )
    option = f'"options": [{{"id": "size", "name": "Size", "values": [{values}]}}]'
    assert _slips('"price": 9.5', f'"price": 9.5, {option}') == found


def test_another_currency_is_no_slip() -> None:
    """Numbers of two currencies are not compared."""
    assert _slips('"eur"', '"usd"') == []


def test_the_mark_is_another_for_another_amount() -> None:
    """A button made before the file changed again decides nothing."""
    one = Slip("cup", Money(950, "eur"), Money(95, "eur"))  # type: ignore[arg-type]
    other = Slip("cup", Money(950, "eur"), Money(96, "eur"))  # type: ignore[arg-type]

    assert mark_of([one]) == mark_of([one])
    assert len({mark_of([one]), mark_of([other]), mark_of([one, other]), mark_of([])}) == 4
