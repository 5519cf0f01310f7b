"""Catalog texts that were good, so that a broken file or an undo can fall back on one."""

from __future__ import annotations

from bot.store.db import Db

#: Texts kept; the oldest go.
KEPT = 10
_NEW = """
INSERT INTO catalogs (fingerprint, source, saved_at) VALUES (?, ?, ?) RETURNING id
"""
_NEWEST = "SELECT id, fingerprint FROM catalogs ORDER BY id DESC LIMIT 1"
_BEFORE = "SELECT fingerprint FROM catalogs ORDER BY id DESC LIMIT 1 OFFSET 1"
_FIND = """
SELECT source FROM catalogs WHERE substr(fingerprint, 1, ?) = ? ORDER BY id DESC LIMIT 1
"""
_TEXT = "SELECT digest, content FROM catalog_texts WHERE content IS NOT NULL"
_FORMER = "UPDATE catalog_texts SET content = NULL WHERE content IS NOT NULL AND digest <> ?"
_PUT_TEXT = """
INSERT INTO catalog_texts (digest, content, saved_at) VALUES (?, ?, ?)
ON CONFLICT (digest) DO UPDATE SET content = excluded.content, saved_at = excluded.saved_at
"""
_FILL = "UPDATE catalogs SET source = coalesce(?, source), reading = ? WHERE id = ?"


class SqlCatalogs:
    """Implements `bot.ports.CatalogStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def last_good(self) -> bytes | None:
        row = self._db.execute("SELECT source FROM catalogs ORDER BY id DESC LIMIT 1").fetchone()
        source: bytes | None = row[0] if row else None
        return source

    def last_reading(self) -> bytes:
        row = self._db.execute("SELECT reading FROM catalogs ORDER BY id DESC LIMIT 1").fetchone()
        return (row[0] if row else None) or b""

    def head(self) -> str | None:
        row = self._db.execute(_NEWEST).fetchone()
        fingerprint: str | None = row[1] if row else None
        return fingerprint

    def text(self) -> tuple[str, bytes] | None:
        row = self._db.execute(_TEXT).fetchone()
        return (row[0], row[1]) if row else None

    def text_digest(self) -> str | None:
        words = "SELECT digest FROM catalog_texts WHERE content IS NOT NULL"
        row = self._db.execute(words).fetchone()
        digest: str | None = row[0] if row else None
        return digest

    def had_text(self, digest: str) -> bool:
        row = self._db.execute("SELECT 1 FROM catalog_texts WHERE digest = ?", (digest,))
        return row.fetchone() is not None

    def put_text(self, digest: str, content: bytes, now: int) -> None:
        self._db.execute(_FORMER, (digest,))
        self._db.execute(_PUT_TEXT, (digest, content, now))

    def before(self) -> str | None:
        row = self._db.execute(_BEFORE).fetchone()
        fingerprint: str | None = row[0] if row else None
        return fingerprint

    def find(self, digest: str) -> bytes | None:
        row = self._db.execute(_FIND, (len(digest), digest)).fetchone()
        source: bytes | None = row[0] if row else None
        return source

    def save(self, source: bytes, fingerprint: str, now: int, reading: bytes = b"") -> None:
        newest = self._db.execute(_NEWEST).fetchone()
        if newest is None or newest[1] != fingerprint:
            self._db.execute("UPDATE catalogs SET reading = NULL WHERE reading IS NOT NULL")
            made = self._db.execute(_NEW, (fingerprint, b"", now)).fetchone()
            self._fill(made[0], source, reading)
            self._db.execute(
                "DELETE FROM catalogs WHERE id <= (SELECT max(id) FROM catalogs) - ?", (KEPT,)
            )
        elif reading:
            self._fill(newest[0], None, reading)

    def _fill(self, catalog_id: int, source: bytes | None, reading: bytes) -> None:
        self._db.execute(_FILL, (source, reading, catalog_id))
        # A prepared statement holds what it was given last, of 10,000 products 8 MB: give it less.
        self._db.execute(_FILL, (None, None, -1))
