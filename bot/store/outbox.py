"""Messages that wait to be delivered: in order within a chat, independent between chats.

A chat's oldest waiting message is its head and the only one with a time. What is due is therefore
found without passing over the messages that wait behind it. A row holds no rendered words, and
its details go once it is done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from bot.domain.order import ChatId, OrderId
from bot.ports import MessageKind, OutboxMessage
from bot.store.db import Db, Row

_PUT = """
INSERT INTO outbox (chat_id, kind, order_id, details, created_at, due_at)
VALUES (?, ?, ?, ?, ?, CASE WHEN EXISTS
  (SELECT 1 FROM outbox WHERE chat_id = ? AND done_at IS NULL) THEN NULL ELSE ? END)
"""
_DUE = """
SELECT id, chat_id, kind, order_id, details, attempts, created_at
FROM outbox WHERE due_at <= ? ORDER BY due_at, id
"""
_END = """
UPDATE outbox SET done_at = ?, parked = ?, due_at = NULL, details = '{}'
WHERE id = ? AND done_at IS NULL RETURNING chat_id
"""
_NEXT_HEAD = """
UPDATE outbox SET due_at = ? WHERE due_at IS NULL
AND id = (SELECT min(id) FROM outbox WHERE chat_id = ? AND done_at IS NULL)
"""
_REKEY = """
UPDATE outbox SET chat_id = ?, due_at = NULL WHERE chat_id = ? AND done_at IS NULL
"""


class SqlOutbox:
    """Implements `bot.ports.OutboxStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def put(
        self,
        chat_id: ChatId,
        kind: MessageKind,
        now: int,
        order_id: OrderId | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Add a message; it is due at once where none of its chat waits before it."""
        written = json.dumps(dict(details or {}), ensure_ascii=False)
        self._db.execute(_PUT, (chat_id, kind, order_id, written, now, chat_id, now))

    def due(self, now: int, limit: int, busy: Sequence[ChatId] = ()) -> tuple[OutboxMessage, ...]:
        """Return the head of each chat that is due and not busy, the longest waiting first."""
        skipped = frozenset(busy)
        found: list[OutboxMessage] = []
        for row in self._db.execute(_DUE, (now,)):
            if len(found) >= limit:
                break
            if row["chat_id"] not in skipped:
                found.append(_message(row))
        return tuple(found)

    def next_at(self) -> int | None:
        """Return when the next message is due, seconds UTC; None where nothing waits."""
        row = self._db.execute("SELECT min(due_at) FROM outbox WHERE due_at IS NOT NULL").fetchone()
        at: int | None = row[0]
        return at

    def sent(self, message_id: int, now: int) -> None:
        """Record that Telegram took the message; the chat's next one is due."""
        self._end(message_id, now, None)

    def later(self, message_id: int, at: int) -> None:
        """Try again at a time, and count an attempt; those behind it wait with it."""
        self._db.execute(
            "UPDATE outbox SET due_at = ?, attempts = attempts + 1"
            " WHERE id = ? AND due_at IS NOT NULL",
            (at, message_id),
        )

    def park(self, message_id: int, now: int, reason: str) -> None:
        """Set aside a message that Telegram will never take; the chat's next one is due."""
        self._end(message_id, now, reason)

    def drop_chat(self, chat_id: ChatId, now: int) -> None:
        """Park everything that waits for a chat that cannot be reached."""
        self._db.execute(
            "UPDATE outbox SET done_at = ?, parked = 'unreachable', due_at = NULL, details = '{}'"
            " WHERE chat_id = ? AND done_at IS NULL",
            (now, chat_id),
        )

    def depth(self) -> int:
        """Return how many messages wait; the cost follows that number."""
        row = self._db.execute("SELECT count(*) FROM outbox WHERE done_at IS NULL").fetchone()
        waiting: int = row[0]
        return waiting

    def oldest(self) -> int | None:
        """Return when the oldest message that waits was put, seconds UTC; None where none does."""
        row = self._db.execute(
            "SELECT min(created_at) FROM outbox WHERE done_at IS NULL"
        ).fetchone()
        at: int | None = row[0]
        return at

    def rekey(self, old: ChatId, new: ChatId) -> None:
        """Let what waits follow a chat to its new id, in the order in which it was put."""
        heads = [at for chat_id in (old, new) if (at := self._head_at(chat_id)) is not None]
        if not heads:
            return
        for chat_id in (old, new):
            self._db.execute(_REKEY, (new, chat_id))
        self._db.execute(_NEXT_HEAD, (min(heads), new))

    def _head_at(self, chat_id: ChatId) -> int | None:
        row = self._db.execute(
            "SELECT due_at FROM outbox WHERE chat_id = ? AND done_at IS NULL ORDER BY id LIMIT 1",
            (chat_id,),
        ).fetchone()
        at: int | None = row[0] if row else None
        return at

    def _end(self, message_id: int, now: int, reason: str | None) -> None:
        row = self._db.execute(_END, (now, reason, message_id)).fetchone()
        if row is not None:
            self._db.execute(_NEXT_HEAD, (now, row[0]))


def _message(row: Row) -> OutboxMessage:
    return OutboxMessage(
        id=row["id"],
        chat_id=ChatId(row["chat_id"]),
        kind=MessageKind(row["kind"]),
        order_id=None if row["order_id"] is None else OrderId(row["order_id"]),
        details=json.loads(row["details"]),
        attempts=row["attempts"],
        created_at=row["created_at"],
    )
