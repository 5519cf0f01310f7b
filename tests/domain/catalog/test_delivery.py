"""Ways of sending: which take a weight, from what worth on they cost nothing, where they go."""

from __future__ import annotations

import pytest

from bot.domain.catalog.checkout import ShippingRate, Zone
from bot.domain.catalog.text import Text
from bot.domain.money import Money


def _eur(minor: int) -> Money:
    return Money(minor, "eur")


LETTER = ShippingRate(Text.of("Letter"), _eur(390), id="letter", max_weight=450)
PARCEL = ShippingRate(
    Text.of("Parcel"), _eur(750), id="parcel", free_over=_eur(9000), max_weight=2000
)
COURIER = ShippingRate(Text.of("Courier"), _eur(1500), id="courier", free_over=_eur(20000))


@pytest.mark.parametrize(
    ("grams", "ids"),
    [(450, ["letter", "parcel"]), (451, ["parcel"]), (2000, ["parcel"]), (2001, [])],
)
def test_a_rate_takes_what_weighs_its_most_and_no_gram_more(grams: int, ids: list[str]) -> None:
    """As the owner wrote it: the most that the goods may weigh."""
    zone = Zone(("PT",), (LETTER, PARCEL)).carrying(grams)

    assert [rate.id for rate in zone.rates] == ids


def test_a_rate_is_free_from_its_worth_on() -> None:
    """Goods of exactly that worth are sent for nothing; a cent less is not."""
    assert [PARCEL.price_for(_eur(worth)).minor for worth in (8999, 9000)] == [750, 0]


def test_what_a_zone_takes_at_most_is_its_heaviest_rates() -> None:
    """A rate without a limit takes anything."""
    assert Zone(("PT",), (LETTER, PARCEL)).most == 2000
    assert Zone(("PT",), (LETTER, COURIER)).most is None


@pytest.mark.parametrize(("worth", "coming"), [(8999, PARCEL), (9000, None)])
def test_the_rate_that_is_free_soonest_is_told_until_one_is(
    worth: int, coming: ShippingRate | None
) -> None:
    """Whoever has one that is free already is told of no other."""
    assert Zone(("PT",), (COURIER, PARCEL)).next_free(_eur(worth)) == coming
