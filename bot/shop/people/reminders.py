"""Reminders: of a payment link before it ends, and of a cart that was left behind. Once each.

A link's time stands in its order's row and goes with the order's end, so a restart forgets none
and the cost follows unpaid orders alone. Carts are found by when they were filled, from a stored
place on, and only where the owner's file asks for it. A chat that said no hears of neither.
"""

from __future__ import annotations

import structlog

from bot.domain.errors import CorruptError, TransientError
from bot.domain.order import ChatId, Order, OrderId, OrderState
from bot.ports import LINKS, MessageKind, Note, PaymentsRefusedError, ShownMessage, Transaction
from bot.shop.context import Context
from bot.shop.payment.endings import remember_link
from bot.shop.payment.settlement import Settlement

_log = structlog.get_logger(__name__)

_BATCH = 20
#: A link with less time than this is not worth a word any more; seconds.
_TOO_LATE = 60
#: Seconds after which Stripe is asked again where it gave no answer.
_STRIPE_AGAIN = 30
#: Seconds between two looks for carts left behind.
_CARTS_EVERY = 60
#: Carts left behind longer ago than this, beyond the owner's hours, are let rest; seconds.
_STALE = 24 * 3600


class Reminders:
    """Remind chats, and know which of their messages hold a payment link."""

    def __init__(self, context: Context, settlement: Settlement) -> None:
        self._context = context
        self._settlement = settlement
        self._carts_at = self._refused_at = 0

    async def work(self) -> int:
        """Remind of what is due now, and return how many orders that were."""
        now = self._context.clock.now()
        # Where the last time is later than now, the clock was ahead.
        if not 0 <= now - self._carts_at < _CARTS_EVERY:
            self._carts_at = now
            await self._recall_carts(now)
        if 0 <= now - self._refused_at < _STRIPE_AGAIN:
            return 0
        due = await self._context.store.read(lambda tx: tx.links.ending(now, _BATCH))
        for done, order_id in enumerate(due):
            if not await self._remind(order_id):
                self._refused_at = now
                return done
        return len(due)

    async def link_shown(self, order_id: OrderId, chat_id: ChatId, message_id: int) -> int | None:
        """Remember the message that holds an order's link now; return the one that did before."""
        now = self._context.clock.now()

        def work(tx: Transaction) -> int | None:
            before = next(
                (one for one in tx.shown.of(order_id) if one.kind is MessageKind.LINK), None
            )
            shown = ShownMessage(MessageKind.LINK, chat_id, message_id)
            remember_link(tx, order_id, shown, now)
            elsewhere = before is not None and before.chat_id == chat_id
            return before.message_id if before and elsewhere and before != shown else None

        before = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        return before

    async def link_left(self, order_id: OrderId, message_id: int) -> bool:
        """Forget a message that shows something else from now on; False where it held no link."""

        def work(tx: Transaction) -> bool:
            held = [
                one
                for one in tx.shown.of(order_id)
                if one.kind in LINKS and one.message_id == message_id
            ]
            for one in held:
                tx.shown.let_go(order_id, one)
            return bool(held)

        return await self._context.store.write(work)

    async def _remind(self, order_id: OrderId) -> bool:
        """Recall one order's link, if Stripe still waits for its payment; False to ask later."""
        order = await self._context.store.read(lambda tx: tx.orders.get(order_id))
        if order is None:
            raise CorruptError(f"order {order_id} is gone")
        try:
            asked = await self._settlement.settle(order)
        except (TransientError, PaymentsRefusedError) as error:
            _log.info("reminder waits for Stripe", order=order_id, error=type(error).__name__)
            return False
        now = self._context.clock.now()

        def work(tx: Transaction) -> None:
            if tx.links.reminded(order_id) and _worth_a_word(tx, asked, now):
                tx.outbox.enqueue(order.chat_id, MessageKind.REMINDER, now, order_id)

        await self._context.store.write(work)
        self._context.outbox_bell.ring()
        return True

    async def _recall_carts(self, now: int) -> None:
        hours = self._context.current.catalog.shop.remind_cart_hours
        if hours is None:
            return
        until = now - hours * 3600

        def work(tx: Transaction) -> None:
            noted = tx.notes.get(Note.CARTS_RECALLED)
            tx.notes.set(Note.CARTS_RECALLED, str(until))
            after = until  # asked for just now: carts of long ago are not dug out
            if noted and int(noted) > until:  # by a clock that was ahead
                tx.carts.none_recalled_after(now)
                after = until - _STALE
            elif noted:
                after = max(int(noted), until - _STALE)
            for chat_id in tx.carts.left_behind(after, until):
                tx.carts.recalled(chat_id, now)
                tx.outbox.enqueue(chat_id, MessageKind.CART_REMINDER, now)

        await self._context.store.write(work)
        self._context.outbox_bell.ring()


def _worth_a_word(tx: Transaction, order: Order, now: int) -> bool:
    chat = tx.chats.get(order.chat_id)
    wanted = chat is None or chat.reminders
    late = order.attempt.expires_at - now < _TOO_LATE
    return wanted and not late and order.state is OrderState.OPEN
