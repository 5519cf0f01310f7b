"""Writing files, and why one cannot be written, in the owner's words. Calls block."""

from __future__ import annotations

import errno
import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from bot.domain.errors import RefusedError

#: Enough that a full disk refuses it.
_PROBE: Final = bytes(4096)


class _ProtectedError(PermissionError):
    """Nobody has the right to write this file."""


def replace(path: Path, content: bytes) -> None:
    """Replace a file; a reader sees the old one or the new one, never a half.

    Raises:
        RefusedError: ``unwritable.…``: why, and what to do; the old file is untouched.
    """
    target = path.resolve()
    with refusing(target):
        mode = _may_replace(target)
        temporary = _write_beside(target, content)
        try:
            temporary.chmod(mode)
            temporary.replace(target)
            _sync_folder(target.parent)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def try_replacing(path: Path) -> None:
    """Write and remove a small file beside one that is to be replaced. Raises as `replace`."""
    target = path.resolve()
    with refusing(target):
        _may_replace(target)
        if _is_mounted(target):
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        _write_beside(target, _PROBE).unlink()


def try_writing(path: Path) -> None:
    """Try whether a file can be written where it is, and others beside it. Raises as `replace`."""
    target = path.resolve()
    with refusing(target):
        _may_replace(target)
        if target.exists() and not os.access(target, os.W_OK):
            read_only = os.statvfs(target).f_flag & os.ST_RDONLY
            number = errno.EROFS if read_only else errno.EACCES
            raise OSError(number, os.strerror(number))
        _write_beside(target, _PROBE).unlink()


def _may_replace(target: Path) -> int:
    """Return the mode of a file, or of a new one where there is none.

    The folder's rights decide whether a file can be replaced; one that nobody may write was
    protected on purpose.
    """
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
    if not mode & 0o222:
        raise _ProtectedError(errno.EACCES, os.strerror(errno.EACCES))
    return mode


def _is_mounted(path: Path) -> bool:
    """Return whether a file is mounted by itself, so that nothing can be renamed over it.

    `os.path.ismount` compares devices, and says so of every file in a container's image.
    """
    with suppress(OSError):  # no Linux
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
        written = str(path).replace(" ", "\\040")
        return any(line.split()[4] == written for line in lines)
    return False


def _write_beside(target: Path, content: bytes) -> Path:
    """Write a new file in the folder of another, down to the disk; leave nothing where it fails."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
    return Path(name)


@contextmanager
def refusing(target: Path) -> Iterator[None]:
    """Say in the owner's words why a file could not be written."""
    try:
        yield
    except OSError as error:
        about = {"file": target.name, "folder": str(target.parent)}
        match error.errno:
            case errno.EACCES | errno.EPERM:
                user = os.geteuid()
                command = f"sudo chown -R {user} {shlex.quote(about['folder'])}"
                if isinstance(error, _ProtectedError):
                    command = f"sudo chmod u+w {shlex.quote(str(target))}"
                raise RefusedError(
                    "unwritable.denied", file=target.name, user=str(user), command=command
                ) from error
            case errno.EROFS:
                raise RefusedError("unwritable.read_only", **about) from error
            case errno.ENOSPC | errno.EDQUOT:
                raise RefusedError("unwritable.full", **about) from error
            case errno.EBUSY:  # a single file is mounted there, as a container may have it
                raise RefusedError("unwritable.mounted", **about) from error
            case _:
                reason = error.strerror or type(error).__name__
                raise RefusedError("unwritable.other", **about, reason=reason) from error


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power failure: POSIX writes a folder's entries only when asked."""
    if sys.platform != "win32":  # where a folder cannot be opened
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
