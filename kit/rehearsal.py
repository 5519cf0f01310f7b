"""Every work is run, undone and run again: a store may have to, before anybody is answered.

A work that touched something outside its transaction, or that another run finds changed, would
come out differently the second time.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
import pytest

from bot.ports import Transaction
from bot.store.postgres import PostgresStore
from bot.store.postgres.connection import PostgresConnection
from bot.store.postgres.schema import NUMBERED
from bot.store.sqlite import SqliteStore
from bot.store.transaction import SqlTransaction

T = TypeVar("T")

#: Keys and tokens are drawn at random, anew in a second run: nobody has heard of the first.
_DRAWN = re.compile(r"order-\d+-[0-9a-f]{32}|token='[^']+'")
_NUMBER = re.compile(r"\b\d+\b")
_ENGINES = (sqlite3.Error, psycopg.Error)


@contextmanager
def rehearsing() -> Iterator[list[str]]:
    """Have every write of the stores done twice; gives the works whose outcomes differed.

    What the engine itself refuses is not an outcome: it ends the transaction, or has it done again.
    """
    differing: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for kind in (SqliteStore, PostgresStore):
            _rehearse(patch, kind, differing)
        yield differing


def _rehearse(patch: pytest.MonkeyPatch, kind: type[Any], differing: list[str]) -> None:
    write = kind.write

    async def twice(store: object, work: Callable[[Transaction], T]) -> T:
        def run(tx: Transaction) -> T:
            assert isinstance(tx, SqlTransaction)
            before = _numbers(tx)
            first = _undone(work, tx)
            try:
                result = work(tx)
            except Exception as error:
                if type(error) is not type(first) and not isinstance(error, _ENGINES):
                    differing.append(work.__qualname__)
                raise
            drawn = {
                n for a, b in zip(before, _numbers(tx), strict=True) for n in range(a + 1, b + 1)
            }
            if _told(result, drawn) != _told(first, drawn):
                differing.append(work.__qualname__)
            return result

        result: T = await write(store, run)
        return result

    patch.setattr(kind, "write", twice)


def _undone(work: Callable[[Transaction], object], tx: SqlTransaction) -> object:
    """Run a work, take back what it did, and return its outcome.

    Raises:
        sqlite3.Error, psycopg.Error: the engine's, which end the transaction.
    """
    tx._db.execute("SAVEPOINT rehearsal")
    outcome: object
    try:
        outcome = work(tx)
    except _ENGINES:
        raise
    except Exception as error:  # noqa: BLE001 - an outcome like another
        outcome = error
    tx._db.execute("ROLLBACK TO rehearsal")
    tx._db.execute("RELEASE rehearsal")
    return outcome


def _numbers(tx: SqlTransaction) -> tuple[int, ...]:
    """Return the last numbers that PostgreSQL gave to rows; it takes none back, as SQLite does."""
    if not isinstance(tx._db, PostgresConnection):
        return ()
    last = (f"coalesce(pg_sequence_last_value('{table}_id_seq'), 0)" for table in NUMBERED)
    return tuple(tx._db.execute(f"SELECT {', '.join(last)}").fetchone())


def _told(outcome: object, drawn: Container[int]) -> str:
    told = _DRAWN.sub("drawn", repr(outcome))
    return _NUMBER.sub(lambda found: "drawn" if int(found[0]) in drawn else found[0], told)
