"""Answers with pages: picks the language, names the shop, renders the template."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final
from urllib.parse import urlencode

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from bot.domain.catalog.text import plain_tag
from bot.domain.order import Order, OrderState
from bot.locales import Texts
from bot.web.colours import colour_rules
from bot.web.page import Frame, Page, Plain, Wait, order_page, plain_page
from bot.web.parts import Parts

_STYLE: Final = "style.css"
_MOST_LOOKS: Final = 99
#: A browser sends a handful; more are not looked at.
_MOST_LANGUAGES: Final = 12


class PageRenderer:
    """Renders pages for a request.

    Args:
        parts: What the pages stand on.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._template = _template()
        self._style = asset(_STYLE)

    def order(self, request: web.Request, order: Order, *, waits: bool) -> web.Response:
        """Answer with the page about an order, in the order's language."""
        frame = self._frame(self._parts.languages.texts(order.language))
        chat = self._parts.chat
        paid = order.state in {OrderState.PAID, OrderState.PROCESSING}
        chat_url = chat.success_url(order.token) if paid else chat.cancel_url(order.token)
        page = order_page(frame, order, chat_url, _wait(request) if waits else None)
        return self._respond(page)

    def plain(
        self, request: web.Request, kind: Plain, *, status: int, waits: bool = False
    ) -> web.Response:
        """Answer with a page about no order, in the browser's language."""
        languages = self._parts.languages
        header = request.headers.get("Accept-Language", "")
        frame = self._frame(languages.texts(wanted_language(header, languages.codes)))
        wait = _wait(request) if waits else None
        page = plain_page(frame, kind, self._parts.chat.chat, status=status, wait=wait)
        return self._respond(page)

    def style(self) -> str:
        """Return the style sheet with the shop's own colour, where it has one."""
        colour = self._parts.current.catalog.shop.colour
        return self._style + (colour_rules(colour) if colour else "")

    def _style_url(self) -> str:
        return f"/assets/{_STYLE}?v={sha256(self.style().encode()).hexdigest()[:12]}"

    def _frame(self, texts: Texts) -> Frame:
        shop = self._parts.current.catalog.shop
        return Frame(texts, shop.name.in_language(texts.language), shop.timezone)

    def _respond(self, page: Page) -> web.Response:
        return web.Response(
            text=self._template.render(page=page, style=self._style_url()),
            status=page.status,
            content_type="text/html",
            charset="utf-8",
            headers={"Cache-Control": "no-store", "Vary": "Accept-Language"},
        )


@cache
def _template() -> Template:
    """Compile the page; shops in one process share it."""
    environment = Environment(
        loader=PackageLoader("bot.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")


def asset(name: str) -> str:
    """Return the text of a file that pages load."""
    return (files("bot.web") / "assets" / name).read_text(encoding="utf-8")


def _wait(request: web.Request) -> Wait:
    """Return where this page can be asked again, and how often it has looked by itself."""
    query = dict(request.query)
    written = query.pop("looked", "0")
    looked = int(written) if written.isascii() and written.isdigit() and len(written) < 3 else 0  # noqa: PLR2004 - two digits, below a hundred
    return Wait(f"{request.path}?{urlencode(query)}", min(looked, _MOST_LOOKS))


def wanted_language(header: str, known: Collection[str]) -> str | None:
    """Return the known language that a browser wants most (RFC 9110, Accept-Language); or None.

    Args:
        header: The header's value, from anybody.
        known: Lower-case tags.
    """
    ranked = sorted(
        (_quality(rest), tag)
        for tag, _, rest in (part.partition(";") for part in header.split(",")[:_MOST_LANGUAGES])
    )
    for quality, written in reversed(ranked):
        tag = plain_tag(written)
        for candidate in (tag, tag.partition("-")[0]):
            if quality > 0 and candidate in known:
                return candidate
    return None


def _quality(written: str) -> float:
    name, _, value = written.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
