"""The store's engines, as the tests open them, and a way past every guard of either."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, overload

from bot.store import postgres, sqlite
from bot.store.db import Db
from bot.store.postgres import PostgresStore
from bot.store.postgres.connection import PostgresConnection
from bot.store.postgres.schema import tables
from bot.store.sqlite import SqliteStore
from bot.store.sqlite.connection import BUSY_TIMEOUT, connect_blocking
from bot.store.sqlite.schema import prepare

T = TypeVar("T")
AnyStore = SqliteStore | PostgresStore


@overload
async def raw(store: SqliteStore, work: Callable[[sqlite3.Connection], T]) -> T: ...
@overload
async def raw(store: AnyStore, work: Callable[[Db], T]) -> T: ...
async def raw(store: AnyStore, work: Callable[..., T]) -> T:
    """Run a function on a connection that writes, past every guard."""
    if isinstance(store, SqliteStore):
        return await store._writer.connection.run(work)

    def on_connection() -> T:
        with closing(PostgresConnection(store._pool._url)) as connection:
            connection.command("SET default_transaction_isolation = 'read committed'")
            return work(connection)

    return await asyncio.to_thread(on_connection)


async def open_at(where: str) -> AnyStore:
    """Open a database, as `bot.store.database_at` would."""
    if "://" in where:
        return await postgres.open_store(where)
    return await sqlite.open_store(Path(where))


def all_rows(where: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return everything that a database holds, however it came there."""
    opened = PostgresConnection(where) if "://" in where else sqlite3.connect(where)
    with closing(opened) as db:
        return {
            name: sorted(map(tuple, db.execute(f"SELECT * FROM {name}")), key=repr)
            for name in tables()
        }


async def opened_again(store: AnyStore) -> AnyStore:
    """Return another store on the same database, as another program has it."""
    if isinstance(store, SqliteStore):
        return await sqlite.open_store(store.path)
    return await postgres.open_store(store._pool._url)


def database_in(folder: Path) -> str:
    """Return where a test's shop keeps what it knows: a file, unless the test runs on a server."""
    path = folder / "shop.sqlite3"
    make_database(path)
    return str(path)


def make_database(path: Path) -> None:
    """Make the database of a shop that has sold nothing, unless there is one."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(_new_database())
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE notes SET value = lower(hex(randomblob(16))) WHERE name = 'shop_id'")


@cache
def _new_database() -> bytes:
    """Take a new file through the migrations once; the tests of commands start from nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.sqlite3"
        with closing(connect_blocking(path, busy_timeout=BUSY_TIMEOUT)) as db:
            prepare(db)
        return path.read_bytes()
