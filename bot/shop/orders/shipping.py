"""Shipping: a paid order is on its way, or ready to be picked up, and its chat hears of it."""

from __future__ import annotations

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
                raise RefusedError("ship.not_paid")
            if not tx.orders.record_shipped(order_id, now, link or None):
                raise RefusedError("ship.already")
            tx.outbox.put(order.chat_id, MessageKind.SHIPPED, now, order_id)
            show_anew(tx, order_id, now)
            return tx.orders.get(order_id) or order

        order = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        return order
