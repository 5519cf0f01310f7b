"""Reads the owner's file: small ones here, large ones in a process of their own.

Reading 10,000 products makes some hundred megabytes of values, most for a moment only, which
Python does not give back to the system: the shop would carry them for ever. What a reading comes
to is bytes, which open at once. It is good again for the same text, by the same program, while its
pictures are the same files; its first line says all this.

``python -m bot.catalog_file.reader FILE pictures`` is that process: it reads a text from standard
input as if it stood in that file and writes the reading to standard output.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import IO, Any, Final

from bot.catalog_file.folder import CatalogFolder
from bot.catalog_file.packed import form, pack, unpack
from bot.catalog_file.pictures import any_picture
from bot.domain.catalog.model import Catalog
from bot.domain.catalog.reused import reused
from bot.domain.errors import TransientError
from bot.ports.catalog import (
    CatalogFaultsError,
    Fault,
    PictureFact,
    Reading,
    Severity,
    as_json,
    from_json,
)

#: A process costs 0.3 s; a text of up to this many bytes costs 0.1 s and 10 MB where it is read.
LARGE: Final = 400_000
#: Seconds that the largest file takes ten times over, on a machine that is busy.
_PATIENCE: Final = 60.0
#: The argument by which the reading process looks at pictures too.
_PICTURES: Final = "pictures"
#: The form of readings that were kept before their heads named it.
_FIRST_FORM: Final = "c5bb9f23b0a424a3aa89a4a22f323cded28fa874c33536a8883839cd7c87998b"


class FolderReader:
    """Implements `bot.ports.CatalogReader`.

    Args:
        folder: Where the file lies.
        large: Bytes of a text from which on a process of its own reads it.
    """

    def __init__(self, folder: CatalogFolder, *, large: int = LARGE) -> None:
        self._folder = folder
        self._large = large
        self._last = b""

    async def parse(
        self,
        source: bytes,
        kept: bytes = b"",
        *,
        before: Catalog | None = None,
        pictures: bool = True,
    ) -> Reading:
        """Read a text as if it were the file, unless an earlier reading of the same is at hand.

        Args:
            source: The text.
            kept: Of an earlier reading, perhaps of another text.
            before: What is sold until now: ids must go on meaning what they mean there.
            pictures: Whether the pictures that it names must be there.

        Raises:
            CatalogFaultsError: with every fault that was found.
            TransientError: the process that reads did not end well.
        """
        reading = await asyncio.to_thread(self._recall, (self._last, kept), source, pictures)
        if reading is None:
            large = len(source) >= self._large
            made = await (self._apart if large else self._here)(source, pictures)
            reading = opened(made)
        self._last = reading.kept
        if before is not None:
            await asyncio.to_thread(self._refuse_reused, before, reading, source)
        return reading

    def _refuse_reused(self, before: Catalog, reading: Reading, source: bytes) -> None:
        some = tuple(reused(before, reading.catalog))
        if some:
            # Loads what reads a text, which a start on an unchanged one does without.
            from bot.catalog_file.kept_ids import tell_reused  # noqa: PLC0415

            faults = tell_reused(source, some)
            raise CatalogFaultsError(self._folder.file, faults, reading.warnings)

    def _recall(self, earlier: tuple[bytes, ...], source: bytes, pictures: bool) -> Reading | None:
        found = (recall(one, source, self._folder, pictures=pictures) for one in earlier if one)
        return next((one for one in found if one is not None), None)

    async def reopen(self, source: bytes, kept: bytes) -> Reading | None:
        """Return an earlier reading of a text, also one by an earlier program."""
        return await asyncio.to_thread(reopen, kept, source)

    async def _here(self, source: bytes, pictures: bool) -> bytes:
        return await asyncio.to_thread(read, source, self._folder, pictures=pictures)

    async def _apart(self, source: bytes, pictures: bool) -> bytes:
        # By way of files: what pipes would buffer twice over stays with a process for good.
        with tempfile.TemporaryFile() as text, tempfile.TemporaryFile() as made:
            await asyncio.to_thread(_put, text, source)
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot.catalog_file.reader",
                str(self._folder.path.absolute()),
                _PICTURES if pictures else "",
                stdin=text,
                stdout=made,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                async with asyncio.timeout(_PATIENCE):
                    await process.wait()
            except TimeoutError:
                raise TransientError("the catalog was not read in time") from None
            finally:
                if process.returncode is None:
                    with suppress(ProcessLookupError):
                        process.kill()
                    await process.wait()
            if process.returncode:
                raise TransientError(f"the catalog's reader ended with {process.returncode}")
            return await asyncio.to_thread(_whole, made)


def _put(file: IO[bytes], content: bytes) -> None:
    file.write(content)
    file.seek(0)


def _whole(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def read(source: bytes, folder: CatalogFolder, *, pictures: bool = True) -> bytes:
    """Read a text as if it were the folder's file; return the reading, or its faults, as bytes.

    Args:
        source: The text.
        folder: Where it stands.
        pictures: Whether the pictures that it names must be there.
    """
    # Loads what checks a file, which a start on an unchanged one does without.
    from bot.catalog_file.file import read_catalog  # noqa: PLC0415

    looked: dict[str, tuple[int, ...]] = {}

    def look(path: str) -> PictureFact | None:
        fact = folder.picture(path)
        if fact is not None:
            looked[path] = folder.mark_of(path)
        return fact

    head: dict[str, Any] = {
        "source": hashlib.sha256(source).hexdigest(),
        "program": _program(),
        "form": form(),
        "pictures": looked if pictures else None,
    }
    try:
        reading = read_catalog(source, file=folder.file, picture=look if pictures else any_picture)
    except CatalogFaultsError as error:
        head["refused"] = [error.file, _plain(error.faults)]
        head["warnings"] = _plain(error.warnings)
        return json.dumps(head).encode() + b"\n"
    head["warnings"] = _plain(reading.warnings)
    return json.dumps(head).encode() + b"\n" + pack(reading.catalog)


def opened(kept: bytes) -> Reading:
    """Return the reading.

    Raises:
        CatalogFaultsError: its faults, where it has any.
    """
    end = kept.index(b"\n")
    head = json.loads(kept[:end])
    warnings = _faults(head["warnings"])
    if "refused" in head:
        file, faults = head["refused"]
        raise CatalogFaultsError(file, _faults(faults), warnings)
    return Reading(unpack(kept, end + 1), warnings, kept)


def recall(
    kept: bytes, source: bytes, folder: CatalogFolder, *, pictures: bool = True
) -> Reading | None:
    """Return a sound reading again; None where reading the text now might say otherwise."""
    try:
        head = json.loads(kept[: kept.index(b"\n")])
        if head["source"] != hashlib.sha256(source).hexdigest() or head["program"] != _program():
            return None
        looked = head["pictures"]
        if pictures and (looked is None or not _are_the_same(looked, folder)):
            return None
        return None if "refused" in head else opened(kept)
    except (ValueError, LookupError, TypeError):  # nothing that was kept here
        return None


def reopen(kept: bytes, source: bytes) -> Reading | None:
    """Return a sound reading as it was, whatever this program says of the text.

    What an earlier program took may be a fault today; None where its bytes have another form.
    """
    try:
        head = json.loads(kept[: kept.index(b"\n")])
        same = head["source"] == hashlib.sha256(source).hexdigest()
        known = head.get("form", _FIRST_FORM) == form()
        return opened(kept) if same and known and "refused" not in head else None
    except (ValueError, LookupError, TypeError):  # nothing that was kept here
        return None


def _are_the_same(looked: dict[str, list[int]], folder: CatalogFolder) -> bool:
    try:
        return all(list(folder.mark(path)) == mark for path, mark in looked.items())
    except OSError:  # one is gone
        return False


@cache
def _program() -> str:
    """Return a digest of everything that decides what a text comes to."""
    digest = hashlib.sha256(sys.version.encode())
    for package in ("bot.catalog_file", "bot.domain.catalog", "bot.domain", "bot.ports"):
        for file in sorted(files(package).iterdir(), key=lambda one: one.name):
            if file.name.endswith(".py"):
                digest.update(file.read_bytes())
    return digest.hexdigest()


def _plain(faults: Iterable[Fault]) -> list[list[Any]]:
    return [
        [one.line, one.column, one.field, one.kind, as_json(one.params), one.severity, one.within]
        for one in faults
    ]


def _faults(plain: Iterable[list[Any]]) -> tuple[Fault, ...]:
    return tuple(
        Fault(line, column, field, kind, from_json(params), Severity(severity), within)
        for line, column, field, kind, params, severity, within in plain
    )


def main() -> None:
    """Read what standard input holds."""
    gc.disable()  # what it would look for in a heap that only grows goes with the process
    path, pictures = sys.argv[1:]
    made = read(sys.stdin.buffer.read(), CatalogFolder(Path(path)), pictures=pictures == _PICTURES)
    sys.stdout.buffer.write(made)
    sys.stdout.flush()
    os._exit(0)  # taking every value down again took a tenth of the time


if __name__ == "__main__":
    main()
