"""Reads the owner's file: small ones here, large ones in a process of their own.

Reading 10,000 products makes some hundred megabytes of values, most for a moment only, which
Python does not give back to the system: the shop would carry them for ever. What a reading comes
to is bytes, which open at once; that process is `bot.catalog_file.readings`.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from contextlib import suppress
from typing import IO, Final

from bot.catalog_file.folder import CatalogFolder
from bot.catalog_file.readings import PICTURES, opened, read, recall, reopen
from bot.domain.catalog.model import Catalog
from bot.domain.catalog.reused import reused
from bot.domain.errors import TransientError
from bot.ports.catalog import CatalogFaultsError, Reading

#: A process costs 0.3 s; a text of up to this many bytes costs 0.1 s and 10 MB where it is read.
LARGE: Final = 400_000
#: Seconds that the largest file takes ten times over, on a machine that is busy.
_PATIENCE: Final = 60.0
#: Programs that pydantic could load beside itself: looking for them takes longer than loading it.
_NO_PLUGINS: Final = {"PYDANTIC_DISABLE_PLUGINS": "__all__"}


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
                "bot.catalog_file.readings",
                str(self._folder.path.absolute()),
                PICTURES if pictures else "",
                stdin=text,
                stdout=made,
                stderr=asyncio.subprocess.DEVNULL,
                env=os.environ | _NO_PLUGINS,
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
