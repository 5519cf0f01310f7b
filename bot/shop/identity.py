"""Whom a database belongs to: one bot, one Stripe account, one mode, remembered from the first run.

A shop that goes live must not carry test orders along, and a database that was copied to another
bot must not answer for its orders.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.errors import ShopError
from bot.ports import Note, Store, Transaction


class ForeignDatabaseError(ShopError):
    """The database belongs to another bot, Stripe account or mode.

    Attributes:
        what: ``bot``, ``account`` or ``mode``.
        remembered: What the database remembers.
        given: What the settings say now.
    """

    def __init__(self, what: str, remembered: str, given: str) -> None:
        super().__init__(f"the database belongs to {what} {remembered}, not {given}")
        self.what = what
        self.remembered = remembered
        self.given = given


async def claim_database(store: Store, facts: Mapping[str, str]) -> str:
    """Check that the database belongs to these, or make it theirs, and return its shop id.

    Args:
        store: The open database.
        facts: ``bot``, ``account`` and ``mode``; an account that may not be read is left out.

    Raises:
        ForeignDatabaseError: it belongs to others; nothing was changed.
    """

    def claim(tx: Transaction) -> str:
        for what, given in facts.items():
            remembered = tx.notes.get(Note.BELONGS_TO.of(what))
            if remembered is None:
                tx.notes.set(Note.BELONGS_TO.of(what), given)
            elif remembered != given:
                raise ForeignDatabaseError(what, remembered, given)
        return tx.notes.get(Note.SHOP_ID) or ""

    return await store.write(claim)
