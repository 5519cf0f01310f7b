"""Small facts by name; ``shop_id`` is there from the first migration on."""

from __future__ import annotations

import sqlite3


class SqliteNotes:
    """Implements `bot.ports.NoteStore`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

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
