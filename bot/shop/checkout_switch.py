"""The checkout switch: off, nobody can check out; orders that are open can still be paid."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.order import UserId
from bot.ports import AlertKind, MessageKind, Note, Transaction
from bot.shop.context import Context
from bot.shop.payment.endings import tell_owners

#: What the owner's message to customers may be long, in characters: a notice over a chat has 200.
LONGEST_WORDS = 150


class CheckoutSwitch:
    """Pause and resume checkout; the other owners are told."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def paused(self) -> bool:
        """Return whether nobody can check out."""
        return await self._context.store.read(
            lambda tx: tx.notes.get(Note.CHECKOUT_CLOSED) == "closed"
        )

    async def pause(self, by: UserId, words: str = "") -> str | None:
        """Pause checkout, and return what customers read, as long as fits.

        Args:
            by: Who does it; other owners are told.
            words: What customers who want to check out are told; empty: the shop's own words.
        """
        said = " ".join(words.split()) or None
        if said and len(said) > LONGEST_WORDS:
            said = f"{said[: LONGEST_WORDS - 1].rstrip()}…"

        def work(tx: Transaction) -> None:
            tx.notes.set(Note.CHECKOUT_CLOSED, "closed")
            tx.notes.set(Note.CHECKOUT_WORDS, said)
            details: dict[str, str] = {"problem": AlertKind.CHECKOUT_CLOSED}
            if said:
                details = {
                    "problem": AlertKind.CHECKOUT_CLOSED_WORDS,
                    "message": said,
                }
            self._tell_others(tx, by, details)

        await self._context.store.write(work)
        self._context.outbox_bell.ring()
        return said

    async def resume(self, by: UserId) -> bool:
        """Resume checkout; False where it was open."""

        def work(tx: Transaction) -> bool:
            was_closed = tx.notes.get(Note.CHECKOUT_CLOSED) == "closed"
            tx.notes.set(Note.CHECKOUT_CLOSED, None)
            tx.notes.set(Note.CHECKOUT_WORDS, None)
            if was_closed:
                self._tell_others(tx, by, {"problem": AlertKind.CHECKOUT_OPENED})
            return was_closed

        opened = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        return opened

    def _tell_others(self, tx: Transaction, by: UserId, details: Mapping[str, str]) -> None:
        others, now = self._context.others(by), self._context.clock.now()
        tell_owners(tx, others, MessageKind.OWNER_ALERT, now, details=details)
