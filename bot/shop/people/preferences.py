"""What a person is asked once: how and where to their goods go, whichever chats they order in."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.domain.order import ChatId, UserId
from bot.ports import Note, Preference, Store, Transaction


class Preferences:
    """Remember what people chose."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, user_id: UserId) -> Preference:
        """Return what a person chose."""
        return await self._store.read(lambda tx: tx.preferences.of(user_id))

    async def wish(self, user_id: UserId, chat_id: ChatId, wanted: str) -> None:
        """Remember what a person is about to pay for in a chat, while they are asked where to."""
        name = Note.WISHED.of(user_id)

        def work(tx: Transaction) -> None:
            wishes = {**_wishes(tx.notes.get(name)), str(chat_id): wanted}
            tx.notes.set(name, json.dumps(wishes))

        await self._store.write(work)

    async def wished(self, user_id: UserId, chat_id: ChatId) -> str | None:
        """Return what a person was about to pay for in a chat when they were asked where to."""
        found = await self._store.read(lambda tx: tx.notes.get(Note.WISHED.of(user_id)))
        return _wishes(found).get(str(chat_id))

    async def choose_place(self, user_id: UserId, place: str | None) -> None:
        """Remember where a person has goods sent, or forget it; the same again writes nothing."""
        if (await self.of(user_id)).place == place:
            return

        def work(tx: Transaction) -> None:
            tx.preferences.save(user_id, replace(tx.preferences.of(user_id), place=place))

        await self._store.write(work)

    async def choose_pickup(self, user_id: UserId, *, pickup: bool) -> None:
        """Remember whether a person picks their goods up; the same choice again writes nothing."""
        if (await self.of(user_id)).pickup is pickup:
            return

        def work(tx: Transaction) -> None:
            known = tx.preferences.of(user_id)
            tx.preferences.save(user_id, replace(known, pickup=pickup))

        await self._store.write(work)


def _wishes(note: str | None) -> dict[str, str]:
    """Return wishes by chat; what an earlier version remembered is of no chat in particular."""
    wishes = json.loads(note or "{}")
    return wishes if isinstance(wishes, dict) else {}
