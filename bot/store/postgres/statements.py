"""The store's statements as PostgreSQL takes them, and rows as the store reads them.

A statement keeps its text; only its marks become ``$1``, ``$2``, ….
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

_MARK = re.compile(r"('(?:[^']|'')*'|::)|\?|:([a-z_][a-z_0-9]*)")


class PostgresRow(tuple[Any, ...]):
    """A row: its columns in their order, and each by its place or its name."""

    __slots__ = ()
    places: ClassVar[Mapping[str, int]]

    def __getitem__(self, column: Any, /) -> Any:
        return tuple.__getitem__(self, self.places[column] if type(column) is str else column)


class PostgresRows:
    """What a statement gave, read whole."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: Iterator[Any], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def fetchone(self) -> Any:
        """Return the next row, None where there is none."""
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        return list(self._rows)

    def fetchmany(self, size: int, /) -> list[Any]:
        """Return at most so many of the rows that are left."""
        return [row for _, row in zip(range(size), self._rows, strict=False)]

    def __iter__(self) -> Iterator[Any]:
        return self._rows


@cache
def in_postgres(statement: str) -> tuple[str, tuple[str, ...]]:
    """Return a statement with PostgreSQL's marks, and the names of those that have one."""
    names: list[str] = []
    count = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal count
        quoted, name = found.groups()
        if quoted is not None:
            return quoted
        if name is None:
            count += 1
            return f"${count}"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return _MARK.sub(mark, statement), tuple(names)
