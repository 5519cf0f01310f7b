"""What each private chat has open: a number typed next is how many of it are wanted.

Kept in memory only: after a restart a number is a search until something is opened again.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from bot.chat.actions import OpenLine, OpenProduct
from bot.domain.order import ChatId

_MOST: Final = 10_000

Open = OpenProduct | OpenLine


class Attention:
    """The product or the line of the cart that a chat was shown last."""

    def __init__(self) -> None:
        self._open: OrderedDict[ChatId, Open] = OrderedDict()

    def turn(self, chat_id: ChatId, to: Open) -> None:
        """Note what a chat has open now."""
        self._open[chat_id] = to
        self._open.move_to_end(chat_id)
        if len(self._open) > _MOST:
            self._open.popitem(last=False)

    def away(self, chat_id: ChatId) -> Open | None:
        """Note that a chat has turned to something else, and return what it had open."""
        return self._open.pop(chat_id, None)
