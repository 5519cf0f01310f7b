"""Pictures as Telegram takes them: by its own file id once it has them, else uploaded or by URL.

A file id belongs to one bot and lives long; it is kept by the picture's SHA-256 (for a URL, that of
the URL), so that a picture that the owner replaces is uploaded anew.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from bot.domain.errors import TransientError
from bot.ports import Store

_log = structlog.get_logger(__name__)

#: Pictures remembered in memory; a shop with more reads the rest from the database.
_REMEMBERED: Final = 20_000


@dataclass(frozen=True, slots=True)
class Media:
    """A picture ready to be sent.

    Attributes:
        source: As the catalog names it.
        digest: SHA-256 of its bytes, or of its URL, in hexadecimal.
        content: Telegram's file id, a URL, or the bytes to upload.
        cached: Whether `content` is a file id.
    """

    source: str
    digest: str
    content: str | bytes
    cached: bool


class Pictures:
    """The catalog's pictures, and what Telegram calls them.

    Args:
        store: Where file ids are kept.
        folder: Where the catalog file lies; pictures outside it are not sent.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder.resolve()
        self._digests: dict[str, tuple[int, int, str]] = {}
        self._file_ids: dict[str, str] = {}
        self._unique_ids: dict[str, str] = {}
        #: Telegram's number of the bot; set once it is known.
        self.bot_id = 0

    async def ready(self, source: str) -> Media | None:
        """Return a picture in the quickest form, None where its file cannot be read."""
        digest = await self._digest(source)
        if digest is None:
            return None
        file_id = self._file_ids.get(digest)
        if file_id is None:
            file_id = await self._store.read(lambda tx: tx.pictures.get(self.bot_id, digest))
        if file_id is None:
            return await self._fresh(source, digest)
        self._remember(digest, file_id)
        return Media(source, digest, file_id, cached=True)

    async def known(self, source: str) -> str | None:
        """Return Telegram's file id of a picture, None where it has none yet."""
        digest = await self._digest(source)
        if digest is None:
            return None
        known = self._file_ids.get(digest)
        return known or await self._store.read(lambda tx: tx.pictures.get(self.bot_id, digest))

    async def after_refusal(self, refused: Media) -> Media | None:
        """Return another form of a picture that Telegram refused; None where there is none."""
        if not refused.cached:
            _log.warning("picture refused", source=refused.source)
            return None
        self._file_ids.pop(refused.digest, None)
        return await self._fresh(refused.source, refused.digest)

    def shows(self, media: Media, unique_id: str) -> bool:
        """Return whether a message with this ``file_unique_id`` is known to show the picture."""
        return self._unique_ids.get(media.digest) == unique_id

    async def learn(self, media: Media, file_id: str, unique_id: str) -> None:
        """Remember what Telegram calls a picture that it took."""
        self._unique_ids[media.digest] = unique_id
        if media.cached:
            return
        self._remember(media.digest, file_id)
        try:
            await self._store.write(lambda tx: tx.pictures.set(self.bot_id, media.digest, file_id))
        except TransientError:
            _log.warning("file id not stored", source=media.source)

    def _remember(self, digest: str, file_id: str) -> None:
        if len(self._file_ids) >= _REMEMBERED:
            self._file_ids.clear()
            self._unique_ids.clear()
        self._file_ids[digest] = file_id

    async def _fresh(self, source: str, digest: str) -> Media | None:
        if _is_url(source):
            return Media(source, digest, source, cached=False)
        try:
            content = await asyncio.to_thread(self._bytes, source)
        except OSError:
            return None
        return Media(source, digest, content, cached=False) if content else None

    async def _digest(self, source: str) -> str | None:
        """Return a picture's hash; a file's is taken anew only when the file has changed."""
        if _is_url(source):
            return hashlib.sha256(source.encode()).hexdigest()
        try:
            status = (self._folder / source).stat()
            known = self._digests.get(source)
            if known and known[:2] == (status.st_mtime_ns, status.st_size):
                return known[2]
            content = await asyncio.to_thread(self._bytes, source)
        except OSError as error:
            _log.warning("picture missing", source=source, error=type(error).__name__)
            return None
        digest = hashlib.sha256(content).hexdigest()
        self._digests[source] = (status.st_mtime_ns, status.st_size, digest)
        return digest

    def _bytes(self, source: str) -> bytes:
        path = (self._folder / source).resolve()
        if not path.is_relative_to(self._folder):
            raise PermissionError(f"{source} lies outside the catalog's folder")
        return path.read_bytes()


def _is_url(source: str) -> bool:
    return source.startswith("https://")
