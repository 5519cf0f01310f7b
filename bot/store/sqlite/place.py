"""Whether the database's files still lie where they were opened.

SQLite goes on writing into a file that was deleted or replaced; what is sold into one is gone at
the next start.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from bot.ports import DatabaseTrouble, DatabaseTroubleError

#: The log and its index: without them under their names, another process reads an older state, and
#: after a crash so does this one.
_BESIDE: Final = ("", "-wal", "-shm")


class FileGoneError(DatabaseTroubleError):
    """A file of the database was deleted or replaced under the running shop."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file} was deleted or replaced while the shop runs: put the same file back, or"
            " restart the shop",
            DatabaseTrouble.GONE,
            str(file),
        )


class Place:
    """The files of an open database, as they were when it was opened.

    Args:
        path: The database file; its connections are open and stay so.
    """

    def __init__(self, path: Path) -> None:
        files = (path.with_name(path.name + suffix) for suffix in _BESIDE)
        self._known = {file: _mark(file) for file in files}

    def demand(self) -> None:
        """Raise FileGoneError where one is not what was opened; three looks, some microseconds."""
        for file, mark in self._known.items():
            if _mark(file) != mark:
                raise FileGoneError(file)


def _mark(file: Path) -> tuple[int, int] | None:
    try:
        about = os.stat(file)  # noqa: PTH116 - half the time of Path's, before every commit
    except OSError:
        return None
    return about.st_dev, about.st_ino
