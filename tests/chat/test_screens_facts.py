"""What a product is known by, where people read it: its screen, the lists, the owner's orders."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.chat.screens import cart as cart_screens
from bot.chat.screens import choices as choice_screens
from bot.chat.screens import owner_goods, owner_news, owner_orders
from bot.chat.screens import product as product_screens
from bot.chat.screens import search as search_screens
from bot.chat.screens import shop as shop_screens
from bot.domain.catalog.model import (
    Category,
    CategoryId,
    Detail,
    LineKey,
    ListedVariant,
    Option,
    OptionValue,
    Product,
    ProductId,
    Text,
    VariantId,
)
from bot.domain.order import Order
from bot.shop.catalog.search import SearchIndex
from bot.shop.orders.export import COLUMNS, Form, row
from tests.chat.goods import (
    ENGLISH,
    a_catalog,
    a_view,
    an_order,
    blend,
    cup,
    eur,
    line,
    paid,
    tee,
)
from tests.chat.looks import data, labels, looks_right

LONG = "The Life and Strange Surprising Adventures of Robinson Crusoe, of York, Mariner"
BOOK = cup(
    1,
    LONG,
    brand="Penguin <Classics>",
    sku="PB-0231",
    barcode="978-0-14-143982-2",
    weight=310,
    details=(
        Detail(Text.of("Author"), Text.of("Daniel Defoe")),
        Detail(Text.of("Cover"), Text.of("Paperback & sewn")),
    ),
    description=Text.of("Shipwrecked. " * 50),
)


def _product(product: Product) -> str:
    catalog = a_catalog(product)
    view = a_view(catalog)
    variant = choice_screens.default_variant(product, VariantId(""), view)
    return looks_right(product_screens.product(catalog, variant, 1, view, ENGLISH))


def test_brand_and_details_stand_on_the_products_screen_whole() -> None:
    """Where there is not room for everything, the description gives way."""
    said = _product(BOOK)

    assert said.startswith(f"{LONG}\nPenguin <Classics>\n\nShipwrecked.")
    assert "\n\nAuthor: Daniel Defoe\nCover: Paperback & sewn\n\n€14.00" in said
    many = replace(BOOK, details=BOOK.details * 5, description=Text.of("Shipwrecked. " * 54))
    assert _product(many).count("Author: Daniel Defoe") == 5
    assert "…" in _product(many)


def test_facts_of_any_length_fit_below_a_picture() -> None:
    """Details that have no room are left out from the end on, and whole; the price stays."""
    long = Text.of("word " * 39 + "word")
    facts = tuple(Detail(Text.of(f"Fact {n}"), long) for n in range(1, 11))
    said = _product(replace(BOOK, details=facts))

    assert "Fact 3" in said
    assert "word\n…\n\n€14.00" in said
    assert "Fact 10" not in said


def test_what_is_left_fits_below_a_picture() -> None:
    """Three options with long names, of which the chosen combination alone is sold out."""
    long = [
        Option(f"o{at}", Text.of("O" * 100), tuple(
            OptionValue(f"v{n}", Text.of(f"{n} {'V' * 90}")) for n in range(20)
        ))
        for at in range(3)
    ]  # fmt: skip
    ids = [f"v{a}.v{b}.v{c}" for a, b, c in ((0, 0, 0), *((n, 0, 0) for n in range(1, 20)))]
    ids += [f"v0.v{n}.v0" for n in range(1, 20)] + [f"v0.v0.v{n}" for n in range(1, 20)]
    shirt = cup(
        1, "N" * 100, brand="B" * 100, details=BOOK.details, options=tuple(long),
        listed=tuple(
            ListedVariant(VariantId(one), stock=0 if one == ids[0] else 1) for one in ids
        ),
    )  # fmt: skip
    catalog = a_catalog(shirt)
    chosen = shirt.variant(VariantId(ids[0]))
    assert chosen is not None
    said = looks_right(product_screens.product(catalog, chosen, 1, a_view(catalog), ENGLISH))

    assert "Sold out" in said or "sold out" in said
    assert "€14.00" in said


def test_a_name_that_a_button_cuts_stands_in_the_text() -> None:
    """In a category, in what a search found, on the front, and in the owner's list."""
    catalog = a_catalog(BOOK, cup(2, "Mug"))
    view = a_view(catalog)
    shelf = shop_screens.category_page(catalog, catalog.categories[0], 1, view, ENGLISH)
    found = search_screens.results(list(catalog.products), "robinson", 1, view, ENGLISH)
    near = search_screens.nothing(catalog, list(catalog.products), "x", view, ENGLISH)
    owners = owner_goods.goods(catalog, 1, ENGLISH)

    for screen in (shelf, found, near, owners):
        said = looks_right(screen)
        assert labels(screen)[0] == ["The Life and Strange Surprisi… · €14.00"]
        assert f"• {LONG}" in said.splitlines()
        assert "• Mug" not in said


def test_a_name_is_told_once_among_the_news() -> None:
    """What is on sale is named there already, whole."""
    catalog = a_catalog(replace(BOOK, was=eur(2000)))
    shelf = shop_screens.category_page(catalog, catalog.categories[0], 1, a_view(catalog), ENGLISH)

    assert looks_right(shelf).count(LONG) == 1


def test_what_is_on_sale_names_the_choice_and_can_be_had() -> None:
    """Where one choice alone costs less; CONTROL: where every one does, the product is named."""
    catalog = a_catalog(tee(), cup(2, "Mug", was=eur(2000)))
    category = catalog.categories[0]
    some, gone = (
        looks_right(shop_screens.category_page(catalog, category, 1, view, ENGLISH))
        for view in (a_view(catalog), a_view(catalog, free={"tee/blue.m": 0}))
    )

    assert "On sale:\nT-shirt, M, Blue €21.00 €17.00\nMug €20.00 €14.00\n" in some
    assert "On sale:\nMug €20.00 €14.00\n" in gone


