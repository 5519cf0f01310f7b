"""Owners who were invited, and the links that make them."""

from __future__ import annotations

from bot.domain.order import UserId
from bot.ports import OwnerLink
from bot.store.db import Db


class SqlOwners:
    """Implements `bot.ports.OwnerStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def all(self) -> tuple[UserId, ...]:
        rows = self._db.execute("SELECT user_id FROM owners ORDER BY since, user_id")
        return tuple(UserId(row[0]) for row in rows)

    def add(self, user_id: UserId, now: int) -> None:
        self._db.execute("INSERT INTO owners (user_id, since) VALUES (?, ?)", (user_id, now))

    def remove(self, user_id: UserId) -> None:
        self._db.execute("DELETE FROM owners WHERE user_id = ?", (user_id,))

    def links(self) -> tuple[OwnerLink, ...]:
        rows = self._db.execute("SELECT digest, invited_by, expires_at FROM owner_links")
        return tuple(OwnerLink(row[0], UserId(row[1]), row[2]) for row in rows)

    def put_link(self, link: OwnerLink) -> None:
        self._db.execute(
            "INSERT INTO owner_links (digest, invited_by, expires_at) VALUES (?, ?, ?)",
            (link.digest, link.invited_by, link.expires_at),
        )

    def take_link(self, digest: str) -> bool:
        taken = self._db.execute("DELETE FROM owner_links WHERE digest = ?", (digest,))
        return taken.rowcount == 1

    def drop_links_of(self, invited_by: UserId) -> None:
        self._db.execute("DELETE FROM owner_links WHERE invited_by = ?", (invited_by,))

    def no_link_after(self, at: int) -> int:
        late = "UPDATE owner_links SET expires_at = ? WHERE expires_at > ?"
        return self._db.execute(late, (at, at)).rowcount

    def drop_expired_links(self, now: int) -> None:
        self._db.execute("DELETE FROM owner_links WHERE expires_at <= ?", (now,))
