"""Answers with pages: picks the language, names the shop, renders the template."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files
from typing import Final
from urllib.parse import urlencode

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.domain.order import Order, OrderState
from bot.locales import Texts
from bot.web.accept import wanted_language
from bot.web.page import Frame, Page, Plain, Wait, order_page, plain_page
from bot.web.parts import Parts

_STYLE: Final = "style.css"
_MOST_LOOKS: Final = 99


class PageRenderer:
    """Renders pages for a request.

    Args:
        parts: What the pages stand on.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        environment = Environment(
            loader=PackageLoader("bot.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._template = environment.get_template("page.html")
        style = (files("bot.web") / "assets" / _STYLE).read_bytes()
        self._style = f"/assets/{_STYLE}?v={sha256(style).hexdigest()[:12]}"

    def order(self, request: web.Request, order: Order, *, waits: bool) -> web.Response:
        """Answer with the page about an order, in the order's language."""
        frame = self._frame(self._parts.languages.texts(order.language))
        chat = self._parts.chat
        paid = order.state in {OrderState.PAID, OrderState.PROCESSING}
        chat_url = chat.success(order.token) if paid else chat.cancel(order.token)
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

    def _frame(self, texts: Texts) -> Frame:
        shop = self._parts.current.catalog.shop
        return Frame(texts, shop.name.in_language(texts.language), shop.timezone)

    def _respond(self, page: Page) -> web.Response:
        return web.Response(
            text=self._template.render(page=page, style=self._style),
            status=page.status,
            content_type="text/html",
            charset="utf-8",
            headers={"Cache-Control": "no-store", "Vary": "Accept-Language"},
        )


def _wait(request: web.Request) -> Wait:
    """Return where this page can be asked again, and how often it has looked by itself."""
    query = dict(request.query)
    written = query.pop("looked", "0")
    looked = int(written) if written.isascii() and written.isdigit() and len(written) < 3 else 0  # noqa: PLR2004 - two digits, below a hundred
    return Wait(f"{request.path}?{urlencode(query)}", min(looked, _MOST_LOOKS))
