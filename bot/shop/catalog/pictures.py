"""The catalog's pictures in every process: where their files are not, they come by the store.

Each process keeps the files beside its catalog and the stored ones the same; where they differ,
what was there before gives way.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from typing import Final

import structlog

from bot.domain.errors import RefusedError
from bot.ports import CatalogFile, Store, Transaction

_log = structlog.get_logger(__name__)

_EVERY: Final = 10.0


class PictureSync:
    """Keeps the pictures of this machine and the stored ones the same.

    Args:
        file: Beside which the pictures lie.
        store: Where the others are.
    """

    def __init__(self, file: CatalogFile, store: Store) -> None:
        self._file = file
        self._store = store
        #: Of each file its mark and its SHA-256.
        self._digests: dict[str, tuple[tuple[int, ...], str]] = {}
        #: What both showed at the last look.
        self._same: dict[str, str] = {}
        self._turn = asyncio.Lock()

    async def fetch(self) -> None:
        """Have here what is stored, before anything is sold."""
        async with self._turn:
            await self._look(())

    async def look(self, named: Iterable[str]) -> None:
        """Bring what is behind up to date, and store no other pictures than these.

        Args:
            named: All that the catalog names.
        """
        files = {one for one in named if not one.startswith("https://")}
        async with self._turn:
            gone = await self._look(files)
            if gone:
                await self._store.write(lambda tx: tx.pictures.drop_files(gone))

    async def put(self, source: str, content: bytes) -> None:
        """Make this the picture, which was just written here."""
        digest = hashlib.sha256(content).hexdigest()
        async with self._turn:
            await self._store.write(lambda tx: tx.pictures.put_file(source, digest, content))
            self._same[source] = digest

    @staticmethod
    async def idle() -> float:
        """Return how long to wait before the next look, in seconds."""
        return _EVERY

    async def _look(self, named: Iterable[str]) -> list[str]:
        """Bring what is behind up to date; return what is stored and not among these."""
        stored = await self._store.read(lambda tx: tx.pictures.files())
        wanted = {*named, *stored}
        here = await asyncio.to_thread(self._digests_of, wanted)
        for source in sorted(wanted):
            if here.get(source) != stored.get(source):
                await self._bring(source, here.get(source))
            elif source in here:
                self._same[source] = here[source]
        return sorted(stored.keys() - set(named))

    async def _bring(self, source: str, here: str | None) -> None:
        content = await asyncio.to_thread(self._file.read_picture, source) if here else None
        digest = hashlib.sha256(content).hexdigest() if content else None
        same = self._same.get(source)

        def settle(tx: Transaction) -> bytes | None:
            """Return what is to be here; None where what is here counts."""
            there = tx.pictures.files().get(source)
            if content is None or digest is None:
                return tx.pictures.file(source)
            behind = digest == same if same else tx.pictures.had_file(source, digest)
            if there is not None and behind:
                return tx.pictures.file(source) if there != digest else None
            tx.pictures.put_file(source, digest, content)
            return None

        wanted = await self._store.write(settle)
        if wanted is None:
            if digest:
                self._same[source] = digest
            return
        try:
            await asyncio.to_thread(self._file.write_picture, source, wanted)
        except (RefusedError, ValueError) as error:
            _log.warning("a picture is missing here", source=source, error=str(error))
        else:
            self._same[source] = hashlib.sha256(wanted).hexdigest()

    def _digests_of(self, sources: Iterable[str]) -> dict[str, str]:
        """Return the SHA-256 of those that lie here; a file that is as it was is not read again."""
        found = {}
        for source in sources:
            try:
                mark = self._file.mark(source)
            except (OSError, ValueError):
                continue
            known = self._digests.get(source)
            if known is None or known[0] != mark:
                content = self._file.read_picture(source)
                if content is None:
                    continue
                known = self._digests[source] = mark, hashlib.sha256(content).hexdigest()
            found[source] = known[1]
        return found
