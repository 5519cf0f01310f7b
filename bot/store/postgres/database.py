"""A PostgreSQL database as a whole: a schema on a server, and who runs on it."""

from __future__ import annotations

import time
from contextlib import AbstractAsyncContextManager, AbstractContextManager, closing
from pathlib import Path

import psycopg

from bot.domain.errors import RefusedError
from bot.ports import BackupReport, Tell
from bot.store.postgres.addresses import conninfo, without_password
from bot.store.postgres.backup import back_up
from bot.store.postgres.connection import PostgresConnection
from bot.store.postgres.failures import translate_at
from bot.store.postgres.lock import holders, locked, shares_connections
from bot.store.postgres.moved import settle
from bot.store.postgres.schema import has_table
from bot.store.postgres.store import PostgresReader, PostgresStore, open_reader, open_store


class PostgresDatabase:
    """Implements `bot.ports.Database`."""

    def __init__(self, url: str) -> None:
        self._url = url
        conninfo(url)

    def lock(self, *, alone: bool = False) -> AbstractContextManager[object]:
        return locked(self._url, alone=alone)

    def files(self) -> tuple[Path, ...]:
        return ()

    def holder(self) -> str | None:
        return next(iter(self._holders()), None)

    def alone(self) -> bool:
        return len(self._holders()) == 1

    def _holders(self) -> tuple[str, ...]:
        try:
            with closing(PostgresConnection(self._url)) as connection:
                return holders(connection)
        except psycopg.Error:
            return ()

    def shares_connections(self) -> bool:
        try:
            return shares_connections(self._url)
        except psycopg.Error as error:
            raise translate_at(self._url, error) from error

    def set_aside(self) -> str | None:
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()).lower()
        try:
            with closing(PostgresConnection(self._url)) as connection:
                if not has_table(connection, "shop_schema"):
                    return None
                self._refuse_moved(connection)
                schema = connection.command("SELECT current_schema()")
                kept = f"{schema}_{stamp}"
                connection.command(
                    f'BEGIN; ALTER SCHEMA "{schema}" RENAME TO "{kept}";'
                    f' CREATE SCHEMA "{schema}"; COMMIT'
                )
                return kept
        except psycopg.Error as error:
            raise translate_at(self._url, error) from error

    @staticmethod
    def _refuse_moved(connection: PostgresConnection) -> None:
        try:
            settle(connection, write=False)
        except RefusedError as error:
            if error.key == "database.moved":  # else it has not come, and nothing is set aside
                raise

    async def open(self) -> PostgresStore:
        return await open_store(self._url)

    def open_reader(self) -> AbstractAsyncContextManager[PostgresReader]:
        return open_reader(self._url)

    def back_up(self, target: Path, *, progress: Tell | None = None) -> BackupReport:
        return back_up(self._url, target, progress=progress)

    def __str__(self) -> str:
        return without_password(self._url)
