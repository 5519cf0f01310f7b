"""What the outbox tells an order's chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.chat.actions import AskSupport, OpenCart, OpenOrder, TryAgain
from bot.chat.screen import Button, Row, Screen, paragraphs, safe
from bot.chat.screens import info
from bot.chat.screens.parts import TITLE, open_shop_button
from bot.domain.errors import InvalidMoneyError
from bot.domain.money import Money
from bot.domain.order import Order
from bot.locales import Html, Texts


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
        rows.append((again, Button(texts.text("button.cart_empty"), OpenCart())))
    onward = (Button(texts.text("button.order_short"), OpenOrder(order.id)),)
    rows.append((*onward, open_shop_button(texts, first=not try_again)))
    tracking = None
    if order.tracking and key.startswith("news.shipped"):
        tracking = texts.html("order.tracking", tracking=Html(safe(order.tracking, TITLE * 2)))
    return Screen(paragraphs(words, tracking, beside), tuple(rows))


def support(details: Mapping[str, str], texts: Texts) -> Screen:
    """Return what an owner says to a customer, who answers by the button or by a reply."""
    words, photo = details.get("text", ""), details.get("picture")
    if pictures := details.get("pictures"):
        return Screen("", album=tuple(pictures.split()))
    key = "news.support_edited" if "edited" in details else "news.support"
    text = texts.html(key, text=info.said(words))
    if photo and not words:
        text = texts.html("news.support_photo")
    answer = Button(texts.text("button.answer_shop"), AskSupport())
    return replace(info.kind(text, texts, (answer,)), carried=photo)


def amount_of(details: Mapping[str, str], order: Order) -> Money:
    """Return the amount that a message is about, the order's total where it names none."""
    try:
        return Money(int(details["amount"]), details["currency"])
    except (KeyError, ValueError, InvalidMoneyError):
        return order.total
