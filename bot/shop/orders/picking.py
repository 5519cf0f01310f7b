"""What an owner has picked of an order's lines so far, kept until it is used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import assert_never

from bot.domain.order import ChatId, Order, Units
from bot.ports import Note, Store, Transaction


class For(StrEnum):
    """What units are picked for."""

    REFUND = "r"
    STOCK = "s"


def open_units(order: Order, why: For) -> Units:
    """Return how many of each line can be picked."""
    match why:
        case For.REFUND:
            return order.to_refund()
        case For.STOCK:
            return order.to_return()
        case _:
            assert_never(why)


class Picking:
    """Remembers one choice for each chat: another order or purpose begins anew."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def picked(self, chat_id: ChatId, order: Order, why: For) -> Units:
        """Return what is picked, at most what can be."""
        return await self._store.read(lambda tx: _picked(tx, chat_id, order, why))

    async def change(self, chat_id: ChatId, order: Order, why: For, place: int, by: int) -> Units:
        """Pick units of a line more, or fewer; what cannot be is left as it is."""

        def work(tx: Transaction) -> Units:
            units = dict(_picked(tx, chat_id, order, why))
            units[place] = units.get(place, 0) + by
            kept = _bounded(units, open_units(order, why))
            named = {str(place): count for place, count in kept.items()}
            tx.notes.set(Note.PICKED.of(chat_id), json.dumps([order.id, why, named]))
            return kept

        return await self._store.write(work)

    async def over(self, chat_id: ChatId) -> None:
        """Forget what was picked."""
        await self._store.write(lambda tx: tx.notes.set(Note.PICKED.of(chat_id), None))


def _picked(tx: Transaction, chat_id: ChatId, order: Order, why: For) -> Units:
    noted = tx.notes.get(Note.PICKED.of(chat_id))
    if noted is None:
        return {}
    order_id, purpose, units = json.loads(noted)
    if (order_id, purpose) != (order.id, why):
        return {}
    return _bounded({int(place): n for place, n in units.items()}, open_units(order, why))


def _bounded(units: Mapping[int, int], most: Units) -> Units:
    bounded = {place: min(n, most.get(place, 0)) for place, n in units.items()}
    return {place: n for place, n in sorted(bounded.items()) if n > 0}
