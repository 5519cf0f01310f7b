"""Questions in plain words, which are no searches: orders, delivery, refunds, cancelling, people.

What people write is told by the texts ``question.words_…`` of every language: a phrase fits where
each of its words begins a word of theirs, a short one where it is that word. A product that is
called so is found all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Final

from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screens import info as info_screens
from bot.chat.screens import orders as order_screens
from bot.chat.screens import questions as screens
from bot.domain.order import Order
from bot.locales import Languages, Texts
from bot.shop.catalog.search import words_of

#: Letters of a word that counts only as a whole: "to" begins too many.
_SHORT: Final = 3
_CYRILLIC_STEM: Final = 4
#: Countries that people call by other names than their own.
CALLED: Final = (
    "ae", "ba", "by", "ci", "cz", "gb", "hk", "kr", "md", "mk", "nl", "tr", "us",
)  # fmt: skip
_CAPITALS: Final = re.compile(r"\b[A-Z]{2,3}\b")


class Topic(StrEnum):
    """What is asked about; what stands first wins where several fit."""

    OWNER = "owner"
    REFUND = "refund"
    CANCEL = "cancel"
    ORDERS = "orders"
    DELIVERY = "delivery"


async def answer(context: ChatContext, request: ChatRequest, typed: str) -> Reply | None:
    """Answer a question; None where it is none, or where a product is called so."""
    asked = topic_of(typed, context.languages)
    if asked is None:
        return None
    topic, meant = asked
    index = await context.search.index(context.catalog)
    names = (_name_words(one.name.every()) for one in index.search(typed))
    if any(meant <= words for words in names):
        return None
    others = context.shop.context.others(request.user_id)
    sends = bool(others) and await context.shop.support.keep(request.chat.id, typed)
    return await _about(topic, context, request, typed, sends=sends)


async def _about(
    topic: Topic, context: ChatContext, request: ChatRequest, typed: str, *, sends: bool
) -> Reply:
    catalog, texts = context.catalog, request.texts
    match topic:
        case Topic.ORDERS:
            found = await context.shop.orders.latest(request.chat.id, order_screens.PAGE_SIZE + 1)
            zone = catalog.shop.timezone
            screen = screens.orders(found, typed, texts, context.now, sends=sends, zone=zone)
        case Topic.DELIVERY:
            country = country_in(typed, context.languages)
            screen = screens.delivery(catalog, country, typed, texts, sends=sends)
        case Topic.CANCEL:
            order = await _unpaid(context, request)
            screen = screens.cancel(catalog, order, typed, texts, sends=sends)
            return Reply(screen, pays=order.id if order and order.url else None)
        case Topic.REFUND:
            screen = screens.refund(typed, texts, sends=sends)
        case Topic.OWNER if sends:
            screen = screens.owner(typed, texts)
        case Topic.OWNER:
            screen = info_screens.paysupport(catalog, texts)
    return Reply(screen)


async def _unpaid(context: ChatContext, request: ChatRequest) -> Order | None:
    chat_id = request.chat.id
    return await context.shop.context.store.read(lambda tx: tx.orders.live_of(chat_id))


def topic_of(typed: str, languages: Languages) -> tuple[Topic, frozenset[str]] | None:
    """Return what a text asks about, and by which of its words; None where it asks nothing."""
    words = words_of(typed)
    for topic, phrases in _phrases(languages):
        for phrase in phrases:
            met = [_met(part, words) for part in phrase]
            if all(met):
                return topic, frozenset(word for one in met for word in one)
    return None


def _met(part: str, words: tuple[str, ...]) -> list[str]:
    if len(part) <= _SHORT:
        return [word for word in words if word == part]
    return [word for word in words if word.startswith(part)]


@lru_cache(maxsize=8)
def _phrases(languages: Languages) -> tuple[tuple[Topic, tuple[tuple[str, ...], ...]], ...]:
    every = [languages.texts(code) for code in languages.codes]
    return tuple(
        (topic, tuple(words_of(phrase) for texts in every for phrase in _written(texts, topic)))
        for topic in Topic
    )


def _written(texts: Texts, topic: Topic) -> list[str]:
    return texts.text(f"question.words_{topic}").split(",")


def _name_words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in words_of(name))


def country_in(typed: str, languages: Languages) -> str | None:
    """Return the country (ISO 3166 alpha-2) that a text names, in any language; None without.

    Short names count too; one that stands in capitals, as US, only where it is typed so.
    """
    words, capitals = words_of(typed), _CAPITALS.findall(typed)
    found = [
        (len(name), code)
        for name, code in _countries(languages)
        if all(part in capitals if part.isupper() else _is_named(part, words) for part in name)
    ]
    return max(found)[1] if found else None


def _is_named(part: str, words: tuple[str, ...]) -> bool:
    if part.isascii() or len(part) <= _CYRILLIC_STEM:
        return part in words
    return any(word.startswith(part[:-1]) for word in words)  # Австрия, в Австрию


@lru_cache(maxsize=8)
def _countries(languages: Languages) -> tuple[tuple[tuple[str, ...], str], ...]:
    every = [languages.texts(code) for code in languages.codes]
    long = [(words_of(name), code) for texts in every for code, name in texts.country_names()]
    return (*long, *(one for texts in every for one in _short_names(texts)))


def _short_names(texts: Texts) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what people call countries, by the texts ``question.country_…`` of a language."""
    for code in CALLED:
        for name in texts.text(f"question.country_{code}").split(","):
            plain = name.strip()
            yield (plain,) if plain.isupper() else words_of(plain), code.upper()
