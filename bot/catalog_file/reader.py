"""Reads the owner's file: small ones here, large ones in a process of their own.

Reading 10,000 products makes some hundred megabytes of values, most for a moment only, which
Python does not give back to the system: the shop would carry them for ever.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from contextlib import suppress
from typing import IO, Final

from bot.catalog_file import readings
from bot.catalog_file.folder import CatalogFolder
from bot.domain.errors import TransientError
from bot.ports.catalog import Reading

#: A process costs 0.3 s; a text of up to this many bytes costs 0.1 s and 10 MB where it is read.
LARGE: Final = 400_000
#: Seconds that the largest file takes ten times over, on a machine that is busy.
_PATIENCE: Final = 60.0


class CatalogReader:
    """Implements `bot.ports.CatalogReader`.

    Args:
        folder: Where the file lies.
        large: Bytes of a text from which on a process of its own reads it.
    """

    def __init__(self, folder: CatalogFolder, *, large: int = LARGE) -> None:
        self._folder = folder
        self._large = large
        self._last = b""

    async def read(self, source: bytes, kept: bytes = b"", *, pictures: bool = True) -> Reading:
        """Read a text as if it were the file, unless an earlier reading of the same is at hand.

        Args:
            source: The text.
            kept: Of an earlier reading, perhaps of another text.
            pictures: Whether the pictures that it names must be there.

        Raises:
            CatalogFaultsError: with every fault that was found.
            TransientError: the process that reads did not end well.
        """
        reading = await asyncio.to_thread(self._recall, (self._last, kept), source, pictures)
        if reading is None:
            large = len(source) >= self._large
            made = await (self._apart if large else self._here)(source, pictures)
            reading = readings.opened(made)
        self._last = reading.kept
        return reading

    def _recall(self, earlier: tuple[bytes, ...], source: bytes, pictures: bool) -> Reading | None:
        found = (
            readings.recall(one, source, self._folder, pictures=pictures) for one in earlier if one
        )
        return next((one for one in found if one is not None), None)

    async def _here(self, source: bytes, pictures: bool) -> bytes:
        return await asyncio.to_thread(readings.read, source, self._folder, pictures=pictures)

    async def _apart(self, source: bytes, pictures: bool) -> bytes:
        # By way of files: what pipes would buffer twice over stays with a process for good.
        with tempfile.TemporaryFile() as text, tempfile.TemporaryFile() as made:
            await asyncio.to_thread(_put, text, source)
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                readings.__name__,
                str(self._folder.path.absolute()),
                readings.PICTURES if pictures else "",
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
