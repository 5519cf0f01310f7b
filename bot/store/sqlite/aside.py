"""Starting over: the old database is set aside, never deleted."""

from __future__ import annotations

import time
from pathlib import Path

from bot.domain.errors import TransientError

#: SQLite's companions of a database file; what was not yet merged stands in the first.
_COMPANIONS = ("", "-wal", "-shm")


def set_aside(database: Path) -> Path | None:
    """Rename a database with its companions, and return its new name; None where there is none.

    The caller holds the database's lock.

    Raises:
        TransientError: the files cannot be renamed.
    """
    if not database.exists():
        return None
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    kept = database.with_name(f"{database.stem}-{stamp}{database.suffix}")
    try:
        for ending in _COMPANIONS:
            companion = database.with_name(database.name + ending)
            if companion.exists():
                companion.rename(kept.with_name(kept.name + ending))
    except OSError as error:
        raise TransientError(f"{database} cannot be renamed: {error.strerror}") from error
    return kept
