"""What a person is asked once: how and where to their goods go, whichever chats they order in."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.order import UserId
from bot.ports import Note, Preference, Store, Transaction


class Preferences:
    """Remember what people chose."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, user_id: UserId) -> Preference:
        """Return what a person chose."""
        return await self._store.read(lambda tx: tx.preferences.of(user_id))

    async def wish(self, user_id: UserId, wanted: str) -> None:
        """Remember what a person is about to pay for, while they are asked where it goes."""
        await self._store.write(lambda tx: tx.notes.set(Note.WISHED.of(user_id), wanted))

    async def wished(self, user_id: UserId) -> str | None:
        """Return what a person was about to pay for when they were last asked where it goes."""
        return await self._store.read(lambda tx: tx.notes.get(Note.WISHED.of(user_id)))

    async def choose_place(self, user_id: UserId, place: str) -> None:
        """Remember where a person has goods sent; the same choice again writes nothing."""
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
