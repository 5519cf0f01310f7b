"""Leases: rows that say which process does what only one does at a time."""

from __future__ import annotations

from bot.ports import LEASE_SECONDS, Lease, LeaseName
from bot.store.db import Db

#: What holds for longer than any lease was written by a clock that was ahead, and counts as over.
_LONGEST = 5 * LEASE_SECONDS
_TAKE = """
INSERT INTO leases (name, holder, until) VALUES (:name, :holder, :until)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE leases.holder = excluded.holder OR leases.until <= :now OR leases.until > :latest
"""


class SqlLeases:
    """Implements `bot.ports.LeaseStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def take(self, name: LeaseName, holder: str, now: int) -> bool:
        values = {
            "name": name.value,
            "holder": holder,
            "now": now,
            "until": now + LEASE_SECONDS,
            "latest": now + _LONGEST,
        }
        return self._db.execute(_TAKE, values).rowcount == 1

    def give_back(self, holder: str) -> None:
        self._db.execute("DELETE FROM leases WHERE holder = ?", (holder,))

    def clear(self) -> None:
        self._db.execute("DELETE FROM leases")

    def all(self) -> tuple[Lease, ...]:
        rows = self._db.execute("SELECT name, holder, until FROM leases ORDER BY name")
        return tuple(Lease(*row) for row in rows)
