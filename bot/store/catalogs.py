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

    def last_reading(self) -> bytes:
        """Return what reading the newest text came to; empty where that was not kept."""
        row = self._db.execute("SELECT reading FROM catalogs ORDER BY id DESC LIMIT 1").fetchone()
        reading: bytes = (row and row[0]) or b""
        return reading

    def save(self, source: bytes, fingerprint: str, now: int, reading: bytes = b"") -> None:
        """Keep a text as the newest, and its reading alone; the newest again changes nothing."""
        row = self._db.execute(
            "SELECT id, fingerprint, reading FROM catalogs ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if row is not None and row[1] == fingerprint:
            if row[2] != reading:
                self._db.execute("UPDATE catalogs SET reading = ? WHERE id = ?", (reading, row[0]))
            return
        self._db.execute("UPDATE catalogs SET reading = NULL WHERE reading IS NOT NULL")
        self._db.execute(
            "INSERT INTO catalogs (fingerprint, source, saved_at, reading) VALUES (?, ?, ?, ?)",
            (fingerprint, source, now, reading),
        )
        self._db.execute(
            "DELETE FROM catalogs WHERE id <= (SELECT max(id) FROM catalogs) - ?", (KEPT,)
        )
