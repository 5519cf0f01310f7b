"""Connections to the server, on which the store's SQL runs.

Every whole number is sent as a bigint, so that a statement is prepared once. It is run by libpq
itself: a cursor of psycopg's takes twice the CPU. A server that keeps silent is not waited for: a
proxy before one that is gone may go on taking in what is asked, and nothing of TCP's ends that.
"""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from itertools import count
from typing import Any

import psycopg
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumperUnknown

from bot.store.db import Values
from bot.store.postgres.addresses import conninfo
from bot.store.postgres.statements import PostgresRow, PostgresRows, in_postgres

#: Statements that stay prepared on a connection, each with the types it was given; the shop's own
#: are fewer.
_STATEMENTS = 512
_UNHURRIED = (
    "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;"
    " SELECT pg_backend_pid()"
)
#: Whether a session is at something, and not at waiting for whoever asked.
_AT_IT = (
    "SELECT state = 'active' AND wait_event_type IS DISTINCT FROM 'Client'"
    " FROM pg_stat_activity WHERE pid = {pid}"
)
#: What libpq says of an answer that is no error.
DONE = frozenset({pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK})
#: Seconds of silence after which nothing is waited for: more than the server's own bounds.
_PATIENCE = 20
_ESCAPED = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))
#: Bytes of rows that are sent at a time.
_ROWS_SENT = 65536
#: Milliseconds after which libpq is asked again though the socket has nothing: TLS may hold back
#: what it has read.
_LOOK_AGAIN = 1000


