"""Answers to questions in plain words, each with what was written ready to be sent to the owner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.actions import CancelOrder, SendWords
from bot.chat.screen import Button, Row, Screen, Style, lines, paragraphs, safe
from bot.chat.screens import checkout, info, places
from bot.chat.screens import orders as order_screens
from bot.chat.screens.parts import TITLE, orders_button
from bot.domain.catalog.model import Catalog
from bot.domain.money import Money
from bot.domain.order import Order
from bot.locales import Texts


def orders(
    found: Sequence[Order], typed: str, texts: Texts, now: int, *, sends: bool, zone: str
) -> Screen:
    """Return the chat's orders, for somebody who asks where one is."""
    listed = order_screens.orders(found, texts, now, zone=zone)
    words = listed.text if not found else texts.html("question.orders")
    return replace(
        listed,
        text=paragraphs(words, _words(typed) if sends else None),
        rows=(*listed.rows[:-1], *_send(texts, sends=sends), listed.rows[-1]),
    )


def delivery(
    catalog: Catalog, country: str | None, typed: str, texts: Texts, *, sends: bool
) -> Screen:
    """Return where goods are sent to and for how much, and whether to the country asked about."""
    shipping, place = catalog.checkout.shipping, checkout.place_of_pickup(catalog, texts)
    named, zone = None, shipping.zone_of(country) if shipping else None
    if country and shipping:
        there = country in shipping.countries
        key = "question.delivers_to" if there else "question.delivers_not_to"
        named = texts.html(key, country=texts.countries([country]))
    offered = [texts.html("question.delivers_nowhere")]
    nothing_yet = Money.zero(catalog.shop.currency)
    if zone:
        offered = checkout.delivery(zone, nothing_yet, texts)
    elif shipping:
        offered = places.zones(shipping, nothing_yet, texts)
    where = texts.html("checkout.way_pickup", place=place) if place else None
    words = paragraphs(named, lines(*offered), where)
    return _answer(words, typed, texts, sends=sends, answered=True)


def refund(typed: str, texts: Texts, *, sends: bool) -> Screen:
    """Return how money comes back."""
    return _answer(texts.html("question.refund"), typed, texts, sends=sends)


def cancel(
    catalog: Catalog, order: Order | None, typed: str, texts: Texts, *, sends: bool
) -> Screen:
    """Return the unpaid order with the way to cancel it, or what to do about a paid one."""
    if order is None:
        return _answer(texts.html("question.nothing_to_cancel"), typed, texts, sends=sends)
    shown = order_screens.order(catalog, order, texts)
    rows = shown.rows
    if not any(isinstance(one.action, CancelOrder) for row in rows for one in row):
        rows = ((Button(texts.text("button.cancel_order"), CancelOrder(order.id)),), *rows)
    words = paragraphs(texts.html("question.cancel"), shown.text, _words(typed) if sends else None)
    return replace(shown, text=words, rows=(*rows, *_send(texts, sends=sends)))


def owner(typed: str, texts: Texts) -> Screen:
    """Ask whether the words go to the owner as they are."""
    return _answer(texts.html("question.owner"), typed, texts, sends=True)


def _answer(words: str, typed: str, texts: Texts, *, sends: bool, answered: bool = False) -> Screen:
    """Return an answer; where it is not all of one, sending the words on is what stands out."""
    said = _words(typed) if sends else None
    send = _send(texts, sends=sends, style=None if answered else "primary")
    return info.kind(paragraphs(words, said), texts, *send, (orders_button(texts),))


def _words(typed: str) -> str:
    return f"<blockquote>{safe(typed, TITLE * 4)}</blockquote>"


def _send(texts: Texts, *, sends: bool, style: Style | None = None) -> tuple[Row, ...]:
    send = Button(texts.text("button.send_words"), SendWords(), style=style)
    return ((send,),) if sends else ()
