"""Items of albums that are not answered yet."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.order import ChatId
from bot.ports import AlbumItem
from bot.store.db import Db


class SqlAlbumItems:
    """Implements `bot.ports.AlbumItemStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def keep(self, item: AlbumItem, now: int) -> None:
        self._db.execute(
            "INSERT INTO album_items (chat_id, message_id, update_json, kept_at)"
            " VALUES (?, ?, ?, ?) ON CONFLICT (chat_id, message_id) DO NOTHING",
            (item.chat_id, item.message_id, item.update, now),
        )

    def drop(self, chat_id: ChatId, messages: Iterable[int]) -> None:
        for number in messages:
            self._db.execute(
                "DELETE FROM album_items WHERE chat_id = ? AND message_id = ?", (chat_id, number)
            )

    def kept_until(self, until: int) -> tuple[AlbumItem, ...]:
        rows = self._db.execute(
            "SELECT chat_id, message_id, update_json FROM album_items WHERE kept_at <= ?"
            " ORDER BY chat_id, message_id",
            (until,),
        )
        return tuple(AlbumItem(ChatId(chat), number, update) for chat, number, update in rows)
