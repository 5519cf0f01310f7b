"""Every row of a shop from a server into a file or back, each table read back and compared.

Rows pass one by one: a million orders need no more memory than a thousand.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from bot.domain.errors import CorruptError, RefusedError, ShopError
from bot.ports import Tell, Violation
from bot.store.invariants import find
from bot.store.moves import RowSum
from bot.store.postgres.connection import PostgresConnection
from bot.store.postgres.schema import NUMBERED, tables
from bot.store.sqlite.failures import primary_code

_Row = tuple[Any, ...]

#: Rows fetched from the server at a time.
_FETCHED = 200
#: Rows between two calls of the progress function.
_STEP = 1000


class Copy:
    """One copy, within a transaction of each side; nothing is committed here.

    Args:
        server: Within a transaction that sees one state.
        file: Likewise; foreign keys are off.
        tell: The progress function.

    Attributes:
        rows: Copied so far.
    """

    def __init__(
        self, server: PostgresConnection, file: sqlite3.Connection, tell: Tell | None
    ) -> None:
        self._server = server
        self._file = file
        self._tell = tell or (lambda _done, _total: None)
        self._done = self._total = self.rows = 0
        # The counts come last: triggers count while orders are written.
        self._tables = sorted(tables(), key=lambda name: name == "order_counts")

    def to_file(self) -> tuple[Violation, ...]:
        """Fill the file, and return what contradicts itself on both sides.

        Raises:
            CorruptError: the copy is not what is on the server.
        """
        self._count(self._server)
        for table in self._tables:
            columns = self._columns(table)
            listed, marks = ", ".join(columns), ", ".join("?" * len(columns))
            self._file.execute(f"DELETE FROM {table}").close()
            gone = RowSum()
            rows = self._counted(gone.over(self._on_server(table, columns)))
            words = f"INSERT INTO {table} ({listed}) VALUES ({marks})"
            self._file.executemany(words, rows).close()
            self._compare(table, gone, self._in_file(table, columns))
        stray = self._file.execute("PRAGMA foreign_key_check").fetchone()
        if stray is not None:
            raise CorruptError(f"a row of {stray[0]} points to a row of {stray[2]} that is missing")
        return self._findings()

    def to_server(self) -> tuple[Violation, ...]:
        """Fill the server's tables, and return what contradicts itself on both sides.

        Raises:
            CorruptError: the copy is not what is in the file.
            RefusedError: ``move.unreadable``: a text in the file is not UTF-8.
        """
        self._count(self._file)
        self._server.command(f"TRUNCATE {', '.join(self._tables)}")
        # The counts are copied: counted order by order, a million would take for ever.
        self._server.command("ALTER TABLE orders DISABLE TRIGGER USER")
        for table in self._tables:
            columns = self._columns(table)
            gone = RowSum()
            rows = self._counted(gone.over(self._in_file(table, columns)))
            self._server.take_in(table, columns, rows)
            self._compare(table, gone, self._on_server(table, columns))
        self._server.command("ALTER TABLE orders ENABLE TRIGGER USER")
        for table in NUMBERED:
            self._server.command(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"
                f" coalesce(max(id), 0) + 1, false) FROM {table}"
            )
        self._server.command(f"ANALYZE {', '.join(self._tables)}")
        return self._findings()

    def orders(self) -> int:
        """Return how many orders there are."""
        orders: int = self._file.execute("SELECT count(*) FROM orders").fetchone()[0]
        return orders

    def _count(self, source: PostgresConnection | sqlite3.Connection) -> None:
        for table in self._tables:
            self._total += 2 * source.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def _columns(self, table: str) -> list[str]:
        return [row[1] for row in self._file.execute(f"PRAGMA table_info({table})")]

    def _in_file(self, table: str, columns: list[str]) -> Iterator[_Row]:
        try:
            yield from map(tuple, self._file.execute(f"SELECT {', '.join(columns)} FROM {table}"))
        except sqlite3.OperationalError as error:
            if primary_code(error):
                raise
            raise self._unreadable(table, columns) from None  # its words quote the row

    def _unreadable(self, table: str, columns: list[str]) -> ShopError:
        """Return which text cannot be read."""
        about = self._file.execute(f"PRAGMA table_info({table})").fetchall()
        texts = [kind == "TEXT" for _, _, kind, _, _, _ in about]
        keys = [name for _, name, _, _, _, key in about if key]
        self._file.text_factory = bytes
        for row in self._file.execute(f"SELECT {', '.join(columns)} FROM {table}"):
            values = dict(zip(columns, row, strict=True))
            for (name, value), is_text in zip(values.items(), texts, strict=True):
                if is_text and value is not None and not _is_utf8(value):
                    of = ", ".join(f"{key} = {_shown(values[key])}" for key in keys)
                    return RefusedError("move.unreadable", table=table, row=of, column=name)
        raise AssertionError(table)

    def _on_server(self, table: str, columns: list[str]) -> Iterator[_Row]:
        name = f"rows_of_{table}"
        query = f"SELECT {', '.join(columns)} FROM {table}"
        self._server.command(f"DECLARE {name} CURSOR FOR {query}")
        while rows := self._server.execute(f"FETCH {_FETCHED} FROM {name}").fetchall():
            yield from map(tuple, rows)
        self._server.command(f"CLOSE {name}")

    def _counted(self, rows: Iterable[_Row]) -> Iterator[_Row]:
        for row in rows:
            if self._done % _STEP == 0:
                self._tell(self._done, self._total)
            self._done += 1
            yield row

    def _compare(self, table: str, gone: RowSum, rows: Iterable[_Row]) -> None:
        came = RowSum()
        for _ in self._counted(came.over(rows)):
            pass
        if not came.same(gone):
            raise CorruptError(
                f"of {table}, {came.rows} rows came of {gone.rows}, and they are not the same;"
                " nothing was changed"
            )
        self.rows += came.rows

    def _findings(self) -> tuple[Violation, ...]:
        self._tell(self._total, self._total)
        ours, theirs = find(self._file), find(self._server)
        # Which findings of a rule are told is each engine's choice, how many is not.
        if Counter(one.rule for one in ours) != Counter(one.rule for one in theirs):
            raise CorruptError("the copy breaks other rules than its source; nothing was changed")
        return ours


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _shown(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
