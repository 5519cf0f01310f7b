"""Groups that become supergroups: everything follows, and of two unpaid orders one is left.

Telegram gives a supergroup a new id. Cart, orders and messages follow in one transaction. Where
both ids have an unpaid order, the older chat's is cancelled, because the database allows a chat
one only; Stripe has the last word on it, so where it does not answer, the reconciler asks again.
"""

from __future__ import annotations

from bot.domain.errors import RefusedError
from bot.domain.order import ChatId, Order
from bot.ports import MessageKind, Transaction
from bot.shop.context import Context
from bot.shop.payment.checkout import Checkout
from bot.shop.people.people import People


class Moving:
    """Follow a group to its new id."""

    def __init__(self, context: Context, people: People, checkout: Checkout) -> None:
        self._context = context
        self._people = people
        self._checkout = checkout

    async def move(self, old: ChatId, new: ChatId) -> None:
        """Let everything of a group follow it; the same call again changes nothing."""
        if await self._people.migrate(old, new):
            await self.finish(old, new)

    async def finish(self, old: ChatId, new: ChatId) -> None:
        """End the unpaid order that stayed behind, and let it follow; tell the group of it."""
        cancelled: Order | None = None
        try:
            cancelled = await self._checkout.cancel(old)
        except RefusedError as refused:
            if refused.key == "cancel.unavailable":
                return
        ended = cancelled.id if cancelled else None
        now = self._context.clock.now()

        def follow(tx: Transaction) -> None:
            order = tx.orders.get(ended) if ended else None
            tx.chats.rekey(old, new)
            # Telegram tells of the move in both chats: whoever comes second has nothing to tell.
            if order is not None and order.chat_id == old:
                tx.outbox.enqueue(new, MessageKind.CANCELLED, now, order.id)

        await self._context.store.write(follow)
        await self._people.migrate(old, new)
        self._context.outbox_bell.ring()
