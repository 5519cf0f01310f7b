"""Chats: who they are, which language they read, and whether they can still be reached."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.order import ChatId, UserId
from bot.ports import Chat, ChatKind, Note, Store, Transaction

if TYPE_CHECKING:
    from bot.shop.context import Roster

#: Chats remembered in memory, so that a tap needs no read for its language.
_REMEMBERED = 10_000


def moved_to(tx: Transaction, chat_id: ChatId) -> ChatId | None:
    """Return the new id of a group that an unpaid order has not followed yet; None otherwise."""
    # Private chats, whose ids are above zero, never move: a tap there pays for no look.
    noted = tx.notes.get(Note.MOVED.of(chat_id)) if chat_id < 0 else None
    return ChatId(int(noted)) if noted else None


class People:
    """The chats that the shop speaks with.

    Args:
        store: Where they are kept.
        roster: Who owns the shop.
        pick_language: Maps Telegram's language code to a language that the shop speaks.
        ring: Wakes whoever sends what was held for a chat.
    """

    def __init__(
        self,
        store: Store,
        roster: Roster,
        pick_language: Callable[[str | None], str],
        ring: Callable[[], None],
    ) -> None:
        self._store = store
        self._roster = roster
        self._pick_language = pick_language
        self._ring = ring
        self._known: OrderedDict[ChatId, Chat] = OrderedDict()
        #: Sales of which an owner, who is back, has not been told yet.
        self._missed: dict[ChatId, int] = {}

    def is_owner(self, user_id: UserId) -> bool:
        """Return whether this person owns the shop."""
        return user_id in self._roster.ids

    async def meet(
        self, chat_id: ChatId, kind: ChatKind, name: str, language_code: str | None
    ) -> Chat:
        """Return the chat as known, after noting what its message tells.

        A private chat follows Telegram's language, where that is told, until its person chooses
        one; a group keeps the language it was first met in. A chat that writes can be reached
        again, and gets what was held for it.
        """
        known = self._known.get(chat_id) or await self.get(chat_id)
        language = self._pick_language(language_code)
        if known and (known.chosen or kind is ChatKind.GROUP or language_code is None):
            language = known.language
        chat = Chat(
            chat_id,
            kind,
            language,
            name,
            chosen=bool(known and known.chosen),
            reminders=known is None or known.reminders,
        )
        if known is None or not known.reachable:
            await self._welcome(chat)
        elif chat != known:
            await self._save(chat)
        self._remember(chat)
        return chat

    async def back(self, chat_id: ChatId) -> None:
        """Note that a chat can be reached again, and let it have what was held for it."""
        known = await self.get(chat_id)
        if known is not None and not known.reachable:
            chat = replace(known, reachable=True)
            await self._welcome(chat)
            self._remember(chat)

    async def missed(self, owner: ChatId) -> int:
        """Return how many sales an owner is told of late, since they are back; once."""
        # One who wrote while the first notice was refused was not there yet when it was held.
        sales = await self._store.write(lambda tx: tx.outbox.release_chat(owner))
        self._ring()
        return self._missed.pop(owner, 0) or sales

    async def get(self, chat_id: ChatId) -> Chat | None:
        """Return the chat as stored, None where it never wrote."""
        chat = self._known.get(chat_id)
        return chat or await self._store.read(lambda tx: tx.chats.get(chat_id))

    async def choose_language(self, chat_id: ChatId, language: str) -> Chat:
        """Remember the language that a person picked for a chat."""
        known = await self.get(chat_id) or Chat(chat_id, ChatKind.PRIVATE, language, "")
        chat = replace(known, language=self._pick_language(language), chosen=True)
        await self._save(chat)
        self._remember(chat)
        return chat

    async def want_reminders(self, chat_id: ChatId, *, wanted: bool) -> None:
        """Remember whether a chat wants to be reminded of links that end and carts left behind."""
        known = await self.get(chat_id)
        if known is None or known.reminders is wanted:
            return
        chat = replace(known, reminders=wanted)
        await self._save(chat)
        self._remember(chat)

    async def unreachable(self, chat_id: ChatId) -> None:
        """Note that Telegram will not deliver to this chat (403)."""
        known = await self.get(chat_id)
        if known is None or not known.reachable:
            return
        chat = replace(known, reachable=False)
        await self._save(chat)
        self._remember(chat)

    def forgotten(self, chat_id: ChatId) -> None:
        """Let go of what is remembered of a chat that the store has forgotten."""
        self._known.pop(chat_id, None)

    async def migrate(self, old: ChatId, new: ChatId) -> bool:
        """Follow a group that became a supergroup; True where an unpaid order stays behind.

        Where it went is noted until nothing is left under its old id.
        """

        def work(tx: Transaction) -> bool:
            tx.chats.rekey(old, new)
            behind = old != new and tx.orders.live_of(old) is not None
            tx.notes.set(Note.MOVED.of(old), str(new) if behind else None)
            return behind

        behind = await self._store.write(work)
        self._known.pop(old, None)
        self._known.pop(new, None)
        return behind

    async def _welcome(self, chat: Chat) -> None:
        """Save a chat that is new or back, and let what was held for it go."""

        def work(tx: Transaction) -> int:
            tx.chats.save(chat)
            return tx.outbox.release_chat(chat.id)

        sales = await self._store.write(work)
        if sales:
            self._missed[chat.id] = sales
        self._ring()

    async def _save(self, chat: Chat) -> None:
        def save(tx: Transaction) -> None:
            tx.chats.save(chat)

        await self._store.write(save)

    def _remember(self, chat: Chat) -> None:
        self._known[chat.id] = chat
        self._known.move_to_end(chat.id)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