def test_a_categorys_long_name_stands_on_the_front() -> None:
    """Its button cuts it too."""
    name = "Novels, stories and plays of four centuries"
    catalog = replace(a_catalog(), categories=(Category(CategoryId("coffee"), Text.of(name)),))
    front = shop_screens.home(catalog, a_view(catalog), ENGLISH)

    assert f"• {name}" in looks_right(front).splitlines()


def test_one_category_and_one_product_are_shown_as_such() -> None:
    """No screen is skipped: the front shows the one category, which shows the one product."""
    catalog = a_catalog(cup())
    front = shop_screens.home(catalog, a_view(catalog), ENGLISH)
    shelf = shop_screens.category_page(catalog, catalog.categories[0], 1, a_view(catalog), ENGLISH)

    assert data(front)[0] == ["1c:coffee"]
    assert data(shelf)[0] == ["1p:cup-1"]


def test_a_name_is_whole_beside_its_line_of_the_cart() -> None:
    """Its button has room for the beginning only."""
    catalog = a_catalog(BOOK)
    view = a_view(catalog, [line("cup-1", 2)])
    screen = cart_screens.cart(catalog, view.cart, 1, ENGLISH)

    assert LONG in looks_right(screen)


@pytest.mark.parametrize(
    "words",
    ["PB-0231", "pb 0231", "pb0231", "978-0-14-143982-2", "9780141439822", "defoe", "penguin"],
)
def test_a_search_finds_by_codes_brand_and_details(words: str) -> None:
    """However the number is typed, and with a slip in the author's name too."""
    index = SearchIndex(a_catalog(cup(2, "Robin"), BOOK))

    assert [one.id for one in index.search(words)] == ["cup-1"]


def test_a_number_is_met_as_it_is() -> None:
    """Books of one publisher have ISBNs that differ in two digits."""
    other = replace(BOOK, id=ProductId("cup-9"), barcode="978-0-14-143983-9")
    index = SearchIndex(a_catalog(BOOK, other))

    assert [one.id for one in index.search("9780141439839")] == ["cup-9"]


def test_one_code_leads_to_one_variant() -> None:
    """By a sku or a barcode as they stand; what several have, or only begin with, leads nowhere."""
    twin = replace(BOOK, id=ProductId("cup-9"), barcode=None, sku="PB-02310")
    index = SearchIndex(a_catalog(BOOK, twin, blend(sku="CO")))

    assert index.coded("pb 0231") == index.coded("9780141439822") == LineKey(BOOK.id, VariantId(""))
    assert [index.coded(one) for one in ("CO", "PB-023", "robinson")] == [None] * 3
    assert index.begins_code("PB-02")
    assert not index.begins_code("B-0231")


def test_a_label_is_not_searched() -> None:
    """Each book has an author: the word alone finds none of them."""
    assert SearchIndex(a_catalog(BOOK, cup(2))).search("author") == ()


def _sold() -> Order:
    order = an_order("Robinson", "Cup")
    lines = (
        replace(order.lines[0], sku="PB-0231", barcode="9780141439822", weight=310),
        replace(order.lines[1], sku="=CUP", weight=350),
    )
    return paid(replace(order, lines=lines))


def test_the_owner_reads_codes_and_weight_of_a_sale() -> None:
    """In the notice and in the order; the customer's receipt has neither."""
    catalog = a_catalog()
    notice = looks_right(owner_news.owner_sale(catalog, _sold(), None, ENGLISH))
    order = looks_right(owner_orders.order(catalog, _sold(), ENGLISH))

    for said in (notice, order):
        assert "2 × Cup: €28.00\n  PB-0231 · 9780141439822\n" in said
        assert "Weight: 1.32 kg" in said


def test_the_weight_of_an_order_is_told_where_it_is_known_of_everything() -> None:
    """A sum of some of it would be wrong."""
    order = an_order("Cup", "Cup")
    half = replace(order, lines=(replace(order.lines[0], weight=5), order.lines[1]))

    assert [one.weight for one in (_sold(), half, order)] == [1320, None, None]


def test_an_export_has_codes_and_weight() -> None:
    """By the line's units, and never as a formula."""
    cells = dict(zip(COLUMNS, row(_sold(), Form(ZoneInfo("UTC"), ENGLISH)), strict=True))

    assert cells["skus"] == "2 × PB-0231; 2 × =CUP"
    assert cells["barcodes"] == "2 × 9780141439822"
    assert cells["grams"] == "1320"


def test_the_owner_sees_what_the_file_says_of_a_product() -> None:
    """In words, beside its price and stock."""
    said = looks_right(owner_goods.good(replace(BOOK, min_per_order=2), {}, ENGLISH))

    assert "Brand: Penguin <Classics>\nArticle number: PB-0231\n" in said
    assert "\nBarcode: 978-0-14-143982-2\nWeight: 310 g\nAt least per order: 2" in said


def test_weights_are_read_as_people_write_them() -> None:
    """Grams below a kilogram."""
    assert [ENGLISH.weight(one) for one in (999, 1000, 1250)] == ["999 g", "1 kg", "1.25 kg"]


def test_of_a_blend_the_large_bag_has_the_products_codes() -> None:
    """What a choice does not have of its own, the product has for it."""
    goods = blend(sku="CO", weight=270)
    variant = goods.variant(VariantId("1kg.beans"))
    assert variant is not None

    assert (variant.sku, variant.barcode, variant.weight) == ("CO", None, 270)
