"""Screens of the shop: its front, its shelves, a product."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.screens import choices as choice_screens
from bot.chat.screens import news, owner_goods
from bot.chat.screens import product as product_screens
from bot.chat.screens import shop as shop_screens
from bot.domain.catalog.model import Catalog, Category, CategoryId, StockId, Text, VariantId
from bot.locales import Languages
from bot.shop import View
from tests.chat.goods import (
    ENGLISH,
    a_catalog,
    a_view,
    blend,
    cup,
    eur,
    line,
)
from tests.chat.looks import data, labels, looks_right


def _product(catalog: Catalog, view: View, variant: str, photo: int = 1) -> list[list[str]]:
    chosen = choice_screens.default_variant(catalog.products[0], VariantId(variant), view)
    screen = product_screens.product(catalog, chosen, photo, view, ENGLISH)
    looks_right(screen)
    return labels(screen)


def test_the_front_shows_name_about_shelves_and_cart() -> None:
    """A newcomer sees at once whose shop it is and where to go."""
    catalog = a_catalog()
    screen = shop_screens.home(catalog, a_view(catalog, [line("cup-1", 2)]), ENGLISH)
    assert looks_right(screen) == ("Café Lume\n\nA small roaster.\n\nWhat would you like to see?")
    assert screen.picture == "photos/banner.jpg"
    assert labels(screen) == [["☕ Coffee"], ["🛒 Cart · €28.00", "My orders"]]
    assert data(screen) == [["1c:coffee"], ["1k", "1y"]]


def test_a_front_of_many_shelves_has_pages() -> None:
    """Telegram takes a hundred buttons, and nobody reads so many."""
    shelves = tuple(Category(CategoryId(f"s{n}"), Text.of(f"Shelf {n}")) for n in range(200))
    goods = (cup(n, category=shelf.id) for n, shelf in enumerate(shelves))
    catalog = replace(a_catalog(*goods), categories=shelves)
    view = a_view(catalog)
    seen: list[str] = []
    for number in range(1, 10):
        screen = shop_screens.home(catalog, view, ENGLISH, number)
        looks_right(screen)
        *rows, turn, ways = data(screen)
        seen += [one for row in rows for one in row]
        assert turn == [
            f"1h:{number - 1 or 9}".removesuffix(":1"),
            "1n",
            f"1h:{number % 9 + 1}".removesuffix(":1"),
        ]
        assert ways == ["1k", "1y"]
    assert seen == [f"1c:s{n}" for n in range(200)]


def test_an_empty_shelf_is_not_offered() -> None:
    """A shelf whose products are all hidden leads nowhere and is left out."""
    catalog = a_catalog(cup(hidden=True))
    screen = shop_screens.home(catalog, a_view(catalog), ENGLISH)
    assert "There is nothing for sale" in looks_right(screen)
    assert labels(screen) == [["🛒 Cart", "My orders"]]


def test_a_shelf_shows_prices_and_what_is_sold_out() -> None:
    """The list says what a product costs at least, and spares a tap on what is gone."""
    sold_out = cup(2, "Mug", stock=0)
    catalog = a_catalog(blend(), cup(), sold_out)
    screen = shop_screens.category_page(catalog, catalog.categories[0], 1, a_view(catalog), ENGLISH)
    looks_right(screen)
    assert labels(screen) == [
        ["House blend · from €12.50"],
        ["Cup · €14.00"],
        ["Mug · sold out"],
        ["‹ Shop", "🛒 Cart"],
    ]


def test_a_shelf_tells_what_is_new_and_what_is_on_sale() -> None:
    """Old prices are struck through beside the new ones."""
    catalog = a_catalog(cup(was=eur(1600)), cup(2, "Mug", new=True))
    screen = shop_screens.category_page(catalog, catalog.categories[0], 1, a_view(catalog), ENGLISH)
    assert "New: Mug" in screen.text
    assert "Cup <s>€16.00</s> €14.00" in screen.text


def test_long_names_that_are_all_news_leave_room_for_one_another() -> None:
    """Above a shelf with a picture fits a caption's length: less of each name stands there."""
    goods = (cup(n, f"{n} {'long ' * 20}", was=eur(1600), new=True) for n in range(1, 9))
    catalog = a_catalog(*goods)
    screen = shop_screens.category_page(catalog, catalog.categories[0], 1, a_view(catalog), ENGLISH)
    seen = looks_right(screen)
    assert [f"{n} long" in seen for n in range(1, 9)] == [True] * 8
    assert seen.count("€16.00") == 8


