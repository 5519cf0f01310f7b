"""Catalog texts that were good, so that a broken file or an undo can fall back on one.

Texts and readings go past the statements, which would hold a copy of each until they run again: of
10,000 products 8 MB.
"""

from __future__ import annotations

import sqlite3

#: Texts kept; the oldest go.
KEPT = 10
_NEW = """
INSERT INTO catalogs (fingerprint, source, saved_at, reading)
VALUES (?, zeroblob(?), ?, zeroblob(?)) RETURNING id
"""


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
        row = self._db.execute(
            "SELECT id, length(reading) FROM catalogs ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if row is None or not row[1]:
            return b""
        with self._db.blobopen("catalogs", "reading", row[0], readonly=True) as blob:
            return blob.read()

    def save(self, source: bytes, fingerprint: str, now: int, reading: bytes = b"") -> None:
        """Keep a text as the newest, and its reading alone.

        The newest again changes nothing but its reading, and without a reading not even that.
        """
        row = self._db.execute(
            "SELECT id, fingerprint FROM catalogs ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if row is None or row[1] != fingerprint:
            self._db.execute("UPDATE catalogs SET reading = NULL WHERE reading IS NOT NULL")
            row = self._db.execute(_NEW, (fingerprint, len(source), now, len(reading))).fetchone()
            self._fill(row[0], "source", source)
            self._fill(row[0], "reading", reading)
            self._db.execute(
                "DELETE FROM catalogs WHERE id <= (SELECT max(id) FROM catalogs) - ?", (KEPT,)
            )
        elif reading:
            self._db.execute(
                "UPDATE catalogs SET reading = zeroblob(?) WHERE id = ?", (len(reading), row[0])
            )
            self._fill(row[0], "reading", reading)

    def _fill(self, row: int, column: str, content: bytes) -> None:
        if content:
            with self._db.blobopen("catalogs", column, row) as blob:
                blob.write(content)
