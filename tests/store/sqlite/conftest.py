"""A store on a real file, made anew for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.sqlite import SqliteStore, open_store


@pytest.fixture
async def store(database: Path) -> AsyncIterator[SqliteStore]:
    """An open store."""
    async with await open_store(database, busy_timeout=100) as opened:
        yield opened