def test_a_long_shelf_has_pages_of_eight_that_go_round() -> None:
    """Pages are counted, and turning on from the last leads to the first."""
    catalog = a_catalog(*(cup(number, f"Cup {number}") for number in range(1, 18)))
    view = a_view(catalog)
    screen = shop_screens.category_page(catalog, catalog.categories[0], 3, view, ENGLISH)
    assert labels(screen) == [
        ["Cup 17 · €14.00"],
        ["‹", "3 of 3", "›"],
        ["‹ Shop", "🛒 Cart"],
    ]
    assert data(screen)[1] == ["1c:coffee:2", "1n", "1c:coffee"]
    assert len(shop_screens.page_of_category(catalog, catalog.categories[0], 1)) == 8
    assert shop_screens.place_of(catalog, catalog.products[8]).number == 2


def test_a_product_shows_its_choices_and_offers_it_at_its_price() -> None:
    """The first choice that is left is marked; other prices stand on their buttons."""
    catalog = a_catalog()
    assert _product(catalog, a_view(catalog), "") == [
        ["‹", "1 of 2", "›"],
        ["✓ 250 g · €12.50", "1 kg · €39.00"],
        ["✓ Beans", "Moka"],
        ["Add to cart"],
        ["Buy now"],
        ["‹ ☕ Coffee", "🛒 Cart"],
    ]


def test_the_default_choice_is_one_that_is_left() -> None:
    """Somebody who opens a product lands on something that they can have."""
    catalog = a_catalog()
    view = a_view(catalog, free={"house-blend/250g": 0})
    assert _product(catalog, view, "")[1:5] == [
        ["250 g · sold out", "✓ 1 kg · €39.00"],
        ["✓ Beans", "Moka"],
        ["Add to cart"],
        ["Buy now"],
    ]


def test_a_choice_with_its_own_picture_shows_that_first() -> None:
    """A colour is looked at before the product's other pictures."""
    catalog = a_catalog()
    variant = catalog.products[0].variant(VariantId("250g.moka"))
    assert variant is not None
    view = a_view(catalog)
    screen = product_screens.product(catalog, variant, 1, view, ENGLISH)
    assert screen.picture == "photos/moka.jpg"
    last = product_screens.product(catalog, variant, 99, view, ENGLISH)
    assert last.picture == "photos/beans.jpg"


def test_a_product_without_a_picture_shows_the_shops() -> None:
    """So that the message can be edited in place from screen to screen."""
    catalog = a_catalog(cup())
    variant = next(catalog.products[0].variants())
    screen = product_screens.product(catalog, variant, 1, a_view(catalog), ENGLISH)
    assert screen.picture == "photos/banner.jpg"
    assert labels(screen)[0] == ["Add to cart"]


def test_what_is_in_the_cart_is_counted_on_the_product() -> None:
    """Plus and minus stand where the product is looked at."""
    catalog = a_catalog()
    view = a_view(catalog, [line("house-blend", 2, variant="1kg.beans", seen=3900)])
    rows = _product(catalog, view, "1kg.beans")
    assert rows[3:] == [["−", "2 in cart", "+"], ["Buy now"], ["‹ ☕ Coffee", "🛒 Cart · €78.00"]]


