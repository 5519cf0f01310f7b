"""Changes are named: the product or the field, the old and the new."""

from __future__ import annotations

import json

import pytest

from bot.domain.catalog.diff import compare, moved
from bot.domain.catalog.model import Text
from bot.domain.catalog.named import How, NamedChange, named
from bot.domain.money import Money
from tests.catalog_file.samples import GOOD, changed, read
from tests.catalog_file.variants import TEES

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


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            '"Round.\\nMild."',
            '"Round.\\nBold."',
            NamedChange(
                How.CHANGED, (BLEND,), "description",
                Text.of("Round.\nMild."), Text.of("Round.\nBold."),
            ),
        ),
        (
            '"front.jpg"',
            '"back.jpg"',
            NamedChange(How.CHANGED, (), "shop.banner", "front.jpg", "back.jpg"),
        ),
        (
            '"A gift for?"',
            '"Who is it for?"',
            NamedChange(
                How.CHANGED, (Text.of("Who is it for?"),), "label",
                Text.of("A gift for?"), Text.of("Who is it for?"),
            ),
        ),
        (
            '"optional": true}]',
            '"optional": true}, {"id": "card", "label": "A card?"}]',
            NamedChange(How.ADDED, (Text.of("A card?"),), "questions"),
        ),
    ],
)  # fmt: skip
def test_words_and_pictures_are_told_as_they_were_and_are(
    old: str, new: str, told: NamedChange
) -> None:
    """A description, a picture, a question: the owner reads what somebody wrote."""
    assert _named(changed(old, new)) == [told]


def test_a_long_text_is_told_from_where_it_changed_on() -> None:
    """The reader sees the difference, though only so many letters of it are shown."""
    long = "Washed, roasted on Tuesdays, with notes of "
    before = changed('"Round.\\nMild."', f'"{long}peach"')

    (one,) = _named(changed('"Round.\\nMild."', f'"{long}plum"'), before)

    assert (one.before, one.after) == (
        Text.of("…notes of peach"), Text.of("…notes of plum"),
    )  # fmt: skip


def test_a_text_is_told_in_the_languages_in_which_it_changed() -> None:
    """Whoever reads another language does not read that it became what it was."""
    before = changed('"Cup <blue> ☕"', '{"en": "Cup", "de": "Tasse"}')

    (one,) = _named(changed('"Cup <blue> ☕"', '{"en": "Cup", "de": "Becher"}'), before)

    assert (one.field, one.before, one.after) == (
        "name", Text.of({"de": "Tasse"}), Text.of({"de": "Becher"}),
    )  # fmt: skip


def test_what_can_be_chosen_is_named() -> None:
    """A value that came, with its price, one that went, one that is called otherwise."""
    size = '{"id": "size", "name": "Size", "values": [%s]}'
    small, large = '{"id": "s", "name": "S"}', '{"id": "l", "name": "L", "price": "9.00"}'
    shop = changed('"stock": 0', f'"options": [{size % small}]')
    both = changed('"stock": 0', f'"options": [{size % f"{small}, {large}"}]')
    renamed = both.replace('"name": "S"', '"name": "Small"')
    called, price = Text.of("Size"), Money(900, "eur")

    assert _named(both, shop) == [
        NamedChange(How.ADDED, (CUP, called, Text.of("L")), "values", None, price)
    ]
    assert _named(shop, both) == [NamedChange(How.REMOVED, (CUP, called, Text.of("L")), "values")]
    assert _named(renamed, both) == [
        NamedChange(
            How.CHANGED, (CUP, called, Text.of("Small")), "name", Text.of("S"), Text.of("Small")
        )
    ]


def test_pictures_are_told_as_far_as_they_differ() -> None:
    """One that is new is named alone; the others stay."""
    before = changed('"stock": 0', '"stock": 0, "photos": ["a.jpg", "b.jpg"]')

    (one,) = _named(before.replace('"b.jpg"', '"b.jpg", "c.jpg"'), before)

    assert (one.field, one.before, one.after) == ("photos", None, "c.jpg")


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


def test_what_changes_about_a_variant_is_named_with_its_choice() -> None:
    """Its price, count, number, and that it is new, gone, hidden or shown."""
    data = json.loads(
        TEES.replace('"price": "17.00"', '"price": "16.00"')
        .replace('"stock": 4', '"stock": 5')
        .replace('"TS-S-R"', '"TS-1"')
        .replace('"hidden": true', '"hidden": false')
    )
    del data["products"][0]["variants"][1]
    tee = Text.of("T-shirt")
    red, blue = Text.of("Red"), Text.of({"en": "Blue", "de": "Blau"})
    small, medium = Text.of("S"), Text.of("M")

    assert _named(json.dumps(data), TEES) == [
        NamedChange(How.CHANGED, (tee, medium, blue), "", Money(1700, "eur"), Money(1600, "eur")),
        NamedChange(How.CHANGED, (tee, small, red), "stock", 4, 5),
        NamedChange(How.CHANGED, (tee, small, red), "sku", "TS-S-R", "TS-1"),
        NamedChange(How.SHOWN, (tee, small, blue)),
        NamedChange(How.REMOVED, (tee, medium, red), "variants"),
    ]


def test_a_product_that_begins_to_list_its_variants_says_so_once() -> None:
    """Not each of them."""
    data = json.loads(TEES)
    del data["products"][0]["variants"]

    assert NamedChange(How.CHANGED, (Text.of("T-shirt"),), "variants") in _named(
        TEES, json.dumps(data)
    )
