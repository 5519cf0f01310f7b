"""Finding: /search, plain words, links that search, and turning the pages of what was found."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache

from bot.chat.actions import OpenProduct, Search
from bot.chat.desk import Desk, Reply, Visit
from bot.chat.handlers import browse, unknown
from bot.chat.screen import page_of
from bot.chat.screens import info
from bot.chat.screens import search as screens
from bot.chat.screens import shop as shop_screens
from bot.chat.screens.shop import PAGE_SIZE
from bot.domain.catalog.model import Product
from bot.locales import Languages
from bot.shop import View
from bot.shop.catalog.search import question_of

_NEAREST = 4


async def command(desk: Desk, visit: Visit, typed: str) -> Reply:
    """Find what was typed behind the command; nothing typed: say how to search."""
    if not question_of(typed):
        return Reply(screens.ask(desk.catalog, visit.texts))
    return await find(desk, visit, typed)


async def words(desk: Desk, visit: Visit, typed: str) -> Reply:
    """Take plain words for a search; a greeting, thanks and no word at all are answered kindly."""
    asked = " ".join(question_of(typed))
    if not asked:
        return await unknown.words(desk, visit)
    hello = asked in _phrases(desk.languages, "search.hellos")
    if hello or asked in _phrases(desk.languages, "search.thanks"):
        index = await desk.finding.index(desk.catalog)
        if not index.knows(typed):  # a shop may sell a card that says so
            return await greet(desk, visit) if hello else _welcome(visit)
    return await find(desk, visit, typed)


async def greet(desk: Desk, visit: Visit) -> Reply:
    """Greet somebody back, and show them the shop."""
    view = await desk.shop.carts.view(visit.chat.id)
    home = shop_screens.home(desk.catalog, view, visit.texts)
    return Reply(home, visit.texts.text("search.hello"))


def _welcome(visit: Visit) -> Reply:
    return Reply(info.kind(visit.texts.html("search.welcome"), visit.texts))


async def turn(desk: Desk, visit: Visit, action: Search) -> Reply:
    """Show another page of what a question found."""
    return await _found(desk, visit, action.query, action.page)


async def linked(desk: Desk, visit: Visit, payload: str) -> Reply | None:
    """Follow a link that carries a question; None where it holds none."""
    asked = asked_by(payload)
    return await find(desk, visit, asked) if question_of(asked) else None


async def find(desk: Desk, visit: Visit, typed: str) -> Reply:
    """Show what words find; a single product at once, by itself."""
    return await _found(desk, visit, typed, 1)


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


async def _found(desk: Desk, visit: Visit, typed: str, page: int) -> Reply:
    catalog = desk.catalog
    index = await desk.finding.index(catalog)
    found = index.find(typed)
    if len(found) == 1:
        return await browse.product(desk, visit, OpenProduct(found[0].id))
    if found:
        view = await _view(desk, visit, page_of(found, page, PAGE_SIZE)[0])
        return Reply(screens.results(found, typed, page, view, visit.texts))
    near = index.nearest(typed, _NEAREST)
    view = await _view(desk, visit, near)
    ask_owner = bool(desk.shop.context.owners) and not visit.group
    screen = screens.nothing(catalog, near, typed, view, visit.texts, ask_owner=ask_owner)
    return Reply(screen)


async def _view(desk: Desk, visit: Visit, goods: tuple[Product, ...]) -> View:
    stock_ids = [stock_id for one in goods for stock_id, _ in one.stock_counts()]
    return await desk.shop.carts.view(visit.chat.id, stock_ids)
