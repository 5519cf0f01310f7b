"""A SQLite database as a whole: a file, its companions and the lock beside it."""

from __future__ import annotations

import sqlite3
import time
from contextlib import AbstractAsyncContextManager, closing, suppress
from pathlib import Path

from bot.domain.errors import TransientError
from bot.ports import BackupReport, Tell
from bot.store.moves import read_mark, refuse_marked
from bot.store.sqlite.backup import back_up
from bot.store.sqlite.lock import DatabaseLock, holder
from bot.store.sqlite.reader import SqliteReader, open_reader
from bot.store.sqlite.store import SqliteStore, open_store

#: SQLite's companions of a database file; what was not yet merged stands in the first.
_COMPANIONS = ("", "-wal", "-shm")


class SqliteDatabase:
    """Implements `bot.ports.Database`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def lock(self, *, alone: bool = False) -> DatabaseLock:  # noqa: ARG002 - a file's is always whole
        return DatabaseLock(self._path)

    def alone(self) -> bool:
        return True

    def files(self) -> tuple[Path, ...]:
        beside = (self._path.with_name(self._path.name + ending) for ending in _COMPANIONS[1:])
        return (self._path, *(file for file in beside if file.exists()))

    def holder(self) -> str | None:
        return holder(self._path)

    def shares_connections(self) -> bool:
        return False

    def set_aside(self) -> str | None:
        if not self._path.exists():
            return None
        self._refuse_marked()
        try:
            return str(renamed(self._path))
        except OSError as error:
            raise TransientError(f"{self._path} cannot be renamed: {error.strerror}") from error

    def _refuse_marked(self) -> None:
        uri = f"{self._path.absolute().as_uri()}?mode=ro"
        # What cannot be read may be set aside: that is what it is for.
        with suppress(sqlite3.Error), closing(sqlite3.connect(uri, uri=True)) as db:
            refuse_marked(read_mark(db))

    async def open(self) -> SqliteStore:
        return await open_store(self._path)

    def open_reader(self) -> AbstractAsyncContextManager[SqliteReader]:
        return open_reader(self._path)

    def back_up(self, target: Path, *, progress: Tell | None = None) -> BackupReport:
        return back_up(self._path, target, progress=progress)


def renamed(path: Path) -> Path:
    """Give a database file a name with the time, and what is beside it too; return the name."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    kept = path.with_name(f"{path.stem}-{stamp}{path.suffix}")
    for ending in _COMPANIONS:
        companion = path.with_name(path.name + ending)
        if companion.exists():
            companion.rename(kept.with_name(kept.name + ending))
    return kept
