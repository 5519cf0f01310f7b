"""Ways of sending: their ids, from which worth of goods each is free, and what goods weigh."""

from __future__ import annotations

import re

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


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Почта", "Курьер"),
        ("Почта EMS", "Курьер EMS"),
        ("邮件", "快递"),
        ("Priority Express Air", "Priority Express Road"),
    ],
)
def test_names_that_make_no_id_keep_rates_apart_wherever_they_stand(name: str, other: str) -> None:
    """Else an order's delivery would be called by another's name once they change places."""
    one, two = (f'{{"name": "{written}", "price": 3}}' for written in (name, other))
    there = _ids(read(changed(_RATES, f'"rates": [{one}, {two}]')).catalog)
    turned = _ids(read(changed(_RATES, f'"rates": [{two}, {one}]')).catalog)

    assert there == turned[::-1]
    assert len(set(there)) == 2
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{1,15}", written) for written in there)


def test_names_in_latin_letters_make_the_id_that_they_always_made() -> None:
    """Orders of before go by it."""
    names = {"Österreich": "osterreich", "Über Nacht": "uber-nacht", "Post ß": "post-ss"}
    for name, made in names.items():
        rates = f'"rates": [{{"name": "{name}", "price": 3}}]'
        assert _ids(read(changed(_RATES, rates)).catalog) == [made]


_BY_WEIGHT = '"rates": [{"name": "Post", "price": "4.90", "max_weight": 500}]'
_PICKUP = '"pickup": "At the mill", "hold_minutes": 60'
_SIZES = (
    '"options": [{"id": "size", "name": "Size", "values": [{"id": "s", "name": "S"}, '
    '{"id": "l", "name": "L"}]}], "variants": [{"options": {"size": "s"}, "weight": 400}, '
    '{"options": {"size": "l"}'
)


@pytest.mark.parametrize(
    ("cup", "rates", "checkout", "told"),
    [
        ('"stock": 0', _BY_WEIGHT, "", [("no_weight", 29, {"count": 1})]),
        ('"hidden": true', _BY_WEIGHT, "", []),
        ('"weight": 500', _BY_WEIGHT, "", []),
        (f'{_SIZES}, "weight": 500}}]', _BY_WEIGHT, "", []),
        (f"{_SIZES}}}]", _BY_WEIGHT, "", [("no_weight", 29, {"count": 1})]),
        (f'{_SIZES}, "hidden": true}}]', _BY_WEIGHT, "", []),
        (f'{_SIZES}}}], "weight": 9', _BY_WEIGHT, "", []),
        (
            f'{_SIZES}, "weight": 501}}]', _BY_WEIGHT, "",
            [("too_heavy", 29, {"weight": 501, "limit": 500})],
        ),
        ('"weight": 501', _BY_WEIGHT, _PICKUP, []),
        ('"weight": 501', _BY_WEIGHT.replace("]", f", {_COURIER}]"), "", []),
        ('"stock": 0', f'"rates": [{_COURIER}]', "", []),
    ],
)  # fmt: skip
def test_goods_that_delivery_by_weight_cannot_reckon_are_doubted(
    cup: str, rates: str, checkout: str, told: list[tuple[str, int, dict[str, int]]]
) -> None:
    """Without a weight they would go at the lightest rate; too heavy for each, they never go."""
    text = changed(_RATES, rates).replace('"stock": 0', cup)
    text = text.replace('"stock": 20,', '"stock": 20, "weight": 250,')
    text = text.replace('"hold_minutes": 60', checkout or '"hold_minutes": 60')

    found = [(one.kind, one.line, one.params) for one in read(text).warnings]
    assert found == told
