"""Telegram's file ids of the shop's pictures; a file id belongs to one bot."""

from __future__ import annotations

from bot.store.db import Db


class SqlPictures:
    """Implements `bot.ports.PictureStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def get(self, bot_id: int, digest: str) -> str | None:
        """Return the file id under which this bot has sent the picture before."""
        row = self._db.execute(
            "SELECT file_id FROM pictures WHERE bot_id = ? AND digest = ?", (bot_id, digest)
        ).fetchone()
        file_id: str | None = row[0] if row else None
        return file_id

    def set(self, bot_id: int, digest: str, file_id: str) -> None:
        """Remember the file id, in place of an older one."""
        self._db.execute(
            "INSERT INTO pictures (bot_id, digest, file_id) VALUES (?, ?, ?)"
            " ON CONFLICT (bot_id, digest) DO UPDATE SET file_id = excluded.file_id",
            (bot_id, digest, file_id),
        )
