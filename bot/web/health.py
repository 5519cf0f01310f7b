"""Whether the process is alive, whether it can do its work, and its figures."""

from __future__ import annotations

import hmac

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.web.parts import Parts

_PLAIN = {"Cache-Control": "no-store"}


class Health:
    """``/healthz``, ``/readyz`` and, with a token, ``/metrics``."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to mount."""
        routes = [web.get("/healthz", self.alive), web.get("/readyz", self.ready)]
        if self._parts.metrics is not None:
            routes.append(web.get("/metrics", self.metrics))
        return routes

    async def alive(self, request: web.Request) -> web.Response:
        """Answer: that is all there is to it."""
        del request
        return web.json_response({"alive": True}, headers=_PLAIN)

    async def metrics(self, request: web.Request) -> web.Response:
        """Answer with the figures to whoever brings the token; others find nothing here."""
        metrics = self._parts.metrics
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if metrics is None or not hmac.compare_digest(given, f"Bearer {metrics.token}".encode()):
            raise web.HTTPNotFound
        text = await metrics.write()
        return web.Response(body=text, headers={**_PLAIN, "Content-Type": CONTENT_TYPE_LATEST})

    async def ready(self, request: web.Request) -> web.Response:
        """Answer 200 where everything works, else 503, with what works by name."""
        del request
        works = dict(await self._parts.health())
        status = 200 if all(works.values()) else 503
        return web.json_response(works, status=status, headers=_PLAIN)
