"""What a search found, and what to do when it found nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.chat.actions import AskSupport, OpenProduct, Search, SendWords
from bot.chat.screen import Button, Row, Screen, clip, page_of, paragraphs, safe
from bot.chat.screens.parts import cart_button, open_shop_button, page_row, shop_button
from bot.chat.screens.shop import PAGE_SIZE, category_rows, listed, product_label
from bot.domain.cart import Cart
from bot.domain.catalog.model import Catalog, Product
from bot.locales import Html, Texts
from bot.shop import View
from bot.shop.catalog.search import question_of

#: UTF-8 bytes of a question that a button can carry, beside its letter and a page.
_CARRIED: Final = 50
_ASKED: Final = 60
_ON_BUTTON: Final = 12
#: Categories that are offered where nothing was found.
_CATEGORIES: Final = 8


def carried(words: str) -> str:
    """Return a question as a button carries it: its plain words, as many bytes as there is room."""
    return " ".join(question_of(words)).encode()[:_CARRIED].decode("utf-8", "ignore").strip()


def results(found: Sequence[Product], words: str, number: int, view: View, texts: Texts) -> Screen:
    """Return a page of what was found; a number beyond the last page shows the last.

    Args:
        found: Everything, the best first; not empty.
        words: What was asked for.
        number: Of the page, from 1.
        view: The chat's cart, with the free units of this page's products.
        texts: The reader's language.
    """
    goods, page = page_of(found, number, PAGE_SIZE)
    asked = carried(words)
    return Screen(
        paragraphs(texts.html("search.found", query=_asked(words)), listed(goods, view, texts)),
        (
            *_products(goods, view, texts),
            *page_row(page, lambda to: Search(asked, to), texts),
            (shop_button(texts), cart_button(view.cart, texts)),
        ),
    )


def nothing(
    catalog: Catalog,
    near: Sequence[Product],
    words: str,
    view: View,
    texts: Texts,
    *,
    ask_owner: bool = False,
    sends: bool = False,
) -> Screen:
    """Return a kind answer with the products that come nearest, the categories and the owner's ear.

    Args:
        catalog: Today's.
        near: Products that meet some of the words.
        words: What was asked for.
        view: The chat's cart, with the free units of those products.
        texts: The reader's language.
        ask_owner: Whether it may have been a question that the owner can answer.
        sends: Whether it was one, which a tap carries to them as it stands.
    """
    write = Button(texts.text("button.write_to_shop"), AskSupport())
    if sends:
        write = Button(texts.text("button.send_words"), SendWords())
    categories = catalog.shown_categories()[:_CATEGORIES]
    key = "search.nearest" if near else "search.look_around"
    return Screen(
        paragraphs(
            texts.html("search.nothing", query=_asked(words)),
            texts.html(key),
            listed(tuple(near), view, texts),
        ),
        (
            *_products(near, view, texts),
            *category_rows(categories, texts),
            *(((write,),) if ask_owner else ()),
            (open_shop_button(texts, first=False), cart_button(view.cart, texts)),
        ),
    )


def what_number(
    words: str, cart: Cart, texts: Texts, *, key: str, found: bool, ask_owner: bool
) -> Screen:
    """Ask what a number is for that was typed by itself.

    Args:
        words: As they were typed.
        cart: The chat's.
        texts: The reader's language.
        key: What is asked, of a customer or of an owner.
        found: Whether a search for it would find something.
        ask_owner: Whether the owner can be written to.
    """
    look = Button(
        texts.text("button.search_for", query=clip(words, _ON_BUTTON)), Search(carried(words))
    )
    write = Button(texts.text("button.write_to_shop"), AskSupport())
    return Screen(
        texts.html(key, words=_asked(words)),
        (
            *(((look,),) if found else ()),
            *(((write,),) if ask_owner else ()),
            (open_shop_button(texts, first=False), cart_button(cart, texts)),
        ),
    )


def ask(catalog: Catalog, texts: Texts) -> Screen:
    """Return how to search, with the categories for those who would rather look."""
    categories = category_rows(catalog.shown_categories()[:_CATEGORIES], texts)
    return Screen(texts.html("search.ask"), (*categories, (open_shop_button(texts, first=False),)))


def _products(goods: Sequence[Product], view: View, texts: Texts) -> list[Row]:
    return [(Button(product_label(one, view, texts), OpenProduct(one.id)),) for one in goods]


def _asked(words: str) -> Html:
    return Html(safe(" ".join(words.split()), _ASKED))
