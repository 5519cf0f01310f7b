"""What the outbox tells an order's chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.chat.actions import AddOne, AskSupport, BuyNow, OpenCart, OpenOrder, TryAgain
from bot.chat.screen import Button, Row, Screen, bold, paragraphs
from bot.chat.screens import info
from bot.chat.screens.parts import TITLE, open_shop_button
from bot.chat.screens.steps import tracking
from bot.domain.catalog.model import Catalog, LineKey, ProductId, StockId, VariantId
from bot.domain.errors import InvalidMoneyError
from bot.domain.money import Money
from bot.domain.order import Order
from bot.locales import Html, Texts

#: Seconds for which it is news that something is back.
_NEWS_FOR: Final = 24 * 3600


def news(
    key: str,
    order: Order,
    texts: Texts,
    details: Mapping[str, str],
    *,
    try_again: bool = False,
    beside: str | None = None,
) -> Screen:
    """Return news about an order to its chat.

    Args:
        key: Text, with ``number`` and ``amount``.
        order: The order.
        texts: The chat's language.
        details: Of the message; ``amount`` in minor units and ``currency`` where money moved.
        try_again: Offer to check out again.
        beside: HTML to end with.
    """
    words = texts.html(key, number=str(order.id), amount=amount_of(details, order))
    rows: list[Row] = []
    if try_again:
        again = Button(texts.text("button.checkout_again"), TryAgain(order.id), style="primary")
        cart = () if order.alone else (Button(texts.text("button.cart_empty"), OpenCart()),)
        rows.append((again, *cart))
    onward = (Button(texts.text("button.order_short"), OpenOrder(order.id)),)
    rows.append((*onward, open_shop_button(texts, first=not try_again)))
    followed = tracking(order, texts) if key.startswith("news.shipped") else None
    return Screen(paragraphs(words, followed, beside), tuple(rows))


def support(details: Mapping[str, str], texts: Texts) -> Screen:
    """Return what an owner says to a customer, who answers by the button or by a reply."""
    words, photo = details.get("text", ""), details.get("picture")
    if pictures := details.get("pictures"):
        return Screen("", album=tuple(pictures.split()))
    key = "news.support_edited" if "edited" in details else "news.support"
    text = texts.html(key, text=info.said(words))
    if photo and not words:
        text = texts.html("news.support_photo")
    answer = Button(texts.text("button.answer_shop"), AskSupport(), style="primary")
    return replace(info.kind(text, texts, (answer,)), carried=photo)


def goods_in(details: Mapping[str, str]) -> LineKey:
    """Return what a message is about, from its details ``product`` and ``variant``."""
    return LineKey(ProductId(details["product"]), VariantId(details["variant"]))


def back_in_stock(
    catalog: Catalog, key: LineKey, free: Mapping[StockId, int | None], age: int, texts: Texts
) -> Screen | None:
    """Say that what somebody waited for can be bought; None where it is sold no more, or no news.

    Args:
        catalog: Today's.
        key: Of it.
        free: The free units of its stock id; None: always available.
        age: Seconds since it was their turn.
        texts: The reader's language.
    """
    variant = catalog.variant(key)
    if variant is None or variant.hidden or age > _NEWS_FOR:
        return None
    title = Html(bold(variant.title(texts.language), TITLE))
    buy = Button(texts.text("button.buy_now"), BuyNow(*variant.key), style="primary")
    add = Button(texts.text("button.add"), AddOne(*variant.key))
    shop = open_shop_button(texts, first=False)
    # Bought by itself, no other choice makes up for what one order needs.
    alone = variant.is_enough(free)
    rows = ((buy,), (add, shop)) if alone else ((replace(add, style="primary"),), (shop,))
    return Screen(texts.html("news.back_in_stock", title=title), rows)


def amount_of(details: Mapping[str, str], order: Order) -> Money:
    """Return the amount that a message is about, the order's total where it names none."""
    try:
        return Money(int(details["amount"]), details["currency"])
    except (KeyError, ValueError, InvalidMoneyError):
        return order.total
