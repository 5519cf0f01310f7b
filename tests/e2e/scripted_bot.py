"""A bot that says what a test tells it to: the page's counterpart over the real Bot API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

_TOKEN = "7104882315:AAFakeTokenOfTheSandboxForTestsOnly00"
_PATIENCE = 8


class ScriptedBot:
    """Calls the Bot API of a sandbox site and hears its updates."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str) -> None:
        self._session = session
        self._base = f"{api_url}/bot{_TOKEN}"
        self._offset = 0

    async def call(self, method: str, **parameters: Any) -> Any:
        """Call a method and return its result.

        Raises:
            AssertionError: the sandbox refused.
        """
        async with self._session.post(f"{self._base}/{method}", json=parameters) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def say(self, chat_id: int, text: str, *rows: list[dict[str, Any]], **more: Any) -> int:
        """Send HTML with an inline keyboard and return its message_id."""
        markup = {"reply_markup": {"inline_keyboard": list(rows)}} if rows else {}
        sent = await self.call(
            "sendMessage", chat_id=chat_id, text=text, parse_mode="HTML", **markup, **more
        )
        return int(sent["message_id"])

    async def photo(self, method: str, picture: bytes, **parameters: Any) -> Any:
        """Upload one file under the name ``file`` (``attach://file`` in albums)."""
        form = aiohttp.FormData()
        for name, value in parameters.items():
            form.add_field(name, str(value))
        form.add_field("photo" if method == "sendPhoto" else "file", picture, filename="p.png")
        async with self._session.post(f"{self._base}/{method}", data=form) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def hear(self, kind: str) -> dict[str, Any]:
        """Wait for the next update of a kind and return what it carries; others are passed over.

        Raises:
            AssertionError: none came.
        """
        while True:
            updates = await self.call("getUpdates", offset=self._offset, limit=1, timeout=_PATIENCE)
            assert updates, f"no {kind} came"
            self._offset = updates[0]["update_id"] + 1
            if kind in updates[0]:
                found: dict[str, Any] = updates[0][kind]
                return found


@asynccontextmanager
async def scripted_bot(api_url: str) -> AsyncIterator[ScriptedBot]:
    """Connect a scripted bot to a site's Bot API."""
    async with aiohttp.ClientSession() as session:
        yield ScriptedBot(session, api_url)