class _TextDumper(StrDumperUnknown):
    """Text without U+0000, which PostgreSQL keeps nowhere and nobody types."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)


class SilentError(psycopg.OperationalError):
    """The connection stands, and no answer came for too long."""


class PostgresConnection:
    """A connection, in no transaction of psycopg's own. Implements `bot.store.db.Db`.

    Attributes:
        raw: psycopg's.
        silent: Whether the server was waited for in vain.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self.raw = psycopg.connect(conninfo(url), autocommit=True)
        self.raw.adapters.register_dumper(int, Int8Dumper)
        self.raw.adapters.register_dumper(str, _TextDumper)
        self._adapt = Transformer(self.raw)
        self._prepared: dict[tuple[str, tuple[int, ...]], bytes] = {}
        self._numbers = count()
        self._shapes: dict[str, type[PostgresRow]] = {}
        self._socket = select.poll()
        self._socket.register(self.raw.fileno(), select.POLLIN)
        self._unhurried: str | None = None  # the session's number
        self._silence = 0  # looks in vain
        self.silent = False

    @property
    def broken(self) -> bool:
        """Whether the server hung up, or may as well have."""
        return self.raw.closed or self.silent

    def take_time(self) -> None:
        """Let the transaction that was begun take as long as the server is at it."""
        self._unhurried = self.command(_UNHURRIED)

    def execute(self, statement: str, values: Values = (), /) -> PostgresRows:
        """Run a statement of the store."""
        told = self._told(statement, values)
        self.raw.pgconn.send_query_prepared(*told)
        return PostgresRows(*self._read(statement, self._answered()))

    def executemany(self, statement: str, values: Iterable[Sequence[Any]], /) -> None:
        """Run a statement once for each of these."""
        for one in values:
            self.execute(statement, one)

    def command(self, words: str) -> Any:
        """Run words without values in one message; return the first value of the last answer."""
        self.raw.pgconn.send_query(words.encode())
        result = self._answered()
        value = result.get_value(0, 0) if result.ntuples else None
        return value.decode() if value is not None else None

    def take_in(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Have the server copy these rows into a table; nobody waits for a row's answer."""
        libpq = self.raw.pgconn
        libpq.send_query(f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode())
        self._flush()
        begun = self._next()
        if begun is None or begun.status != pq.ExecStatus.COPY_IN:
            with suppress(psycopg.Error):
                self._answered()
            self._checked(begun)
        sent = bytearray()
        try:
            for row in rows:
                sent += ("\t".join(map(_in_copy, row)) + "\n").encode()
                if len(sent) >= _ROWS_SENT:
                    libpq.put_copy_data(sent)
                    self._flush()
                    sent.clear()
            libpq.put_copy_data(sent)
        except BaseException:
            if not self.broken:
                libpq.put_copy_end(b"broken off")
                with suppress(psycopg.Error):
                    self._answered()
            raise
        libpq.put_copy_end()
        self._answered()

    def close(self) -> None:
        """Hang up; closing again does nothing."""
        self.raw.close()

    def break_off(self) -> None:
        """Let whoever waits for an answer in another thread hear at once that none comes."""
        with (
            suppress(psycopg.Error, OSError),
            socket.socket(fileno=os.dup(self.raw.fileno())) as line,
        ):
            line.shutdown(socket.SHUT_RDWR)

    def _told(self, statement: str, values: Values) -> tuple[bytes, Any, Any]:
        """Return what libpq is told: the name of what is prepared, its values and their formats."""
        text, names = in_postgres(statement)
        given = [values[name] for name in names] if isinstance(values, Mapping) else values
        words = self._adapt.dump_sequence(given, [PyFormat.TEXT] * len(given))
        return self._name_of(text, self._adapt.types or ()), words, self._adapt.formats

    def _read(self, statement: str, result: Any) -> tuple[Iterator[Any], int]:
        """Return the rows of an answer, and how many there are or were changed."""
        count = result.command_tuples or 0
        if not result.nfields:
            return iter(()), count
        shape = self._shapes.get(statement) or self._shape(statement, result)
        self._adapt.set_pgresult(result)
        return iter(self._adapt.load_rows(0, result.ntuples, shape)), count

    def _name_of(self, text: str, types: tuple[int, ...]) -> bytes:
        """Return the name of a prepared statement, which is prepared where it is new."""
        known = self._prepared.get((text, types))
        if known is not None:
            return known
        if len(self._prepared) >= _STATEMENTS:
            self.command("DEALLOCATE ALL")
            self._prepared.clear()
        name = b"shop_%d" % next(self._numbers)
        self._prepare(name, text, types)
        self._prepared[text, types] = name
        return name

    def _prepare(self, name: bytes, text: str, types: tuple[int, ...]) -> None:
        self.raw.pgconn.send_prepare(name, text.encode(), types)
        self._answered()

    def _answered(self) -> Any:
        """Return the last answer to what was sent, unless it is an error."""
        self._flush()
        last = None
        while (result := self._next()) is not None:
            last = result
        return self._checked(last)

    def _flush(self) -> None:
        """Send what was said; of a large value the server takes some in, and answers."""
        while self.raw.pgconn.flush():
            self._socket.modify(self.raw.fileno(), select.POLLIN | select.POLLOUT)
            try:
                self._look()
            finally:
                self._socket.modify(self.raw.fileno(), select.POLLIN)

    def _next(self) -> Any:
        """Wait for the next answer and return it, None after the last one."""
        while self.raw.pgconn.is_busy():
            self._look()
        return self.raw.pgconn.get_result()

    def _look(self) -> None:
        """Wait until the connection has something; the interpreter is free meanwhile."""
        if self._socket.poll(_LOOK_AGAIN):
            self._silence = 0
        else:
            self._silence += 1
            if self._silence >= _PATIENCE:
                if not self._is_at_it():
                    self.silent = True
                    raise SilentError("the database does not answer")
                self._silence = 0
        self.raw.pgconn.consume_input()

    def _is_at_it(self) -> bool:
        """Return whether the server is at what may take as long as it needs, as it tells others."""
        if self._unhurried is None:
            return False
        try:
            with closing(PostgresConnection(self._url)) as other:
                return bool(other.command(_AT_IT.format(pid=self._unhurried)) == "t")
        except psycopg.Error:
            return False

    def _checked(self, result: Any) -> Any:
        """Return what libpq answered, unless it is an error."""
        if result is not None and result.status in DONE:
            return result
        if result is None or self.broken:
            raise psycopg.OperationalError("the server hung up")
        raise psycopg.errors.error_from_result(result)

    def _shape(self, statement: str, result: Any) -> type[PostgresRow]:
        places = {result.fname(n).decode(): n for n in reversed(range(result.nfields))}
        shape = type("PostgresRow", (PostgresRow,), {"__slots__": (), "places": places})
        self._shapes[statement] = shape
        return shape


def _in_copy(value: Any) -> str:
    """Return a value as COPY's text format has it, of which tabs and lines are the frame."""
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    if isinstance(value, str):
        for sign, escaped in _ESCAPED:
            value = value.replace(sign, escaped)
    return str(value)
