"""What the owner does in the browser: reads what comes, answers by buttons and words."""

from __future__ import annotations

import re

from playwright.async_api import FilePayload, Locator, Page


class Owner:
    """Marta, in the chat on the right."""

    def __init__(self, page: Page) -> None:
        self.pane = page.locator("#owner")

    def message(self, words: str | re.Pattern[str]) -> Locator:
        """Return the newest message of the shop that carries the words."""
        return self.pane.locator(".message.theirs", has_text=words).last

    async def tap(self, words: str) -> None:
        """Press the newest button that carries the words."""
        await self.pane.locator(".key", has_text=words).last.click()

    async def send_file(self, name: str, mime: str, content: bytes, caption: str = "") -> None:
        """Send a file from this computer."""
        picked: FilePayload = {"name": name, "mimeType": mime, "buffer": content}
        await self.pane.locator("input[type=file]").set_input_files(picked)
        field = self.pane.get_by_role("textbox", name="Message")
        await field.fill(caption)
        await field.press("Enter")

    async def write(self, words: str) -> None:
        """Send a message."""
        field = self.pane.get_by_role("textbox", name="Message")
        await field.fill(words)
        await field.press("Enter")
