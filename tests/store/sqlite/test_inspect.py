"""A database's contradictions, looked for from beside the shop."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.errors import CorruptError
from bot.store.sqlite import SqliteStore, inspect
from kit.samples import busy_shop


async def test_a_shop_is_inspected_from_beside_it(store: SqliteStore, database: Path) -> None:
    """The shop goes on running."""
    await busy_shop(store)
    assert inspect(database) == ()


def test_what_is_no_database_cannot_be_inspected(database: Path) -> None:
    """Damage is told, not counted as fine."""
    database.write_bytes(b"no database at all, but long enough to be read as one" * 100)
    with pytest.raises(CorruptError, match="is not a SQLite database"):
        inspect(database)
