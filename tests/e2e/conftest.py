"""One Chromium for all browser tests; a fresh sandbox for each."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from bot.sandbox.site import SandboxSite
from tests.e2e.browser import chromium
from tests.e2e.scripted_bot import ScriptedBot, scripted_bot


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Run one Chromium; tests that use it run in the session's event loop."""
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def site() -> AsyncIterator[SandboxSite]:
    """Serve a fresh sandbox."""
    async with SandboxSite() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def bot(site: SandboxSite) -> AsyncIterator[ScriptedBot]:
    """Stand in for the shop, with what the test lets it say."""
    async with scripted_bot(site.telegram_api_url) as running:
        yield running
