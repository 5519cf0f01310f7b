"""What browser tests look at and press in the demo page."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Locator, Page

from tests.e2e.scripted_bot import ScriptedBot


def button(text: str, data: str, **more: Any) -> dict[str, Any]:
    """Return a callback button."""
    return {"text": text, "callback_data": data, **more}


def middle(page: Page) -> Locator:
    """Return the conversation in the middle."""
    return page.locator("#active")


async def begin(page: Page, bot: ScriptedBot) -> int:
    """Press Start as whoever is open and return the chat's id."""
    await middle(page).get_by_role("button", name="Start", exact=True).click()
    return int((await bot.hear("message"))["chat"]["id"])
