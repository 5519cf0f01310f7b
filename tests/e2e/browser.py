"""Debian's Chromium under Playwright, and pages that must load nothing from elsewhere."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    async_playwright,
    expect,
)

from kit.patience import PATIENCE

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
#: Milliseconds; only a failure, or a machine that is busy with others, takes that long.
_PATIENCE = PATIENCE * 1000
expect.set_options(timeout=_PATIENCE)
# A restarting server is what some tests are about; the browser reports each try that it refuses.
_EXPECTED = ("ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION_RESET")


def require_chromium() -> None:
    """Skip where there is no Chromium; fail there when SHOP_REQUIRE_ALL says that it must be."""
    if CHROMIUM.exists():
        return
    why = f"{CHROMIUM} is not installed (apt-get install chromium)"
    if os.environ.get("SHOP_REQUIRE_ALL") == "1":
        pytest.fail(why)
    pytest.skip(why)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run one Chromium with no windows."""
    require_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(ARGUMENTS), timeout=_PATIENCE
        )
        try:
            yield browser
        finally:
            await browser.close()


class Watch:
    """What a page's tabs complained about, and where they reached."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        context.on("console", self._console)
        context.on("weberror", lambda fault: self.complaints.append(str(fault.error)))
        context.on("request", lambda request: self._request(request.url))

    def _console(self, message: ConsoleMessage) -> None:
        place = str(message.location.get("url", ""))
        expected = place.endswith("/favicon.ico") or any(e in message.text for e in _EXPECTED)
        if message.type in ("error", "warning") and not expected:
            self.complaints.append(f"{message.text} ({place})")

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob"):
            self.hosts.add(parts.hostname or "")

    def assert_quiet(self) -> None:
        """Assert that no script failed, no rule of the CSP was broken, nothing left this machine.

        The sandbox's refusals (4xx) show in the console too, and are complaints here.
        """
        assert self.complaints == []
        assert self.hosts <= {"127.0.0.1"}


@asynccontextmanager
async def visit(browser: Browser, url: str, **options: Any) -> AsyncIterator[Page]:
    """Open a page as a new visitor and assert at the end that it was quiet.

    Args:
        browser: From `chromium`.
        url: What to open.
        options: Of Playwright's ``new_context``: viewport, color_scheme, locale, …
    """
    context = await browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce"} | options)
    context.set_default_timeout(_PATIENCE)
    watch = Watch(context)
    try:
        page = await context.new_page()
        await page.goto(url)
        yield page
        watch.assert_quiet()
    finally:
        await context.close()
