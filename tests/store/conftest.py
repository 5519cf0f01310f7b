"""A store made anew for each test, on each engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import postgres, sqlite
from kit.engines import AnyStore
from kit.postgres import PostgresServer


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the test's database is, or will be, on SQLite."""
    return tmp_path / "shop.sqlite3"


@pytest.fixture(params=["sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, database: Path) -> AsyncIterator[AnyStore]:
    """An open store."""
    if request.param == "sqlite":
        async with await sqlite.open_store(database, busy_timeout=100) as on_file:
            yield on_file
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        async with await postgres.open_store(server.new_schema()) as on_server:
            yield on_server
