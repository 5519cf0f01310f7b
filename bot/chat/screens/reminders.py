"""Reminders: of a payment link that ends, of a cart left behind, and whether there are any."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.chat.actions import SetReminders, StopReminders, Wanted
from bot.chat.screen import Button, Screen, clip, lines, paragraphs
from bot.chat.screens import info
from bot.chat.screens.cart import line_title
from bot.chat.screens.checkout import ways_to_pay
from bot.chat.screens.parts import TITLE, cart_button, open_shop_button
from bot.domain.cart import Cart
from bot.domain.catalog.model import Catalog
from bot.domain.order import Order
from bot.locales import Texts

#: Lines of a cart that are named.
_NAMED: Final = 5


def link(order: Order, url: str, now: int, texts: Texts) -> Screen:
    """Say that an order waits to be paid, and for how long; `now` is seconds UTC."""
    minutes = max(1, (order.attempt.expires_at - now + 30) // 60)
    return Screen(
        texts.html("remind.link", number=str(order.id), n=minutes),
        (*ways_to_pay(order, url, texts), (_no_more(texts),)),
    )


def cart(catalog: Catalog, held: Cart, texts: Texts) -> Screen | None:
    """Recall a cart that was left behind; None where nothing in it can be bought any more."""
    ready = [one for one in held.lines if one.total is not None]
    if not ready:
        return None
    more = len(ready) - _NAMED
    named = (
        texts.html(
            "button.line",
            quantity=one.line.quantity,
            title=clip(line_title(catalog, one, texts), TITLE),
        )
        for one in ready[:_NAMED]
    )
    return Screen(
        paragraphs(
            texts.html("remind.cart"),
            lines(*named, texts.html("checkout.more", n=more) if more > 0 else None),
            texts.html("cart.total", total=held.total),
        ),
        (
            (
                replace(cart_button(held, texts), style="primary"),
                open_shop_button(texts, first=False),
            ),
            (_no_more(texts),),
        ),
    )


def reminders(catalog: Catalog, texts: Texts, *, wanted: bool) -> Screen:
    """Say whether the chat is reminded, and offer the other."""
    if wanted:
        other = Button(texts.text("button.reminders_off"), SetReminders(Wanted.NO))
    else:
        other = Button(texts.text("button.reminders_on"), SetReminders(Wanted.YES))
    on = "remind.on" if catalog.shop.remind_cart_hours else "remind.on_link"
    return info.kind(texts.html(on if wanted else "remind.off"), texts, (other,))


def _no_more(texts: Texts) -> Button:
    return Button(texts.text("button.no_reminders"), StopReminders())
