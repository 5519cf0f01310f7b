"""A database file that gets its name once it is whole and on the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def part_of(target: Path, mark: str) -> Iterator[Path]:
    """Give an empty file that its owner alone may read; what is left of it goes away.

    Args:
        target: The name that the file is to have.
        mark: What tells this file from those of others who write the same.
    """
    part = part_path(target, mark)
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield part
    finally:
        unlink(part)


def part_path(target: Path, mark: str) -> Path:
    """Return where a file stands until it gets its name."""
    return target.with_name(f".{target.name}.{mark}.part")


def unlink(part: Path) -> None:
    """Take a file away that has not got its name, and what SQLite put beside it."""
    for ending in ("", "-journal", "-wal", "-shm"):
        part.with_name(part.name + ending).unlink(missing_ok=True)


def named(part: Path, target: Path, *, over: bool = False) -> None:
    """Give a whole file its name, on the disk.

    Args:
        part: The file.
        target: Its name.
        over: Take the name from a file that has it.

    Raises:
        FileExistsError: something has that name.
    """
    _sync(part)
    if over:
        part.replace(target)
    else:
        os.link(part, target)
    with suppress(OSError):  # not every system can sync a folder
        _sync(target.parent)


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
