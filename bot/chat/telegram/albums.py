"""Albums: Telegram delivers an update an item, with no count; for a chat they are one message."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from telegram import Message

#: Seconds without another item after which an album is whole.
_QUIET: Final = 1.0
#: Items that an album has at most.
_MOST: Final = 10


class Albums:
    """Albums whose items are coming in, by their first one's chat and number."""

    def __init__(self, quiet: float = _QUIET) -> None:
        self._quiet: Final = quiet
        self._items: dict[tuple[int, str], dict[int, Message]] = {}
        self._news: dict[tuple[int, str], asyncio.Event] = {}

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
        news = self._news[key]
        while len(self._items[key]) < _MOST:
            news.clear()
            try:
                await asyncio.wait_for(news.wait(), self._quiet)
            except TimeoutError:
                return

    def items(self, message: Message) -> Sequence[Message]:
        """Return an album's items in their order; a message that is in none is its only one."""
        found = self._items.get(_key(message)) if message.media_group_id else None
        return [found[number] for number in sorted(found)] if found else [message]

    def close(self, message: Message) -> None:
        """Let an album go: it is answered."""
        self._items.pop(_key(message), None)
        self._news.pop(_key(message), None)


def _key(message: Message) -> tuple[int, str]:
    return message.chat.id, str(message.media_group_id)
