"""One Chromium for all browser tests; a fresh sandbox for each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser

from kit import Kit, RunningClock, free_port, open_kit
from shop_sandbox.site import SandboxSite
from tests.e2e.browser import chromium
from tests.e2e.scripted_bot import ScriptedBot, scripted_bot


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Run one Chromium; tests that use it run in the session's event loop."""
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def site() -> AsyncIterator[SandboxSite]:
    """Serve a fresh sandbox, at a port that nobody takes while a test lets it start again."""
    async with SandboxSite(port=free_port()) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def bot(site: SandboxSite) -> AsyncIterator[ScriptedBot]:
    """Stand in for the shop, with what the test lets it say."""
    async with scripted_bot(site.telegram_api_url) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def shop(tmp_path: Path) -> AsyncIterator[Kit]:
    """Run the whole shop with its own pages, as the demo does."""
    async with open_kit(tmp_path, pages=True, clock=RunningClock()) as kit:
        yield kit


@pytest_asyncio.fixture(loop_scope="session")
async def chat_shop(tmp_path: Path) -> AsyncIterator[Kit]:
    """Run the whole shop without a public address: the chat is the way back from paying."""
    async with open_kit(tmp_path, clock=RunningClock()) as kit:
        yield kit
