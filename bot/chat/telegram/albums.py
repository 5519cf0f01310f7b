"""Albums: Telegram delivers an update an item, with no count; for a chat they are one message.

So are the parts into which an app cuts a long text; only that they come one after the other tells
that they belong together. While an album waits for the rest of its items, those that came are kept
in the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

import structlog
from telegram import Chat, Message, Update

from bot.chat.screen import units
from bot.chat.telegram.incoming import is_command, is_passed_on
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
#: UTF-16 units from which on more of a text may follow. Apps cut it before its 4097th, where a
#: paragraph or a sentence ends; Desktop looks for that from the 2049th on, and spaces there go.
_LONG: Final = 2000
#: Seconds within which one part is sent after the other.
_TOGETHER: Final = 3

_Key = tuple[int, str]


class Albums:
    """Albums whose items are coming in, by their first one's chat and number.

    Args:
        kept: Where their items outlive this process; nowhere without.
    """

    def __init__(self, kept: KeptAlbums | None = None) -> None:
        self._kept: Final = kept
        self._items: dict[_Key, dict[int, Message]] = {}
        self._news: dict[_Key, asyncio.Event] = {}
        self._resumed: set[_Key] = set()
        self._parts: dict[tuple[int, int], _Key] = {}
        self._cut: dict[_Key, Message] = {}

    async def keep(self, updates: Iterable[Update]) -> None:
        """Keep the items among updates, before Telegram hears that they have come.

        What cannot be kept is served all the same.
        """
        found = [
            AlbumItem(ChatId(item.chat.id), item.message_id, update.to_json())
            for update in updates
            if (item := self.item(update)) is not None
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
        key = self._find(message) or self._begin(message)
        if key not in self._items:
            self._resumed.add(key)

    def item(self, update: Update) -> Message | None:
        """Return the message of an update that brings an item of an album.

        Updates are asked about in the order in which they came.
        """
        message = update.message
        try:
            return message if message is not None and self._find(message) is not None else None
        except (AttributeError, TypeError):  # something in it is not what Telegram says there is
            return None

    def joins(self, message: Message) -> bool:
        """Add an item to its album; False where it is the first, which stands for all."""
        key = self._key(message)
        first = key not in self._items
        # By number: what Telegram delivers twice is one item.
        self._items.setdefault(key, {})[message.message_id] = message
        self._news.setdefault(key, asyncio.Event()).set()
        return not first

    async def whole(self, message: Message) -> None:
        """Wait until nothing more of an album comes."""
        key = self._key(message)
        items, news = self._items[key], self._news[key]
        quiet = _QUIET_AT_START if key in self._resumed else _QUIET
        while len(items) < _MOST and _goes_on(items[max(items)]):
            news.clear()
            try:
                await asyncio.wait_for(news.wait(), quiet)
            except TimeoutError:
                break
        self._cut.pop(key, None)

    def items(self, message: Message) -> Sequence[Message]:
        """Return an album's items in their order; a message that is in none is its only one."""
        key = _group(message) or self._parts.get(_place(message))
        found = self._items.get(key) if key else None
        return [found[number] for number in sorted(found)] if found else [message]

    async def answered(self, message: Message) -> None:
        """Let an album go."""
        key = self._key(message)
        numbers = tuple(self._items.pop(key, ()))
        self._news.pop(key, None)
        self._cut.pop(key, None)
        self._resumed.discard(key)
        for number in numbers:
            self._parts.pop((message.chat.id, number), None)
        if self._kept is None:
            return
        try:
            await self._kept.answered(ChatId(message.chat.id), numbers)
        except ShopError as error:  # it is looked at once more, and what was carried is known
            _log.warning("kept album not let go", error=str(error))

    def _key(self, message: Message) -> _Key:
        return _group(message) or self._parts[_place(message)]

    def _find(self, message: Message) -> _Key | None:
        """Return to which album a message belongs; None where it is one by itself."""
        if message.media_group_id:
            return _group(message)
        if not isinstance(message.text, str):
            return None
        if known := self._parts.get(_place(message)):
            return known
        for key, last in self._cut.items():
            if _follows(message, last):
                return self._add(key, message)
        # In a group only commands are words to the shop, or replies, which answer in one message.
        heard = message.chat.type == Chat.PRIVATE or is_command(message)
        return self._begin(message) if heard and _goes_on(message) else None

    def _begin(self, message: Message) -> _Key:
        return self._add((message.chat.id, f"text {message.message_id}"), message)

    def _add(self, key: _Key, part: Message) -> _Key:
        self._parts[_place(part)] = key
        if _goes_on(part):
            self._cut[key] = part
        else:
            self._cut.pop(key, None)
        return key


def _group(message: Message) -> _Key | None:
    return (message.chat.id, message.media_group_id) if message.media_group_id else None


def _place(message: Message) -> tuple[int, int]:
    return message.chat.id, message.message_id


def _goes_on(message: Message) -> bool:
    """Return whether another item may follow one."""
    return bool(message.media_group_id) or units(message.text or "") >= _LONG


def _follows(message: Message, last: Message) -> bool:
    """Return whether a text is what came after the last part of one that was cut."""
    return (
        message.chat.id == last.chat.id
        and message.from_user == last.from_user
        and message.message_thread_id == last.message_thread_id
        and is_passed_on(message) == is_passed_on(last)
        and not is_command(message)
        and message.message_id > last.message_id
        and (message.date - last.date).total_seconds() <= _TOGETHER
    )
