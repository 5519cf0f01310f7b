"""When chats are reminded of the payment links that wait for them."""

from __future__ import annotations

from bot.domain.order import OrderId
from bot.store.db import Db

_ENDING = """
SELECT id FROM orders WHERE remind_at <= ? ORDER BY remind_at, id LIMIT ?
"""


class SqlLinks:
    """Implements `bot.ports.LinkStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

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
