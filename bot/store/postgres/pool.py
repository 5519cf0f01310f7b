"""Transactions on a few connections: serializable, and done again where another one was in the way.

A work may therefore run more than once before anybody is answered. What an answer to COMMIT that
never came would have said is asked of the server afterwards, by the transaction's number.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, LifoQueue
from typing import TypeVar

import psycopg

from bot.domain.errors import TransientError
from bot.ports import Transaction
from bot.store.postgres.connection import PostgresConnection
from bot.store.postgres.failures import REPLAYED, translate
from bot.store.postgres.pipeline import PipelinedConnection
from bot.store.transaction import SqlTransaction

T = TypeVar("T")

#: Seconds in which a work is done again: a rush on one row is over by then. A bound by number
#: refuses honest taps, since who comes later may be through sooner.
_REPLAYED_FOR = 10.0
#: Its pauses grow to a tenth of a second.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.001, 0.1
#: A new connection that fails is made anew so often, as nothing was asked on it yet: whoever cut it
#: off need not be there any more. A server that is away is told of at once.
_TRIES = 5
#: Seconds in which one of the others may come free instead: the server may have no room for more.
_FREE_WITHIN = 2.0
#: Seconds in which a server that hung up amid a commit must be back to say what became of it.
_ASKED_FOR = 10.0
_WRITE = "BEGIN ISOLATION LEVEL SERIALIZABLE"
_NUMBER = "SELECT cast(pg_current_xact_id() AS text)"
#: Of a server's log: a stand-by that takes over begins another.
_TIMELINE = "left(pg_walfile_name(pg_current_wal_lsn()), 8)"
#: Whether the server has not died since a connection was made: one as old is still there, such as
#: the one that holds the shop's lock. A server that did, and one that took over from it, give the
#: numbers anew that they had not heard of.
_UNBROKEN = (
    f"{_TIMELINE} = '{{timeline}}' AND EXISTS (SELECT FROM pg_stat_activity"
    " WHERE usename = current_user AND backend_start <= '{since}')"
)
_UNDECIDED = frozenset({"in progress", "unknown"})
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class _LostError(Exception):
    """The server hung up before it was asked to commit, or kept nothing."""

    def __init__(self, why: psycopg.Error) -> None:
        super().__init__()
        self.why = why


class Pooled:
    """A connection and the store on it.

    Attributes:
        fresh: Whether nothing ran on it before. What was prepared on an older one is refused once a
            newer program has added a column.
    """

    def __init__(self, connection: PipelinedConnection) -> None:
        self.fresh = True
        self.connection = connection
        timeline, since = self.connection.command(f"SELECT {_TIMELINE} || '|' || now()").split("|")
        self.unbroken = _UNBROKEN.format(timeline=timeline, since=since)
        self.transaction: Transaction = SqlTransaction(self.connection)


class Pool:
    """The connections that nobody uses at the moment; every method may be called in any thread.

    Args:
        url: The database's.

    Attributes:
        replays: Works done again so far.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._idle: LifoQueue[Pooled] = LifoQueue()
        self._standing: set[PostgresConnection] = set()
        self._over = False
        self.replays = 0

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run a work in a transaction of its own, as `bot.ports.Store.write` does."""
        until, pause = time.monotonic() + _REPLAYED_FOR, _FIRST_PAUSE
        while True:
            try:
                return self._once(work)
            except (*REPLAYED, _LostError) as error:
                self.replays += 1
                why = error.why if isinstance(error, _LostError) else error
            except psycopg.Error as error:
                raise translate(error) from error
            if time.monotonic() >= until:
                raise translate(why) from why
            time.sleep(random.uniform(0, pause))  # noqa: S311 - they must only not meet again
            pause = min(2 * pause, _LONGEST_PAUSE)

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a work on a snapshot, as `bot.ports.Store.read` does."""
        return self.look(lambda pooled: work(pooled.transaction))

    def look(self, work: Callable[[Pooled], T]) -> T:
        """Run a function of a connection on a snapshot."""
        until = time.monotonic() + _REPLAYED_FOR
        try:
            while True:
                pooled = self._take()
                try:
                    pooled.connection.begin(_READ)
                    result = work(pooled)
                    pooled.connection.catch_up()
                except psycopg.Error as error:
                    worn = self._is_worn(pooled, error)
                    if not worn or (pooled.fresh and time.monotonic() >= until):
                        raise
                else:
                    return result
                finally:
                    self._end(pooled)
        except psycopg.Error as error:
            raise translate(error) from error

    def break_off(self) -> None:
        """End what waits for a server that does not answer, and begin nothing any more."""
        self._over = True
        for connection in self._standing.copy():
            connection.break_off()

    def close(self) -> None:
        """Hang up."""
        with suppress(Empty):  # other threads take and put back meanwhile
            while True:
                self._let_go(self._idle.get_nowait().connection)

    def _once(self, work: Callable[[Transaction], T]) -> T:
        pooled = self._take()
        connection = pooled.connection
        try:
            try:
                connection.begin(_WRITE)
                number = connection.execute(_NUMBER)
                result = work(pooled.transaction)
                known: str = number.fetchone()[0]
            except psycopg.OperationalError as error:
                if connection.broken:
                    raise _LostError(error) from error
                raise
            try:
                connection.commit()
            except psycopg.OperationalError as error:
                if not connection.broken:
                    raise
                if not self._was_committed(known, pooled):
                    raise _LostError(error) from error
        except psycopg.errors.FeatureNotSupported as error:
            if not self._is_worn(pooled, error):
                raise
            raise _LostError(error) from error
        else:
            return result
        finally:
            self._end(pooled)

    def _take(self) -> Pooled:
        """Return a connection that is free, or a new one; where none can be made, wait for one."""
        until, pause, tries = time.monotonic() + _FREE_WITHIN, 0.0, 0
        while True:
            with suppress(Empty):
                return self._idle.get(timeout=pause) if pause else self._idle.get_nowait()
            try:
                return self._new()
            except psycopg.OperationalError:
                tries += 1
                if time.monotonic() >= until or (tries >= _TRIES and not self._standing):
                    raise
            pause = min(2 * pause or _FIRST_PAUSE, _LONGEST_PAUSE)

    def _new(self) -> Pooled:
        if self._over:
            raise TransientError("the database is closed")
        connection = PipelinedConnection(self._url)
        self._keep(connection)
        try:
            return Pooled(connection)
        except psycopg.Error:
            self._let_go(connection)
            raise

    def _keep(self, connection: PostgresConnection) -> None:
        """Have a connection broken off with the others."""
        self._standing.add(connection)
        if self._over:
            connection.break_off()

    def _let_go(self, connection: PostgresConnection) -> None:
        self._standing.discard(connection)
        connection.close()

    def _is_worn(self, pooled: Pooled, error: psycopg.Error) -> bool:
        """Return whether a new connection may not have this error; hang this one up then."""
        if not pooled.fresh and isinstance(error, psycopg.errors.FeatureNotSupported):
            pooled.connection.close()
        return pooled.connection.broken

    def _end(self, pooled: Pooled) -> None:
        """Put a connection back, with nothing to come on it but the end of what was read."""
        if pooled.connection.silent:
            self.close()  # the others go the same way
        try:
            pooled.connection.roll_back()
        except psycopg.Error:
            self._let_go(pooled.connection)
        else:
            pooled.fresh = False
            self._idle.put(pooled)

    def _was_committed(self, number: str, pooled: Pooled) -> bool:
        """Ask what became of a transaction whose COMMIT was not answered.

        What is not committed under its number never was. What is, may be another transaction that
        was given the number after a crash. Where the server is at it yet, since its stand-by is
        away, it is waited for: one that is hung up on would stay there, and each tap leave another.

        Raises:
            TransientError: nobody can say.
        """
        until = time.monotonic() + _ASKED_FOR
        asked = f"pg_xact_status('{number}'::xid8)"
        words = (
            f"SELECT CASE WHEN {pooled.unbroken} THEN {asked} ELSE nullif({asked}, 'committed') END"
        )
        while time.monotonic() < until and not self._over:
            try:
                connection = PostgresConnection(self._url)
                self._keep(connection)
                try:
                    status = connection.command(words)
                finally:
                    self._let_go(connection)
            except psycopg.errors.InvalidParameterValue:  # a number that nobody has had
                return False
            except psycopg.Error:
                status = "unknown"
            if status == "in progress" and pooled.connection.silent:
                with suppress(psycopg.OperationalError):
                    pooled.connection.wait_on()
                    return True
                until = time.monotonic() + _ASKED_FOR
            elif status not in _UNDECIDED:
                break
            time.sleep(_LONGEST_PAUSE)
        else:
            status = None
        if status is None:
            raise TransientError("the database did not say whether it kept the change")
        return bool(status == "committed")
