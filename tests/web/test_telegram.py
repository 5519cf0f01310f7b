"""Telegram's webhook, as far as the web server goes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.web import Updates
from kit.patience import PATIENCE
from tests.web.kit import a_site

SECRET = "canary"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


async def test_an_update_that_takes_longer_than_its_request_is_not_cut(tmp_path: Path) -> None:
    """A chat that must wait outlasts the request: told to come again, and served all the same."""
    go_on, served = asyncio.Event(), asyncio.Event()

    async def serve(update: Mapping[str, Any]) -> None:
        assert update == {"update_id": 7}
        await go_on.wait()
        served.set()

    async with a_site(tmp_path, time_limit=0.1, updates=Updates(SECRET, serve)) as site:
        answer = await site.ask(
            "/telegram/webhook", method="POST", body=b'{"update_id": 7}', headers=HEADERS
        )
        assert answer.status == 503
        assert not served.is_set()
        go_on.set()
        async with asyncio.timeout(PATIENCE):
            await served.wait()


async def test_an_update_is_served_before_it_is_answered(tmp_path: Path) -> None:
    """200 means that it had its effect."""
    seen: list[int] = []

    async def serve(update: Mapping[str, Any]) -> None:
        await asyncio.sleep(0)
        seen.append(update["update_id"])

    async with a_site(tmp_path, updates=Updates(SECRET, serve)) as site:
        answer = await site.ask(
            "/telegram/webhook", method="POST", body=b'{"update_id": 7}', headers=HEADERS
        )
        assert (answer.status, seen) == (200, [7])
