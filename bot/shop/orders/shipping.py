"""Shipping and pick-up: how far a paid order has got, and the way back from each step.

An order is on its way or, where it is picked up, ready and then collected. Its chat hears of the
first step and of its taking back; whoever collects is there.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.errors import RefusedError
from bot.domain.order import Order, OrderId, OrderState
from bot.ports import MessageKind, Transaction
from bot.shop.context import Context
from bot.shop.payment.endings import show_anew

#: Characters that a tracking link or number may have.
LONGEST_TRACKING = 300


class Shipments:
    """Record what is on its way."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def shipped(self, order_id: OrderId, tracking: str | None = None) -> Order:
        """Record a paid order as shipped and tell its chat, once; a link may follow later.

        Raises:
            RefusedError: ``ship.not_paid``, ``ship.already`` or ``ship.too_long``.
        """
        link = " ".join(tracking.split()) if tracking else None
        if link and len(link) > LONGEST_TRACKING:
            raise RefusedError("ship.too_long", limit=LONGEST_TRACKING)
        now = self._context.clock.now()

        def work(tx: Transaction) -> Order:
            order = tx.orders.get(order_id)
            if order is None or order.state is not OrderState.PAID:
                pickup = order is not None and order.pickup
                raise RefusedError("ship.not_paid_pickup" if pickup else "ship.not_paid")
            if not tx.orders.record_shipped(order_id, now, link or None):
                raise RefusedError("ship.already")
            tx.outbox.enqueue(order.chat_id, MessageKind.SHIPPED, now, order_id)
            show_anew(tx, order_id, now)
            return tx.orders.get(order_id) or order

        order = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        return order

    async def not_shipped(self, order_id: OrderId) -> Order:
        """Take back that an order is on its way or ready, and tell its chat.

        Raises:
            RefusedError: ``ship.not_done``.
        """
        now = self._context.clock.now()

        def work(tx: Transaction) -> bool:
            order = tx.orders.get(order_id)
            if order is None or not tx.orders.record_not_shipped(order_id):
                return False
            tx.outbox.enqueue(order.chat_id, MessageKind.NOT_SHIPPED, now, order_id)
            return True

        return await self._step(order_id, work)

    async def collected(self, order_id: OrderId) -> Order:
        """Record that a pick-up was handed over.

        Raises:
            RefusedError: ``ship.not_done``.
        """
        now = self._context.clock.now()
        return await self._step(order_id, lambda tx: tx.orders.record_collected(order_id, now))

    async def not_collected(self, order_id: OrderId) -> Order:
        """Take back that a pick-up was handed over: it is ready again.

        Raises:
            RefusedError: ``ship.not_done``.
        """
        return await self._step(order_id, lambda tx: tx.orders.record_not_collected(order_id))

    async def _step(self, order_id: OrderId, record: Callable[[Transaction], bool]) -> Order:
        """Record a step, and show it wherever the order is shown."""
        now = self._context.clock.now()

        def work(tx: Transaction) -> Order:
            done = record(tx)
            order = tx.orders.get(order_id)
            if not done or order is None:
                raise RefusedError("ship.not_done")
            show_anew(tx, order_id, now)
            return order

        order = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        return order
