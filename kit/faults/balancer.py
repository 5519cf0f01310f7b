"""A proxy before several processes, as a balancer is: in turn, and nothing is tried again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
from aiohttp import web

_HOP: Final = {"host", "connection", "transfer-encoding", "content-length", "content-encoding"}


class Balancer:
    """Spreads requests over ports on loopback; one that refuses is left out from then on.

    Attributes:
        ports: The processes'.
        url: Its own address.
    """

    def __init__(self) -> None:
        self.ports: list[int] = []
        self.url = ""
        self._turn = 0
        self._session: aiohttp.ClientSession

    async def serve(self, request: web.Request) -> web.Response:
        """Pass a request on, and its answer back; 502 where there is none."""
        if not self.ports:
            return web.Response(status=502)
        self._turn += 1
        return await self.send(request, self.ports[self._turn % len(self.ports)])

    async def send(self, request: web.Request, port: int) -> web.Response:
        """Pass a request on to one process."""
        headers = {name: said for name, said in request.headers.items() if name.lower() not in _HOP}
        url = f"http://127.0.0.1:{port}{request.raw_path}"
        try:
            async with self._session.request(
                request.method, url, data=await request.read(), headers=headers,
                allow_redirects=False,
            ) as answer:  # fmt: skip
                told = {n: v for n, v in answer.headers.items() if n.lower() not in _HOP}
                return web.Response(status=answer.status, body=await answer.read(), headers=told)
        except aiohttp.ClientConnectorError:
            if port in self.ports:
                self.ports.remove(port)
        except (aiohttp.ClientError, OSError):
            pass
        return web.Response(status=502)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Balancer]:
        """Listen until left."""
        app = web.Application(client_max_size=64_000_000)
        app.router.add_route("*", "/{path:.*}", self.serve)
        runner = web.AppRunner(app)
        await runner.setup()
        async with aiohttp.ClientSession() as self._session:
            try:
                site = web.TCPSite(runner, "127.0.0.1", 0)
                await site.start()
                self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
                yield self
            finally:
                await runner.cleanup()