@pytest.mark.parametrize(
    ("free", "said"),
    [
        ({"house-blend/1kg": 3}, "Only 3 left."),
        ({"house-blend/1kg": 1}, "Only 1 left."),
        (
            {"house-blend/1kg": 0},
            "This choice is sold out.\nStill available in Beans: 250 g.",
        ),
        ({"house-blend/1kg": 0, "house-blend/250g": 0}, "Sold out at the moment."),
    ],
)
def test_scarce_goods_say_so(free: dict[str, int], said: str) -> None:
    """A buyer learns how many are left before it matters."""
    catalog = a_catalog()
    view = a_view(catalog, free=free)
    variant = catalog.products[0].variant(VariantId("1kg.beans"))
    assert variant is not None
    screen = product_screens.product(catalog, variant, 1, view, ENGLISH)
    assert looks_right(screen).endswith(said)


def test_the_limit_of_an_order_is_said_before_it_is_reached() -> None:
    """Nobody runs into a bound that was not named; what is left may be the tighter one."""
    catalog = a_catalog()
    variant = catalog.products[0].variant(VariantId("1kg.moka"))
    assert variant is not None
    seen = [
        looks_right(
            product_screens.product(
                catalog, variant, 1, a_view(catalog, free={"house-blend/1kg": free}), ENGLISH
            )
        )
        for free in (20, 5)
    ]
    assert [one.rpartition("€39.00\n")[2] for one in seen] == [
        "At most 5 per order.",
        "Only 5 left.",
    ]


def test_a_limit_that_other_choices_reach_is_said() -> None:
    """What is shown is not in the cart, and there is no room for it: not that it is sold out."""
    catalog = a_catalog()
    variant = catalog.products[0].variant(VariantId("1kg.moka"))
    assert variant is not None
    view = a_view(catalog, [line("house-blend", 5, variant="250g.beans")])
    seen = looks_right(product_screens.product(catalog, variant, 1, view, ENGLISH))
    assert "At most 5 per order, and they are in your cart already." in seen


def test_it_is_news_for_a_day_that_something_is_back() -> None:
    """One tap buys it; a message that could not be sent for longer, or of what is hidden, goes."""
    catalog = a_catalog(cup(1))
    back = news.goods_in({"product": "cup-1", "variant": ""})
    free = {StockId("cup-1"): None}
    screen = news.back_in_stock(catalog, back, free, 24 * 3600, ENGLISH)
    assert screen is not None
    assert looks_right(screen).startswith("Cup is back.")
    assert labels(screen) == [["Buy now"], ["Add to cart", "Open the shop"]]
    assert data(screen)[0] == ["1an:cup-1"]
    assert news.back_in_stock(catalog, back, free, 24 * 3600 + 1, ENGLISH) is None
    assert news.back_in_stock(a_catalog(cup(1, hidden=True)), back, free, 0, ENGLISH) is None


@pytest.mark.parametrize(
    ("free", "rows"),
    [
        (2, [["Buy now"], ["Add to cart", "Open the shop"]]),
        (1, [["Add to cart"], ["Open the shop"]]),
    ],
)
def test_what_is_back_is_bought_by_itself_only_where_it_is_enough(
    free: int, rows: list[list[str]]
) -> None:
    """One of which an order needs two goes into the cart, where other choices make up the rest."""
    catalog = a_catalog(blend(min_per_order=2))
    back = news.goods_in({"product": "house-blend", "variant": "1kg.moka"})
    screen = news.back_in_stock(catalog, back, {StockId("house-blend/1kg"): free}, 0, ENGLISH)
    assert screen is not None
    assert labels(screen) == rows


def test_an_owners_prices_run_in_the_owners_way() -> None:
    """Though each line begins with a name from the file, in letters from left to right."""
    arabic = Languages.load().texts("ar")
    shown = owner_goods.good(blend(max_per_order=4), {}, arabic).text

    assert "\u200f\u2068<code>house-blend/1kg</code>\u2069: " in shown
    assert "الحد الأقصى في الطلب: \u20684\u2069" in shown
    assert shown.count("<code>house-blend</code>") == 1
    assert "السعر: " in shown
