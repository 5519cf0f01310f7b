"""The screen of a product that lists its variants: what is marked, what is said, what leads on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.actions import PickValue
from bot.chat.screen import Screen
from bot.chat.screens import choices as choice_screens
from bot.chat.screens import product as product_screens
from bot.domain.catalog.model import (
    ListedVariant,
    Option,
    OptionValue,
    Product,
    ProductId,
    Text,
    Variant,
    VariantId,
)
from tests.chat.goods import ENGLISH, a_catalog, a_view, eur, line, tee
from tests.chat.looks import data, labels, looks_right


def _chosen(goods: Product, variant_id: str) -> Variant:
    found = goods.variant(VariantId(variant_id))
    assert found is not None
    return found


def _screen(variant_id: str, goods: Product | None = None, **free: int) -> Screen:
    goods = goods or tee()
    catalog = a_catalog(goods, banner=None)
    view = a_view(
        catalog, free={f"tee/{key.replace('_', '.')}": left for key, left in free.items()}
    )
    chosen = choice_screens.default_variant(goods, VariantId(variant_id), view)
    screen = product_screens.product(catalog, chosen, 1, view, ENGLISH)
    looks_right(screen)
    return screen


def test_the_first_that_is_in_stock_leads() -> None:
    """The first listed is sold out: the next is chosen, at its own price and with its stock."""
    screen = _screen("")

    assert looks_right(screen) == "T-shirt\n\nSize: S · Colour: Red\n€19.00\nOnly 4 left."
    assert labels(screen) == [
        ["✓ S", "M · sold out"],
        ["L · unavailable"],
        ["✓ Red · €19.00", "Blue · unavailable"],
        ["Add to cart"],
        ["Buy now"],
        ["‹ ☕ Coffee", "🛒 Cart"],
    ]


def test_price_and_old_price_follow_the_choice() -> None:
    """Blue costs less than it did."""
    screen = _screen("blue.m")

    assert "<s>€21.00</s> <b>€17.00</b>" in screen.text
    assert screen.picture == "photos/blue.jpg"
    assert ["Add to cart"] in labels(screen)


def test_a_choice_that_is_sold_out_says_what_is_left() -> None:
    """No dead end: with one of the two kept, the other is named where it can be had."""
    screen = _screen("red.m")

    assert looks_right(screen).endswith(
        "This choice is sold out.\nStill available in Red: S.\nStill available in M: Blue."
    )
    assert "Add to cart" not in str(labels(screen))


def test_what_is_far_is_named_where_nothing_near_is_left() -> None:
    """Neither the size nor the colour is left: one that is left is named whole."""
    assert looks_right(_screen("red.m", red_s=0, blue_m=0)).endswith(
        "This choice is sold out.\nStill available: L, Blue."
    )


def test_a_product_that_is_sold_out_altogether_says_so() -> None:
    """Where nothing is left, nothing is promised."""
    screen = _screen("", red_s=0, blue_m=0, blue_l=0)

    assert looks_right(screen).endswith("Sold out at the moment.")
    catalog = a_catalog(tee())
    nothing = a_view(catalog, free=dict.fromkeys(catalog.stock_counts(), 0))
    assert catalog.products[0].falls_short(nothing.free)
    assert not catalog.products[0].falls_short(a_view(catalog).free)


def _places(screen: Screen) -> dict[str, tuple[int, int]]:
    """Return row and column of each value's button by its name."""
    return {
        label.removeprefix("✓ ").partition(" ·")[0]: (at, spot)
        for at, row in enumerate(labels(screen))
        for spot, label in enumerate(row)
    }


@pytest.mark.parametrize("alike", [False, True])
def test_buttons_keep_their_places_whatever_is_chosen(alike: bool) -> None:
    """A second tap on the same spot is on the same value, also where the others say no more."""
    goods = tee(photos=("photos/tee.jpg",))
    if alike:
        sold = ("red.s", "red.m", "red.l", "blue.m")
        goods = replace(goods, listed=tuple(ListedVariant(VariantId(one)) for one in sold))
    seen = [_places(_screen(one.id, goods)) for one in goods.variants()]

    values = [{key: place[key] for key in ("S", "M", "L", "Red", "Blue")} for place in seen]
    assert values == [values[0]] * 4


