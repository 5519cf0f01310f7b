"""A served embedded Telegram and a plain client, for the tests beside it.

Every answer of the sandbox, and every request that it took, is held to the specification.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from kit.specs import telegram as spec
from shop_sandbox.exchange import Exchange
from shop_sandbox.telegram import TelegramSandbox

TOKEN = "7104882315:AAF3kQn0mWzXyT-uV_4bEdRsHjLpOiGcN5x"
NOON = 1_790_000_000.0


class Clock:
    """A clock that moves only when told to."""

    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time in Unix seconds."""
        return self.now


@dataclass(frozen=True)
class Refusal:
    """A refused call's status, words and parameters."""

    status: int
    words: str
    parameters: Mapping[str, Any]


class Api:
    """A plain client of a served embedded Telegram."""

    def __init__(self, telegram: TelegramSandbox, url: str, http: aiohttp.ClientSession) -> None:
        self.telegram = telegram
        self.url = url
        self.http = http
        self.exchanges: list[Exchange] = []
        telegram.on_exchange.append(self.exchanges.append)

    @property
    def alice(self) -> int:
        """Return Alice's id; her chat is open for the bot."""
        return self.telegram.person("Alice").id

    async def ok(self, method: str, **params: Any) -> Any:
        """Call and return the result."""
        status, answer = await self.raw(method, **params)
        assert status == 200, answer
        assert answer["ok"] is True
        return answer["result"]

    async def refused(self, method: str, **params: Any) -> Refusal:
        """Call and return how it is refused."""
        status, answer = await self.raw(method, **params)
        assert answer["ok"] is False
        assert answer["error_code"] == status
        return Refusal(status, answer["description"], answer.get("parameters", {}))

    async def raw(self, method: str, **params: Any) -> tuple[int, dict[str, Any]]:
        """Call with a JSON body; return status and answer."""
        address = f"{self.url}/telegram/bot{TOKEN}/{method}"
        async with self.http.post(address, json=params) as answer:
            return answer.status, await answer.json()

    async def sent(self, text: str = "hello", **params: Any) -> int:
        """Send a message to Alice; return its id."""
        result = await self.ok("sendMessage", chat_id=self.alice, text=text, **params)
        number: int = result["message_id"]
        return number

    async def form(
        self, method: str, files: Mapping[str, tuple[str, bytes]], **params: Any
    ) -> tuple[int, dict[str, Any]]:
        """Call with a multipart body; return status and answer."""
        form = aiohttp.FormData(quote_fields=False)
        for name, value in params.items():
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        for name, (filename, data) in files.items():
            file = io.BytesIO(data)
            form.add_field(name, file, filename=filename, content_type="application/octet-stream")
        address = f"{self.url}/telegram/bot{TOKEN}/{method}"
        async with self.http.post(address, data=form) as answer:
            return answer.status, await answer.json()

    async def updates(self, **params: Any) -> list[dict[str, Any]]:
        """Fetch updates without waiting; each is held to the specification."""
        found: list[dict[str, Any]] = await self.ok("getUpdates", **params)
        return found

    def next_call(self) -> asyncio.Event:
        """Return an event that is set once the next call has come in."""
        came = asyncio.Event()
        self.telegram.faults.on_call.append(lambda *_: came.set())
        return came

    def check(self) -> None:
        """Hold every call so far to the specification."""
        if spec.specs_missing():
            return
        for exchange in self.exchanges:
            spec.check_exchange_answer(exchange)
            if exchange.status == 200:
                spec.check_exchange_request(exchange)


@asynccontextmanager
async def serve(app: web.Application) -> AsyncIterator[str]:
    """Serve an application on loopback and yield its address."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def served(**options: Any) -> AsyncIterator[Api]:
    """Serve an embedded Telegram; Alice has started the bot."""
    telegram = TelegramSandbox(**{"started": ("Alice", "Marta"), **options})
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.add_routes(telegram.routes())

    async def close(_: web.Application) -> None:
        await telegram.close()

    app.on_shutdown.append(close)
    async with serve(app) as url, aiohttp.ClientSession() as http:
        api = Api(telegram, url, http)
        yield api
        api.check()
