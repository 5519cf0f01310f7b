"""One process to a database: an exclusive lock on a file beside it, held while the shop runs.

The kernel drops the lock when the process ends, however it ends. The file's text only tells who
holds it, and the file stays: taking it away would let two processes lock two files.
"""

from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.domain.errors import TransientError
from bot.ports import DatabaseInUseError

_TOLD = 200


class DatabaseLock:
    """The lock of a database, as a context manager.

    Raises on entering:
        DatabaseInUseError: another process holds it.
        TransientError: the file beside the database cannot be written.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._file: int | None = None

    @property
    def path(self) -> Path:
        """The lock file's path."""
        return self._database.with_name(self._database.name + ".lock")

    def __enter__(self) -> Self:
        try:
            self._database.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise TransientError(f"{self.path} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(file, 0)
            os.write(file, f"process {os.getpid()} on {socket.gethostname()}".encode())
        except BlockingIOError as error:
            holder = os.pread(file, _TOLD, 0).decode(errors="replace") or "another process"
            os.close(file)
            raise DatabaseInUseError(str(self._database), holder) from error
        except OSError as error:
            os.close(file)
            raise TransientError(f"{self.path} cannot be locked: {error.strerror}") from error
        self._file = file
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def holder(database: Path) -> str | None:
    """Return who has the database's lock, as far as is known; None where nobody has it.

    The lock is taken, shared, for the moment of the question.
    """
    try:
        file = os.open(database.with_name(database.name + ".lock"), os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(file, _TOLD, 0).decode(errors="replace") or "another process"
    except OSError:
        return None
    finally:
        os.close(file)
    return None
