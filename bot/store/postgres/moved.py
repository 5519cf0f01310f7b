"""Whether a server's database is the shop, where a move was broken off: the file decides."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
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
    if mark is None:
        return
    refuse_moved(mark)
    happened = token_in(Path(mark.to or mark.origin or "")) == mark.token
    kept: MoveMark | None = None
    if mark.to and happened:
        kept = replace(mark, sure=True)
    elif mark.origin and not happened:
        raise RefusedError("database.unfinished", origin=mark.origin)
    if write:
        write_mark(connection, kept)
    refuse_moved(kept)


def token_in(file: Path) -> str | None:
    """Return the token of the move that a file went through; None where there is no such file."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
            mark = read_mark(db)
    except sqlite3.Error:
        return None
    return mark.token if mark else None
