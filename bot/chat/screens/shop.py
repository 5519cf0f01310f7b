"""The shop's front and its categories."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Final

from bot.chat.actions import Home, OpenCategory, OpenProduct
from bot.chat.screen import (
    CAPTION_LIMIT,
    TEXT_LIMIT,
    Button,
    PageNumber,
    Row,
    Screen,
    bold,
    clip,
    in_rows,
    lines,
    page_of,
    paragraphs,
    safe,
    visible,
)
from bot.chat.screens.parts import cart_button, in_full, orders_button, page_row, shop_button
from bot.domain.catalog.model import Catalog, Category, Product, Variant
from bot.locales import Html, Texts
from bot.shop import View

#: Products on one page of a category, and categories on one page of the shop's front.
PAGE_SIZE: Final = 8
CATEGORIES: Final = 24
_BUTTON_NAME: Final = 30
#: How much of a name is mentioned above the buttons: less of each where they are many and long.
_MENTIONED: Final = (100, 60, 30, 15)


def home(
    catalog: Catalog, view: View, texts: Texts, number: int = 1, *, inline: bool = False
) -> Screen:
    """Return the shop's front: who we are, a page of the categories, the cart.

    Args:
        catalog: Today's.
        view: The chat's cart.
        texts: The reader's language.
        number: Of the page, from 1.
        inline: Whether the goods can be looked through in this chat by inline mode.
    """
    shop = catalog.shop
    categories, page = page_of(catalog.shown_categories(), number, CATEGORIES)
    names = (one.name.in_language(texts.language) for one in categories)
    names_cut = in_full(names, _BUTTON_NAME, texts)
    ask = texts.html("shop.choose" if categories else "shop.empty")
    head = texts.lead(bold(shop.name.in_language(texts.language)))
    limit = CAPTION_LIMIT if shop.banner else TEXT_LIMIT
    about = None
    if shop.about:
        room = limit - visible(paragraphs(head, names_cut, ask)) - 2
        about = safe(shop.about.in_language(texts.language), room)
    return Screen(
        paragraphs(head, about, names_cut, ask),
        (
            *category_rows(categories, texts),
            *page_row(page, Home, texts),
            *(_browse_row(catalog, texts) if inline else ()),
            (cart_button(view.cart, texts), orders_button(texts)),
        ),
        shop.banner,
    )


def _browse_row(catalog: Catalog, texts: Texts) -> tuple[Row, ...]:
    """Return the way to look through the goods, where what stands first there has pictures."""
    first = catalog.news_first()[:PAGE_SIZE]
    if not any(True for one in first for _ in one.pictures()):
        return ()
    return ((Button(texts.text("button.browse"), browse=""),),)


def category_rows(categories: Iterable[Category], texts: Texts) -> tuple[Row, ...]:
    """Return the ways into categories."""
    return in_rows(
        (Button(category_name(one, texts), OpenCategory(one.id)) for one in categories), most=2
    )


def category_name(category: Category, texts: Texts) -> str:
    """Return a category's name with its emoji, as on a button."""
    name = clip(category.name.in_language(texts.language), _BUTTON_NAME)
    return f"{category.emoji} {name}" if category.emoji else name


def page_of_category(catalog: Catalog, category: Category, number: int) -> tuple[Product, ...]:
    """Return the products of the page that `category_page` shows under this number."""
    return page_of(catalog.in_category(category.id), number, PAGE_SIZE)[0]


def category_page(
    catalog: Catalog, category: Category, number: int, view: View, texts: Texts
) -> Screen:
    """Return a page of a category; a number beyond the last page shows the last.

    Args:
        catalog: Today's.
        category: The category.
        number: Of the page, from 1.
        view: The chat's cart, with the free units of this page's products.
        texts: The reader's language.
    """
    goods, page = page_of(catalog.in_category(category.id), number, PAGE_SIZE)
    head = texts.lead(bold(category_name(category, texts)))
    ask = texts.html("category.choose" if goods else "category.empty")
    rows = [(Button(product_label(one, view, texts), OpenProduct(one.id)),) for one in goods]
    limit = CAPTION_LIMIT if catalog.shop.banner else TEXT_LIMIT
    ways = itertools.product((True, False), _MENTIONED)
    named = (listed(goods, view, texts, most, whole=whole) for whole, most in ways)
    written = (paragraphs(head, names, ask) for names in named)
    text = next((one for one in written if visible(one) <= limit), paragraphs(head, ask))
    return Screen(
        text,
        (
            *rows,
            *page_row(page, lambda to: OpenCategory(category.id, to), texts),
            (shop_button(texts), cart_button(view.cart, texts)),
        ),
        catalog.shop.banner,
    )


def place_of(catalog: Catalog, product: Product) -> PageNumber:
    """Return the page of its category that a product stands on."""
    goods = catalog.in_category(product.category)
    return page_of(goods, catalog.place_in_category(product) // PAGE_SIZE + 1, PAGE_SIZE)[1]


def product_label(product: Product, view: View, texts: Texts) -> str:
    """Return a product as on a button: its name and its price, or that it is sold out."""
    name = clip(product.name.in_language(texts.language), _BUTTON_NAME)
    if product.falls_short(view.free):
        return texts.text("button.product_sold_out", name=name)
    key = "button.product_from" if product.has_price_range() else "button.product"
    return texts.text(key, name=name, price=product.lowest_price())


def listed(
    goods: tuple[Product, ...],
    view: View,
    texts: Texts,
    most: int = max(_MENTIONED),
    *,
    whole: bool = True,
) -> str:
    """Return the names above a page's buttons: what is news, and what a button cuts.

    Args:
        goods: The page's.
        view: The chat's cart, with the free units of this page's products.
        texts: The reader's language.
        most: UTF-16 units of each name among the news.
        whole: Whether the names that a button cuts stand there too.
    """
    reduced = [one for one in (product.reduced(view.free) for product in goods) if one]
    told = {one.product.id for one in reduced} | {one.id for one in goods if one.new}
    rest = [one for one in goods if most < max(_MENTIONED) or one.id not in told]
    names = (one.name.in_language(texts.language) for one in rest)
    cut = in_full(names, _BUTTON_NAME, texts) if whole else None
    return paragraphs(_news(goods, reduced, texts, most), cut)


def _news(
    goods: Sequence[Product], reduced: Sequence[Variant], texts: Texts, most: int
) -> str | None:
    """Return what is new, and what is on sale with its old price struck through.

    A choice is named where not every one of its product is on sale.
    """

    def title(one: Variant) -> str:
        every = all(other.was for other in one.product.variants())
        name = one.product.name.in_language(texts.language) if every else one.title(texts.language)
        return texts.lead(safe(name, most))

    new = ", ".join(safe(one.name.in_language(texts.language), most) for one in goods if one.new)
    sale = [
        f"{title(one)} <s>{texts.money(one.was)}</s> {texts.money(one.price)}"
        for one in reduced
        if one.was
    ]
    return lines(
        texts.html("category.new", names=Html(new)) if new else None,
        texts.html("category.sale") if sale else None,
        *sale,
    )
