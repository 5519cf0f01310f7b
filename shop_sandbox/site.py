"""One site on loopback: the embedded Telegram, the embedded Stripe and the demo page.

The unchanged bot is pointed at it by base addresses alone.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from shop_sandbox.clock import SandboxClock
from shop_sandbox.faults import Faults
from shop_sandbox.strangers import refuse_strangers
from shop_sandbox.stripe import StripeSandbox
from shop_sandbox.telegram import TelegramSandbox

PAGE = Path(__file__).parent / "page"
_BODY_BYTES = 64 * 1024 * 1024
_STOP_SECONDS = 2.0
_PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' data: blob: http://127.0.0.1:* http://localhost:*; media-src 'self' blob:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class SandboxSite:
    """Both embedded services and the demo page on one port.

    Use it as an async context manager; ``url`` is known inside.

    Args:
        host: Address to listen on; loopback only.
        port: 0 takes a free one.
        clock: Unix time in seconds, for both services. By the wall clock, and by one that people
            may set ahead on the page, what becomes due at Stripe happens by itself; with another,
            ``stripe.tick()`` makes it happen.
        telegram: A prepared embedded Telegram; a fresh one by default.
        stripe: A prepared embedded Stripe; a fresh one by default.
        faults: The book of faults of both services; prepared ones must share it.
        page: Folder of the demo page.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], float] = time.time,
        telegram: TelegramSandbox | None = None,
        stripe: StripeSandbox | None = None,
        faults: Faults | None = None,
        page: Path = PAGE,
    ) -> None:
        if host not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError("the sandbox listens on loopback only")
        self._host = host
        self._port = port
        self._page = page
        self._runner: web.AppRunner | None = None
        self.url = ""
        self.faults = faults or (telegram.faults if telegram else Faults())
        self.telegram = telegram or TelegramSandbox(clock=clock, faults=self.faults)
        self.stripe = stripe or StripeSandbox(clock=clock, faults=self.faults)
        if not self.telegram.faults is self.faults is self.stripe.faults:
            raise ValueError("both services must share one book of faults")
        self._ticks_by_itself = clock is time.time or isinstance(clock, SandboxClock)
        self._ticking: asyncio.Task[None] | None = None

    @property
    def telegram_api_url(self) -> str:
        """Return what TELEGRAM_API_URL is here."""
        return f"{self.url}/telegram"

    @property
    def stripe_api_url(self) -> str:
        """Return what STRIPE_API_URL is here."""
        return f"{self.url}/stripe"

    @property
    def telegram_link_url(self) -> str:
        """Return what TELEGRAM_LINK_URL is here."""
        return f"{self.url}/t.me"

    async def __aenter__(self) -> Self:
        self.telegram.open()
        app = web.Application(client_max_size=_BODY_BYTES, middlewares=[refuse_strangers])
        app.add_routes(self.telegram.routes())
        app.add_routes(self.stripe.routes())
        app.add_routes([web.get("/", self._index), web.get("/page/{name}", self._file)])
        app.on_shutdown.append(self._close_parts)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_STOP_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        port = runner.addresses[0][1]
        name = f"[{self._host}]" if ":" in self._host else self._host
        self.url = f"http://{name}:{port}"
        self.telegram.link_url = self.telegram_link_url
        self.stripe.public_url = self.url
        if self._ticks_by_itself:
            self._ticking = asyncio.create_task(self.stripe.run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)
            self._ticking = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _close_parts(self, app: web.Application) -> None:
        del app
        await self.telegram.close()
        await self.stripe.close()

    async def _index(self, request: web.Request) -> web.StreamResponse:
        del request
        return self._send("index.html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return self._send(request.match_info["name"])

    def _send(self, name: str) -> web.StreamResponse:
        path = self._page / name
        if path.parent != self._page or name.startswith(".") or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=_PAGE_HEADERS)
