"""Write transactions: works that wait at the same time share one commit and one sync of the disk.

Each work has a savepoint of its own: one that raises takes back its own changes and nobody else's.
Nobody is answered before the commit, for an answer may rest on what another work of the same
commit has done.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

from bot.domain.errors import TransientError
from bot.ports import Transaction
from bot.store.sqlite.failures import translate

T = TypeVar("T")

#: Most works in one commit: what is held up by one that is slow stays bounded.
MOST = 64


class Job(Generic[T]):
    """A work and, once its commit is through, its outcome."""

    __slots__ = ("_error", "_result", "_work")

    def __init__(self, work: Callable[[Transaction], T]) -> None:
        self._work = work
        self._result: T
        self._error: BaseException | None = None

    def run(self, transaction: Transaction) -> None:
        """Do the work, and raise what it raises."""
        self._result = self._work(transaction)

    def fail(self, error: BaseException) -> None:
        """Record that the work's changes are undone, and why."""
        self._error = translate(error) if isinstance(error, sqlite3.Error) else error
        if self._error is not error:
            self._error.__cause__ = error

    def outcome(self) -> T:
        """Return what the work returned, or raise what it raised."""
        if self._error is not None:
            raise self._error
        return self._result


class Commits:
    """The works that wait for the writing connection.

    Args:
        transaction: What they work on.
        demand_place: Raises where the database's files are not what was opened.
        most: Most works in one commit.
    """

    def __init__(
        self, transaction: Transaction, demand_place: Callable[[], None], most: int = MOST
    ) -> None:
        self._transaction = transaction
        self._demand_place = demand_place
        self._most = most
        self._waiting: deque[Job[Any]] = deque()

    def queue(self, work: Callable[[Transaction], T]) -> Job[T]:
        """Queue a work; a call of `commit` that starts after this one sees to it."""
        job = Job(work)
        self._waiting.append(job)
        return job

    def commit(self, connection: sqlite3.Connection) -> None:
        """Run what waits, the oldest first, in one transaction. Runs in the connection's thread.

        Every call takes at least one work where any waits, so as many calls as works see to all.
        """
        jobs = self._take()
        if not jobs:
            return  # an earlier call took them all
        try:
            _roll_back(connection)
            self._demand_place()
            self._run(connection, jobs)
            self._demand_place()  # gone meanwhile: nobody is told that it is kept
        except BaseException as error:  # noqa: BLE001 - it is handed to whoever waits
            for job in jobs:
                job.fail(error)
        # Should even this fail, the next commit tries it again before anything else.
        with suppress(sqlite3.Error):
            _roll_back(connection)

    def _take(self) -> list[Job[Any]]:
        taken: list[Job[Any]] = []
        while self._waiting and len(taken) < self._most:
            taken.append(self._waiting.popleft())
        return taken

    def _run(self, connection: sqlite3.Connection, jobs: Sequence[Job[Any]]) -> None:
        connection.execute("BEGIN IMMEDIATE").close()
        if len(jobs) == 1:
            jobs[0].run(self._transaction)
        else:
            for job in jobs:
                self._run_apart(connection, job)
        _refuse_undone(connection)
        connection.execute("COMMIT").close()

    def _run_apart(self, connection: sqlite3.Connection, job: Job[Any]) -> None:
        connection.execute("SAVEPOINT work").close()
        try:
            job.run(self._transaction)
        except BaseException as error:  # noqa: BLE001 - it is handed to whoever waits
            _refuse_undone(connection, error)
            connection.execute("ROLLBACK TO work").close()
            job.fail(error)
        _refuse_undone(connection)
        connection.execute("RELEASE work").close()


def _refuse_undone(connection: sqlite3.Connection, cause: BaseException | None = None) -> None:
    """Raise where SQLite undid the transaction by itself, as a full or failing disk makes it do."""
    if not connection.in_transaction:
        raise TransientError("the database undid the changes") from cause


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK").close()
