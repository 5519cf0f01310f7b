"""A number by itself: an order's leads to the order, a product's to it; others are asked about.

What a search opens nobody has chosen, and the next number would be how many of it are wanted. It
is a number however it is written: ``4``, ``+2``, ``2x``, ``№ 1001``, ``order 1001``,
``+49 170 1234567``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.chat.actions import OpenOrder
from bot.chat.handlers import orders, owner_orders, search
from bot.chat.request import ChatContext, ChatRequest, Incoming, Reply, Sort, is_owner
from bot.chat.screens import info
from bot.chat.screens import search as screens
from bot.domain.order import OrderId
from bot.locales import Languages
from bot.shop.catalog.search import words_of

#: Orders are counted from here, and none has a longer number.
_BELOW_ORDERS, _DIGITS = 1000, 15
#: Digits of the shortest barcode; a shorter number is one of many things.
_CODE: Final = 8
#: Digits by which somebody begins to type a sku or a barcode; fewer are how many they want.
_START: Final = 3
#: How people write "times", as one letter; the sign × is no letter.
_FIGURES: Final = re.compile(r"[xх]?\d+(?:[xх]\d+)*[xх]?|[xх]").fullmatch
_COUNT: Final = re.compile(r"\s*(?:[x×х*]\s*)?(\d{1,9})\s*(?:[x×х*]\s*)?", re.IGNORECASE).fullmatch


@dataclass(frozen=True, slots=True)
class Number:
    """A number that was typed.

    Attributes:
        order: The order whose number it may be.
        named: Whether it was said to be an order's, as in ``№ 1001``.
    """

    order: OrderId | None
    named: bool


def count_of(words: str) -> int | None:
    """Return how many are meant by ``3``, ``3x``, ``x 3`` or ``٣``; None by anything else."""
    found = _COUNT(words)
    return int(found[1]) if found else None


def number_of(words: str, languages: Languages) -> Number | None:
    """Return words as a number; None where there is more in them."""
    marks = _order_words(languages)
    said = words_of(words.replace("№", "№ "))
    named = any(word in marks for word in said)
    figures = [word for word in said if word not in marks]
    if not any(map(str.isdecimal, "".join(figures))) or not all(map(_FIGURES, figures)):
        return None
    alone = figures[0] if len(figures) == 1 and len(figures[0]) <= _DIGITS else ""
    value = int(alone) if alone.isdecimal() else 0
    return Number(OrderId(value) if value > _BELOW_ORDERS else None, named)


async def sent(context: ChatContext, request: ChatRequest, incoming: Incoming) -> Reply | None:
    """Answer a number that answers nothing; None where other words stand beside it."""
    if incoming.sort is not Sort.WORDS:
        return None
    number = number_of(incoming.words, context.languages)
    if number is None:
        return None
    if number.order is not None:
        found = await _order(context, request, number.order)
        if found is not None:
            return found
        if number.named:
            words = request.texts.html("unknown.order", number=str(number.order))
            return Reply(info.kind(words, request.texts))
    return await _ask_back(context, request, incoming.words)


async def _order(context: ChatContext, request: ChatRequest, order_id: OrderId) -> Reply | None:
    """Show an order to an owner, and to the chat that placed it."""
    found = await context.shop.orders.get(order_id)
    if found is None:
        return None
    if is_owner(context, request):
        return await owner_orders.find(context, request, str(order_id))
    if orders.is_own(found, request):
        return await orders.order(context, request, OpenOrder(order_id))
    return None


async def _ask_back(context: ChatContext, request: ChatRequest, words: str) -> Reply:
    index, code = await context.search.index(context.catalog), "".join(words_of(words))
    is_code = len(code) >= _START and index.begins_code(code)
    if is_code or (len(code) >= _CODE and index.knows(code)):
        return await search.find(context, request, code)
    texts = request.texts
    owner = is_owner(context, request)
    view = await context.shop.carts.view(request.chat.id)
    screen = screens.what_number(
        words,
        view.cart,
        texts,
        key="owner.what_number" if owner else "unknown.number",
        found=bool(index.search(words, 1)),
        ask_owner=bool(context.shop.context.owners) and not owner,
    )
    return Reply(screen)


@lru_cache(maxsize=8)
def _order_words(languages: Languages) -> frozenset[str]:
    """Return what people put before an order's number in any language, as words are compared."""
    every = (languages.texts(code).text("typed.order_words") for code in languages.codes)
    return frozenset(word for words in every for word in words_of(words))
