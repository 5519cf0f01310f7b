"""Chats and what they want: who was met, and the lines of their carts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bot.domain.cart import CartLine
from bot.domain.catalog.model import LineKey
from bot.domain.order import ChatId, OrderId, UserId
from bot.domain.shares import Share


class ChatKind(StrEnum):
    """What kind of chat it is; a channel never shops."""

    PRIVATE = "private"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that the shop has spoken with.

    Attributes:
        language: Language code that the chat reads; ``chosen`` where a person picked it.
        name: Display name, for the owner's eyes.
        reachable: False once Telegram said 403; a message from the chat makes it True again.
        reminders: False where the chat wants none.
        has_open: Whether something stood open as it was read: a question, or goods that it chose.
    """

    id: ChatId
    kind: ChatKind
    language: str
    name: str
    chosen: bool = False
    reachable: bool = True
    reminders: bool = True
    has_open: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Preference:
    """What a person chose once for all their orders; None: never asked, or not yet.

    Attributes:
        pickup: Whether they pick their goods up, or have them sent.
        place: Where they have them sent, of a shop with several zones: a country's code or a
            zone's id.
    """

    pickup: bool | None = None
    place: str | None = None


class PreferenceStore(Protocol):
    """What people chose, whichever chats they order in; it goes with `ChatStore.forget`."""

    def of(self, user_id: UserId) -> Preference:
        """Return what a person chose."""
        ...

    def save(self, user_id: UserId, preference: Preference) -> None:
        """Insert or replace."""
        ...


class ChatStore(Protocol):
    """Chats."""

    def get(self, chat_id: ChatId) -> Chat | None:
        """Return the chat, None where it was never saved."""
        ...

    def save(self, chat: Chat) -> None:
        """Insert or replace."""
        ...

    def rekey(self, old: ChatId, new: ChatId) -> None:
        """Let everything of a chat follow it to its new id; the same call again changes nothing.

        Units of one variant in both carts are added up. Where both ids have an unpaid order, the
        old one's stays behind, because the database allows a chat one only and Stripe alone says
        how it ends; it follows when the chat is rekeyed after that.
        """
        ...

    def forget(self, chat_id: ChatId, user_id: UserId, now: int) -> bool:
        """Delete a person's private chat and take them out of the orders that stay.

        Their name goes from the carts and orders of groups too. Orders and the messages about
        them keep their rows, which the books and the invariants stand on. While one of the chat's
        orders is undecided, nothing changes and it is False.
        """
        ...


class CartStore(Protocol):
    """Cart lines, in the order in which they were first added."""

    def lines(self, chat_id: ChatId) -> tuple[CartLine, ...]:
        """Return the chat's lines, the first added first."""
        ...

    def upsert(self, chat_id: ChatId, line: CartLine) -> None:
        """Insert the line, or replace the one of the same variant (its place stays)."""
        ...

    def arrange(self, chat_id: ChatId, keys: Sequence[LineKey]) -> None:
        """Let the chat's lines stand in this order."""
        ...

    def left_behind(self, after: int, until: int) -> tuple[ChatId, ...]:
        """Return private chats whose newest line was added after one moment, until another.

        Those count that can be reached, want reminders, have no unpaid order, and whose cart was
        not recalled to them since its first line was added.
        """
        ...

    def none_after(self, at: int) -> int:
        """Let no line have been added later than then, and return how many were."""
        ...

    def none_recalled_after(self, at: int) -> None:
        """Let no cart have been recalled later than then."""
        ...

    def recalled(self, chat_id: ChatId, now: int) -> None:
        """Remember that the chat's cart was recalled to it."""
        ...

    def remove(self, chat_id: ChatId, key: LineKey) -> None:
        """Take a line out; one that is not there is no fault."""
        ...

    def clear(self, chat_id: ChatId) -> None: ...


class ShareStore(Protocol):
    """Who in a group added how many of a line."""

    def of_line(self, chat_id: ChatId, key: LineKey) -> tuple[Share, ...]:
        """Return who added to a cart's line, the first first."""
        ...

    def of_cart(self, chat_id: ChatId) -> Mapping[LineKey, tuple[Share, ...]]:
        """Return who added to each of a cart's lines, in the cart's order."""
        ...

    def set(self, chat_id: ChatId, key: LineKey, shares: Sequence[Share]) -> None:
        """Replace the shares of a line that is in the cart; they go when it does."""
        ...

    def keep(self, chat_id: ChatId, order_id: OrderId) -> None:
        """Copy the shares of a chat's cart for the lines of its new order."""
        ...

    def of_order_line(self, order_id: OrderId, key: LineKey) -> tuple[Share, ...]:
        """Return who had what of an order's line, the first first."""
        ...
