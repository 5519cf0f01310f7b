"""Telegram's updates that have taken effect, so that one delivered twice takes effect once."""

from __future__ import annotations

from bot.ports import UpdateId
from bot.store.db import Db

#: Telegram keeps updates for 24 hours; after this many seconds a number may come anew, because
#: numbering starts at random again when a bot heard nothing for a week.
REMEMBERED = 3 * 24 * 3600
#: Every so many updates, up to twice as many of the lowest numbers are looked at and old ones go.
_EVERY = 256

_SEE = """
INSERT INTO seen_updates (update_id, seen_at) VALUES (?, ?)
ON CONFLICT (update_id) DO UPDATE SET seen_at = excluded.seen_at WHERE seen_updates.seen_at < ?
"""
_FORGET = """
DELETE FROM seen_updates WHERE seen_at < ? AND update_id IN
  (SELECT update_id FROM seen_updates WHERE update_id >= 0 ORDER BY update_id LIMIT ?)
"""


def first_time(db: Db, update_id: UpdateId | None, now: int) -> bool:
    """Return True the first time an update is seen, and remember it; True for None."""
    if update_id is None:
        return True
    old = now - REMEMBERED
    if update_id % _EVERY == 0:
        db.execute(_FORGET, (old, 2 * _EVERY))
    return db.execute(_SEE, (update_id, now, old)).rowcount == 1
