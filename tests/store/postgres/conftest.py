"""A store on a server, in a schema of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.store.postgres import PostgresStore, open_store
from kit.postgres import PostgresServer


@pytest.fixture
def url(postgres_server: PostgresServer) -> str:
    """The address of an empty schema."""
    return postgres_server.new_schema()


@pytest.fixture
async def store(url: str) -> AsyncIterator[PostgresStore]:
    """An open store."""
    async with await open_store(url) as opened:
        yield opened
