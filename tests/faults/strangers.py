"""What may stand where a service should: redirects, pages, other servers; and a real proxy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import web


@dataclass(slots=True)
class Stranger:
    """A server that answers everything alike.

    Attributes:
        asked: Method and path of each request.
    """

    status: int = 200
    body: bytes = b"{}"
    kind: str = "application/json"
    location: str = ""
    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.method, request.path))
        headers = {"Location": self.location} if self.location else {}
        headers["Content-Type"] = self.kind
        return web.Response(status=self.status, body=self.body, headers=headers)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Stranger]:
        """Serve on a free port of loopback."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()


@dataclass(slots=True)
class Proxy:
    """An HTTP proxy that knows where some names lead; no other resolver does.

    Attributes:
        hosts: A name, and the host and port on loopback behind it; other names get 502.
        asked: The first line of each request.
        given: What was said to be let in, by ``Proxy-Authorization``.
    """

    hosts: dict[str, tuple[str, int]] = field(default_factory=dict)
    url: str = ""
    asked: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Proxy]:
        """Serve on a free port of loopback."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, OSError):
            lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            self.asked.append(lines[0])
            marks = [line for line in lines if line.lower().startswith("proxy-authorization")]
            self.given += marks
            method, url, version = lines[0].split()
            parts = urlsplit(url)
            behind = None if method == "CONNECT" else self.hosts.get(parts.hostname or "")
            if behind is None:
                writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
            else:
                kept = [
                    line
                    for line in lines[1:-2]
                    if not line.lower().startswith(("host:", "connection:", "proxy-"))
                ]
                path = parts.path + (f"?{parts.query}" if parts.query else "")
                head = [f"{method} {path} {version}", f"Host: {behind[0]}:{behind[1]}", *kept]
                head += ["Connection: close", "", ""]
                await self._carry("\r\n".join(head).encode(), behind, reader, writer)
        writer.close()

    @staticmethod
    async def _carry(
        head: bytes,
        behind: tuple[str, int],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        answers, asks = await asyncio.open_connection(*behind)
        asks.write(head)
        up = asyncio.create_task(_pour(reader, asks))
        await _pour(answers, writer)
        up.cancel()
        asks.close()


async def _pour(source: asyncio.StreamReader, into: asyncio.StreamWriter) -> None:
    while data := await source.read(1 << 16):
        into.write(data)
        await into.drain()
