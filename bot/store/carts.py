"""Cart lines, kept by chat in the order in which they were first added."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.domain.cart import CartLine
from bot.domain.catalog.model import LineKey, ProductId, Text, VariantId
from bot.domain.money import Money
from bot.domain.order import ChatId
from bot.store.db import Db

_LINES = """
SELECT product_id, variant_id, quantity, seen_minor, currency, added_at, note, added_by, seen_title
FROM cart_lines WHERE chat_id = ? ORDER BY place
"""
_PUT = """
INSERT INTO cart_lines (chat_id, product_id, variant_id, place, quantity, seen_minor, currency,
  added_at, note, added_by, seen_title)
VALUES (?, ?, ?, (SELECT coalesce(max(place), 0) + 1 FROM cart_lines WHERE chat_id = ?),
  ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (chat_id, product_id, variant_id) DO UPDATE SET quantity = excluded.quantity,
  seen_minor = excluded.seen_minor, currency = excluded.currency, added_at = excluded.added_at,
  note = excluded.note, added_by = excluded.added_by, seen_title = excluded.seen_title
"""
_PLACE = """
UPDATE cart_lines SET place = ? WHERE chat_id = ? AND product_id = ? AND variant_id = ?
"""
_LEFT_BEHIND = """
SELECT DISTINCT line.chat_id FROM cart_lines AS line JOIN chats ON chats.id = line.chat_id
WHERE line.added_at > :after AND line.added_at <= :until
  AND chats.kind = 'private' AND chats.reachable = 1 AND chats.reminders = 1
  AND NOT EXISTS (SELECT 1 FROM cart_lines AS other
    WHERE other.chat_id = line.chat_id AND (other.added_at > :until
      OR other.added_at <= coalesce(chats.recalled_at, -1)))
  AND NOT EXISTS (SELECT 1 FROM orders
    WHERE orders.chat_id = line.chat_id AND orders.state IN ('placed', 'open'))
"""


class SqlCarts:
    """Implements `bot.ports.CartStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def lines(self, chat_id: ChatId) -> tuple[CartLine, ...]:
        return tuple(
            CartLine(
                LineKey(ProductId(product_id), VariantId(variant_id)),
                quantity,
                Money(minor, currency),
                added_at,
                note,
                added_by,
                None if title is None else Text.of(json.loads(title)),
            )
            for (
                product_id,
                variant_id,
                quantity,
                minor,
                currency,
                added_at,
                note,
                added_by,
                title,
            ) in self._db.execute(_LINES, (chat_id,))
        )

    def upsert(self, chat_id: ChatId, line: CartLine) -> None:
        seen, title = line.seen_unit, line.seen_title
        self._db.execute(
            _PUT,
            (
                chat_id,
                *line.key,
                chat_id,
                line.quantity,
                seen.minor,
                seen.currency,
                line.added_at,
                line.note,
                line.added_by,
                None if title is None else json.dumps(dict(title.wordings), ensure_ascii=False),
            ),
        )

    def remove(self, chat_id: ChatId, key: LineKey) -> None:
        self._db.execute(
            "DELETE FROM cart_lines WHERE chat_id = ? AND product_id = ? AND variant_id = ?",
            (chat_id, *key),
        )

    def arrange(self, chat_id: ChatId, keys: Sequence[LineKey]) -> None:
        for place, key in enumerate(keys, 1):
            self._db.execute(_PLACE, (place, chat_id, *key))

    def left_behind(self, after: int, until: int) -> tuple[ChatId, ...]:
        rows = self._db.execute(_LEFT_BEHIND, {"after": after, "until": until})
        return tuple(ChatId(row[0]) for row in rows)

    def none_after(self, at: int) -> int:
        late = "UPDATE cart_lines SET added_at = ? WHERE added_at > ?"
        return self._db.execute(late, (at, at)).rowcount

    def none_recalled_after(self, at: int) -> None:
        self._db.execute("UPDATE chats SET recalled_at = ? WHERE recalled_at > ?", (at, at))

    def recalled(self, chat_id: ChatId, now: int) -> None:
        self._db.execute("UPDATE chats SET recalled_at = ? WHERE id = ?", (now, chat_id))

    def clear(self, chat_id: ChatId) -> None:
        self._db.execute("DELETE FROM cart_lines WHERE chat_id = ?", (chat_id,))
