"""Reconciliation: ask Stripe about every undecided order now and then, whatever the events say.

Its cost follows the number of undecided orders, never of all orders.
"""

from __future__ import annotations

import asyncio

import structlog

from bot.domain.errors import RefusedError, ShopError, TransientError
from bot.domain.order import ChatId, Order
from bot.ports import PaymentsRefusedError, Transaction
from bot.shop.context import Context
from bot.shop.payment.opening import Opening
from bot.shop.payment.settlement import Settlement
from bot.shop.people.moving import Moving
from bot.shop.people.people import moved_to

_log = structlog.get_logger(__name__)

_BATCH = 20
#: Orders asked about at the same time.
_AT_ONCE = 5
#: Orders asked about in a second, and how many more in its first moment. Stripe takes 25 requests a
#: second of a sandbox and 100 of a live account, and customers who check out come first.
_PER_SECOND, _PER_SECOND_LIVE, _BURST = 10.0, 50.0, 5
#: An order placed this recently may still be waiting for Stripe's first answer, in seconds.
_FRESH = 15
#: An order for which Stripe still does not answer so long after it was placed is given up, and
#: its goods are freed; seconds.
_GIVE_UP = 120


class _Pace:
    """Lets a burst through, and then so many a second."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._free_at = 0.0

    async def turn(self) -> None:
        now = asyncio.get_running_loop().time()
        earliest = now - _BURST / self._per_second
        self._free_at = max(self._free_at, earliest) + 1 / self._per_second
        await asyncio.sleep(max(0.0, self._free_at - now))


class Reconciliation:
    """Bring every undecided order to where Stripe says it is."""

    def __init__(
        self, context: Context, opening: Opening, settlement: Settlement, moving: Moving
    ) -> None:
        self._context = context
        self._opening = opening
        self._moving = moving
        self._settlement = settlement
        self._pace = _Pace(_PER_SECOND_LIVE if context.payments.livemode else _PER_SECOND)

    async def begin(self) -> None:
        """Make every undecided order due at once, as at a start."""
        await self._context.store.write(lambda tx: tx.orders.all_due())

    async def work(self) -> int:
        """Ask about the orders that are due, and return how many there were."""
        now = self._context.clock.now()
        orders = await self._context.store.read(lambda tx: tx.orders.due(now, _BATCH))
        gate = asyncio.Semaphore(_AT_ONCE)
        outcomes = await asyncio.gather(
            *(self._one(order, gate) for order in orders), return_exceptions=True
        )
        for order, outcome in zip(orders, outcomes, strict=True):
            if isinstance(outcome, BaseException):
                # One order that cannot be looked at keeps no other from it.
                _log.error(
                    "order not reconciled", order=order.id, chat=order.chat_id, exc_info=outcome
                )
        return len(orders)

    async def _one(self, order: Order, gate: asyncio.Semaphore) -> None:
        async with gate:
            await self._pace.turn()
            now = self._context.clock.now()

            def take(tx: Transaction) -> tuple[bool, ChatId | None]:
                return tx.orders.take_due(order.id, now), moved_to(tx, order.chat_id)

            taken, new_home = await self._context.store.write(take)
            if not taken:  # looked at meanwhile, by an event or another process
                return
            try:
                if new_home is not None:
                    await self._moving.finish(order.chat_id, new_home)
                else:
                    await self._ask(order, now)
            except (TransientError, PaymentsRefusedError) as error:
                self._note(order, error)
                self._measure(answered=False)
            except RefusedError as error:
                self._note(order, error)
            else:
                self._measure(answered=True)

    @staticmethod
    def _note(order: Order, error: ShopError) -> None:
        kind = type(error).__name__
        _log.warning("order not reconciled", order=order.id, chat=order.chat_id, error=kind)

    def _measure(self, *, answered: bool) -> None:
        if self._context.meter:
            self._context.meter.reconciled(answered=answered)

    async def _ask(self, order: Order, now: int) -> None:
        if order.session_id is not None:
            await self._settlement.settle(order)
        elif not 0 <= now - order.attempt.made_at < _FRESH:
            try:
                await self._opening.resume(order)
            except TransientError:
                if 0 <= now - order.placed_at < _GIVE_UP:
                    raise
                await self._opening.abandon(order)
