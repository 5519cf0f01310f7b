"""A back-up of a PostgreSQL shop is a SQLite database: one file, which every command reads.

It is one snapshot of the shop, taken while the shop sells.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg

from bot.domain.errors import RefusedError, TransientError
from bot.ports import BackupReport
from bot.store import sqlite
from bot.store.postgres.connection import PostgresConnection, without_password
from bot.store.postgres.failures import translate
from bot.store.postgres.schema import refuse_difference, tables, version
from bot.store.sqlite.schema import migrations, prepare

#: Rows fetched and written at a time.
_ROWS = 1000


def back_up(
    url: str, target: Path, *, progress: Callable[[int, int], None] | None = None
) -> BackupReport:
    """Copy a database into a file, as `bot.ports.Database.back_up` does."""
    if os.path.lexists(target):
        raise RefusedError("backup.exists", path=str(target))
    try:
        with closing(PostgresConnection(url)) as connection, _part_of(target) as part:
            if version(connection) != len(migrations()):
                raise RefusedError("backup.missing", path=without_password(url))
            refuse_difference(connection)
            _copy(connection, part, progress)
            findings = sqlite.inspect(part)
            with closing(sqlite3.connect(part)) as copy:
                copy.execute("PRAGMA journal_mode = DELETE").close()
                (orders,) = copy.execute("SELECT count(*) FROM orders").fetchone()
            _sync(part)
            os.link(part, target)  # fails where something has that name by now
            with suppress(OSError):  # not every system can sync a folder
                _sync(target.parent)
    except FileExistsError as error:
        raise RefusedError("backup.exists", path=str(target)) from error
    except OSError as error:
        raise TransientError(f"{target} cannot be written: {error.strerror}") from error
    except psycopg.Error as error:
        raise translate(error) from error
    return BackupReport(target, target.stat().st_size, orders, findings)


@contextmanager
def _part_of(target: Path) -> Iterator[Path]:
    """Give an empty file that its owner alone may read; what is left of it goes away."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield part
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):
            part.with_name(part.name + ending).unlink(missing_ok=True)


def _copy(
    connection: PostgresConnection, part: Path, progress: Callable[[int, int], None] | None
) -> None:
    # The counts come last: triggers of the file count while orders are written.
    names = sorted(tables(), key=lambda name: name == "order_counts")
    connection.command("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    connection.command("SET LOCAL statement_timeout = 0")
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        prepare(copy)
        copy.execute("PRAGMA foreign_keys = OFF").close()
        copy.execute("BEGIN").close()
        for done, name in enumerate(names):
            if progress is not None:
                progress(done, len(names))
            _copy_table(connection, copy, name)
        copy.execute("COMMIT").close()
    if progress is not None:
        progress(len(names), len(names))
    connection.command("COMMIT")


def _copy_table(connection: PostgresConnection, copy: sqlite3.Connection, name: str) -> None:
    columns = [row[1] for row in copy.execute(f"PRAGMA table_info({name})")]
    listed, marks = ", ".join(columns), ", ".join("?" * len(columns))
    copy.execute(f"DELETE FROM {name}").close()
    with psycopg.ServerCursor(connection.raw, "rows") as rows:
        rows.execute(f"SELECT {listed} FROM {name}".encode())
        while part := rows.fetchmany(_ROWS):
            copy.executemany(f"INSERT INTO {name} ({listed}) VALUES ({marks})", part).close()


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
