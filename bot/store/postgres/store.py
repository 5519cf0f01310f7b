"""The store: whole works on a few connections, each used by one thread at a time."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

import psycopg
import structlog

from bot.domain.errors import CorruptError, RefusedError, TransientError
from bot.ports import ServerFacts, Transaction, Violation
from bot.store.invariants import find
from bot.store.postgres.addresses import without_password
from bot.store.postgres.connection import PostgresConnection
from bot.store.postgres.failures import translate_at
from bot.store.postgres.moved import settle
from bot.store.postgres.pool import Pool, Pooled
from bot.store.postgres.schema import prepare, refuse_difference, tables, version
from bot.store.postgres.server import server_facts
from bot.store.sqlite.schema import migrations

T = TypeVar("T")

_log = structlog.get_logger(__name__)

#: Connections of a process, each with its thread.
CONNECTIONS = 4
#: Seconds that works under way have once the store is closed, of the ten that a stop may take.
_LAST_WORKS = 1.0


class PostgresReader:
    """Implements `bot.ports.StoreReader`; to be closed."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._threads = ThreadPoolExecutor(CONNECTIONS, "postgres")
        self._closed = False

    async def read(self, work: Callable[[Transaction], T]) -> T:
        return await self._run(self._pool.read, work)

    async def damage(self) -> str | None:
        def look(pooled: Pooled) -> None:
            pooled.connection.take_time()
            for table in tables():
                pooled.connection.execute(f"SELECT count({table}.*) FROM {table}")

        try:
            await self._run(self._pool.look, look)
        except CorruptError as error:
            return str(error)
        return None

    async def findings(self) -> tuple[Violation, ...]:
        """Return where the stored facts contradict each other; it reads everything."""

        def look(pooled: Pooled) -> tuple[Violation, ...]:
            pooled.connection.take_time()
            return find(pooled.connection)

        return await self._run(self._pool.look, look)

    async def server(self) -> ServerFacts:
        """Return what the server tells of itself."""
        return await self._run(self._pool.look, lambda pooled: server_facts(pooled.connection))

    async def close(self) -> None:
        """Finish what is queued and hang up; closing again does nothing.

        What waits for a server that does not answer is broken off.
        """
        self._closed = True
        ending = asyncio.get_running_loop().run_in_executor(None, self._threads.shutdown)
        if not (await asyncio.wait({ending}, timeout=_LAST_WORKS))[0]:
            _log.warning("the database does not answer: its connections are closed")
            self._pool.break_off()
        await ending
        self._pool.close()

    async def _run(self, function: Callable[[Callable[..., T]], T], work: Callable[..., T]) -> T:
        if self._closed:
            raise TransientError("the database is closed")
        # The future is the caller's alone: a cancelled one takes no queued work away. It takes half
        # the time of asyncio's way to an executor, which joins two futures.
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[T] = loop.create_future()

        def run() -> None:
            try:
                result = function(work)
            except BaseException as error:  # noqa: BLE001 - it is handed to whoever waits
                loop.call_soon_threadsafe(_tell, outcome.set_exception, outcome, error)
            else:
                loop.call_soon_threadsafe(_tell, outcome.set_result, outcome, result)

        self._threads.submit(run)
        return await outcome

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


class PostgresStore(PostgresReader):
    """Implements `bot.ports.Store`; made by `open_store` and to be closed."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool)
        self._process = secrets.token_hex(8)

    @property
    def process(self) -> str:
        """A name that no other process has, nor this one after a restart."""
        return self._process

    async def write(self, work: Callable[[Transaction], T]) -> T:
        return await self._run(self._pool.write, work)

    async def erase(self) -> bool:
        """Leave it to the server, whose own vacuum takes away what was deleted."""
        return True

    @property
    def replays(self) -> int:
        """Works that were done again so far, because another one was in their way."""
        return self._pool.replays


async def open_store(url: str) -> PostgresStore:
    """Open the database, checked and brought up to date; its tables are made where it is empty.

    Raises:
        RefusedError: its shop has moved, or a move into it was broken off.
        TransientError: it cannot be reached or written now.
        CorruptError: it is newer than this program, another program's, or not fit for a shop.
    """
    await asyncio.to_thread(_on_connection, url, partial(settle, write=True))
    await asyncio.to_thread(_on_connection, url, prepare)
    return PostgresStore(Pool(url))


@asynccontextmanager
async def open_reader(url: str) -> AsyncIterator[PostgresReader]:
    """Open a database that exists, as `bot.ports.Database.open_reader` does."""
    done = await asyncio.to_thread(_on_connection, url, version)
    if not done:
        raise RefusedError("database.missing", path=without_password(url))
    await asyncio.to_thread(_on_connection, url, partial(settle, write=False))
    if done < len(migrations()):
        raise RefusedError("database.outdated", path=without_password(url))
    await asyncio.to_thread(_on_connection, url, refuse_difference)
    async with PostgresReader(Pool(url)) as reader:
        yield reader


def _tell(settle: Callable[[Any], None], outcome: asyncio.Future[T], what: object) -> None:
    if not outcome.done():  # its caller was cancelled
        settle(what)


def _on_connection(url: str, function: Callable[[PostgresConnection], T]) -> T:
    try:
        with closing(PostgresConnection(url)) as connection:
            return function(connection)
    except psycopg.Error as error:
        raise translate_at(url, error) from error
