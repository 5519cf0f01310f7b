"""Finding: /search, plain words, links that search, and turning the pages of what was found."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from typing import Final

from bot.chat.actions import OpenProduct, Search
from bot.chat.handlers import browse, questions
from bot.chat.handlers import info as info_pages
from bot.chat.request import ChatContext, ChatRequest, Reply, is_owner
from bot.chat.screen import page_of
from bot.chat.screens import info
from bot.chat.screens import search as screens
from bot.chat.screens.shop import PAGE_SIZE
from bot.domain.catalog.model import Product
from bot.locales import Languages
from bot.shop import View
from bot.shop.catalog.search import question_of

_NEAREST = 4


async def command(context: ChatContext, request: ChatRequest, typed: str) -> Reply:
    """Find what was typed behind the command; nothing typed: say how to search."""
    if not question_of(typed):
        return Reply(screens.ask(context.catalog, request.texts))
    return await find(context, request, typed)


async def words(context: ChatContext, request: ChatRequest, typed: str) -> Reply:
    """Take plain words for a search; what people say by itself, or asks, is answered kindly."""
    asked = " ".join(question_of(typed))
    if not asked:
        return await info_pages.unknown_words(context, request)
    said = [key for key in _SAID if asked in _phrases(context.languages, key)]
    if said and not (await context.search.index(context.catalog)).knows(typed):
        return await _SAID[said[0]](context, request)  # no shop's card says so
    if reply := await questions.answer(context, request, typed):
        return reply
    return await find(context, request, typed)


async def greet(context: ChatContext, request: ChatRequest) -> Reply:
    """Greet somebody back, and show them the shop."""
    return Reply(await browse.front(context, request), request.texts.text("search.hello"))


async def _welcome(_: ChatContext, request: ChatRequest) -> Reply:
    return Reply(info.kind(request.texts.html("search.welcome"), request.texts))


async def _help(context: ChatContext, request: ChatRequest) -> Reply:
    owner = is_owner(context, request)
    return await (info_pages.owner_help if owner else info_pages.help_)(context, request)


#: Question marks, of every script that the shop speaks.
_MARKS: Final = frozenset("?¿؟")
#: What people say by itself, by the texts that list it, and how it is answered.
_SAID: Final = {"search.hellos": greet, "search.thanks": _welcome, "search.help": _help}


async def turn(context: ChatContext, request: ChatRequest, action: Search) -> Reply:
    """Show another page of what a question found."""
    return await _found(context, request, action.query, action.page)


async def linked(context: ChatContext, request: ChatRequest, payload: str) -> Reply | None:
    """Follow a link that carries a question; None where it holds none."""
    asked = asked_by(payload)
    return await find(context, request, asked) if question_of(asked) else None


async def find(context: ChatContext, request: ChatRequest, typed: str) -> Reply:
    """Show what words find; a single product at once, by itself."""
    return await _found(context, request, typed, 1)


def payload_of(words_: str) -> str:
    """Return a question as the payload of a ``?start=`` link, of at most 64 characters.

    ``q_dark-roast`` can be read and written by hand; words with other letters than a link takes go
    as ``s_`` and base64.
    """
    asked = screens.carried(words_)
    if asked.isascii():
        return "q_" + asked.replace(" ", "-")
    return "s_" + base64.urlsafe_b64encode(asked.encode()[:45]).decode().rstrip("=")


def asked_by(payload: str) -> str:
    """Return the question of a link's payload, empty where it holds none."""
    kind, _, rest = payload.partition("_")
    if kind == "q":
        return rest.replace("-", " ").replace("_", " ")
    try:
        content = base64.b64decode(rest + "=" * (-len(rest) % 4), b"-_", validate=True)
        return content.decode("utf-8", "ignore")
    except (binascii.Error, ValueError):
        return ""


@lru_cache(maxsize=8)
def _phrases(languages: Languages, key: str) -> frozenset[str]:
    """Return what people say for something in any language, as questions are compared."""
    every = (languages.texts(code).text(key).split(",") for code in languages.codes)
    return frozenset(" ".join(question_of(phrase)) for phrases in every for phrase in phrases)


async def _found(context: ChatContext, request: ChatRequest, typed: str, page: int) -> Reply:
    catalog = context.catalog
    index = await context.search.index(catalog)
    found = index.search(typed)
    coded = index.named(typed, found)
    if coded or len(found) == 1:
        opened = OpenProduct(*coded) if coded else OpenProduct(found[0].id)
        reply = await browse.product(context, request, opened)
        # Nobody chose it: a number that is typed next is not how many of it are wanted.
        await context.shop.conversations.closed(request.chat.id)
        return reply
    if found:
        view = await _view(context, request, page_of(found, page, PAGE_SIZE)[0])
        return Reply(screens.results(found, typed, page, view, request.texts))
    near = index.nearest(typed, _NEAREST)
    view = await _view(context, request, near)
    ask_owner = bool(context.shop.context.owners) and not request.group
    sends = ask_owner and _asks(typed) and await context.shop.support.keep(request.chat.id, typed)
    screen = screens.nothing(
        catalog, near, typed, view, request.texts, ask_owner=ask_owner, sends=sends
    )
    return Reply(screen)


def _asks(typed: str) -> bool:
    """Return whether words are a question, which its owner may answer where no product does."""
    return not _MARKS.isdisjoint(typed)


async def _view(context: ChatContext, request: ChatRequest, goods: tuple[Product, ...]) -> View:
    return await context.shop.carts.view(request.chat.id, browse.stock_ids_of(*goods))
