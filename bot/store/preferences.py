"""What people chose once for all their orders, a row a person."""

from __future__ import annotations

from bot.domain.order import UserId
from bot.ports import Preference
from bot.store.db import Db


class SqlPreferences:
    """Implements `bot.ports.PreferenceStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def of(self, user_id: UserId) -> Preference:
        row = self._db.execute(
            "SELECT pickup, place FROM preferences WHERE user_id = ?", (user_id,)
        ).fetchone()
        if row is None:
            return Preference()
        pickup, place = row
        return Preference(None if pickup is None else bool(pickup), place)

    def save(self, user_id: UserId, preference: Preference) -> None:
        pickup = None if preference.pickup is None else int(preference.pickup)
        self._db.execute(
            "INSERT INTO preferences (user_id, pickup, place) VALUES (?, ?, ?)"
            " ON CONFLICT (user_id) DO UPDATE SET pickup = excluded.pickup,"
            " place = excluded.place",
            (user_id, pickup, preference.place),
        )
