"""Connections to the database: opened with every guarantee read back, used in whole functions.

A function given to `Connection.run` runs from its first statement to its last in one hop to the
connection's thread, so that no cancelled task can leave a transaction half way.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

import aiosqlite

from bot.domain.errors import CorruptError
from bot.store.sqlite.schema import refuse_foreign

T = TypeVar("T")

#: Milliseconds to wait for another process's lock, such as a backup program's.
BUSY_TIMEOUT = 5000
#: Prepared statements kept by a connection; the shop's own are fewer.
_STATEMENTS = 256
#: Kibibytes of page cache, negative by SQLite's convention. The system caches the file too; four
#: times as much held 12 MB more with a million orders.
_CACHE = -2000
#: Pages of log after which a commit writes them into the file, 16 MB. By SQLite's own 1,000 every
#: five hundredth tap waited for that, with all who tapped beside it, three times as long as others.
_LOG_PAGES = 4000
#: The log is cut back to this size after a checkpoint, in bytes.
_LOG_LIMIT = 64 * 1024 * 1024


class Connection(aiosqlite.Connection):
    """A connection whose thread runs whole functions; opened by entering it."""

    async def __aenter__(self) -> Self:
        try:
            await self
        except BaseException:
            # aiosqlite tells its thread to end and does not wait: what the thread still answers
            # would meet a closed event loop where the program ends at once.
            await asyncio.shield(asyncio.to_thread(self._thread.join))
            raise
        return self

    async def run(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function of the connection in its thread; a cancelled caller does not stop it."""
        result: T = await self._execute(function, self._conn)  # type: ignore[no-untyped-call]
        return result


def connect(path: Path, *, busy_timeout: int, read_only: bool = False) -> Connection:
    """Return a connection to the database file, which exists.

    Args:
        path: The file.
        busy_timeout: Milliseconds to wait for another process's lock.
        read_only: Refuse every change on this connection.

    Raises on entering:
        CorruptError: a guarantee that the shop relies on was not taken, or the file is another
            program's.
        sqlite3.Error: the file cannot be used.
    """

    def connector() -> sqlite3.Connection:
        return connect_blocking(path, busy_timeout=busy_timeout, read_only=read_only)

    return Connection(connector, iter_chunk_size=64)


def connect_blocking(
    path: Path, *, busy_timeout: int, read_only: bool = False
) -> sqlite3.Connection:
    """Open the database in the calling thread, as `connect` does."""
    connection = sqlite3.connect(
        path,
        timeout=busy_timeout / 1000,
        isolation_level=None,
        cached_statements=_STATEMENTS,
    )
    try:
        refuse_foreign(connection)
        connection.row_factory = sqlite3.Row
        _set_up(connection, busy_timeout, read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def empty_log(connection: sqlite3.Connection) -> bool:
    """Merge the log into the file and cut it to nothing; False where somebody still reads it."""
    before = connection.execute("PRAGMA busy_timeout").fetchone()[0]
    connection.execute("PRAGMA busy_timeout = 0").close()  # nobody who writes waits for this
    try:
        busy: int = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        connection.execute(f"PRAGMA busy_timeout = {before}").close()
    return busy == 0


def _set_up(connection: sqlite3.Connection, busy_timeout: int, read_only: bool) -> None:
    guarantees = {
        "busy_timeout": (str(busy_timeout), busy_timeout),
        "journal_mode": ("WAL", "wal"),
        "synchronous": ("FULL", 2),
        "foreign_keys": ("ON", 1),
        "query_only": ("ON", 1) if read_only else ("OFF", 0),
        "secure_delete": ("ON", 1),
    }
    for name, (value, expected) in guarantees.items():
        connection.execute(f"PRAGMA {name} = {value}").close()
        taken = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if taken != expected:
            raise CorruptError(f"the database did not take {name} = {value}: it says {taken}")
    connection.execute(f"PRAGMA cache_size = {_CACHE}").close()
    connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}").close()
    connection.execute(f"PRAGMA journal_size_limit = {_LOG_LIMIT}").close()
