"""What a product says beside its price: read exactly, doubted where it cannot work."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bot.catalog_file.file import read_catalog
from bot.catalog_file.habits import our_key
from bot.catalog_file.structure import MODELS
from bot.domain.catalog.model import Detail, Product, ProductId, Text, TimeSpan
from bot.domain.money import Money
from bot.ports.catalog import LARGEST_CATALOG, CatalogFaultsError
from tests.catalog_file.samples import GOOD, any_picture, changed, read, told

_SALE_ON_CHOICES = (
    '"sale": {"price": "8"}, "options": [{"id": "size", "name": "Size", "values": '
    '[{"id": "s", "name": "S", "price": "9.50"}]}]'
)
#: Central European Time, an hour ahead of UTC in winter (Directive 2000/84/EC).
BERLIN = timezone(timedelta(hours=1))


def _two_counts(first: int, second: int | None, *, listed: bool = False) -> str:
    """Return fields of a product of which four are sold at once, and two choices of it."""
    counts = ["", f', "stock": {first}', "" if second is None else f', "stock": {second}']
    own = ["", "", ""] if listed else counts
    values = f'{{"id": "s", "name": "S"{own[1]}}}, {{"id": "m", "name": "M"{own[2]}}}'
    fields = f'"min_per_order": 4, "options": [{{"id": "a", "name": "A", "values": [{values}]}}]'
    if not listed:
        return fields
    hidden = ', {"options": {"a": "l"}, "stock": 9, "hidden": true}'
    variants = f'{{"options": {{"a": "s"}}{counts[1]}}}, {{"options": {{"a": "m"}}{counts[2]}}}'
    fields = fields.replace("}]}]", '}, {"id": "l", "name": "L"}]}]')
    return f'{fields}, "variants": [{variants}{hidden}]'


def _cup(fields: str, shop: str = '"timezone": "Europe/Berlin"') -> Product:
    text = changed('"stock": 0', fields).replace('"support": "@beans"', shop)
    found = read(text).catalog.product(ProductId("cup"))
    assert found is not None
    return found


def _at(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=BERLIN).timestamp())  # type: ignore[misc, arg-type]


def test_facts_arrive_as_they_stand() -> None:
    """Codes are not tidied, texts may be in several languages."""
    cup = _cup(
        '"sku": "CU-1", "barcode": "978-0-14-143968-6", "weight": 350, "brand": "Lume", '
        '"min_per_order": 3, "details": [{"label": {"en": "Material", "de": "Stoff"}, '
        '"text": "Stoneware"}]'
    )

    assert (cup.sku, cup.barcode, cup.weight) == ("CU-1", "978-0-14-143968-6", 350)
    assert (cup.brand, cup.min_per_order) == ("Lume", 3)
    assert cup.details == (
        Detail(Text.of({"en": "Material", "de": "Stoff"}), Text.of("Stoneware")),
    )


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ('"from": "2026-11-27", "until": "2026-11-29"', _at(2026, 11, 27), _at(2026, 11, 30)),
        ('"until": "2026-11-30 18:00"', None, _at(2026, 11, 30, 18)),
        ('"from": "2026-11-27T09:30"', _at(2026, 11, 27, 9, 30), None),
        # The night in which Germany's clocks go back has 25 hours.
        ('"from": "2026-10-25", "until": "2026-10-25"', 1_792_879_200, 1_792_879_200 + 25 * 3600),
    ],
)
def test_a_sale_is_by_the_clock_of_the_shop(
    written: str, start: int | None, end: int | None
) -> None:
    """Days are whole and the last one belongs to it, a time is that time."""
    sale = _cup(f'"sale": {{"price": "8", {written}}}').sale

    assert sale is not None
    assert (sale.price, sale.span) == (Money(800, "eur"), TimeSpan(start, end))


@pytest.mark.parametrize(
    ("zone", "start", "until", "begins", "ends"),
    [
        # Clocks go from 2:00 to 3:00, which is 1:00 UTC in Germany and 7:00 UTC in New York.
        ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29 03:15", 1_774_746_000, 15 * 60),
        ("Europe/Berlin", "2026-03-29 01:30", "2026-03-29 02:30", 1_774_744_200, 30 * 60),
        ("America/New_York", "2026-03-08 02:15", "2026-03-08 04:00", 1_772_953_200, 3600),
        # They go back from 3:00 to 2:00, and from 2:00 to 1:00: the first of the two is meant.
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 03:00", 1_792_888_200, 90 * 60),
        ("Europe/Berlin", "2026-10-25 01:30", "2026-10-25 02:30", 1_792_884_600, 60 * 60),
        ("America/New_York", "2026-11-01 01:30", "2026-11-01 02:00", 1_793_511_000, 90 * 60),
        # The day itself begins at 1:00.
        ("Africa/Cairo", "2026-04-24", "2026-04-24", 1_776_981_600, 23 * 3600),
    ],
)
def test_a_moment_that_clocks_pass_over_is_the_next_that_they_show(
    zone: str, start: str, until: str, begins: int, ends: int
) -> None:
    """A sale that begins or ends then runs by its other end; of an hour shown twice the first."""
    sale = _cup(
        f'"sale": {{"price": "8", "from": "{start}", "until": "{until}"}}', f'"timezone": "{zone}"'
    ).sale

    assert sale is not None
    assert sale.span == TimeSpan(begins, begins + ends)


@pytest.mark.parametrize(
    ("until", "kinds"), [("2026-03-29 02:45", ["sale_skipped"]), ("2026-03-29 03:01", [])]
)
def test_a_sale_for_which_the_clocks_leave_no_time_is_doubted(until: str, kinds: list[str]) -> None:
    """Its owner hears that it never runs; CONTROL: a minute is enough."""
    fields = f'"sale": {{"price": "8", "from": "2026-03-29 02:00", "until": "{until}"}}'
    text = changed('"stock": 0', fields)
    text = text.replace('"support": "@beans"', '"timezone": "Europe/Berlin"')

    assert [one.kind for one in read(text).warnings] == kinds


def test_a_price_from_before_may_be_below_the_price_beside_a_sale() -> None:
    """In the EU the lowest price of 30 days is struck through, at an earlier sale perhaps."""
    cup = _cup('"was": "9.20", "sale": {"price": "8"}')

    assert cup.was == Money(920, "eur")


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        ('"sale": {"price": "4.74"}', ["sale_far"]),
        ('"sale": {"price": "4.75"}', []),
        (
            _SALE_ON_CHOICES,
            ["sale_unused"],
        ),
        ('"min_per_order": 4, "stock": 3', ["min_above_stock"]),
        ('"min_per_order": 4, "stock": 4', []),
        (_two_counts(1, 2), ["min_above_stock"]),
        (_two_counts(1, 3), []),
        (_two_counts(1, None), []),
        (_two_counts(1, None) + ', "stock": 2', ["min_above_stock"]),
        (_two_counts(1, None) + ', "stock": 3', []),
        (_two_counts(1, 2, listed=True), ["min_above_stock"]),
        (_two_counts(1, 3, listed=True), []),
        ('"barcode": "9780141439687"', ["barcode_check"]),
        ('"barcode": "9780141439686"', []),
        ('"barcode": "978-0-14-143968-6"', []),
        ('"barcode": "0-14-143968-X"', []),
        ('"barcode": "036000291452"', []),
        (
            f'"description": "{"x" * 700}", "details": [{{"label": "L", "text": "{"y" * 140}"}}]',
            ["long_caption"],
        ),
    ],
)
def test_what_cannot_be_meant_is_doubted(fields: str, kinds: list[str]) -> None:
    """The file is sold from, and its owner is told."""
    text = changed('"stock": 0', fields)

    assert [one.kind for one in read(text).warnings] == kinds


_S, _M = '{"id": "s", "name": "S"}', '{"id": "m", "name": "M"}'


def _options(top: str, bottom: str) -> str:
    return (
        f'"options": [{{"id": "top", "name": "Top", "values": [{top}]}},\n'
        f'{{"id": "bottom", "name": "Bottom", "values": [{bottom}]}}]'
    )


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (_options(f"{_S}, {_M}", f"{_S}, {_M}"), [("shared_ids", 30, {"ids": "s, m"})]),
        (_options(f"{_S}, {_M}", _S), []),
        (_options(f'{_S}, {{"id": "m", "name": "S"}}', _M), [("same_name", 29, {"name": "S"})]),
        (
            _options(f"{_S}, {_M}", f"{_S}, {_M}")
            + ', "variants": [{"options": {"top": "s", "bottom": "s"}}, '
            '{"options": {"top": "m", "bottom": "m"}}]',
            [],
        ),
    ],
)
def test_choices_that_nobody_can_tell_apart_are_doubted(
    fields: str, told: list[tuple[str, int, dict[str, str]]]
) -> None:
    """Two buttons say the same, or a cart's ids mean another choice once options change places."""
    found = read(changed('"stock": 0', fields)).warnings

    assert [(one.kind, one.line) for one in found] == [one[:2] for one in told]
    for one, (_, _, params) in zip(found, told, strict=True):
        assert one.params == {"other_line": "29", **params}


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        (('"Post"', '"Post "'), ["same_name"]),
        (('"Post"', '{"en": "Post"}'), []),
        (('{"en": "Post", "de": "Post"}', '{"en": "Mail", "de": "Post"}'), ["same_name"]),
    ],
)
def test_rates_of_one_name_are_doubted(names: tuple[str, str], kinds: list[str]) -> None:
    """In each language that both have."""
    rates = ", ".join(f'{{"name": {name}, "price": 5}}' for name in names)
    text = changed('"rates": [{"name": "Post", "price": "4.90", "days": [2, 4]}],\n      ', "")
    text = text.replace('"free_over": 50', f'"rates": [{rates}]')

    assert [one.kind for one in read(text).warnings] == kinds


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("compare_at_price", "was"),
        ("Compare At Price", "was"),
        ("compareAtPrice", "was"),
        ("quantity", "stock"),
        ("inventory", "stock"),
        ("inventory_quantity", "stock"),
        ("title", "name"),
        ("body_html", "description"),
        ("image", "photo"),
        ("image_link", "photo"),
        ("additional_image_link", "photos"),
        ("handle", "id"),
        ("vendor", "brand"),
        ("gtin", "barcode"),
        ("isbn", "barcode"),
        ("mpn", "sku"),
        ("grams", "weight"),
        ("product_type", "category"),
        ("attributes", "details"),
        ("sale_price", "sale"),
        ("visibility", "hidden"),
        ("moq", "min_per_order"),
        ("label", "name"),
        ("wheels", None),
    ],
)
def test_other_shops_names_lead_to_ours(written: str, right: str | None) -> None:
    """A key of Shopify, WooCommerce or Google is told by the name that it has here."""
    fields = MODELS["products",].model_fields

    assert our_key(written, list(fields)) == right


