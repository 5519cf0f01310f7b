"""Where the text of the catalog stands that is read and edited.

One process has it in the owner's file. Several have it in the database, where each can edit it; a
process that has the file too keeps the two the same, and what the database says counts.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import Protocol

import structlog

from bot.domain.errors import RefusedError, TransientError
from bot.ports import CatalogFile, Clock, Store, Transaction
from bot.ports.catalog import CatalogFaultsError, Fault

_log = structlog.get_logger(__name__)

#: A file that is away at so many looks is gone.
_GONE = 2


class OvertakenError(TransientError):
    """Another process changed the catalog meanwhile."""

    def __init__(self) -> None:
        super().__init__("the catalog was changed by another process just now")


class CatalogText(Protocol):
    """The text that is read and edited.

    Attributes:
        shared: Whether other processes edit it too.
    """

    shared: bool

    async def read(self) -> bytes:
        """Return it, sound or not.

        Raises:
            CatalogFaultsError: there is none, or it cannot be read.
        """
        ...

    async def write(self, new: bytes, old: bytes | None = None) -> None:
        """Put another one in its place. Raises as `CatalogFile.write_source`.

        Args:
            new: The text.
            old: What it was made of; None: whatever is there.

        Raises:
            OvertakenError: another text is there by now.
        """
        ...


class FileText:
    """Implements `CatalogText`: what the owner's file says."""

    shared = False

    def __init__(self, file: CatalogFile) -> None:
        self._file = file

    async def read(self) -> bytes:
        """Return what the file says."""
        return await asyncio.to_thread(self._file.read_source)

    async def write(self, new: bytes, old: bytes | None = None) -> None:  # noqa: ARG002 - no other process writes it
        """Replace the file."""
        await asyncio.to_thread(self._file.write_source, new)


class StoredText:
    """Implements `CatalogText`: what the database says; the file, as long as that says nothing."""

    shared = True

    def __init__(self, file: CatalogFile, store: Store, clock: Clock) -> None:
        self._file = file
        self._store = store
        self._clock = clock
        self._known: tuple[str, bytes] | None = None

    async def read(self) -> bytes:
        """Return what the database says, which the file begins."""
        known, here = self._known, await self._store.read(lambda tx: tx.catalogs.text_digest())
        if known is None or known[0] != here:
            self._known = known = await self._store.read(lambda tx: tx.catalogs.text())
        if known is not None:
            return known[1]
        first = await asyncio.to_thread(self._file.read_source)
        now = self._clock.now()

        def begin(tx: Transaction) -> bytes:
            there = tx.catalogs.text()
            if there is None:
                tx.catalogs.put_text(digest_of(first), first, now)
            return there[1] if there else first

        return await self._store.write(begin)

    async def write(self, new: bytes, old: bytes | None = None) -> None:
        """Put another text in its place, unless a third is there by now."""
        now = self._clock.now()
        await self._store.write(lambda tx: swap(tx, new, old, now))


class FileSync:
    """Keeps the owner's file and the stored text the same; one process does.

    A file that was saved is taken in. A text that was edited in the chat is written to the file,
    also where the file was kept elsewhere meanwhile and says what an earlier text said.
    """

    def __init__(self, file: CatalogFile, store: Store, clock: Clock) -> None:
        self._file = file
        self._store = store
        self._clock = clock
        #: What both said at the last look.
        self._same: str | None = None
        self._unwritten: str | None = None
        #: Looks on end at which the file was not there.
        self._missed = 0

    def begin(self) -> None:
        """Know nothing of the file: another process may have written it meanwhile."""
        self._same = None

    async def look(self) -> tuple[Fault, ...]:
        """Bring the one that is behind up to date; where there is no file, nothing is done.

        Returns:
            Why the file cannot be read that was there before, at the second such look alone: an
            editor that saves may take it away for a moment.
        """
        try:
            content = await asyncio.to_thread(self._file.read_source)
        except CatalogFaultsError as error:
            _log.debug("no catalog file here", error=str(error))
            self._missed += 1
            return error.faults if self._same and self._missed == _GONE else ()
        self._missed = 0
        here, same, now = digest_of(content), self._same, self._clock.now()

        def take_in(tx: Transaction) -> bytes | None:
            """Return what the file is to say; None where it says what counts."""
            there = tx.catalogs.text_digest()
            if here == there:
                return None
            behind = here == same if same else tx.catalogs.had_text(here)
            if there is not None and behind:
                text = tx.catalogs.text()
                return text[1] if text else None
            tx.catalogs.put_text(here, content, now)
            return None

        wanted = await self._store.write(take_in)
        if wanted is None:
            self._same = here
        else:
            await self._write(wanted)
        return ()

    async def _write(self, content: bytes) -> None:
        digest = digest_of(content)
        try:
            await asyncio.to_thread(self._file.write_source, content)
        except RefusedError as error:
            if self._unwritten != digest:
                _log.warning("the catalog file stays behind", reason=error.key)
            self._unwritten = digest
        else:
            _log.info("catalog file brought up to date")
            self._same = digest


def digest_of(text: bytes) -> str:
    """Return a text's SHA-256 in hexadecimal."""
    return hashlib.sha256(text).hexdigest()


def swap(tx: Transaction, new: bytes, old: bytes | None, now: int) -> None:
    """Put a text in the place of the one that it was made of.

    Raises:
        OvertakenError: another one is there by now.
    """
    if old is not None and tx.catalogs.text_digest() not in {None, digest_of(old)}:
        raise OvertakenError
    tx.catalogs.put_text(digest_of(new), new, now)
