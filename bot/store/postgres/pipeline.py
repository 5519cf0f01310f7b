"""Connections whose statements travel together: nobody waits for an answer before it is looked at.

Each wait costs a trip to the server and turns of the interpreter's lock, and most of a work's
statements are followed by others: so ``BEGIN`` goes with the first question, what only writes with
the next one, and nobody waits for the answer to ``ROLLBACK``. An error is raised where an answer
is looked at, or by `PipelinedConnection.commit`; what was sent after it was not run.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from psycopg import pq

from bot.store.db import Values
from bot.store.postgres.connection import (
    DONE,
    PostgresConnection,
    SilentError,
)
from bot.store.postgres.statements import PostgresRows

#: What was sent: a statement and whom its answer is for, a text that was prepared with the types of
#: its values, or a mark up to which the server answers, and behind which it begins anew.
_Sent = tuple[str, "_Answer | None"] | tuple[str, tuple[int, ...]] | None


class _Answer(PostgresRows):
    """What a statement gave; looking at it waits for the server."""

    __slots__ = ("_wait",)

    def __init__(self, wait: Callable[[], None]) -> None:
        self._wait = wait

    def __getattr__(self, name: str) -> Any:
        """Wait for what is there once the answer is."""
        self._wait()
        return object.__getattribute__(self, name)

    def take(self, rows: Iterator[Any], count: int) -> None:
        """Take the answer in."""
        super().__init__(rows, count)


class PipelinedConnection(PostgresConnection):
    """A connection for transactions; outside of one, what is asked is answered at once."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._begun = False
        self._sent: deque[_Sent] = deque()

    def begin(self, words: str) -> None:
        """Begin a transaction by these words."""
        self._begun = True
        self._unhurried = None
        self._say(words)

    def commit(self) -> None:
        """Keep what the transaction did, once all of it is answered.

        Raises:
            psycopg.ProgrammingError: an error amid it was caught, after which nothing is kept.
        """
        self._say("COMMIT")
        self.catch_up()
        self._begun = False

    def wait_on(self) -> None:
        """Wait once more for the answer to COMMIT, which did not come in time."""
        self.silent, self._silence = False, 0
        self.catch_up()
        self._begun = False

    def roll_back(self) -> None:
        """Undo what was begun and not kept. Its answer is read when the connection is used next."""
        if self.silent:
            raise SilentError("the database does not answer")
        if not self._begun:
            return
        try:
            self.catch_up()
        except psycopg.Error:
            if self.broken:
                raise
        if self.raw.pgconn.transaction_status != pq.TransactionStatus.IDLE:
            self._say("ROLLBACK")
            self._mark()
        self._begun = False

    def execute(self, statement: str, values: Values = (), /) -> PostgresRows:
        """Run a statement of the store."""
        answer = _Answer(self.catch_up)
        self._ask(statement, values, answer)
        if not self._begun:
            self.catch_up()
        return answer

    def command(self, words: str) -> Any:
        """Run words without values at once; return the first value of the last answer."""
        self.catch_up()
        self.raw.pgconn.exit_pipeline_mode()
        return super().command(words)

    def catch_up(self) -> None:
        """Read the answers to all that was asked, and raise the first error among them."""
        if not self._sent:
            return
        if self._sent[-1] is not None:
            self._mark()
        failed, undone = None, False
        while self._sent:
            result = self._expected()
            sent = self._sent.popleft()
            if sent is None:
                continue
            self.raw.pgconn.get_result()  # the end of this answer
            words, whose = sent
            if result.status not in DONE:
                failed = failed or result
                if isinstance(whose, tuple):
                    del self._prepared[words, whose]
            elif isinstance(whose, _Answer):
                whose.take(*self._read(words, result))
            undone |= words == "COMMIT" and result.command_status == b"ROLLBACK"
        if failed:
            self._checked(failed)
        if undone:
            raise psycopg.ProgrammingError("a work passed over an error, and nothing was kept")

    def _expected(self) -> Any:
        result = self._next()
        if result is None:
            raise psycopg.OperationalError("the server hung up")
        return result

    def _ask(self, statement: str, values: Values, answer: _Answer) -> None:
        self.raw.pgconn.enter_pipeline_mode()
        self.raw.pgconn.send_query_prepared(*self._told(statement, values))
        self._sent.append((statement, answer))

    def _say(self, words: str) -> None:
        self.raw.pgconn.enter_pipeline_mode()
        self.raw.pgconn.send_query_params(words.encode(), None)
        self._sent.append((words, None))

    def _prepare(self, name: bytes, text: str, types: tuple[int, ...]) -> None:
        self.raw.pgconn.enter_pipeline_mode()
        self.raw.pgconn.send_prepare(name, text.encode(), types)
        self._sent.append((text, types))

    def _mark(self) -> None:
        """Have the server answer all that was sent."""
        self.raw.pgconn.pipeline_sync()
        self._sent.append(None)
        self._flush()