def test_a_value_that_is_not_sold_with_the_others_leads_to_where_it_is() -> None:
    """L comes in blue alone: the tap keeps L, changes the colour, and says so."""
    goods = tee()
    view = a_view(a_catalog(goods))
    screen = _screen("red.s")
    assert data(screen)[1] == ["1pv:tee:red.l:2"]

    wanted = goods.values_of(VariantId("red.l"))
    place = choice_screens.option_place(goods, 2)
    assert wanted is not None
    assert place == 0
    shown = choice_screens.nearest(goods, wanted, view, place)

    assert shown.id == "blue.l"
    assert choice_screens.moved(wanted, shown, place, ENGLISH) == (
        "L does not come in Red. Here it is in Blue."
    )


def test_an_option_is_known_by_its_id_when_the_file_is_put_in_another_order() -> None:
    """The number on an old button means the same option."""
    goods = tee()
    turned = tee(options=tuple(reversed(goods.options)))

    assert [option.id for option in goods.options] == ["size", "colour"]
    assert [choice_screens.option_place(goods, number) for number in (1, 2, 3)] == [1, 0, None]
    assert [choice_screens.option_place(turned, number) for number in (1, 2, 3)] == [0, 1, None]


@pytest.mark.parametrize("gone", ["red.l", "blue.s", "red.xs", "m.red.x", "red"])
def test_a_choice_that_is_no_longer_sold_leads_to_one_that_is(gone: str) -> None:
    """Whatever an old button says, the screen shows something that can be bought."""
    goods = tee()
    view = a_view(a_catalog(goods))

    shown = choice_screens.default_variant(goods, VariantId(gone), view)

    assert choice_screens.free_of(shown, view) != 0


def test_a_hidden_variant_is_neither_shown_nor_sold() -> None:
    """Its value goes from the screen with it; a cart that holds it says that it is gone."""
    hidden = replace(tee().listed[3], hidden=True)
    goods = tee(listed=(*tee().listed[:3], hidden))
    catalog = a_catalog(goods)

    assert "L" not in _places(_screen("", goods))
    (held,) = a_view(catalog, [line("tee", variant="blue.l", seen=1700)]).cart.lines
    assert held.problem == "gone"


def _wide(count: int = 100) -> Product:
    """Return a product of 500 variants in three options, with ids and names at their longest."""
    names = [f"v{number:02}" for number in range(count)]
    options = tuple(
        Option(
            key,
            Text.of(key.upper() * 50),
            tuple(OptionValue(one, Text.of(one * 30)) for one in names),
        )
        for key in ("a", "b", "c")
    )
    ids = [f"{one}.{other}.{names[0]}" for one in names for other in names[:5]][:500]
    listed = tuple(
        ListedVariant(VariantId(one), eur(1000 + at), stock=at % 3) for at, one in enumerate(ids)
    )
    return tee(id=ProductId("p" * 32), options=options, listed=listed)


def test_500_variants_of_100_values_have_a_screen_for_their_values() -> None:
    """An option of many values is one button, to pages on which every value stands once."""
    goods = _wide()
    catalog = a_catalog(goods)
    view = a_view(catalog)
    chosen = choice_screens.default_variant(goods, VariantId("v30.v02.v00"), view)

    screen = product_screens.product(catalog, chosen, 1, view, ENGLISH)
    looks_right(screen)
    assert data(screen)[0] == [f"1f:{'p' * 32}:v30.v02.v00:1:2"]
    seen = []
    for number in range(1, 7):
        page = choice_screens.choices(catalog, chosen, view, ENGLISH, place=0, number=number)
        looks_right(page)
        seen += [
            button.action.variant
            for row in page.rows[:-2]
            for button in row
            if button.action is not None and hasattr(button.action, "variant")
        ]
    assert seen == [f"v{number:02}.v02.v00" for number in range(100)]


def test_every_button_of_a_wide_product_fits_where_combinations_are_missing() -> None:
    """Twenty values of each of three options, hardly any of them sold together."""
    goods = _wide(20)
    listed = tuple(ListedVariant(VariantId(f"v{n:02}.v{n:02}.v{n:02}")) for n in range(20))
    goods = replace(goods, listed=listed)
    catalog = a_catalog(goods)
    chosen = next(goods.variants())

    screen = product_screens.product(catalog, chosen, 1, a_view(catalog), ENGLISH)

    looks_right(screen)
    picked = [b for row in screen.rows for b in row if isinstance(b.action, PickValue)]
    assert len(picked) == 57
