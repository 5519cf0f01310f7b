"""Readings of the owner's file as bytes: made, opened at once, and good again for the same text.

One is good again where it was made by the same program and its pictures are the same files; its
first line says all this.

``python -m bot.catalog_file.readings FILE pictures`` reads a text from standard input as if it
stood in that file and writes the reading to standard output.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import sys
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from bot.catalog_file.folder import CatalogFolder
from bot.catalog_file.packed import form, pack, unpack
from bot.catalog_file.pictures import any_picture
from bot.ports.catalog import (
    CatalogFaultsError,
    Fault,
    PictureFact,
    Reading,
    Severity,
    as_json,
    from_json,
)

#: The argument by which the process looks at pictures too.
PICTURES: Final = "pictures"
#: The form of readings that were kept before their heads named it.
_FIRST_FORM: Final = "c5bb9f23b0a424a3aa89a4a22f323cded28fa874c33536a8883839cd7c87998b"


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
    made = read(sys.stdin.buffer.read(), CatalogFolder(Path(path)), pictures=pictures == PICTURES)
    sys.stdout.buffer.write(made)
    sys.stdout.flush()
    os._exit(0)  # taking every value down again took a tenth of the time


if __name__ == "__main__":
    main()
