"""Every work is run, undone and run again: a store may have to, before anybody is answered.

A work that touched something outside its transaction, or that another run finds changed, would
come out differently the second time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.store.sqlite.commits import Job
from bot.store.transaction import SqlTransaction

#: Keys and tokens are drawn at random, anew in a second run: nobody has heard of the first.
_DRAWN = re.compile(r"order-\d+-[0-9a-f]{32}|token='[^']+'")


def _told(outcome: object) -> str:
    return _DRAWN.sub("drawn", repr(outcome))


@contextmanager
def rehearsing() -> Iterator[list[str]]:
    """Have every write of SQLite's stores done twice; gives the works whose outcomes differed."""
    differing: list[str] = []

    def run(job: Job[Any], transaction: SqlTransaction) -> None:
        first = _undone(job, transaction)
        try:
            job._result = job._work(transaction)
        except Exception as error:
            if type(error) is not type(first):
                differing.append(job._work.__qualname__)
            raise
        if _told(job._result) != _told(first):
            differing.append(job._work.__qualname__)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Job, "run", run)
        yield differing


def _undone(job: Job[Any], transaction: SqlTransaction) -> object:
    """Run a work, take back what it did, and return its outcome."""
    db = transaction._db
    db.execute("SAVEPOINT rehearsal")
    try:
        return job._work(transaction)
    except Exception as error:  # noqa: BLE001 - an outcome like another
        return error
    finally:
        db.execute("ROLLBACK TO rehearsal")
        db.execute("RELEASE rehearsal")
