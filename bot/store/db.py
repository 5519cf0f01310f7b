"""What the SQL is run on: the little that the engines' connections have in common.

One text serves every engine: marks are ``?`` and ``:name``, and nothing in it is one engine's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

#: What a statement's marks stand for, in their order or by their names.
Values = Sequence[Any] | Mapping[str, Any]
#: Longest list in one statement; longer ones are asked for in parts.
LONGEST = 512


class DbRow(Protocol):
    """A row: its columns in their order, and each by its place or its name."""

    def __getitem__(self, column: int | str, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...


class Rows(Protocol):
    """What a statement gave; an iterator over its rows."""

    @property
    def rowcount(self) -> int:
        """How many rows were inserted, changed or deleted."""
        ...

    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def fetchmany(self, size: int, /) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Db(Protocol):
    """A connection, within a transaction."""

    def execute(self, statement: str, values: Values = (), /) -> Rows: ...
    def executemany(self, statement: str, values: Iterable[Sequence[Any]], /) -> object: ...


def padded(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield the distinct values in parts, each filled up to a power of two by its last value.

    Lists thus come in a few lengths, and ``IN (?, ?, …)`` in a few texts that stay prepared.
    """
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), LONGEST):
        part = distinct[start : start + LONGEST]
        length = 1 << (len(part) - 1).bit_length()
        yield part + part[-1:] * (length - len(part))


def marks(values: Sized) -> str:
    """Return as many question marks as there are values."""
    return ", ".join("?" * len(values))
