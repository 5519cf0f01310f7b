"""Which message shows an order in a chat; the newest of its kind is remembered."""

from __future__ import annotations

from bot.domain.order import ChatId, OrderId
from bot.ports import MessageKind, ShownMessage
from bot.store.db import Db


class SqlShown:
    """Implements `bot.ports.ShownStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def put(self, order_id: OrderId, message: ShownMessage) -> None:
        """Remember a message, in place of an earlier one of its kind in its chat."""
        self._db.execute(
            "INSERT INTO shown (order_id, kind, chat_id, message_id) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (order_id, kind, chat_id) DO UPDATE SET message_id = excluded.message_id",
            (order_id, message.kind, message.chat_id, message.message_id),
        )

    def of(self, order_id: OrderId) -> tuple[ShownMessage, ...]:
        """Return the messages that show an order."""
        rows = self._db.execute(
            "SELECT kind, chat_id, message_id FROM shown WHERE order_id = ?", (order_id,)
        )
        return tuple(
            ShownMessage(MessageKind(kind), ChatId(chat_id), message_id)
            for kind, chat_id, message_id in rows
        )

    def let_go(self, order_id: OrderId, message: ShownMessage) -> bool:
        """Forget a message that follows its order no more; False where it was not remembered."""
        gone = self._db.execute(
            "DELETE FROM shown WHERE order_id = ? AND kind = ? AND chat_id = ? AND message_id = ?",
            (order_id, message.kind, message.chat_id, message.message_id),
        )
        return gone.rowcount == 1

    def forget(self, chat_id: ChatId) -> None:
        """Forget the messages of a chat that is gone, or has become another."""
        self._db.execute("DELETE FROM shown WHERE chat_id = ?", (chat_id,))
