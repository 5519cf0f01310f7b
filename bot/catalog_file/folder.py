"""The folder of the catalog file on disk: the file itself and the pictures beside it.

What the file says is the business of `bot.catalog_file.file`. Calls block; a program with an
event loop makes them in a thread.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from bot.catalog_file import edit
from bot.catalog_file.pictures import MAXIMUM_BYTES, is_whole, read_header
from bot.catalog_file.writing import refusing, replace, try_replacing
from bot.ports.catalog import (
    LARGEST_CATALOG,
    PICTURES,
    CatalogFaultsError,
    PictureFact,
    fault,
)


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

    def read_source(self) -> bytes:
        """Return the catalog file's content.

        Raises:
            CatalogFaultsError: there is no such file, it is too large, no file or cannot be read.
        """
        try:
            self._folder = self.path.parent.resolve()  # anew, in case it is a link that moved
            about = self.path.stat()
            size = about.st_size
            if not stat.S_ISREG(about.st_mode) and not stat.S_ISDIR(about.st_mode):
                # A pipe would be waited for, and a device such as /dev/zero never ends.
                raise CatalogFaultsError(str(self.path), (fault("file_special"),))
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

    def write_source(self, source: bytes) -> None:
        """Replace the catalog file; a reader sees the old one or the new one, never a half.

        Raises:
            RefusedError: ``unwritable.…``: why, and what to do; the old file is untouched.
        """
        replace(self.path, source)

    def try_writing(self) -> None:
        """Write and remove a small file where the catalog and its pictures are written.

        Raises:
            RefusedError: as `write_source` and `write_picture`.
        """
        for target in (self.path, self.path.parent / PICTURES / "picture.jpg"):
            if target.parent.exists():
                try_replacing(target)

    def write_picture(self, path: str, content: bytes) -> None:
        """Save a picture under a path relative to the catalog, with the folders it needs.

        Raises:
            ValueError: the path leads out of the catalog's folder.
            RefusedError: as `write_source`.
        """
        target = self._inside(path)
        if target is None:
            raise ValueError(f"{path!r} is not inside the catalog's folder")
        with refusing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
        replace(target, content)

    def read_picture(self, path: str) -> bytes | None:
        """Return a picture; None where there is none that Telegram would take."""
        target = self.locate(path)
        try:
            fits = target is not None and target.stat().st_size <= MAXIMUM_BYTES
            return target.read_bytes() if target is not None and fits else None
        except OSError:
            return None

    set_price = staticmethod(edit.set_price)
    set_prices = staticmethod(edit.set_prices)
    set_currency = staticmethod(edit.set_currency)
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
            whole = header is None or is_whole(file, header.format, size)
        if header is None:
            return PictureFact(size)
        return PictureFact(size, header.format, header.width, header.height, whole=whole)

    def _inside(self, path: str) -> Path | None:
        """Return the real path, links followed, if it lies in the catalog's folder."""
        try:
            folder = self._folder or self.path.parent.resolve()
            target = (folder / path).resolve()
        except (OSError, RuntimeError, ValueError):  # a loop of links, or a NUL in the name
            return None
        return target if folder in target.parents else None
