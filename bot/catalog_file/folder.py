"""The folder of the catalog file on disk: the file itself and the pictures beside it.

What the file says is the business of `bot.catalog_file.file`. Calls block; a program with an
event loop makes them in a thread.
"""

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

from bot.catalog_file import edit
from bot.catalog_file.pictures import read_header
from bot.domain.errors import RefusedError
from bot.ports.catalog import (
    LARGEST_CATALOG,
    PICTURES,
    CatalogFaultsError,
    PictureFact,
    fault,
)

#: Enough that a full disk refuses it.
_PROBE: Final = bytes(4096)


class _ProtectedError(PermissionError):
    """Nobody has the right to write this file."""


class CatalogFolder:
    """A catalog file and the folder that it lies in.

    Args:
        path: Of the catalog file; it need not exist yet.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._folder: Path | None = None
        self._facts: dict[str, tuple[tuple[int, ...], PictureFact | None]] = {}

    @property
    def file(self) -> str:
        """The catalog file's name, for messages."""
        return self.path.name

    def read(self) -> bytes:
        """Return the catalog file's content.

        Raises:
            CatalogFaultsError: there is no such file, it is too large or cannot be read.
        """
        try:
            self._folder = self.path.parent.resolve()  # anew, in case it is a link that moved
            size = self.path.stat().st_size
            if size > LARGEST_CATALOG:
                params = {"size": f"{size / 1e6:.1f}", "limit": LARGEST_CATALOG // 1_000_000}
                raise CatalogFaultsError(self.file, (fault("too_large", params=params),))
            return self.path.read_bytes()
        except FileNotFoundError as error:
            raise CatalogFaultsError(str(self.path), (fault("file_missing"),)) from error
        except OSError as error:
            params = {"reason": error.strerror or type(error).__name__}
            found = fault("file_unreadable", params=params)
            raise CatalogFaultsError(str(self.path), (found,)) from error

    def write(self, source: bytes) -> None:
        """Replace the catalog file; a reader sees the old one or the new one, never a half.

        Raises:
            RefusedError: ``unwritable.…``: why, and what to do; the old file is untouched.
        """
        self._replace(self.path, source)

    def try_writing(self) -> None:
        """Write and remove a small file where the catalog and its pictures are written.

        Raises:
            RefusedError: as `write` and `write_picture`.
        """
        for target in (self.path, self.path.parent / PICTURES / "picture.jpg"):
            if target.parent.exists():
                path = target.resolve()
                with _refusing(path):
                    _may_replace(path)
                    if _is_mounted(path):
                        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
                    _write_beside(path, _PROBE).unlink()

    def write_picture(self, path: str, content: bytes) -> None:
        """Save a picture under a path relative to the catalog, with the folders it needs.

        Raises:
            ValueError: the path leads out of the catalog's folder.
            RefusedError: as `write`.
        """
        target = self._inside(path)
        if target is None:
            raise ValueError(f"{path!r} is not inside the catalog's folder")
        with _refusing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
        self._replace(target, content)

    set_price = staticmethod(edit.set_price)
    set_stock = staticmethod(edit.set_stock)
    set_hidden = staticmethod(edit.set_hidden)
    set_photo = staticmethod(edit.set_photo)

    def locate(self, path: str) -> Path | None:
        """Return the file of a picture; None where there is none inside the catalog's folder."""
        target = self._inside(path)
        try:
            return target if target is not None and target.is_file() else None
        except OSError:  # a name too long, or a folder that may not be entered
            return None

    def picture(self, path: str) -> PictureFact | None:
        """Return what is known of the picture at a path relative to the catalog; None: no file.

        An unchanged file (the same one, by size and time) is not opened again.
        """
        try:
            mark = self.mark(path)
            known = self._facts.get(path)
            if known is None or known[0] != mark:
                known = mark, self._look(path)
        except (OSError, ValueError):  # none, unreadable, or a name that no file can have
            return None
        self._facts[path] = known
        return known[1]

    def mark(self, path: str) -> tuple[int, ...]:
        """Return what changes whenever the file of a picture does.

        Raises:
            OSError: there is none.
        """
        about = (self.path.parent / path).stat()
        return about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns

    def mark_of(self, path: str) -> tuple[int, ...]:
        """Return the mark of the file that `picture` told about last."""
        return self._facts[path][0]

    def _look(self, path: str) -> PictureFact | None:
        written = self.path.parent / path
        if not written.is_file():
            return None
        target = self._inside(path)
        if target is None:
            return PictureFact(0, inside=False)
        with target.open("rb", buffering=4096) as file:
            size = os.fstat(file.fileno()).st_size
            header = read_header(file)
        if header is None:
            return PictureFact(size)
        return PictureFact(size, header.format, header.width, header.height)

    def _inside(self, path: str) -> Path | None:
        """Return the real path, links followed, if it lies in the catalog's folder."""
        try:
            folder = self._folder or self.path.parent.resolve()
            target = (folder / path).resolve()
        except (OSError, RuntimeError, ValueError):  # a loop of links, or a NUL in the name
            return None
        return target if folder in target.parents else None

    @staticmethod
    def _replace(path: Path, content: bytes) -> None:
        target = path.resolve()
        with _refusing(target):
            mode = _may_replace(target)
            temporary = _write_beside(target, content)
            try:
                temporary.chmod(mode)
                temporary.replace(target)
                _sync_folder(target.parent)
            finally:
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)


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
def _refusing(target: Path) -> Iterator[None]:
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
