"""The web server: listens, and stops with what is under way finished."""

from __future__ import annotations

import asyncio
import os
from typing import Final, Self

from aiohttp import web

from bot.domain.errors import ShopError
from bot.web.connections import Connections, HttpConnection, Limits

#: Seconds that requests under way have to finish at a stop.
_FINISH_SECONDS: Final = 6.0
#: Connections that wait to be accepted; more are turned away by the system.
_BACKLOG: Final = 128


class CannotListenError(ShopError):
    """The address is taken, or not this machine's."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        # The event loop's own words repeat the address; a name that leads nowhere has no number.
        number = error.errno or 0
        reason = os.strerror(number) if number > 0 else error.strerror
        super().__init__(f"cannot listen on {host}:{port}: {reason}")
        self.host = host
        self.port = port
        self.reason = reason or type(error).__name__


class WebServer:
    """Serves an application while it is entered.

    Args:
        app: What to serve; it is used up by one run.
        host: Address to listen on.
        port: 0 takes a free one.
        limits: What a connection may take.

    Attributes:
        url: Where it listens; known once open.
        connections: Those that are open.
    """

    def __init__(
        self, app: web.Application, *, host: str, port: int, limits: Limits | None = None
    ) -> None:
        self._limits = limits or Limits()
        self._runner = web.AppRunner(
            app,
            access_log=None,
            keepalive_timeout=self._limits.idle_seconds,
            # aiohttp waits so long for a request, and then once more.
            shutdown_timeout=_FINISH_SECONDS / 2,
        )
        self._host = host
        self._port = port
        self._listener: asyncio.Server | None = None
        self.url = ""
        self.connections = Connections(self._limits)

    async def open(self) -> None:
        """Listen.

        Raises:
            CannotListenError: the address cannot be had.
        """
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        try:
            self._listener = await loop.create_server(
                self._connect, self._host, self._port, backlog=_BACKLOG
            )
        except OSError as error:
            await self._runner.cleanup()
            raise CannotListenError(self._host, self._port, error) from error
        host, port = self._listener.sockets[0].getsockname()[:2]
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def _connect(self) -> HttpConnection:
        serve = self._runner.server
        if serve is None:
            raise RuntimeError("nothing is served any more")
        return HttpConnection(self.connections, serve())

    async def close(self) -> None:
        """Listen no more, and give requests under way six seconds to finish."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
