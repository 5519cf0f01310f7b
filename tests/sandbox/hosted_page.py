"""The hosted page asked by plain HTTP: what is typed into it, and how it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp

CARD = {
    "action": "pay",
    "email": "ada@example.com",
    "card_number": "4242 4242 4242 4242",
    "card_expiry": "12 / 30",
    "card_cvc": "123",
    "card_name": "Ada Lovelace",
}


async def get(browser: aiohttp.ClientSession, url: str, **headers: str) -> tuple[int, str]:
    """Return the status and the page."""
    async with browser.get(url, headers=headers, allow_redirects=False) as answer:
        return answer.status, await answer.text()


async def post(
    browser: aiohttp.ClientSession, url: str, form: Mapping[str, Any], **headers: str
) -> tuple[int, str, str]:
    """Send a form; return the status, the page and where it leads."""
    async with browser.post(url, data=form, headers=headers, allow_redirects=False) as answer:
        return answer.status, await answer.text(), answer.headers.get("Location", "")
