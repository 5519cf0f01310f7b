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

        def told(known: Chat | None) -> Chat:
            language = self._pick_language(language_code)
            if known and (known.chosen or kind is ChatKind.GROUP or language_code is None):
                language = known.language
            return Chat(
                chat_id,
                kind,
                language,
                name,
                chosen=bool(known and known.chosen),
                reminders=known is None or known.reminders,
                has_open=bool(known and known.has_open),
            )

        known = await self.get(chat_id)
        if known is None or not known.reachable:
            return await self._welcome(chat_id, told)
        if told(known) != known:
            return await self._change(chat_id, told)
        self._remember(known)
        return known

    async def back(self, chat_id: ChatId) -> None:
        """Note that a chat can be reached again, and let it have what was held for it."""
        known = await self.get(chat_id)
        if known is not None and not known.reachable:
            await self._welcome(chat_id, lambda now: replace(now or known, reachable=True))

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

        def chosen(known: Chat | None) -> Chat:
            known = known or Chat(chat_id, ChatKind.PRIVATE, language, "")
            return replace(known, language=self._pick_language(language), chosen=True)

        return await self._change(chat_id, chosen)

    async def want_reminders(self, chat_id: ChatId, *, wanted: bool) -> None:
        """Remember whether a chat wants to be reminded of links that end and carts left behind."""
        known = await self.get(chat_id)
        if known is None or known.reminders is wanted:
            return
        await self._change(chat_id, lambda now: replace(now or known, reminders=wanted))

    async def unreachable(self, chat_id: ChatId) -> None:
        """Note that Telegram will not deliver to this chat (403)."""
        known = await self.get(chat_id)
        if known is None or not known.reachable:
            return
        await self._change(chat_id, lambda now: replace(now or known, reachable=False))

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

    async def _welcome(self, chat_id: ChatId, change: Callable[[Chat | None], Chat]) -> Chat:
        """Save a chat that is new or back, and let what was held for it go."""

        def work(tx: Transaction) -> tuple[Chat, int]:
            return _save(tx, chat_id, change), tx.outbox.release_chat(chat_id)

        chat, sales = await self._store.write(work)
        if sales:
            self._missed[chat_id] = sales
        self._ring()
        self._remember(chat)
        return chat

    async def _change(self, chat_id: ChatId, change: Callable[[Chat | None], Chat]) -> Chat:
        chat = await self._store.write(lambda tx: _save(tx, chat_id, change))
        self._remember(chat)
        return chat

    def _remember(self, chat: Chat) -> None:
        if self._store.process is not None:
            return  # another process may change it unheard
        self._known[chat.id] = chat
        self._known.move_to_end(chat.id)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


def _save(tx: Transaction, chat_id: ChatId, change: Callable[[Chat | None], Chat]) -> Chat:
    """Save a chat as made of what is stored now: what is remembered may be older."""
    chat = change(tx.chats.get(chat_id))
    tx.chats.save(chat)
    return chat
