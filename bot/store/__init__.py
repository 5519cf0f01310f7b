"""What is kept: the shop's only SQL, and the engine that it runs on."""

from pathlib import Path

from bot.ports import Database
from bot.store.sqlite import SqliteDatabase

__all__ = ["database_at"]


def database_at(where: str) -> Database:
    """Return the database that a setting names: the path of a file, which is SQLite's."""
    return SqliteDatabase(Path(where))
