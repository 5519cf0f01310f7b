"""Told when it is back: people wait for what is sold out, and hear once when it can be bought.

The first who asked are told first, in waves no larger than the stock. A told person has a while
before the next ones hear of what is left; then both are forgotten. Nothing is held for anybody.
"""

from __future__ import annotations

from bot.domain.catalog.model import Catalog, LineKey, StockId
from bot.domain.errors import RefusedError
from bot.domain.order import ChatId, UserId
from bot.ports import MessageKind, Transaction, Waiting
from bot.shop.context import Context

#: Seconds that those of one wave have to themselves.
TURN = 15 * 60
#: Who has waited for this many seconds waits no more.
LONGEST = 180 * 24 * 3600
#: People told in one transaction of what is not counted.
_BATCH = 50


class Waitlist:
    """Let people wait, and tell them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def ask(self, user_id: UserId, key: LineKey) -> None:
        """Let a person wait for a variant; the same again changes nothing.

        Raises:
            RefusedError: ``cart.gone``: it is sold no more.
        """
        stock_id, now = self._stock_id(key), self._context.clock.now()
        if stock_id is None:
            raise RefusedError("cart.gone")
        one = Waiting(user_id, key)
        await self._context.store.write(lambda tx: tx.waitlist.ask(stock_id, one, now))

    async def leave(self, user_id: UserId, key: LineKey) -> None:
        """Let a person wait for a variant no more."""
        stock_id = self._stock_id(key)
        if stock_id is not None:
            await self._context.store.write(lambda tx: tx.waitlist.leave(stock_id, user_id))

    async def waits_for(self, user_id: UserId, stock_id: StockId) -> bool:
        """Return whether a person waits."""
        return await self._context.store.read(lambda tx: tx.waitlist.has(stock_id, user_id))

    async def work(self) -> int:
        """Tell who can be told now; return how many."""
        awaited = await self._context.store.read(lambda tx: tx.waitlist.awaited())
        if not awaited:
            return 0
        catalog, now = self._context.current.catalog, self._context.clock.now()
        told = await self._context.store.write(lambda tx: tell(tx, catalog, now))
        if told:
            self._context.outbox_bell.ring()
        return told

    def _stock_id(self, key: LineKey) -> StockId | None:
        variant = self._context.current.catalog.variant(key)
        return variant.stock_id if variant and not variant.hidden else None


def tell(tx: Transaction, catalog: Catalog, now: int) -> int:
    """Queue a message for everybody whose turn it is; return how many."""
    tx.waitlist.forget(now - TURN, now - LONGEST)
    for stock_id, key in tx.waitlist.goods():
        variant = catalog.variant(key)
        if variant is not None and variant.stock_id != stock_id:  # counted otherwise since
            tx.waitlist.move(stock_id, key, variant.stock_id)
    awaited = tx.waitlist.awaited()
    levels, told = tx.stock.levels(awaited), 0
    for stock_id in awaited:
        level = levels.get(stock_id)
        free = level.free if level else None
        room = _BATCH if free is None else free - tx.waitlist.turns(stock_id)
        for one in tx.waitlist.first(stock_id, _BATCH) if room > 0 else ():
            variant = catalog.variant(one.key)
            if room <= 0 or variant is None or variant.hidden:
                continue  # until there is more or it is sold again, or the wait is forgotten
            room -= 1
            tx.waitlist.told(stock_id, one.user_id, now)
            product, choice = one.key
            details = {"product": product, "variant": choice}
            tx.outbox.enqueue(ChatId(one.user_id), MessageKind.BACK_IN_STOCK, now, details=details)
            told += 1
    return told
