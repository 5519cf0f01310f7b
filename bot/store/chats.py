"""Chats, and their move to a new id when a group becomes a supergroup."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.cart import MAX_QUANTITY
from bot.domain.order import NOBODY, ChatId, UserId
from bot.ports import Chat, ChatKind, Note
from bot.store.carts import SqlCarts
from bot.store.db import Db
from bot.store.messages import SqlOutbox, SqlShown
from bot.store.shares import SqlShares

#: Takes a person out of everything that stays, and their chat away; values by `_forget_values`.
_FORGET = (
    (
        "UPDATE outbox SET chat_id = ? WHERE chat_id = ?"
        " AND order_id IN (SELECT id FROM orders WHERE chat_id = ?)"
    ),
    "UPDATE outbox SET chat_id = ? WHERE chat_id = ? AND order_id IS NULL",
    (
        "UPDATE order_lines SET added_by = NULL, note = NULL"
        " WHERE order_id IN (SELECT id FROM orders WHERE chat_id = ?)"
    ),
    (
        "UPDATE orders SET card_brand = NULL, card_last4 = NULL, tracking = NULL"
        " WHERE chat_id = ? OR buyer_id = ?"
    ),
    "UPDATE orders SET buyer_id = 0, buyer_name = '' WHERE buyer_id = ?",
    "UPDATE orders SET chat_id = ? WHERE chat_id = ?",
    "DELETE FROM preferences WHERE user_id = ?",
    "DELETE FROM waitlist WHERE user_id = ?",
    "DELETE FROM album_items WHERE chat_id = ?",
    "DELETE FROM chats WHERE id = ?",
    # A group's last removed line may name them.
    "DELETE FROM notes WHERE name IN (SELECT ? || id FROM chats WHERE id < 0)",
)


class SqlChats:
    """Implements `bot.ports.ChatStore`."""

    def __init__(
        self,
        db: Db,
        carts: SqlCarts,
        shares: SqlShares,
        outbox: SqlOutbox,
        shown: SqlShown,
    ) -> None:
        self._db = db
        self._carts = carts
        self._shares = shares
        self._outbox = outbox
        self._shown = shown

    def get(self, chat_id: ChatId) -> Chat | None:
        row = self._db.execute(
            "SELECT kind, language, name, chosen, reachable, reminders,"
            " EXISTS (SELECT 1 FROM notes WHERE name IN (?, ?)) FROM chats WHERE id = ?",
            (Note.ASKED.of(chat_id), Note.OPENED.of(chat_id), chat_id),
        ).fetchone()
        if row is None:
            return None
        kind, language, name, *flags = row
        return Chat(chat_id, ChatKind(kind), language, name, *map(bool, flags))

    def save(self, chat: Chat) -> None:
        self._db.execute(
            "INSERT INTO chats (id, kind, language, name, chosen, reachable, reminders)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET kind = excluded.kind,"
            " language = excluded.language, name = excluded.name, chosen = excluded.chosen,"
            " reachable = excluded.reachable, reminders = excluded.reminders",
            (
                chat.id,
                chat.kind,
                chat.language,
                chat.name,
                int(chat.chosen),
                int(chat.reachable),
                int(chat.reminders),
            ),
        )

    def rekey(self, old: ChatId, new: ChatId) -> None:
        if old == new:
            return
        self._merge_chat(old, new)
        self._merge_cart(old, new)
        self._db.execute(
            "UPDATE orders SET chat_id = ? WHERE chat_id = ? AND (state NOT IN ('placed', 'open')"
            " OR NOT EXISTS (SELECT 1 FROM orders AS other WHERE other.chat_id = ?"
            " AND other.state IN ('placed', 'open')))",
            (new, old, new),
        )
        self._outbox.rekey(old, new)
        self._shown.forget(old)  # a supergroup numbers its messages anew
        self._db.execute("DELETE FROM notes WHERE name = ?", (Note.REMOVED.of(old),))

    def forget(self, chat_id: ChatId, user_id: UserId, now: int) -> bool:
        undecided = self._db.execute(
            "SELECT 1 FROM orders WHERE chat_id = ? AND state IN ('placed', 'open', 'processing')",
            (chat_id,),
        ).fetchone()
        if undecided is not None:
            return False
        self._outbox.drop_chat(chat_id, now)
        for statement, values in zip(_FORGET, _forget_values(chat_id, user_id), strict=True):
            self._db.execute(statement, values)
        self._carts.clear(chat_id)
        self._shares.forget(user_id)
        self._shown.forget(chat_id)
        return True

    def _merge_chat(self, old: ChatId, new: ChatId) -> None:
        before, after = self.get(old), self.get(new)
        if before is None:
            return
        if after is None:
            self.save(replace(before, id=new, reachable=True))
        elif before.chosen and not after.chosen:
            self.save(replace(after, language=before.language, chosen=True))
        self._db.execute("DELETE FROM chats WHERE id = ?", (old,))

    def _merge_cart(self, old: ChatId, new: ChatId) -> None:
        moved = self._carts.lines(old)
        if not moved:
            return
        there = {line.key: line for line in self._carts.lines(new)}
        for line in moved:
            twin = there.get(line.key)
            units = line.quantity + (twin.quantity if twin else 0)
            note = line.note or (twin.note if twin else None)
            kept = replace(line, quantity=min(units, MAX_QUANTITY), note=note)
            self._carts.upsert(new, kept)
        self._shares.move(old, new)
        self._carts.clear(old)


def _forget_values(chat_id: ChatId, user_id: UserId) -> tuple[tuple[int | str, ...], ...]:
    return (
        (NOBODY, chat_id, chat_id),
        (NOBODY, chat_id),
        (chat_id,),
        (chat_id, user_id),
        (user_id,),
        (NOBODY, chat_id),
        (user_id,),
        (user_id,),
        (chat_id,),
        (chat_id,),
        (Note.REMOVED.of(""),),
    )
