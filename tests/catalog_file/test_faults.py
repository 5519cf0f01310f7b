"""Every fault of the catalog file: told at its place, in words, and never hiding another."""

from __future__ import annotations

import json

import pytest

from bot.catalog_file.findings import spoken
from bot.ports.catalog import (
    CatalogFaultsError,
    Fault,
    Severity,
)
from tests.catalog_file.gallery import GALLERY
from tests.catalog_file.samples import GOOD, changed, read, told

_MARKS = {"unclosed_text", "unopened_text"}


def _faults(source: str | bytes) -> tuple[Fault, ...]:
    with pytest.raises(CatalogFaultsError) as caught:
        read(source)
    return caught.value.faults


@pytest.mark.parametrize(("kind", "old", "new", "line", "column"), GALLERY)
def test_a_fault_is_told_once_and_at_its_place(
    kind: str, old: str, new: str, line: int, column: int
) -> None:
    """One mistake gives one fault, with the line and column where it stands."""
    told = [(one.kind, one.line, one.column) for one in _faults(changed(old, new))]

    assert told == [(kind, line, column)]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_quotation_mark_that_is_missing_is_one_fault_at_its_line(indent: int | None) -> None:
    """Any one of them, at its text's beginning or end, with several texts on a line or with one."""
    text = GOOD if indent is None else json.dumps(json.loads(GOOD), indent=indent)
    marks = [at for at, sign in enumerate(text) if sign == '"']
    assert len(marks) == 202

    for at in marks:
        faults = _faults(text[:at] + text[at + 1 :])
        line = text.count("\n", 0, at) + 1
        assert [(one.kind in _MARKS, one.line) for one in faults] == [(True, line)], text[at:][:40]


def test_two_lines_that_lack_a_mark_and_a_text_in_two_lines_are_three_faults() -> None:
    """What is broken into two lines lacks none on either, and is not taken for two that do."""
    broken = (
        changed('"House blend",', '"House blend,')
        .replace("Round.\\nMild.", "Round.\nMild.")
        .replace('"stock": 3}', 'stock": 3}')
    )

    told = [(one.kind, one.line) for one in _faults(broken)]

    assert told == [("unclosed_text", 12), ("line_break", 13), ("unopened_text", 22)]


def test_faults_of_every_sort_are_told_together() -> None:
    """Broken syntax, a misspelt key, a bad price and a double id are all told at once."""
    broken = (
        changed('"currency": "eur", "support"', '"currency": "eur" "support"')
        .replace('"was"', '"wos"')
        .replace('"price": 9.5', '"price": 9.505')
        .replace('"id": "cup"', '"id": "house-blend"')
    )

    told = [(one.kind, one.line) for one in _faults(broken)]

    assert told == [
        ("missing_comma", 3),
        ("unknown_key_near", 15),
        ("repeated_product", 29),
        ("price_thousands", 29),
    ]


def test_a_fault_in_a_product_does_not_hide_rules_of_the_same_product() -> None:
    """A product with a bad name still has its choices and its old price checked."""
    broken = changed('"House blend"', "5").replace('"14.00"', '"11.00"')

    assert [one.kind for one in _faults(broken)] == ["text_type", "was_not_above"]


def test_warnings_come_with_the_catalog() -> None:
    """What is doubtful does not keep the catalog out of the shop."""
    doubtful = (
        changed('"Cup <blue> ☕"', '"E-book: Cups"')
        .replace('"price": 9.5', '"price": 0.3')
        .replace('"emoji": "⚙️"}', '"emoji": "⚙️"}, {"id": "tea", "name": "Tea"}')
    )

    reading = read(doubtful)

    assert told(reading.warnings) == [
        '6:59: categories[2].id: The category "tea" has no products.',
        (
            '29:47: products[1].name: "E-book" sounds like digital goods. '
            "Telegram lets bots sell those only for Telegram Stars (Bot Developer Terms, 6.2); "
            "this shop is for physical goods and services."
        ),
        (
            "29:72: products[1].price: Stripe charges at least €0.50; an "
            "order for €0.30 alone will be refused."
        ),
    ]
    assert {one.severity for one in reading.warnings} == {Severity.WARNING}


@pytest.mark.parametrize(("price", "kinds"), [("999999.99", []), ("1000000", ["price_cards_only"])])
def test_a_price_that_cards_alone_can_pay_is_warned_about(price: str, kinds: list[str]) -> None:
    """Most other methods take eight digits of minor units."""
    reading = read(changed('"price": 9.5', f'"price": {price}'))

    assert [one.kind for one in reading.warnings] == kinds


def test_a_shop_that_shows_nothing_is_warned_about() -> None:
    """A catalog without visible products can be read and says that nothing is for sale."""
    empty = '{"shop": {"name": "S", "currency": "isk"}, "categories": [{"id": "a", "name": "A"}], '

    reading = read(empty + '"products": []}')

    assert [one.kind for one in reading.warnings] == ["empty_category", "no_products"]


