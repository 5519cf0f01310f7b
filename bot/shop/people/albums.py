"""Albums that wait for the rest of their items: what was sent is kept until it is answered.

Telegram says nowhere that an album is whole, so the chat waits a little; a process that is killed
meanwhile has told Telegram already that it has the items.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.order import ChatId
from bot.ports import AlbumItem, Transaction
from bot.shop.context import Context
from bot.shop.people.support import Support


class KeptAlbums:
    """Keep items, and find those that nobody answered."""

    def __init__(self, context: Context, support: Support) -> None:
        self._context = context
        self._support = support

    async def keep(self, items: Sequence[AlbumItem]) -> None:
        """Keep items until their album is answered; the same again changes nothing."""
        now = self._context.clock.now()

        def work(tx: Transaction) -> None:
            for item in items:
                tx.album_items.keep(item, now)

        await self._context.store.write(work)

    async def answered(self, chat_id: ChatId, messages: Sequence[int]) -> None:
        """Let the items of an album go."""
        await self._context.store.write(lambda tx: tx.album_items.drop(chat_id, messages))

    async def left(self, seconds: int) -> tuple[AlbumItem, ...]:
        """Return the items that have been kept for so long, and let go what was carried already."""
        until = self._context.clock.now() - seconds
        found = await self._context.store.read(lambda tx: tx.album_items.kept_until(until))
        if not found:
            return ()

        def work(tx: Transaction) -> tuple[AlbumItem, ...]:
            left = []
            for item in tx.album_items.kept_until(until):
                if self._support.was_carried(tx, item.chat_id, item.message_id):
                    tx.album_items.drop(item.chat_id, [item.message_id])
                else:
                    left.append(item)
            return tuple(left)

        return await self._context.store.write(work)
