"""Items of albums that wait for the rest of theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from bot.domain.order import ChatId


@dataclass(frozen=True, slots=True)
class AlbumItem:
    """A message of an album; the chat service's own words of it are kept as they came."""

    chat_id: ChatId
    message_id: int
    update: str


class AlbumItemStore(Protocol):
    """Items whose album is not answered; a person's go with `ChatStore.forget`."""

    def keep(self, item: AlbumItem, now: int) -> None:
        """Keep an item; one that is kept stays as it is."""
        ...

    def drop(self, chat_id: ChatId, messages: Iterable[int]) -> None:
        """Let items go."""
        ...

    def kept_until(self, until: int) -> tuple[AlbumItem, ...]:
        """Return what was kept at this time or before, in the order of the messages."""
        ...
