"""The schema: brought up to date by numbered migrations, refused where it is newer or damaged.

A migration is ``migrations/NNNN_name.sql``; it only goes forward, in one transaction with the
others that the file lacks, and the number of the last one stands in its ``user_version``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib import resources

from bot.domain.errors import CorruptError
from bot.store.moves import read_mark, refuse_marked

#: Marks the file as one of this shop's (SQLite's ``application_id``): "shop" in ASCII.
APPLICATION_ID = 0x73686F70
#: A file of at most so many bytes is searched for damage at start; SQLite cannot be stopped while
#: it reads a table for that, and 600 MB would take seconds on a cold disk.
SEARCHED_WHOLE = 32 * 1024 * 1024
#: In a larger file these are, whose size does not follow the sales.
_SMALL_TABLES = ("notes", "stock", "order_counts", "catalogs", "pictures")


@cache
def migrations() -> tuple[tuple[str, str], ...]:
    """Return the name and the SQL of every migration, in order; the first has number 1."""
    folder = resources.files("bot.store.sqlite") / "migrations"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    found = tuple((f.name.removesuffix(".sql"), f.read_text(encoding="utf-8")) for f in files)
    for number, (name, _) in enumerate(found, start=1):
        if not name.startswith(f"{number:04d}_"):
            raise CorruptError(f"migration {number} is missing; {name} stands in its place")
    return found


def prepare(connection: sqlite3.Connection) -> None:
    """Check the file and bring its schema up to date.

    Raises:
        CorruptError: the file is damaged, newer than this program, or not a shop's.
        sqlite3.Error: the file cannot be read or written.
    """
    refuse_foreign(connection)
    _refuse_damage(connection)
    _migrate(connection)
    _refuse_difference(connection)


def check(connection: sqlite3.Connection) -> None:
    """Check that a file can be read as it is; nothing is changed, and its pages are not searched.

    Raises:
        CorruptError: it is not a shop's, newer than this program, or not as it was made.
        sqlite3.Error: the file cannot be read.
    """
    refuse_foreign(connection)
    _refuse_difference(connection)


def version(connection: sqlite3.Connection) -> int:
    """Return the number of the last migration that the file went through."""
    number: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return number


def refuse_foreign(connection: sqlite3.Connection) -> None:
    """Look whose file it is, before anything about it is changed.

    Raises:
        CorruptError: another program's, or one of a newer version of this one.
        RefusedError: its shop has moved, or a move into it was broken off.
    """
    found, known = version(connection), len(migrations())
    if found > known:
        raise CorruptError(
            f"the database has schema {found} and this program knows up to {known}:"
            " it was made by a newer version; install that one or restore a backup"
        )
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
    if owner != APPLICATION_ID and not (empty and owner == 0 and found == 0):
        raise CorruptError("the database belongs to another program: it is not a shop's")
    if found:
        refuse_marked(read_mark(connection))


@contextmanager
def as_if_upgraded(connection: sqlite3.Connection) -> Iterator[None]:
    """Let an older file be read as the newest migration would leave it; the file stays as it is."""
    connection.execute("BEGIN IMMEDIATE").close()
    try:
        for _, script in migrations()[version(connection) :]:
            for statement in statements(script):
                connection.execute(statement).close()
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK").close()


def _refuse_damage(connection: sqlite3.Connection) -> None:
    """Look for damage as far as a start may take; the rest is for `doctor` and `backup`."""
    pages, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
    )
    whole = pages * size <= SEARCHED_WHOLE
    for part in ("1",) if whole else _SMALL_TABLES:
        first = connection.execute(f"PRAGMA quick_check({part})").fetchone()[0]
        if first != "ok":
            raise CorruptError(f"the database file is damaged: {first}; restore a backup")


def _migrate(connection: sqlite3.Connection) -> None:
    if version(connection) >= len(migrations()):
        return
    # A migration may rebuild a table, which SQLite allows only with foreign keys off; they are
    # checked as a whole after each instead.
    connection.execute("PRAGMA foreign_keys = OFF").close()
    try:
        _apply(connection, migrations())
    finally:
        connection.execute("PRAGMA foreign_keys = ON").close()


def _apply(connection: sqlite3.Connection, known: tuple[tuple[str, str], ...]) -> None:
    """Take every step that the file has not gone through; all of them or none."""
    connection.execute("BEGIN IMMEDIATE").close()
    try:
        for name, script in known[version(connection) :]:  # read anew: another may have been faster
            for statement in statements(script):
                connection.execute(statement).close()
            _refuse_strays(connection, name)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}").close()
        connection.execute(f"PRAGMA user_version = {len(known)}").close()
        connection.execute("COMMIT").close()
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK").close()
        raise


def _refuse_strays(connection: sqlite3.Connection, name: str) -> None:
    if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise CorruptError(f"migration {name} would leave rows that point nowhere")


def statements(script: str) -> Iterator[str]:
    """Split a script into its statements; a trigger's body stays whole."""
    gathered: list[str] = []
    for line in script.splitlines():
        gathered.append(line)
        statement = "\n".join(gathered)
        if line.rstrip().endswith(";") and sqlite3.complete_statement(statement):
            yield statement
            gathered.clear()
    if "".join(gathered).strip():
        raise CorruptError("a migration ends within a statement")


def _objects(connection: sqlite3.Connection) -> dict[tuple[str, str], str | None]:
    rows = connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall()
    return {(row[0], row[1]): row[2] for row in rows}


@cache
def _wanted() -> dict[tuple[str, str], str | None]:
    """Return what a database made now has."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        for _, script in migrations():
            for statement in statements(script):
                fresh.execute(statement).close()
        return _objects(fresh)


def _refuse_difference(connection: sqlite3.Connection) -> None:
    """Compare tables, indexes and triggers with those of a database made now."""
    there = _objects(connection)
    for (kind, name), sql in _wanted().items():
        if (kind, name) not in there:
            raise CorruptError(f"the database is damaged: its {kind} {name} is missing")
        if there[kind, name] != sql:
            raise CorruptError(f"the database is damaged: its {kind} {name} is not as it was made")
