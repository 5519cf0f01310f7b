"""A back-up of a PostgreSQL shop is a SQLite database: one file, which every command reads.

It is one snapshot of the shop, taken while the shop sells.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from bot.domain.errors import RefusedError, TransientError
from bot.ports import BackupReport, Tell
from bot.store.files import named, part_of
from bot.store.postgres.addresses import without_password
from bot.store.postgres.connection import PostgresConnection
from bot.store.postgres.copying import Copy
from bot.store.postgres.failures import translate
from bot.store.postgres.moved import settle
from bot.store.postgres.schema import refuse_difference, version
from bot.store.sqlite.schema import migrations, prepare

#: Kibibytes of pages held while a file is filled, negative by SQLite's convention.
_CACHE = -32_000


def back_up(url: str, target: Path, *, progress: Tell | None = None) -> BackupReport:
    """Copy a database into a file, as `bot.ports.Database.back_up` does."""
    if os.path.lexists(target):
        raise RefusedError("backup.exists", path=str(target))
    try:
        with (
            closing(PostgresConnection(url)) as connection,
            part_of(target, f"{os.getpid()}") as part,
        ):
            if version(connection) != len(migrations()):
                raise RefusedError("backup.missing", path=without_password(url))
            settle(connection, write=False)
            refuse_difference(connection)
            with filled(connection, part, progress) as copy:
                findings, orders = copy.to_file(), copy.orders()
            named(part, target)
    except FileExistsError as error:
        raise RefusedError("backup.exists", path=str(target)) from error
    except OSError as error:
        raise TransientError(f"{target} cannot be written: {error.strerror}") from error
    except psycopg.Error as error:
        raise translate(error) from error
    return BackupReport(target, target.stat().st_size, orders, findings)


@contextmanager
def filled(connection: PostgresConnection, part: Path, tell: Tell | None) -> Iterator[Copy]:
    """Give a copy of one snapshot into an empty file; at the end the file is whole."""
    connection.command("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    connection.take_time()
    with closing(sqlite3.connect(part, isolation_level=None)) as file:
        prepare(file)
        for setting in ("foreign_keys = OFF", "synchronous = OFF", f"cache_size = {_CACHE}"):
            file.execute(f"PRAGMA {setting}").close()  # it is synced as a whole before it counts
        file.execute("BEGIN").close()
        yield Copy(connection, file, tell)
        file.execute("COMMIT").close()
        file.execute("PRAGMA journal_mode = DELETE").close()
    connection.command("COMMIT")
