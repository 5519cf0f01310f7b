"""A database opened for looking only, beside a running shop: nothing is made, moved or upgraded."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TypeVar

from bot.domain.errors import CorruptError, RefusedError
from bot.ports import Transaction
from bot.store.invariants import Violation, find
from bot.store.sqlite.connection import Connection, connect, connect_blocking
from bot.store.sqlite.failures import translate
from bot.store.sqlite.schema import check, migrations, version
from bot.store.sqlite.store import BUSY_TIMEOUT
from bot.store.transaction import SqlTransaction

T = TypeVar("T")


class StoreReader:
    """Reads a database; made by `open_reader`."""

    def __init__(self, connection: Connection, snapshot: Transaction) -> None:
        self._connection = connection
        self._snapshot = snapshot

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a function on a read-only snapshot.

        Raises:
            TransientError: the disk cannot be read now, or the function tried to write.
            CorruptError: the file is damaged.
        """
        return await self._run(lambda _: work(self._snapshot))

    async def damage(self) -> str | None:
        """Read the whole file and return the first damage in it; None where it is sound."""

        def look(connection: sqlite3.Connection) -> str | None:
            found: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            return None if found == "ok" else found

        return await self._run(look)

    async def findings(self) -> tuple[Violation, ...]:
        """Return where the stored facts contradict each other; it reads everything."""
        return await self._run(find)

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def on_snapshot(connection: sqlite3.Connection) -> T:
            connection.execute("BEGIN").close()
            try:
                return work(connection)
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK").close()

        try:
            return await self._connection.run(on_snapshot)
        except sqlite3.Error as error:
            raise translate(error) from error


@asynccontextmanager
async def open_reader(path: Path) -> AsyncIterator[StoreReader]:
    """Open a database that exists, for looking only; a shop may be running on it.

    Raises:
        RefusedError: ``database.missing``: there is none; ``database.outdated``: the shop must
            start once to bring it up to date.
        TransientError: it cannot be read now.
        CorruptError: it is damaged, newer than this program, or another program's.
    """
    if not await asyncio.to_thread(_holds_something, path):
        raise RefusedError("database.missing", path=str(path))
    try:
        async with connect(path, busy_timeout=BUSY_TIMEOUT, read_only=True) as connection:
            if 0 < await connection.run(version) < len(migrations()):
                raise RefusedError("database.outdated", path=str(path))
            await connection.run(check)
            yield StoreReader(connection, await connection.run(SqlTransaction))
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
