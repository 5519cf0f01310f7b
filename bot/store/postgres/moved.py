"""Whether a server's database is the shop, where a move was broken off."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.domain.errors import RefusedError
from bot.store.moves import MoveMark, read_mark, refuse_moved, write_mark
from bot.store.postgres.connection import PostgresConnection
from bot.store.postgres.schema import has_table


def settle(connection: PostgresConnection, *, write: bool) -> None:
    """Refuse a database whose shop is elsewhere, and end a move that was broken off.

    Args:
        connection: In no transaction.
        write: Keep what was found; whoever does holds the database's lock.

    Raises:
        RefusedError: ``database.moved``: the shop is gone; ``database.unfinished``: it has not
            come.
    """
    if not has_table(connection, "notes"):
        return
    mark = read_mark(connection)
    refuse_moved(mark)
    if mark is None or mark.origin is None:
        return
    gone = mark_in(Path(mark.origin))
    if gone is None or gone.token != mark.token:
        raise RefusedError("database.unfinished", origin=mark.origin)
    if write:
        write_mark(connection, None)


def mark_in(file: Path) -> MoveMark | None:
    """Return a file's mark; None where there is none, or no such file."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return read_mark(db)
    except sqlite3.Error:
        return None
