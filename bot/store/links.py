"""Payment links as they stand in chats: in which messages, and when a chat is reminded of one."""

from __future__ import annotations

import sqlite3

from bot.domain.order import OrderId

_ENDING = """
SELECT id FROM orders WHERE remind_at <= ? ORDER BY remind_at, id LIMIT ?
"""


class SqliteLinks:
    """Implements `bot.ports.LinkStore`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def shown(self, order_id: OrderId, message_id: int) -> None:
        """Remember that a message of the order's chat holds its link."""
        self._db.execute(
            "INSERT INTO link_messages (order_id, message_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (order_id, message_id),
        )

    def messages(self, order_id: OrderId) -> tuple[int, ...]:
        """Return the messages that hold the order's link, the oldest first."""
        rows = self._db.execute(
            "SELECT message_id FROM link_messages WHERE order_id = ? ORDER BY message_id",
            (order_id,),
        )
        return tuple(row[0] for row in rows)

    def forget(self, order_id: OrderId, message_id: int | None = None) -> None:
        """Forget a message that holds the link no more, or every one of the order's."""
        self._db.execute(
            "DELETE FROM link_messages WHERE order_id = ? AND message_id = coalesce(?, message_id)",
            (order_id, message_id),
        )

    def ending(self, now: int, limit: int) -> tuple[OrderId, ...]:
        """Return unpaid orders whose reminder is due, the longest waiting first."""
        rows = self._db.execute(_ENDING, (now, limit))
        return tuple(OrderId(row[0]) for row in rows)

    def reminded(self, order_id: OrderId) -> bool:
        """Let an order's reminder go; False where it had none to go."""
        done = self._db.execute(
            "UPDATE orders SET remind_at = NULL WHERE id = ? AND remind_at IS NOT NULL", (order_id,)
        )
        return done.rowcount == 1
