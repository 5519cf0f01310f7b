"""A PostgreSQL database as a whole: a schema on a server, and who runs on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, closing, contextmanager
from pathlib import Path

import psycopg

from bot.domain.errors import TransientError
from bot.ports import BackupReport, DatabaseInUseError
from bot.store.postgres.backup import back_up
from bot.store.postgres.connection import PostgresConnection, conninfo, without_password
from bot.store.postgres.failures import translate
from bot.store.postgres.store import PostgresReader, PostgresStore, open_reader, open_store

#: The first half of the key of the shop's lock: "shop" in ASCII. The second is the schema's.
_LOCK = 0x73686F70
_KEY = f"{_LOCK}, hashtext(current_schema())"
_HOLDERS = f"""
SELECT a.application_name FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = {_LOCK}
  AND l.objid = hashtext(current_schema())::oid
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY a.backend_start LIMIT 1
"""


class PostgresDatabase:
    """Implements `bot.ports.Database`."""

    def __init__(self, url: str) -> None:
        self._url = url
        conninfo(url)

    def lock(self) -> AbstractContextManager[object]:
        return self._locked()

    def files(self) -> tuple[Path, ...]:
        return ()

    def holder(self) -> str | None:
        try:
            with closing(PostgresConnection(self._url)) as connection:
                return _holder(connection)
        except psycopg.Error:
            return None

    def set_aside(self) -> str | None:
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()).lower()
        try:
            with closing(PostgresConnection(self._url)) as connection:
                if connection.command("SELECT to_regclass('shop_schema')") is None:
                    return None
                schema = connection.command("SELECT current_schema()")
                kept = f"{schema}_{stamp}"
                connection.command(
                    f'BEGIN; ALTER SCHEMA "{schema}" RENAME TO "{kept}";'
                    f' CREATE SCHEMA "{schema}"; COMMIT'
                )
                return kept
        except psycopg.Error as error:
            raise TransientError(f"{self} cannot be renamed: {translate(error)}") from error

    async def open(self) -> PostgresStore:
        return await open_store(self._url)

    def open_reader(self) -> AbstractAsyncContextManager[PostgresReader]:
        return open_reader(self._url)

    def back_up(
        self, target: Path, *, progress: Callable[[int, int], None] | None = None
    ) -> BackupReport:
        return back_up(self._url, target, progress=progress)

    def __str__(self) -> str:
        return without_password(self._url)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock by a connection of its own: the server drops it with the connection."""
        try:
            connection = PostgresConnection(self._url)
        except psycopg.Error as error:
            raise TransientError(f"{self}: {translate(error)}") from error
        with closing(connection):
            if connection.command(f"SELECT pg_try_advisory_lock({_KEY})") != "t":
                raise DatabaseInUseError(str(self), _holder(connection) or "another process")
            yield


def _holder(connection: PostgresConnection) -> str | None:
    name: str | None = connection.command(_HOLDERS)
    return name
