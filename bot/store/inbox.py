"""Stripe's events: stored by id before anything is done about them, each acted on once."""

from __future__ import annotations

from bot.ports import CLAIM_SECONDS, EventId, EventKind, InboxEvent
from bot.store.db import Db

_PUT = """
INSERT INTO inbox (id, kind, object_id, parent_id, received_at, attempts, due_at)
VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
"""
_DUE = """
SELECT id, kind, object_id, received_at, attempts, parent_id
FROM inbox WHERE due_at <= ? ORDER BY due_at, received_at, id LIMIT ?
"""


class SqlInbox:
    """Implements `bot.ports.InboxStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def enqueue(self, event: InboxEvent) -> bool:
        changed = self._db.execute(
            _PUT,
            (
                event.id,
                event.kind,
                event.object_id,
                event.parent_id,
                event.received_at,
                event.attempts,
                event.received_at,
            ),
        ).rowcount
        return changed == 1

    def due(self, now: int, limit: int) -> tuple[InboxEvent, ...]:
        return tuple(
            InboxEvent(EventId(event_id), EventKind(kind), *rest)
            for event_id, kind, *rest in self._db.execute(_DUE, (now, limit))
        )

    def claim(self, event_id: EventId, now: int) -> bool:
        return (
            self._db.execute(
                "UPDATE inbox SET due_at = ? WHERE id = ? AND due_at <= ?",
                (now + CLAIM_SECONDS, event_id, now),
            ).rowcount
            == 1
        )

    def done(self, event_id: EventId, now: int) -> None:
        self._db.execute(
            "UPDATE inbox SET done_at = ?, due_at = NULL WHERE id = ? AND done_at IS NULL",
            (now, event_id),
        )

    def later(self, event_id: EventId, at: int) -> None:
        self._db.execute(
            "UPDATE inbox SET due_at = ?, attempts = attempts + 1 WHERE id = ? AND done_at IS NULL",
            (at, event_id),
        )

    def none_after(self, at: int) -> int:
        return self._db.execute("UPDATE inbox SET due_at = ? WHERE due_at > ?", (at, at)).rowcount
