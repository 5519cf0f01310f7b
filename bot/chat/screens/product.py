"""A product: its pictures, what can be chosen, and how many are in the cart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.chat.actions import (
    AddOne,
    BuyNow,
    OpenCategory,
    OpenLine,
    OpenProduct,
    TakeOne,
    TellMe,
    Wanted,
)
from bot.chat.screen import (
    CAPTION_LIMIT,
    TEXT_LIMIT,
    Button,
    PageNumber,
    Row,
    Screen,
    bold,
    lines,
    paragraphs,
    safe,
    visible,
)
from bot.chat.screens import choices
from bot.chat.screens.cart import undo_row
from bot.chat.screens.choices import free_of
from bot.chat.screens.parts import cart_button, more_needed, page_row, shop_button
from bot.chat.screens.sale import until
from bot.chat.screens.shop import category_name, place_of
from bot.domain.cart import units_of
from bot.domain.catalog.model import Catalog, Product, Variant
from bot.locales import Html, Texts
from bot.shop import View

#: This many or fewer are called few.
FEW: Final = 5
_NAME: Final = 100


def product(
    catalog: Catalog,
    variant: Variant,
    photo: int,
    view: View,
    texts: Texts,
    *,
    share: Button | None = None,
    now: int = 0,
    waits: bool = False,
) -> Screen:
    """Return a product with one choice made.

    Args:
        catalog: Today's.
        variant: What is chosen.
        photo: Which picture, from 1; beyond the last, the last.
        view: The chat's cart, with the free units of every variant.
        texts: The reader's language.
        share: Shows the product to others.
        now: Seconds UTC.
        waits: Whether the reader is told when the chosen one is back.
    """
    goods = variant.product
    pictures = variant.pictures()
    page = PageNumber(min(max(1, photo), max(1, len(pictures))), max(1, len(pictures)))
    turns = any(len(one.pictures()) > 1 for one in goods.variants())
    gone = view.removed  # one without a note comes back by the button that adds it
    picture = pictures[page.number - 1] if pictures else catalog.shop.banner
    sale = until(variant.sale, now, catalog.shop.timezone, texts) if variant.sale else None
    return Screen(
        _text(variant, view, texts, CAPTION_LIMIT if picture else TEXT_LIMIT, sale),
        (
            *page_row(page, lambda to: OpenProduct(goods.id, variant.id, to), texts, turns=turns),
            *choices.rows(variant, view, texts),
            *(undo_row(catalog, gone, texts) if gone and (gone.note or gone.quantity > 1) else ()),
            *_quantity(variant, page.number, view, texts, share=share, waits=waits),
            (_back(catalog, goods, texts), cart_button(view.cart, texts)),
        ),
        picture,
    )


def _text(variant: Variant, view: View, texts: Texts, limit: int, sale: str | None) -> str:
    goods = variant.product
    head = texts.lead(bold(goods.name.in_language(texts.language), _NAME))
    if goods.new:
        head += f" · <i>{texts.html('product.new')}</i>"
    if goods.brand:
        head = lines(head, texts.lead(safe(goods.brand, _NAME)))
    price = f"<b>{texts.money(variant.price)}</b>"
    if variant.was:
        price = f"<s>{texts.money(variant.was)}</s> {price}"
    chosen = [
        texts.html(
            "product.option",
            option=Html(safe(option.name.in_language(texts.language), _NAME // 2)),
            value=Html(safe(value.name.in_language(texts.language), _NAME // 2)),
        )
        for option, value in zip(goods.options, variant.values, strict=True)
    ]
    # In one line: the picture shall be on the screen together with the buttons.
    facts = lines(" · ".join(chosen), price, sale, _stock(variant, view, texts))
    room = limit - visible(paragraphs(head, facts)) - 2
    if free_of(variant, view) == 0 and not goods.falls_short(view.free):
        facts = lines(facts, others := _fitting(choices.left(variant, view, texts), room))
        room -= visible(others) + 2
    details = _fitting("\n".join(_details(goods, texts)), room)
    about = None
    if goods.description:
        room -= visible(details) + 2
        about = safe(goods.description.in_language(texts.language), room)
    return paragraphs(head, about, details, facts)


def _details(goods: Product, texts: Texts) -> Iterator[str]:
    for one in goods.details:
        label = Html(safe(one.label.in_language(texts.language)))
        text = Html(safe(one.text.in_language(texts.language)))
        yield texts.html("product.detail", label=label, text=text)


def _fitting(written: str, room: int) -> str:
    """Return as many whole lines as there is room for, with an ellipsis in place of the others."""
    if visible(written) <= room:
        return written
    kept = written.splitlines()
    while kept and visible("\n".join([*kept, "…"])) > room:
        kept.pop()
    return "\n".join([*kept, "…"]) if kept else ""


def _stock(variant: Variant, view: View, texts: Texts) -> str | None:
    product, free = variant.product, free_of(variant, view)
    there, least = product.together(view.free), _minimum(product, texts)
    if there == 0:
        return texts.html("product.sold_out")
    if there is not None and product.options and product.falls_short(view.free):
        return lines(texts.html("product.short", n=there), least)
    if free == 0:
        return texts.html("product.choice_sold_out")
    few = free if free is not None and free <= FEW else None
    most = product.max_per_order
    reached = most is not None and units_of(view.cart.lines, product.id) >= most
    if not reached and most is not None and few is not None and few <= most:
        most = None  # what is left bounds an order already
    limit = "product.limit_reached" if reached else "product.limit"
    return lines(
        texts.html("product.few_left", n=few) if few is not None else None,
        least,
        texts.html(limit, n=most) if most is not None else None,
        more_needed(product, view.cart, texts),
    )


def _minimum(product: Product, texts: Texts) -> str | None:
    least = product.min_per_order or 1
    key = "product.minimum_mixed" if product.options else "product.minimum"
    return texts.html(key, n=least) if least > 1 else None


def _quantity(
    variant: Variant, photo: int, view: View, texts: Texts, *, share: Button | None, waits: bool
) -> Iterator[Row]:
    key = variant.key
    quantity, gone = view.quantity_of(key), variant.is_sold_out(view.free)
    add = AddOne(*key, photo)
    if quantity:
        yield (
            Button("−", TakeOne(*key, photo)),
            Button(texts.text("button.in_cart", quantity=quantity), OpenLine(*key)),
            Button("+", add),
        )
    elif not gone:
        yield (Button(_add_label(variant, view, texts), add, style="primary"),)
    if gone and waits:
        yield (Button(texts.text("button.tell_me_not"), TellMe(*key, Wanted.NO)),)
    elif gone:
        yield (Button(texts.text("button.tell_me"), TellMe(*key), style="primary"),)
    # Bought by itself, no other choice makes up for what one order needs.
    alone = not gone and variant.is_enough(view.free)
    buy = (Button(texts.text("button.buy_now"), BuyNow(*key)),) if alone else ()
    if buy or share:
        yield (*buy, *((share,) if share else ()))


def _add_label(variant: Variant, view: View, texts: Texts) -> str:
    """Return what the first tap does: it puts in as many as one order needs."""
    product, free = variant.product, free_of(variant, view)
    units = (product.min_per_order or 1) - units_of(view.cart.lines, product.id)
    units = units if free is None else min(units, free)
    if units <= 1:
        return texts.text("button.add")
    return texts.text("button.add_some", quantity=units, price=variant.price * units)


def _back(catalog: Catalog, goods: Product, texts: Texts) -> Button:
    category = catalog.category(goods.category)
    if category is None:
        return shop_button(texts)
    name = texts.text("button.back", name=category_name(category, texts))
    return Button(name, OpenCategory(category.id, place_of(catalog, goods).number))
