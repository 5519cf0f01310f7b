"""Small facts: notes by name, Telegram's file ids of pictures, updates that took effect."""

from __future__ import annotations

from collections.abc import Sequence

from bot.ports import UpdateId
from bot.store.db import Db

#: Telegram keeps updates for 24 hours; after this many seconds a number may come anew, because
#: numbering starts at random again when a bot heard nothing for a week.
REMEMBERED = 3 * 24 * 3600
#: Every so many updates, up to twice as many of the lowest numbers are looked at and old ones go.
_EVERY = 256

_SEE = """
INSERT INTO seen_updates (update_id, seen_at) VALUES (?, ?)
ON CONFLICT (update_id) DO UPDATE SET seen_at = excluded.seen_at WHERE seen_updates.seen_at < ?
"""
_FORGET = """
DELETE FROM seen_updates WHERE seen_at < ? AND update_id IN
  (SELECT update_id FROM seen_updates WHERE update_id >= 0 ORDER BY update_id LIMIT ?)
"""


class SqlNotes:
    """Implements `bot.ports.NoteStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def get(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        value: str | None = row[0] if row else None
        return value

    def set(self, name: str, value: str | None) -> None:
        if value is None:
            self._db.execute("DELETE FROM notes WHERE name = ?", (name,))
            return
        self._db.execute(
            "INSERT INTO notes (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )


class SqlPictures:
    """Implements `bot.ports.PictureStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def get(self, bot_id: int, digest: str) -> str | None:
        row = self._db.execute(
            "SELECT file_id FROM pictures WHERE bot_id = ? AND digest = ?", (bot_id, digest)
        ).fetchone()
        file_id: str | None = row[0] if row else None
        return file_id

    def set(self, bot_id: int, digest: str, file_id: str) -> None:
        self._db.execute(
            "INSERT INTO pictures (bot_id, digest, file_id) VALUES (?, ?, ?)"
            " ON CONFLICT (bot_id, digest) DO UPDATE SET file_id = excluded.file_id",
            (bot_id, digest, file_id),
        )

    def files(self) -> dict[str, str]:
        rows = self._db.execute(
            "SELECT source, digest FROM catalog_pictures WHERE content IS NOT NULL"
        )
        return {row[0]: row[1] for row in rows}

    def file(self, source: str) -> bytes | None:
        row = self._db.execute(
            "SELECT content FROM catalog_pictures WHERE source = ? AND content IS NOT NULL",
            (source,),
        ).fetchone()
        content: bytes | None = row[0] if row else None
        return content

    def had_file(self, source: str, digest: str) -> bool:
        row = self._db.execute(
            "SELECT 1 FROM catalog_pictures WHERE source = ? AND digest = ?", (source, digest)
        )
        return row.fetchone() is not None

    def put_file(self, source: str, digest: str, content: bytes) -> None:
        self.drop_files([source])
        self._db.execute(
            "INSERT INTO catalog_pictures (source, digest, content) VALUES (?, ?, ?)"
            " ON CONFLICT (source, digest) DO UPDATE SET content = excluded.content",
            (source, digest, content),
        )

    def drop_files(self, sources: Sequence[str]) -> None:
        self._db.executemany(
            "UPDATE catalog_pictures SET content = NULL WHERE source = ? AND content IS NOT NULL",
            [(source,) for source in sources],
        )


def first_time(db: Db, update_id: UpdateId | None, now: int) -> bool:
    """Return True the first time an update is seen, and remember it; True for None."""
    if update_id is None:
        return True
    old = now - REMEMBERED
    if update_id % _EVERY == 0:
        db.execute(_FORGET, (old, 2 * _EVERY))
    return db.execute(_SEE, (update_id, now, old)).rowcount == 1