def test_a_misspelt_file_says_what_is_meant() -> None:
    """The whole sentence, as an owner reads it."""
    with pytest.raises(CatalogFaultsError) as caught:
        read(changed('"stock": 0', '"compare_at_price": "12"'))

    assert told(caught.value.faults) == [
        (
            '29:77: products[1].compare_at_price: The shop does not know "compare_at_price". '
            'Did you mean "was"?'
        )
    ]


@pytest.mark.parametrize(("size", "kinds"), [(0.79, []), (0.81, ["nearly_too_large"])])
def test_the_largest_file_is_told_before_it_is_hit(size: float, kinds: list[str]) -> None:
    """From eight tenths on there is a warning, which `check` prints and the owner gets."""
    padding = " " * (int(LARGEST_CATALOG * size) - len(GOOD))

    reading = read_catalog(GOOD + padding, file="catalog.json", picture=any_picture)

    assert [one.kind for one in reading.warnings] == kinds


def test_ten_thousand_products_are_no_large_file() -> None:
    """The figure that the guide gives: 10,000 products with a description fit."""
    one = (
        '{"id": "product-10000", "category": "gear", "name": "A title of some length, first '
        'edition", "description": "' + "x" * 300 + '", "price": "12.50", "stock": 12, '
        '"sku": "AB-10000", "barcode": "9780141439686", "weight": 350, '
        '"details": [{"label": "Author", "text": "Somebody Somewhere"}]},\n'
    )

    assert len(one) * 10_000 < LARGEST_CATALOG * 0.8
