"""Messages: those that wait to be delivered, and those that show an order in a chat.

They are delivered in order within a chat, independently between chats.
A chat's oldest waiting message is its head and the only one with a time. What is due is therefore
found without passing over the messages that wait behind it. A row holds no rendered words, and
its details go once it is done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from bot.domain.order import ChatId, OrderId
from bot.ports import CLAIM_SECONDS, MessageKind, OutboxMessage, ShownMessage
from bot.store.db import Db, DbRow

_PUT = """
INSERT INTO outbox (chat_id, kind, order_id, details, created_at, due_at)
VALUES (?, ?, ?, ?, ?, CASE WHEN EXISTS
  (SELECT 1 FROM outbox WHERE chat_id = ? AND done_at IS NULL) THEN NULL ELSE ? END)
"""
_DUE = """
SELECT id, chat_id, kind, order_id, details, attempts, created_at, claimed_by, claimed_until
FROM outbox WHERE due_at <= ? ORDER BY due_at, id
"""
_CLAIM = """
UPDATE outbox SET claimed_by = :process, claimed_until = :until WHERE id = :id AND due_at <= :now
AND (claimed_by IS NULL OR claimed_by = :process OR claimed_until <= :now)
"""
#: What a process that slept through its claim may not touch: another one has it now.
_OWN = "(claimed_by IS NULL OR claimed_by = coalesce(?, claimed_by))"
_END = f"""
UPDATE outbox SET done_at = ?, parked = ?, due_at = NULL, details = '{{}}'
WHERE id = ? AND done_at IS NULL AND {_OWN} RETURNING chat_id
"""
_NEXT_HEAD = """
UPDATE outbox SET due_at = ? WHERE due_at IS NULL
AND id = (SELECT min(id) FROM outbox WHERE chat_id = ? AND done_at IS NULL)
"""
_TOLD_AT = """
SELECT max(coalesce(done_at, ?)) FROM outbox
WHERE order_id = ? AND chat_id = ? AND kind = ? AND parked IS NULL
"""
#: When a message is due whose chat cannot be reached: not before the chat is back.
_HELD = 2**62
_REACHED = "done_at IS NULL AND chat_id NOT IN (SELECT chat_id FROM outbox WHERE due_at = ?)"
_DEPTH = f"SELECT count(*) FROM outbox WHERE {_REACHED}"
_OLDEST = f"SELECT min(created_at) FROM outbox WHERE {_REACHED}"
_REKEY = """
UPDATE outbox SET chat_id = ?, due_at = NULL WHERE chat_id = ? AND done_at IS NULL
"""


class SqlOutbox:
    """Implements `bot.ports.OutboxStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def enqueue(
        self,
        chat_id: ChatId,
        kind: MessageKind,
        now: int,
        order_id: OrderId | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        written = json.dumps(dict(details or {}), ensure_ascii=False)
        self._db.execute(_PUT, (chat_id, kind, order_id, written, now, chat_id, now))

    def due(
        self, now: int, limit: int, busy: Sequence[ChatId] = (), process: str | None = None
    ) -> tuple[OutboxMessage, ...]:
        skipped = frozenset(busy)
        found: list[OutboxMessage] = []
        for row in self._db.execute(_DUE, (now,)):
            if len(found) >= limit:
                break
            taken = process and row["claimed_by"] not in {None, process}
            if row["chat_id"] not in skipped and not (taken and row["claimed_until"] > now):
                found.append(_message(row))
        return tuple(found)

    def claim(self, message_id: int, process: str, now: int) -> bool:
        values = {"id": message_id, "process": process, "now": now, "until": now + CLAIM_SECONDS}
        return self._db.execute(_CLAIM, values).rowcount == 1

    def next_at(self) -> int | None:
        row = self._db.execute("SELECT min(due_at) FROM outbox WHERE due_at IS NOT NULL").fetchone()
        at: int | None = row[0]
        return at

    def release_claims(self) -> None:
        self._db.execute(
            "UPDATE outbox SET claimed_by = NULL, claimed_until = NULL"
            " WHERE done_at IS NULL AND claimed_by IS NOT NULL"
        )

    def sent(self, message_id: int, now: int, process: str | None = None) -> None:
        self._end(message_id, now, None, process)

    def told_at(
        self, chat_id: ChatId, kind: MessageKind, order_id: OrderId, now: int
    ) -> int | None:
        row = self._db.execute(_TOLD_AT, (now, order_id, chat_id, kind)).fetchone()
        at: int | None = row[0]
        return at

    def none_after(self, at: int) -> int:
        return self._db.execute(
            "UPDATE outbox SET due_at = ? WHERE due_at > ? AND due_at < ?", (at, at, _HELD)
        ).rowcount

    def later(self, message_id: int, at: int, process: str | None = None) -> None:
        self._db.execute(
            "UPDATE outbox SET due_at = ?, attempts = attempts + 1, claimed_by = NULL,"
            f" claimed_until = NULL WHERE id = ? AND due_at IS NOT NULL AND {_OWN}",
            (at, message_id, process),
        )

    def park(self, message_id: int, now: int, reason: str, process: str | None = None) -> bool:
        return self._end(message_id, now, reason, process)

    def redirect(
        self, message: OutboxMessage, to: ChatId, details: Mapping[str, str], now: int
    ) -> None:
        self._db.execute(
            "UPDATE outbox SET chat_id = ?, details = ?, attempts = 0 WHERE id = ?",
            (to, json.dumps(dict(details), ensure_ascii=False), message.id),
        )
        # Older than what waits there, it goes before it.
        self._db.execute(
            "UPDATE outbox SET due_at = NULL WHERE chat_id = ? AND done_at IS NULL", (to,)
        )
        for chat_id in (to, message.chat_id):
            self._db.execute(_NEXT_HEAD, (now, chat_id))

    def hold_chat(self, chat_id: ChatId) -> None:
        self._db.execute(
            "UPDATE outbox SET due_at = ? WHERE chat_id = ? AND done_at IS NULL"
            " AND due_at IS NOT NULL",
            (_HELD, chat_id),
        )

    def release_chat(self, chat_id: ChatId) -> int:
        if self._head_at(chat_id) != _HELD:
            return 0
        self._db.execute(
            "UPDATE outbox SET due_at = 0 WHERE chat_id = ? AND done_at IS NULL"
            " AND due_at IS NOT NULL",
            (chat_id,),
        )
        row = self._db.execute(
            "SELECT count(*) FROM outbox WHERE chat_id = ? AND done_at IS NULL AND kind = ?",
            (chat_id, MessageKind.OWNER_SALE),
        ).fetchone()
        sales: int = row[0]
        return sales

    def drop_chat(self, chat_id: ChatId, now: int) -> None:
        self._db.execute(
            "UPDATE outbox SET done_at = ?, parked = 'unreachable', due_at = NULL, details = '{}'"
            " WHERE chat_id = ? AND done_at IS NULL",
            (now, chat_id),
        )

    def drop_about(self, chat_id: ChatId, now: int) -> None:
        waiting = self._db.execute(
            "SELECT id, details FROM outbox WHERE done_at IS NULL AND details LIKE ?",
            (f'%"chat": "{chat_id}"%',),
        ).fetchall()
        for row in waiting:
            if json.loads(row["details"]).get("chat") == str(chat_id):
                self._end(row["id"], now, "forgotten")

    def depth(self) -> int:
        row = self._db.execute(_DEPTH, (_HELD,)).fetchone()
        waiting: int = row[0]
        return waiting

    def oldest(self) -> int | None:
        row = self._db.execute(_OLDEST, (_HELD,)).fetchone()
        at: int | None = row[0]
        return at

    def rekey(self, old: ChatId, new: ChatId) -> None:
        """Let what waits follow a chat to its new id, in the order in which it was put."""
        heads = [at for chat_id in (old, new) if (at := self._head_at(chat_id)) is not None]
        if not heads:
            return
        for chat_id in (old, new):
            self._db.execute(_REKEY, (new, chat_id))
        # What was held for the old id is due: where a group moves, the shop is in it.
        self._db.execute(_NEXT_HEAD, (0 if min(heads) == _HELD else min(heads), new))

    def _head_at(self, chat_id: ChatId) -> int | None:
        row = self._db.execute(
            "SELECT due_at FROM outbox WHERE chat_id = ? AND done_at IS NULL ORDER BY id LIMIT 1",
            (chat_id,),
        ).fetchone()
        at: int | None = row[0] if row else None
        return at

    def _end(
        self, message_id: int, now: int, reason: str | None, process: str | None = None
    ) -> bool:
        row = self._db.execute(_END, (now, reason, message_id, process)).fetchone()
        if row is not None:
            self._db.execute(_NEXT_HEAD, (now, row[0]))
        return row is not None


class SqlShown:
    """Implements `bot.ports.ShownStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def remember(self, order_id: OrderId, message: ShownMessage) -> None:
        self._db.execute(
            "INSERT INTO shown (order_id, kind, chat_id, message_id) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (order_id, kind, chat_id) DO UPDATE SET message_id = excluded.message_id",
            (order_id, message.kind, message.chat_id, message.message_id),
        )

    def receipt(self, order_id: OrderId, chat_id: ChatId) -> int | None:
        row = self._db.execute(
            "SELECT message_id FROM shown WHERE order_id = ? AND kind = ? AND chat_id = ?",
            (order_id, MessageKind.RECEIPT, chat_id),
        ).fetchone()
        number: int | None = row[0] if row else None
        return number

    def of(self, order_id: OrderId) -> tuple[ShownMessage, ...]:
        rows = self._db.execute(
            "SELECT kind, chat_id, message_id FROM shown WHERE order_id = ?", (order_id,)
        )
        return tuple(
            ShownMessage(MessageKind(kind), ChatId(chat_id), message_id)
            for kind, chat_id, message_id in rows
        )

    def let_go(self, order_id: OrderId, message: ShownMessage) -> bool:
        gone = self._db.execute(
            "DELETE FROM shown WHERE order_id = ? AND kind = ? AND chat_id = ? AND message_id = ?",
            (order_id, message.kind, message.chat_id, message.message_id),
        )
        return gone.rowcount == 1

    def forget(self, chat_id: ChatId) -> None:
        self._db.execute("DELETE FROM shown WHERE chat_id = ?", (chat_id,))


def _message(row: DbRow) -> OutboxMessage:
    return OutboxMessage(
        id=row["id"],
        chat_id=ChatId(row["chat_id"]),
        kind=MessageKind(row["kind"]),
        order_id=None if row["order_id"] is None else OrderId(row["order_id"]),
        details=json.loads(row["details"]),
        attempts=row["attempts"],
        created_at=row["created_at"],
    )
