"""How far a paid order has got, as its buyer reads it: the steps with their times, and where to."""

from __future__ import annotations

from collections.abc import Iterator

from bot.chat.screen import lines, safe
from bot.chat.screens.parts import TITLE
from bot.domain.catalog.model import Catalog
from bot.domain.order import ChatId, Order, OrderState
from bot.domain.payment import Recipient
from bot.locales import Html, Texts


def steps(catalog: Catalog, one: Order, texts: Texts) -> str | None:
    """Return the steps of a paid order, a line each, as HTML; those to come have no time yet.

    That it is paid goes without saying where nothing else does.
    """
    if one.state is not OrderState.PAID:
        return None
    way = list(_steps(catalog, one, texts))
    return lines(*way, tracking(one, texts)) if len(way) > 1 else None


def tracking(one: Order, texts: Texts) -> str | None:
    """Return the link or number by which an order on its way is followed, as HTML."""
    if not one.tracking:
        return None
    return texts.html("order.tracking", tracking=Html(safe(one.tracking, TITLE * 2)))


def _steps(catalog: Catalog, one: Order, texts: Texts) -> Iterator[str]:
    to_come = (one.pickup or bool(one.allowed.shipping)) and not one.refunded_whole
    way = {
        "paid": one.ended_at,
        "packed": one.packed_at,
        "ready" if one.pickup else "shipped": one.shipped_at,
        "collected" if one.pickup else "arrived": one.collected_at,
    }
    for state, at in way.items():
        words = texts.text(f"order.state.{state}")
        step = safe(words[:1].upper() + words[1:])
        if at is not None:
            yield f"✓ {step} · {texts.moment(at, catalog.shop.timezone)}"
        elif to_come and state != "packed":
            yield f"○ {step}"


def is_of_buyer(one: Order, chat_id: ChatId) -> bool:
    """Return whether a chat is its buyer's own, whose receipt shows what Stripe alone keeps.

    That is asked for each time, and never stored here: where the goods go, and a fresh link.
    """
    return int(chat_id) == int(one.buyer_id)


def shows_address(one: Order, chat_id: ChatId) -> bool:
    """Return whether a receipt says where its goods go: to their buyer alone, until it is over."""
    sent = one.state is OrderState.PAID and bool(one.allowed.shipping) and not one.pickup
    over = one.collected_at is not None or one.refunded_whole
    return sent and not over and is_of_buyer(one, chat_id)


def address_words(recipient: Recipient, texts: Texts) -> str | None:
    """Return where an order goes, as HTML; None where nobody knows."""
    if not recipient.address:
        return None
    country = texts.countries([recipient.country]) if recipient.country else None
    where = (recipient.name, *recipient.address, country)
    return lines(texts.html("receipt.address"), *(safe(one, TITLE) for one in where if one))
