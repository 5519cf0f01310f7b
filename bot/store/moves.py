"""A shop that moves from one database to another: what each of both remembers of it.

Two databases cannot commit at once, so one of them decides: the one that the shop leaves. The other
is marked before as arriving, and sells nothing until that mark is gone. Thus at no moment both are
the shop, whoever looks from wherever; and what was cut off between the two last marks, in which
neither is, the move ends when it is begun again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any

from bot.domain.errors import RefusedError
from bot.ports import Note
from bot.store.db import Db
from bot.store.facts import SqlNotes

_DIGEST = 16


@dataclass(frozen=True, slots=True)
class MoveMark:
    """What stands in a database's note about a move.

    Attributes:
        token: The move's; both databases have the same.
        to: Where the shop went, with no password; None: it comes here, or came.
        origin: Where it comes from, while that decides.
    """

    token: str
    to: str | None = None
    origin: str | None = None


def read_mark(db: Db) -> MoveMark | None:
    """Return a database's mark; None where it is amid no move and its shop is still there."""
    kept = SqlNotes(db).get(Note.MOVE)
    if not kept:
        return None
    return MoveMark(**{name: json.loads(kept).get(name) for name in ("token", "to", "origin")})


def write_mark(db: Db, mark: MoveMark | None) -> None:
    """Keep a mark, or take it away."""
    SqlNotes(db).set(Note.MOVE, json.dumps(asdict(mark)) if mark else None)


def refuse_moved(mark: MoveMark | None) -> None:
    """Refuse a database whose shop is gone.

    Raises:
        RefusedError: ``database.moved``.
    """
    if mark and mark.to:
        raise RefusedError("database.moved", to=mark.to)


def refuse_marked(mark: MoveMark | None) -> None:
    """Refuse a file whose shop is gone, or has not come.

    Raises:
        RefusedError: ``database.moved``; ``database.arriving``.
    """
    refuse_moved(mark)
    if mark and mark.origin:
        raise RefusedError("database.arriving", origin=mark.origin)


class RowSum:
    """How many rows went by, and a sum of their hashes, whatever their order."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def same(self, other: RowSum) -> bool:
        """Return whether the same rows went by there."""
        return (self.rows, self._sum) == (other.rows, other._sum)

    def over(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows, as every engine can keep them, and add them up."""
        for row in rows:
            words = repr(row)
            if "\\x00" in words:  # PostgreSQL keeps no text with U+0000
                row = tuple(map(_without_zero, row))  # noqa: PLW2901 - the row that is kept
                words = repr(row)
            digest = blake2b(words.encode(), digest_size=_DIGEST).digest()
            self.rows += 1
            self._sum = (self._sum + int.from_bytes(digest)) % (1 << 8 * _DIGEST)
            yield row


def _without_zero(value: Any) -> Any:
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value
