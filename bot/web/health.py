"""Whether the process is alive, and whether it can do its work."""

from __future__ import annotations

from aiohttp import web

from bot.web.parts import Parts

_PLAIN = {"Cache-Control": "no-store"}


class Health:
    """``/healthz`` and ``/readyz``."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to mount."""
        return [web.get("/healthz", self.alive), web.get("/readyz", self.ready)]

    async def alive(self, request: web.Request) -> web.Response:
        """Answer: that is all there is to it."""
        del request
        return web.json_response({"alive": True}, headers=_PLAIN)

    async def ready(self, request: web.Request) -> web.Response:
        """Answer 200 where everything works, else 503, with what works by name."""
        del request
        works = dict(await self._parts.health())
        status = 200 if all(works.values()) else 503
        return web.json_response(works, status=status, headers=_PLAIN)
