"""Shipping and pick-up: how far a paid order has got, and the way back from each step.

An order is packed where its owner says so, on its way, and there; or ready, and collected. Every
step stands in its receipt. Its chat hears by a message besides when it is on its way or ready, and
when that is taken back.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.errors import RefusedError
from bot.domain.order import Order, OrderId, OrderState
from bot.ports import MessageKind, Transaction
from bot.shop.context import Context
from bot.shop.payment.endings import show_step

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
            show_step(tx, order, now)
            tx.outbox.enqueue(order.chat_id, MessageKind.SHIPPED, now, order_id)
            return tx.orders.get(order_id) or order

        order = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        return order

    async def packed(self, order_id: OrderId) -> Order:
        """Record that an order is packed and waits to be sent; its receipt says so, and no more.

        Raises:
            RefusedError: ``ship.not_done``.
        """
        now = self._context.clock.now()
        return await self._step(order_id, lambda tx: tx.orders.record_packed(order_id, now))

    async def not_packed(self, order_id: OrderId) -> Order:
        """Take back that an order is packed.

        Raises:
            RefusedError: ``ship.not_done``.
        """
        return await self._step(order_id, lambda tx: tx.orders.record_not_packed(order_id))

    async def not_shipped(self, order_id: OrderId) -> Order:
        """Take back that an order is on its way or ready, and tell its chat.

        Raises:
            RefusedError: ``ship.not_done``.
        """
        return await self._step(
            order_id,
            lambda tx: tx.orders.record_not_shipped(order_id),
            told=MessageKind.NOT_SHIPPED,
        )

    async def collected(self, order_id: OrderId) -> Order:
        """Record that a pick-up was handed over, or that what was sent is there.

        Raises:
            RefusedError: ``ship.not_done``.
        """
        now = self._context.clock.now()
        return await self._step(order_id, lambda tx: tx.orders.record_collected(order_id, now))

    async def not_collected(self, order_id: OrderId) -> Order:
        """Take that back: the order is ready, or on its way, again.

        Raises:
            RefusedError: ``ship.not_done``.
        """
        return await self._step(order_id, lambda tx: tx.orders.record_not_collected(order_id))

    async def _step(
        self,
        order_id: OrderId,
        record: Callable[[Transaction], bool],
        told: MessageKind | None = None,
    ) -> Order:
        """Record a step, and show it wherever the order is shown; say it too where that matters."""
        now = self._context.clock.now()

        def work(tx: Transaction) -> Order:
            done = record(tx)
            order = tx.orders.get(order_id)
            if not done or order is None:
                raise RefusedError("ship.not_done")
            # In this order: the news is a reply to the receipt, which shows the step by then.
            show_step(tx, order, now)
            if told:
                tx.outbox.enqueue(order.chat_id, told, now, order_id)
            return order

        order = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        return order
