"""The stand-in for t.me: links to the sandbox's bot lead into the demo's chat."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from aiohttp import web

from shop_sandbox.telegram.answering import is_start_payload
from shop_sandbox.telegram.world import World

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Not here</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ margin: 0; min-height: 100vh; display: grid; place-items: center; font: 16px/1.5
system-ui, sans-serif; background: Canvas; color: CanvasText; color-scheme: light dark }}
main {{ max-width: 32rem; padding: 2rem }}
</style></head><body><main><h1>Not in this sandbox</h1>
<p>There is no <strong>@{name}</strong> here. The sandbox knows one bot:
<a href="/">@{bot}</a>.</p></main></body></html>
"""
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "no-store",
}


class Links:
    """Serves ``/t.me/<username>?start=…``."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Return the route below ``/t.me``."""
        return [web.get("/t.me/{username}", self._follow)]

    async def _follow(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["username"]
        bot = self._world.bot.username or ""
        if name.lower() != bot.lower():
            page = _PAGE.format(name=escape(name), bot=escape(bot))
            return web.Response(text=page, status=404, content_type="text/html", headers=_HEADERS)
        payload = request.query.get("start", "")
        fragment = f"#{urlencode({'start': payload})}" if is_start_payload(payload) else ""
        return web.Response(status=302, headers={"Location": f"/{fragment}", **_HEADERS})
