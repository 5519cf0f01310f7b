"""The web server: listens, and stops with what is under way finished."""

from __future__ import annotations

from typing import Self

from aiohttp import web

from bot.domain.errors import ShopError

#: Seconds that requests under way have to finish at a stop.
_STOP_SECONDS = 5.0
#: Connections that wait to be accepted; more are turned away by the system.
_BACKLOG = 128


class CannotListenError(ShopError):
    """The address is taken, or not this machine's."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"cannot listen on {host}:{port}: {reason}")
        self.host = host
        self.port = port
        self.reason = reason


class WebServer:
    """Serves an application while it is entered.

    Args:
        app: What to serve; it is used up by one run.
        host: Address to listen on.
        port: 0 takes a free one.

    Attributes:
        url: Where it listens; known once entered.
    """

    def __init__(self, app: web.Application, *, host: str, port: int) -> None:
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_STOP_SECONDS)
        self._host = host
        self._port = port
        self.url = ""

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        try:
            site = web.TCPSite(self._runner, self._host, self._port, backlog=_BACKLOG)
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            reason = error.strerror or type(error).__name__
            raise CannotListenError(self._host, self._port, reason) from error
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
