"""Told when it is back: people wait for what is sold out, and hear once when it can be bought.

The first who asked are told first, in waves no larger than the stock. A told person has a while
before the next ones hear of what is left; then both are forgotten. Nothing is held for anybody.
"""

from __future__ import annotations

from bot.domain.catalog.model import Catalog, LineKey, Product, StockId, Variant
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
        variant, now = self._context.current.catalog.variant(key), self._context.clock.now()
        if variant is None or variant.hidden:
            raise RefusedError("cart.gone")
        one = Waiting(user_id, key)
        await self._context.store.write(lambda tx: tx.waitlist.ask(variant.stock_id, one, now))

    async def leave(self, user_id: UserId, key: LineKey) -> None:
        """Let a person wait for a variant no more, sold now or not."""
        variant = self._context.current.catalog.variant(key)
        if variant is not None:
            await self._context.store.write(lambda tx: tx.waitlist.leave(variant.stock_id, user_id))

    async def waits_for(self, user_id: UserId, stock_id: StockId) -> bool:
        """Return whether a person waits."""
        return await self._context.store.read(lambda tx: tx.waitlist.has(stock_id, user_id))

    async def back_in_line(self, user_id: UserId, key: LineKey) -> bool:
        """Let a told person wait anew where there is none left by the time that they would hear.

        Return whether they do.
        """
        variant, now = self._context.current.catalog.variant(key), self._context.clock.now()
        if variant is None or variant.hidden:
            return False
        counted = [one for one, _ in variant.product.stock_counts()]

        def work(tx: Transaction) -> bool:
            if not variant.is_sold_out(tx.stock.free_for(ChatId(user_id), counted)):
                return False
            tx.waitlist.ask(variant.stock_id, Waiting(user_id, key), now)
            return True

        return await self._context.store.write(work)

    async def work(self) -> int:
        """Tell who can be told now; return how many."""
        if not await self._context.store.read(lambda tx: tx.waitlist.anyone()):
            return 0
        catalog, now = self._context.current.catalog, self._context.clock.now()
        told = await self._context.store.write(lambda tx: tell(tx, catalog, now))
        if told:
            self._context.outbox_bell.ring()
        return told


def tell(tx: Transaction, catalog: Catalog, now: int) -> int:
    """Queue a message for everybody whose turn it is; return how many."""
    tx.waitlist.forget(now - TURN, now - LONGEST)
    awaited: dict[StockId, dict[LineKey, Variant]] = {}
    for stock_id, key in tx.waitlist.goods():
        variant = catalog.variant(key)
        if variant is not None and variant.stock_id != stock_id:  # counted otherwise since
            tx.waitlist.move(stock_id, key, variant.stock_id)
        if variant is not None and not variant.hidden:  # what is hidden waits until it is not
            awaited.setdefault(variant.stock_id, {})[key] = variant
    levels, told = tx.stock.levels(awaited), 0
    for stock_id, goods in sorted(awaited.items()):
        level = levels.get(stock_id)
        free, turns = level.free if level else None, tx.waitlist.turns(stock_id)
        some = free is None or free > turns
        for one in tx.waitlist.first(stock_id, goods, _BATCH) if some else ():
            variant = goods[one.key]
            if free is not None and free < (turns + 1) * variant.least:
                break  # until there is more
            if _falls_short(tx, variant.product):
                break  # until there is more of it, or of other choices
            turns += 1
            tx.waitlist.told(stock_id, one.user_id, now)
            product, choice = one.key
            details = {"product": product, "variant": choice}
            tx.outbox.enqueue(ChatId(one.user_id), MessageKind.BACK_IN_STOCK, now, details=details)
            told += 1
    return told


def _falls_short(tx: Transaction, product: Product) -> bool:
    """Return whether all choices together are fewer than one order needs."""
    if product.min_per_order is None:
        return False
    levels = tx.stock.levels([one for one, _ in product.stock_counts()])
    return product.falls_short({one: level.free for one, level in levels.items()})
