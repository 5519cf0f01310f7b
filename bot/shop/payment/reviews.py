"""The owner's decisions: about a payment that did not match its order, and to cancel an unpaid one.

An order in review goes where the transition table lets it: to paid, to refunded (see `refunds`),
or, where no money came, to cancelled.
"""

from __future__ import annotations

from bot.domain.catalog.model import StockId
from bot.domain.errors import RefusedError, TransientError
from bot.domain.order import LIVE, Order, OrderId, OrderState, SessionId, StockState
from bot.ports import MessageKind, PaymentsRefusedError, Transaction
from bot.shop.catalog.news import tell_low_stock
from bot.shop.context import Context
from bot.shop.payment.checkout import Checkout
from bot.shop.payment.endings import (
    DROPPED_BY_OWNER,
    move_goods,
    show_anew,
    tell_owners,
)
from bot.shop.payment.settlement import Settlement


class ShortError(RefusedError):
    """An order was to be accepted of which goods are missing.

    Attributes:
        stock: What there is not enough of.
    """

    def __init__(self, stock: frozenset[StockId]) -> None:
        super().__init__("review.short")
        self.stock = stock


class LostError(RefusedError):
    """Stripe has lost an order's session for good, so that only its owner can say what came.

    Attributes:
        order: The order.
    """

    def __init__(self, order: Order) -> None:
        super().__init__("review.unsure")
        self.order = order


class Reviews:
    """Decide what only an owner can decide."""

    def __init__(self, context: Context, checkout: Checkout, settlement: Settlement) -> None:
        self._context = context
        self._settlement = settlement
        self._checkout = checkout

    async def accept(self, order_id: OrderId, *, short: bool = False) -> Order:
        """Take an order in review for paid: its goods are sold, and it is told as any sale is.

        Args:
            order_id: The order in review.
            short: Accept it though goods are missing; then the ledger is left as it is, and the
                owner finds the goods elsewhere.

        Raises:
            RefusedError: ``review.decided``, ``review.nothing_paid``, or ``review.short`` with
                what there is not enough of; nothing was changed.
        """
        now = self._context.clock.now()

        def work(tx: Transaction) -> Order:
            order = _in_review(tx, order_id)
            if order.payment is None:
                raise RefusedError("review.nothing_paid")
            if order.goods is StockState.FREED and not short:
                _hold_again(tx, order, now)
            tx.orders.transition(order_id, OrderState.PAID, now=now)
            sold = move_goods(tx, order, StockState.SOLD, now)
            tx.outbox.enqueue(order.chat_id, MessageKind.RECEIPT, now, order_id)
            show_anew(tx, order_id, now)
            tell_owners(tx, self._context.owners, MessageKind.OWNER_SALE, now, order)
            if sold:
                tell_low_stock(tx, self._context.owners, self._context.current.catalog, order, now)
            return tx.orders.get(order_id) or order

        return await self._done(await self._context.store.write(work))

    async def free(self, order_id: OrderId, *, lost: bool = False) -> Order:
        """End an order in review for which nothing was paid, and free its goods.

        Its session is expired first, or it could be paid afterwards.

        Args:
            order_id: The order in review.
            lost: Free it though Stripe has lost its session: the owner says that nothing came.

        Raises:
            LostError: Stripe has lost its session, and that was not said.
            RefusedError: ``review.decided``; ``review.paid``: money came, so it is taken or sent
                back; ``review.settled``: it was paid, and is confirmed; ``review.unsure``: Stripe
                does not say that nothing was or will be paid.
        """
        order = await self._context.store.read(lambda tx: _in_review(tx, order_id))
        unsure = False
        if order.session_id and order.unsettled:
            try:
                return await self._done(await self._expire(order, order.session_id))
            except LostError:
                if not lost:
                    raise
                unsure = True
        now = self._context.clock.now()

        def work(tx: Transaction) -> Order:
            order = _in_review(tx, order_id)
            if order.payment is not None and order.payment.total:
                raise RefusedError("review.paid", total=order.payment.total)
            tx.orders.transition(order_id, OrderState.CANCELLED, now=now)
            move_goods(tx, order, StockState.FREED, now)
            show_anew(tx, order_id, now)
            if order.chat_id:  # an order found at Stripe alone has no chat
                details = {"unsure": "yes"} if unsure else None
                tx.outbox.enqueue(order.chat_id, MessageKind.CANCELLED, now, order_id, details)
            return tx.orders.get(order_id) or order

        return await self._done(await self._context.store.write(work))

    async def _expire(self, order: Order, session_id: SessionId) -> Order:
        try:
            ended = await self._settlement.expire(order, session_id, DROPPED_BY_OWNER)
            if ended.state is OrderState.REVIEW and await self._settlement.lost(ended):
                raise LostError(ended)
        except (TransientError, PaymentsRefusedError) as error:
            raise RefusedError("review.unsure") from error
        if ended.state is OrderState.PAID:
            raise RefusedError("review.settled", total=ended.total)
        if ended.payment:
            raise RefusedError("review.paid", total=ended.total)
        if ended.state is OrderState.REVIEW:
            raise RefusedError("review.unsure")
        return ended

    async def cancel(self, order_id: OrderId) -> Order:
        """Cancel an unpaid order of any chat, and tell the chat.

        Raises:
            RefusedError: ``cancel.nothing``, ``cancel.already_paid`` or ``cancel.unavailable``.
        """
        order = await self._context.store.read(lambda tx: tx.orders.get(order_id))
        if order is None or order.state not in LIVE:
            raise RefusedError("cancel.nothing")
        return await self._done(
            await self._checkout.cancel(order.chat_id, only=order_id, ending=DROPPED_BY_OWNER)
        )

    async def _done(self, order: Order) -> Order:
        self._context.outbox_bell.ring()
        return order


def _in_review(tx: Transaction, order_id: OrderId) -> Order:
    order = tx.orders.get(order_id)
    if order is None or order.state is not OrderState.REVIEW:
        raise RefusedError("review.decided")
    return order


def _hold_again(tx: Transaction, order: Order, now: int) -> None:
    """Hold the units of an order whose goods were freed; all of them, or none."""
    wanted: dict[StockId, int] = {}
    for line in order.lines:
        wanted[line.stock_id] = wanted.get(line.stock_id, 0) + line.quantity
    levels = tx.stock.levels(wanted)
    missing = {
        stock_id
        for stock_id, units in wanted.items()
        if (level := levels.get(stock_id)) is None
        or (level.free is not None and level.free < units)
    }
    if missing:
        raise ShortError(frozenset(missing))
    tx.orders.set_goods(order.id, StockState.FREED, StockState.HELD)
    for line in order.lines:
        tx.stock.hold(line.stock_id, line.quantity, order.id, now)
