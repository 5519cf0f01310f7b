"""The pages that a buyer's browser comes to, and the files that they and Stripe show."""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.domain.catalog.model import Catalog
from bot.domain.errors import TransientError
from bot.domain.order import Order, OrderToken, SessionId
from bot.ports import PaymentsRefusedError
from bot.web.links import is_public
from bot.web.page import Plain
from bot.web.parts import Parts
from bot.web.renderer import PageRenderer, asset

_ASSETS: Final = {"style.css": "text/css", "icon.svg": "image/svg+xml"}
_YEAR: Final = "public, max-age=31536000, immutable"
_HOUR: Final = "public, max-age=3600"
_PICTURES: Final = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp",
    ".gif": "image/gif",
}  # fmt: skip
#: Stripe is down, or does not take our key: either way nobody knows how the order stands.
_NO_ANSWER: Final = (TransientError, PaymentsRefusedError)
#: Stripe's ids have at most 255 characters; our tokens fewer.
_LONGEST: Final = 255


class Pages:
    """The handlers of what people see."""

    def __init__(self, parts: Parts, renderer: PageRenderer) -> None:
        self._parts = parts
        self._renderer = renderer
        self._named: tuple[Catalog, frozenset[str]] | None = None

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to mount."""
        return [
            web.get("/", self.front),
            web.get("/success", self.success),
            web.get("/cancel", self.cancel),
            web.get("/pictures/{path:.+}", self.picture),
            web.get("/assets/{name}", self.asset),
        ]

    async def front(self, request: web.Request) -> web.StreamResponse:
        """Lead whoever types the shop's address into the chat, which is where the shop is."""
        del request
        return web.Response(status=302, headers={"Location": self._parts.chat.chat})

    async def success(self, request: web.Request) -> web.StreamResponse:
        """Settle the session that a buyer comes back from, and say how the order stands."""
        named = request.query.get("session_id", "")
        by_session = self._parts.settlement.by_session
        return await self._order(request, named, lambda: by_session(SessionId(named)), waits=True)

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        """Say that nothing was charged and until when the link can be paid; settled first.

        Someone may have paid in another window, so the order is looked at as on the way back.
        """
        named = request.query.get("order", "")
        by_token = self._parts.settlement.by_token
        return await self._order(request, named, lambda: by_token(OrderToken(named)), waits=False)

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """Serve a picture that today's catalog names, and no other file."""
        path = request.match_info["path"]
        kind = _PICTURES.get(posixpath.splitext(path)[1].lower())
        if kind is None or path not in self._pictures():
            raise web.HTTPNotFound
        found = await asyncio.to_thread(self._parts.locate, path)
        if found is None:
            raise web.HTTPNotFound
        return _file(found, kind, _HOUR)

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """Serve the style sheet or the icon."""
        name = request.match_info["name"]
        if name not in _ASSETS:
            raise web.HTTPNotFound
        style = name.endswith(".css")
        return web.Response(
            text=self._renderer.style() if style else asset(name),
            content_type=_ASSETS[name],
            charset="utf-8",
            headers={"Cache-Control": _YEAR},
        )

    async def _order(
        self,
        request: web.Request,
        named: str,
        settle: Callable[[], Awaitable[Order | None]],
        *,
        waits: bool,
    ) -> web.StreamResponse:
        try:
            order = await settle() if _may_be_id(named) else None
        except _NO_ANSWER:
            return self._renderer.plain(request, Plain.CHECKING, status=503, waits=True)
        if order is None:
            return self._renderer.plain(request, Plain.MISSING, status=404)
        return self._renderer.order(request, order, waits=waits)

    def _pictures(self) -> frozenset[str]:
        catalog = self._parts.current.catalog
        if self._named is None or self._named[0] is not catalog:
            self._named = catalog, named_pictures(catalog)
        return self._named[1]


def named_pictures(catalog: Catalog) -> frozenset[str]:
    """Return the paths of all pictures that a catalog names and that lie beside it."""
    beside = {posixpath.normpath(path) for path in catalog.pictures() if not is_public(path)}
    return frozenset(path for path in beside if not path.startswith(("../", "/")))


def _may_be_id(written: str) -> bool:
    return written.isascii() and written.isprintable() and 0 < len(written) <= _LONGEST


def _file(path: Path, kind: str, cache: str) -> web.FileResponse:
    return web.FileResponse(path, headers={"Content-Type": kind, "Cache-Control": cache})
