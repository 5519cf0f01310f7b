"""Catalog texts that were good, so that a broken file or an undo can fall back on one."""

from __future__ import annotations

import sqlite3

#: Texts kept; the oldest go.
KEPT = 10


class SqliteCatalogs:
    """Implements `bot.ports.CatalogStore`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def last_good(self) -> bytes | None:
        """Return the text saved last."""
        row = self._db.execute("SELECT source FROM catalogs ORDER BY id DESC LIMIT 1").fetchone()
        source: bytes | None = row[0] if row else None
        return source

    def save(self, source: bytes, fingerprint: str, now: int) -> None:
        """Keep a text as the newest; the newest again changes nothing."""
        row = self._db.execute(
            "SELECT fingerprint FROM catalogs ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if row is not None and row[0] == fingerprint:
            return
        self._db.execute(
            "INSERT INTO catalogs (fingerprint, source, saved_at) VALUES (?, ?, ?)",
            (fingerprint, source, now),
        )
        self._db.execute(
            "DELETE FROM catalogs WHERE id <= (SELECT max(id) FROM catalogs) - ?", (KEPT,)
        )
