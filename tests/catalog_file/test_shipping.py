"""Ways of sending: their ids, and from which worth of goods each is free."""

from __future__ import annotations

import pytest

from bot.domain.catalog.model import Catalog
from bot.domain.money import Money
from bot.ports.catalog import CatalogFaultsError
from tests.catalog_file.samples import changed, read

_RATES = '"rates": [{"name": "Post", "price": "4.90", "days": [2, 4]}],\n      "free_over": 50'
_COURIER = '{"name": "Courier", "price": "11.90"}'


def _prices(catalog: Catalog, minor: int) -> tuple[int, ...]:
    shipping = catalog.checkout.shipping
    assert shipping
    return shipping.zones[0].prices(Money(minor, "eur"))


def _ids(catalog: Catalog) -> list[str]:
    shipping = catalog.checkout.shipping
    assert shipping
    return [rate.id for rate in shipping.zones[0].rates]


@pytest.mark.parametrize(
    ("rates", "below", "above"),
    [
        (f'{_COURIER}, {{"name": "Post", "price": "4.90"}}', (1190, 490), (1190, 0)),
        (f'{{"name": "Post", "price": "4.90"}}, {_COURIER}', (490, 1190), (0, 1190)),
        ('{"name": "A", "price": "4.90"}, {"name": "B", "price": "4.90"}', (490, 490), (0, 490)),
    ],
)
def test_the_old_free_over_frees_the_cheapest_rate_alone(
    rates: str, below: tuple[int, ...], above: tuple[int, ...]
) -> None:
    """Wherever it stands, and of two the first; exactly at the amount, not a cent before."""
    reading = read(changed(_RATES, f'"rates": [{rates}], "free_over": 50'))
    assert _prices(reading.catalog, 4999) == below
    assert _prices(reading.catalog, 5000) == above
    assert [one.kind for one in reading.warnings] == ["free_over_cheapest"]


def test_each_rate_may_have_an_amount_of_its_own() -> None:
    """It counts before the old one, and `check` has nothing to say where there is no old one."""
    rates = (
        '{"id": "post", "name": "Post", "price": "4.90", "free_over": "30.00"}, '
        '{"id": "fast", "name": "Courier", "price": "11.90", "free_over": "100"}'
    )
    reading = read(changed(_RATES, f'"rates": [{rates}]'))
    assert [_prices(reading.catalog, minor) for minor in (2999, 3000, 9999, 10000)] == [
        (490, 1190), (0, 1190), (0, 1190), (0, 0),
    ]  # fmt: skip
    assert reading.warnings == ()
    both = read(changed(_RATES, f'"rates": [{rates}], "free_over": 50'))
    assert _prices(both.catalog, 3000) == (0, 1190)


def test_a_rate_id_that_is_given_twice_is_refused() -> None:
    """Orders name the delivery by it: the second is told, with the line of the first."""
    rates = '{"id": "post", "name": "A", "price": 5},\n{"id": "post", "name": "B", "price": 7}'
    with pytest.raises(CatalogFaultsError) as caught:
        read(changed(_RATES, f'"rates": [{rates}]'))
    (fault,) = caught.value.faults
    assert (fault.kind, fault.line, fault.column) == ("repeated_rate", 37, 8)


def test_a_rate_without_an_id_is_known_by_its_name() -> None:
    """Its place does not matter, and it takes no other rate's id."""
    post, courier = '{"name": "Post", "price": "4.90"}', _COURIER
    one = read(changed(_RATES, f'"rates": [{post}, {courier}]')).catalog
    other = read(changed(_RATES, f'"rates": [{courier}, {post}]')).catalog
    assert (_ids(one), _ids(other)) == (["post", "courier"], ["courier", "post"])
    taken = '{"id": "post", "name": "Slow", "price": 3}'
    assert _ids(read(changed(_RATES, f'"rates": [{post}, {taken}, {post}]')).catalog) == [
        "post-2", "post", "post-3",
    ]  # fmt: skip
    nameless = '{"name": "邮件", "price": 3}'
    assert _ids(read(changed(_RATES, f'"rates": [{nameless}]')).catalog) == ["rate"]
