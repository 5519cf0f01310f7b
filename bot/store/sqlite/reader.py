"""A database opened for looking only, beside a running shop: nothing is made, moved or upgraded."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TypeVar

from bot.domain.errors import CorruptError, RefusedError
from bot.ports import Transaction, Violation
from bot.store.invariants import find
from bot.store.sqlite.connection import BUSY_TIMEOUT, Connection, connect, connect_blocking
from bot.store.sqlite.failures import translate
from bot.store.sqlite.schema import check, migrations, version
from bot.store.transaction import SqlTransaction

T = TypeVar("T")


class SqliteReader:
    """Implements `bot.ports.StoreReader` on a connection that only reads."""

    def __init__(self, connection: Connection, snapshot: Transaction) -> None:
        self.connection = connection
        self._snapshot = snapshot

    async def read(self, work: Callable[[Transaction], T]) -> T:
        return await self._run(lambda _: work(self._snapshot))

    async def damage(self) -> str | None:
        def look(connection: sqlite3.Connection) -> str | None:
            found: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            return None if found == "ok" else found

        return await self._run(look)

    async def findings(self) -> tuple[Violation, ...]:
        return await self._run(find)

    async def server(self) -> None:
        return

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def on_snapshot(connection: sqlite3.Connection) -> T:
            try:
                connection.execute("BEGIN").close()
                try:
                    return work(connection)
                finally:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK").close()
            except sqlite3.Error as error:
                raise translate(error) from error

        return await self.connection.run(on_snapshot)


@asynccontextmanager
async def open_reader(path: Path) -> AsyncIterator[SqliteReader]:
    """Open a database that exists, as `bot.ports.Database.open_reader` does."""
    if not await asyncio.to_thread(_holds_something, path):
        raise RefusedError("database.missing", path=str(path))
    try:
        async with connect(path, busy_timeout=BUSY_TIMEOUT, read_only=True) as connection:
            if 0 < await connection.run(version) < len(migrations()):
                raise RefusedError("database.outdated", path=str(path))
            await connection.run(check)
            yield SqliteReader(connection, await connection.run(SqlTransaction))
    except sqlite3.Error as error:
        raise translate(error) from error
    except CorruptError as error:
        raise CorruptError(f"{path}: {error}") from error


def inspect(database: Path) -> tuple[Violation, ...]:
    """Return what breaks a rule in a database, which a shop may be running on.

    Raises:
        TransientError: the file cannot be read now.
        CorruptError: the file is damaged.
    """
    try:
        with closing(connect_blocking(database, busy_timeout=BUSY_TIMEOUT, read_only=True)) as db:
            db.execute("BEGIN").close()
            return find(db)
    except sqlite3.Error as error:
        raise translate(error) from error


def _holds_something(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0
