"""Who runs on a database: a shop's processes share its lock; whoever must be alone takes it whole.

The server drops it with the connection that holds it. A server that starts again has dropped it
too, though the processes go on: each takes it anew. Behind a pooler that gives connections to
others between transactions it would be nobody's; such a one is found by what it does, since none
of them says its name.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress

import psycopg
import structlog

from bot.domain.errors import UnfitError
from bot.ports import DatabaseInUseError
from bot.store.postgres.addresses import without_password
from bot.store.postgres.connection import PostgresConnection
from bot.store.postgres.failures import translate_at

_log = structlog.get_logger(__name__)

#: Seconds between two looks whether the server still knows of this process.
_EVERY = 5.0
#: Seconds for the last words to the server; then the lock goes with the process.
_LAST_WORDS = 0.5
#: The first half of the lock's key: "shop" in ASCII. The second is the schema's.
_LOCK = 0x73686F70
_KEY = f"{_LOCK}, hashtext(current_schema())"
_SHARED = f"SELECT pg_try_advisory_lock_shared({_KEY})"
_ALONE = f"SELECT pg_try_advisory_lock({_KEY})"
_HOLDERS = f"""
FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = {_LOCK}
  AND l.objid = hashtext(current_schema())::oid
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def holders(connection: PostgresConnection) -> tuple[str, ...]:
    """Return the names of the processes that hold the lock, the longest running first."""
    words = f"SELECT a.application_name {_HOLDERS} ORDER BY a.backend_start, a.pid"
    return tuple(row[0] for row in connection.execute(words))


@contextmanager
def locked(url: str, *, alone: bool) -> Iterator[None]:
    """Hold the lock by a connection of its own, as `bot.ports.Database.lock` does."""
    try:
        _refuse_pooler(url)
        connection = _taken(url, alone=alone)
    except psycopg.Error as error:
        raise translate_at(url, error) from error
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(url, connection, over, alone), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join(_LAST_WORDS)


@contextmanager
def alone_on(url: str) -> Iterator[PostgresConnection]:
    """Give a connection that holds the whole lock: whatever is done on it is done under it.

    Raises:
        DatabaseInUseError: another process runs there.
        UnfitError: a pooler before the server keeps no lock.
        psycopg.Error: the server cannot be reached, or hung up: the lock is gone then too.
    """
    _refuse_pooler(url)
    connection = _taken(url, alone=True)
    try:
        yield connection
    finally:
        _release(connection)
        connection.close()


def shares_connections(url: str) -> bool:
    """Return whether a pooler gives a connection to somebody else between two transactions.

    What one has prepared is asked of it again while another is amid a transaction, and so has the
    connection that the first one used.
    """
    with closing(PostgresConnection(url)) as ours, closing(PostgresConnection(url)) as other:
        ours.command("PREPARE shop_probe AS SELECT 1")
        other.command("BEGIN; SELECT 1")
        try:
            ours.command("EXECUTE shop_probe")
        except psycopg.errors.InvalidSqlStatementName:
            return True
    return False


def _refuse_pooler(url: str) -> None:
    if shares_connections(url):
        raise UnfitError(
            "a pooler in front of it shares connections between transactions and keeps no lock:"
            " set pool_mode = session there, or connect to the server itself"
        )


def _taken(url: str, *, alone: bool) -> PostgresConnection:
    connection = PostgresConnection(url)
    with ExitStack() as stack:
        stack.callback(connection.close)
        taken = connection.command(_ALONE if alone else _SHARED)
        if taken is None:
            raise UnfitError("no schema that its search_path names is there")
        if taken != "t":
            others = ", ".join(holders(connection))
            raise DatabaseInUseError(without_password(url), others or "another process")
        stack.pop_all()
    return connection


def _keep(url: str, connection: PostgresConnection, over: threading.Event, alone: bool) -> None:
    """Keep the lock until it is over; whoever must be alone does not go on without it."""
    while not over.wait(_EVERY):
        try:
            if connection.broken:
                connection = _taken(url, alone=alone)
                _log.info("the database knows of this process again")
            connection.command("SELECT 1")
        except (psycopg.Error, DatabaseInUseError) as error:
            connection.close()
            if alone:
                return
            _log.warning("the database does not know of this process", error=type(error).__name__)
    _release(connection)
    connection.close()


def _release(connection: PostgresConnection) -> None:
    """Drop the lock now: the server ends a session a moment after it was closed."""
    with suppress(psycopg.Error):
        connection.command("ROLLBACK")  # of a work that failed, in which nothing else is taken
        connection.command("SELECT pg_advisory_unlock_all()")
