"""Albums: Telegram delivers an update an item, with no count; for a chat they are one message.

While one waits for the rest of its items, those that came are kept in the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

import structlog
from telegram import Message, Update

from bot.domain.errors import ShopError
from bot.domain.order import ChatId
from bot.ports import AlbumItem
from bot.shop.people.albums import KeptAlbums

_log = structlog.get_logger(__name__)

#: Seconds without another item after which an album is whole; after a start the rest takes longer.
_QUIET: Final = 1.0
_QUIET_AT_START: Final = 3.0
#: Items that an album has at most.
_MOST: Final = 10


class Albums:
    """Albums whose items are coming in, by their first one's chat and number.

    Args:
        kept: Where their items outlive this process; nowhere without.
    """

    def __init__(self, kept: KeptAlbums | None = None) -> None:
        self._kept: Final = kept
        self._items: dict[tuple[int, str], dict[int, Message]] = {}
        self._news: dict[tuple[int, str], asyncio.Event] = {}
        self._resumed: set[tuple[int, str]] = set()

    async def keep(self, updates: Iterable[Update]) -> None:
        """Keep the items among updates, before Telegram hears that they have come.

        What cannot be kept is served all the same.
        """
        found = [
            AlbumItem(ChatId(item.chat.id), item.message_id, update.to_json())
            for update in updates
            if (item := album_item(update)) is not None
        ]
        if not found or self._kept is None:
            return
        try:
            await self._kept.keep(found)
        except ShopError as error:
            _log.warning("album not kept", error=str(error))

    async def left(self, seconds: int) -> tuple[AlbumItem, ...]:
        """Return the items that have been kept for so many seconds."""
        return await self._kept.left(seconds) if self._kept is not None else ()

    def resume(self, message: Message) -> None:
        """Wait longer for the rest of an album that was kept: it is fetched, or sent, only now."""
        if _key(message) not in self._items:
            self._resumed.add(_key(message))

    def joins(self, message: Message) -> bool:
        """Add an item to its album; False where it is the first, which stands for all."""
        key = _key(message)
        first = key not in self._items
        # By number: what Telegram delivers twice is one item.
        self._items.setdefault(key, {})[message.message_id] = message
        self._news.setdefault(key, asyncio.Event()).set()
        return not first

    async def whole(self, message: Message) -> None:
        """Wait until nothing more of an album comes."""
        key = _key(message)
        news, quiet = self._news[key], _QUIET_AT_START if key in self._resumed else _QUIET
        while len(self._items[key]) < _MOST:
            news.clear()
            try:
                await asyncio.wait_for(news.wait(), quiet)
            except TimeoutError:
                return

    def items(self, message: Message) -> Sequence[Message]:
        """Return an album's items in their order; a message that is in none is its only one."""
        found = self._items.get(_key(message)) if message.media_group_id else None
        return [found[number] for number in sorted(found)] if found else [message]

    async def answered(self, message: Message) -> None:
        """Let an album go."""
        key = _key(message)
        numbers = tuple(self._items.pop(key, ()))
        self._news.pop(key, None)
        self._resumed.discard(key)
        if self._kept is None:
            return
        try:
            await self._kept.answered(ChatId(message.chat.id), numbers)
        except ShopError as error:  # it is looked at once more, and what was carried is known
            _log.warning("kept album not let go", error=str(error))


def album_item(update: Update) -> Message | None:
    """Return the message of an update that brings an item of an album."""
    message = update.message
    return message if message is not None and message.media_group_id else None


def _key(message: Message) -> tuple[int, str]:
    return message.chat.id, str(message.media_group_id)
