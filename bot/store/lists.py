"""Lists as parameters: ``IN (?, ?, …)`` in a few lengths, so that statements stay prepared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

T = TypeVar("T")

#: Longest list in one statement; longer ones are asked for in parts.
LONGEST = 512


def padded(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield the distinct values in parts, each filled up to a power of two by its last value."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), LONGEST):
        part = distinct[start : start + LONGEST]
        length = 1 << (len(part) - 1).bit_length()
        yield part + part[-1:] * (length - len(part))


def marks(values: Sized) -> str:
    """Return as many question marks as there are values."""
    return ", ".join("?" * len(values))