@pytest.mark.parametrize(
    ("currency", "price", "kind", "right"),
    [
        ("isk", "1500.50", "price_whole", "1500"),
        ("ugx", "1500.5", "price_whole", "1500"),
        ("jpy", "99.9", "price_whole", "99"),
        ("kwd", "1.255", "price_decimals", "1.25"),
    ],
)
def test_decimals_are_those_of_the_currency(
    currency: str, price: str, kind: str, right: str
) -> None:
    """A price finer than Stripe takes in its currency is refused with the nearest right one."""
    file = GOOD.replace('"eur"', f'"{currency}"').replace('"12.50"', f'"{price}"')

    found = [one for one in _faults(file) if one.field == "products[0].price"]

    assert [(one.kind, one.params["below"]) for one in found] == [(kind, right)]


def test_too_many_choices_are_counted() -> None:
    """More than 500 variants of one product, and an option without values, are told."""
    values = ", ".join(f'{{"id": "v{number}", "name": "V"}}' for number in range(30))
    three = ", ".join(f'{{"id": "o{n}", "name": "O", "values": [{values}]}}' for n in range(2))
    product = changed(
        '"stock": 0', f'"options": [{three}, {{"id": "x", "name": "X", "values": []}}]'
    )
    many = changed('"stock": 0', f'"options": [{three}]')

    assert [one.kind for one in _faults(product)] == ["no_values"]
    assert [(one.kind, one.params["count"]) for one in _faults(many)] == [("many_variants", 900)]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (GOOD.encode("utf-16"), "utf16"),
        (GOOD.encode("utf-16-be"), "utf16"),
        (GOOD.encode().replace(b"blend", b"bl\xe9nd"), "not_utf8"),
        (b" " * 8_000_001, "too_large"),
        (b"[" * 100_000, "too_deep"),
        (b"[1, 2]", "object_type"),
        (b'"text"', "object_type"),
        (b"null", "object_type"),
        (b"-", "unexpected"),
        (b"\x00\x01\x02\x03", "utf16"),
        (b"{}{}", "after_end"),
    ],
)
def test_a_file_that_is_no_catalog_at_all_is_told_why(source: bytes, kind: str) -> None:
    """Empty, huge, deep, wrongly encoded and foreign files give one clear fault, no traceback."""
    assert {one.kind for one in _faults(source)} == {kind}


def test_a_character_of_another_encoding_is_found() -> None:
    """The place of the first byte that is not UTF-8 is told."""
    [one] = _faults(GOOD.encode().replace(b"blend", b"bl\xe9nd", 1))

    assert (one.line, one.column, one.params["byte"]) == (10, 22, 0xE9)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (("products", 0, "price"), "house-blend › price"),
        (("products", 1, "photos", 1), "products 2 › photos 2"),
        (("products", 0, "options", 0, "values", 1, "stock"), "house-blend › size › 1kg › stock"),
        (("checkout", "shipping", "rates", 0, "price"), "checkout › shipping › Post › price"),
        (("products", 7, "id"), "products 8 › id"),
        (("shop", "name", "en"), "shop › name › en"),
        ((), ""),
    ],
)
def test_a_place_is_named_as_the_file_names_it(path: tuple[str | int, ...], told: str) -> None:
    """An owner who never programmed reads which product it is, not its number counted from 0."""
    data = {
        "shop": {"name": {"en": "Shop"}},
        "products": [
            {"id": "house-blend", "options": [{"id": "size", "values": [{}, {"id": "1kg"}]}]},
            {"photos": ["a.jpg", "b.jpg"]},
        ],
        "checkout": {"shipping": {"rates": [{"name": {"en": "Post"}}]}},
    }

    assert spoken(path, data) == told


@pytest.mark.parametrize("depth", [30, 200, *range(940, 1000)])
def test_brackets_as_deep_as_python_goes_are_told(depth: int) -> None:
    """Whether Python still reads them or not, there is a fault and no traceback."""
    deep = f'{{"shop": {"[" * depth}{"]" * depth}, "shop": 1}}'

    assert {one.kind for one in _faults(deep)} & {"too_deep", "repeated_key"}


@pytest.mark.parametrize(("own", "kinds"), [("12.50", []), ("13.00", ["price_unused"]), (None, [])])
def test_a_price_that_nobody_pays_is_told(own: str | None, kinds: list[str]) -> None:
    """Where each choice has its own price, the product's is one of them or without effect."""
    value = '{"id": "250g", "name": "250 g"'
    text = changed(value, f'{value}, "price": "{own}"') if own else GOOD

    assert [one.kind for one in read(text).warnings if one.kind == "price_unused"] == kinds
