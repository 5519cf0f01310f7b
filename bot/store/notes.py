"""Small facts by name; ``shop_id`` is there from the first migration on."""

from __future__ import annotations

from bot.store.db import Db


class SqlNotes:
    """Implements `bot.ports.NoteStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def get(self, name: str) -> str | None:
        """Return the note, None where there is none."""
        row = self._db.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        value: str | None = row[0] if row else None
        return value

    def set(self, name: str, value: str | None) -> None:
        """Write a note; None takes it away."""
        if value is None:
            self._db.execute("DELETE FROM notes WHERE name = ?", (name,))
            return
        self._db.execute(
            "INSERT INTO notes (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )
