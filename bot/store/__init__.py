"""What is kept: the shop's only SQL, and the engine that it runs on."""

from pathlib import Path

from bot.ports import Database
from bot.store.sqlite import SqliteDatabase

__all__ = ["database_at"]


def database_at(where: str) -> Database:
    """Return the database that a setting names: a file, which is SQLite's, or a server's address.

    Raises:
        CorruptError: the address cannot be read.
    """
    if "://" not in where:
        return SqliteDatabase(Path(where))
    # Its driver comes with an extra, which a shop on a file need not have.
    from bot.store.postgres import PostgresDatabase  # noqa: PLC0415

    return PostgresDatabase(where)
