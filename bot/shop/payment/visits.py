"""Browsers that come back from the payment page: as often as they like, and Stripe asked seldom.

Whoever loads a page again and again, or many at once, shares the answer to one question. What a
browser is shown waits for that answer: an order is never told as unpaid while it is under way.
Who comes from paying is told nothing that was asked for who went back: they may have paid since.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final

from bot.domain.order import Order, OrderId, OrderToken, SessionId
from bot.shop.context import Context
from bot.shop.payment.settlement import Settlement

#: An answer serves everybody who asks within so many seconds of the question.
_SERVES: Final = 3
#: At most so many last questions about orders are remembered.
_REMEMBERED: Final = 1000


class Visits:
    """Settle what browsers ask about."""

    def __init__(self, context: Context, settlement: Settlement) -> None:
        self._context = context
        self._settlement = settlement
        self._asked: OrderedDict[tuple[OrderId, bool], tuple[int, asyncio.Task[Order]]] = (
            OrderedDict()
        )

    async def by_session(self, session_id: SessionId) -> Order | None:
        """Return the order of a session, settled; an unknown id never reaches Stripe.

        Raises:
            TransientError: Stripe did not answer; the reconciler will ask again.
        """
        order = await self._context.store.read(lambda tx: tx.orders.by_session(session_id))
        return await self._settled(order, paid=True) if order else None

    async def by_token(self, token: OrderToken) -> Order | None:
        """Return the order that a link names, settled. Raises as `by_session`."""
        order = await self._context.store.read(lambda tx: tx.orders.by_token(token))
        return await self._settled(order, paid=False) if order else None

    async def _settled(self, order: Order, *, paid: bool) -> Order:
        # Money that comes for an ended order is found by its event.
        if not order.unsettled:
            return order
        now, key = self._context.clock.now(), (order.id, paid)
        at, task = self._asked.get(key, (0, None))
        if task is None or not 0 <= now - at < _SERVES:
            task = asyncio.create_task(self._settlement.settle(order))
            # Whoever asked may be gone by then: a fault is nobody's to be told.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._asked[key] = now, task
            self._asked.move_to_end(key)
            if len(self._asked) > _REMEMBERED:
                self._asked.popitem(last=False)
        return await asyncio.shield(task)
