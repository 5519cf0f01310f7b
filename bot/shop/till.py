"""The till: closed, nobody can check out; orders that are open go on and can be paid."""

from __future__ import annotations

from bot.ports import Store, Transaction

#: What the owner's message to customers may be long, in characters: a notice over a chat has 200.
LONGEST_WORDS = 150
_TILL, _WORDS = "till", "till_words"


class Till:
    """Close and open it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def closed(self) -> bool:
        """Return whether nobody can check out."""
        return await self._store.read(lambda tx: tx.notes.get(_TILL) == "closed")

    async def close(self, words: str = "") -> None:
        """Close the till.

        Args:
            words: What customers who want to check out are told; empty: the shop's own words.
        """
        said = " ".join(words.split())[:LONGEST_WORDS] or None

        def work(tx: Transaction) -> None:
            tx.notes.set(_TILL, "closed")
            tx.notes.set(_WORDS, said)

        await self._store.write(work)

    async def open(self) -> bool:
        """Open the till; False where it was open."""

        def work(tx: Transaction) -> bool:
            was_closed = tx.notes.get(_TILL) == "closed"
            tx.notes.set(_TILL, None)
            tx.notes.set(_WORDS, None)
            return was_closed

        return await self._store.write(work)
