"""The store: one writing connection, one that only reads, and whole functions run on them."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

from bot.domain.errors import CorruptError, TransientError
from bot.ports import DatabaseTroubleError, Transaction, Violation
from bot.store.sqlite.backup import keep_before_upgrade
from bot.store.sqlite.commits import MOST, Commits
from bot.store.sqlite.connection import BUSY_TIMEOUT, Connection, connect, empty_log
from bot.store.sqlite.failures import translate
from bot.store.sqlite.place import Place
from bot.store.sqlite.reader import SqliteReader
from bot.store.sqlite.schema import prepare
from bot.store.transaction import SqlTransaction

T = TypeVar("T")

#: How often, and after how many seconds, a log that somebody reads is tried to be emptied.
_ERASE_TRIES: Final = 20
_ERASE_AGAIN: Final = 0.05


@dataclass(frozen=True, slots=True)
class Writer:
    """The connection that writes, and what waits for it."""

    connection: Connection
    commits: Commits


class SqliteStore:
    """Implements `bot.ports.Store`; made by `open_store` and to be closed."""

    def __init__(self, path: Path, writer: Writer, reader: SqliteReader) -> None:
        self._path = path
        self._writer = writer
        self._reader = reader
        self._closed = False

    @property
    def process(self) -> None:
        """No name: a file has one process."""
        return

    @property
    def path(self) -> Path:
        """The database file."""
        return self._path

    async def write(self, work: Callable[[Transaction], T]) -> T:
        self._refuse_closed()
        job = self._writer.commits.queue(work)
        # Calls run in their order, and each takes the oldest works: this one's is done after it.
        await self._writer.connection.run(self._writer.commits.commit)
        return job.outcome()

    async def read(self, work: Callable[[Transaction], T]) -> T:
        self._refuse_closed()
        return await self._reader.read(work)

    async def erase(self) -> bool:
        """Merge the log into the file, where what was deleted is overwritten, and empty it.

        Whoever reads just now, such as a back-up, keeps the log: False then.
        """
        self._refuse_closed()
        for _ in range(_ERASE_TRIES):
            try:
                if await self._writer.connection.run(empty_log):
                    return True
            except sqlite3.Error as error:
                raise _told(self._path, error) from error
            await asyncio.sleep(_ERASE_AGAIN)
        return False

    async def findings(self) -> tuple[Violation, ...]:
        """Return where the stored facts contradict each other; it reads everything."""
        self._refuse_closed()
        return await self._reader.findings()

    @property
    def replays(self) -> int:
        """None: works take turns."""
        return 0

    async def server(self) -> None:
        """Return nothing: there is no server."""
        return

    async def close(self) -> None:
        """Finish what is queued and close both connections; closing again does nothing."""
        self._closed = True
        try:
            await self._reader.connection.close()
        finally:
            await self._writer.connection.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def _refuse_closed(self) -> None:
        if self._closed:
            raise TransientError("the database is closed")


async def open_store(
    path: Path, *, busy_timeout: int = BUSY_TIMEOUT, group: int = MOST
) -> SqliteStore:
    """Open the database, made where there is none, checked and brought up to date.

    What an upgrade begins with is copied beside it first.

    Args:
        path: The database file; its folder is made too.
        busy_timeout: Milliseconds to wait for another process's lock.
        group: Most works that may share a commit.

    Raises:
        TransientError: the file cannot be opened, read or written now.
        CorruptError: it is damaged, newer than this program, or another program's.
    """
    try:
        await asyncio.to_thread(_make_file, path)
        await asyncio.to_thread(keep_before_upgrade, path)
        async with AsyncExitStack() as opened:
            writer = await opened.enter_async_context(connect(path, busy_timeout=busy_timeout))
            await writer.run(prepare)
            reader = await opened.enter_async_context(
                connect(path, busy_timeout=busy_timeout, read_only=True)
            )
            place = await writer.run(lambda connection: _place(connection, path))
            commits = Commits(await writer.run(SqlTransaction), place.demand, group)
            snapshot = await reader.run(SqlTransaction)
            opened.pop_all()
            return SqliteStore(path, Writer(writer, commits), SqliteReader(reader, snapshot))
    except OSError as error:
        raise TransientError(f"{path} cannot be opened: {error.strerror}") from error
    except sqlite3.Error as error:
        raise _told(path, error) from error
    except CorruptError as error:
        raise CorruptError(f"{path}: {error}") from error


def _make_file(path: Path) -> None:
    """Make the file readable by its owner alone: people's names and orders stand in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _place(connection: sqlite3.Connection, path: Path) -> Place:
    # The log's files appear with the first look into the tables.
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return Place(path)


def _told(path: Path, error: sqlite3.Error) -> Exception:
    told = translate(error)
    if isinstance(told, DatabaseTroubleError):
        return DatabaseTroubleError(f"{path}: {told}", told.trouble, str(path))
    return told if told is error else type(told)(f"{path}: {told}")
