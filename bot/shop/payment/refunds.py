"""Refunds and disputes: made here or in Stripe's Dashboard, known from Stripe alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from types import MappingProxyType
from typing import Final

import structlog

from bot.domain.errors import RefusedError, TransientError
from bot.domain.money import Money
from bot.domain.order import Order, OrderId, OrderState, StockState, Units
from bot.ports import (
    AlertKind,
    Dispute,
    MessageKind,
    Note,
    PaymentsRefusedError,
    Refund,
    Transaction,
)
from bot.shop.context import Context
from bot.shop.payment.endings import move_goods, return_units, show_anew, tell_owners
from bot.shop.payment.refund_lines import GIVEN, PENDING, VOID, metadata, units_of, written
from bot.shop.payment.settlement import Settlement

_log = structlog.get_logger(__name__)

NO_UNITS: Final[Units] = MappingProxyType({})
#: Orders whose money can be given back; a refund that failed later can be given again.
_REFUNDABLE = frozenset({OrderState.PAID, OrderState.REVIEW, OrderState.REFUNDED})


class Refunds:
    """Give money back, and follow what Stripe says of it."""

    def __init__(self, context: Context, settlement: Settlement) -> None:
        self._context = context
        self._settlement = settlement

    async def give(
        self, order_id: OrderId, amount: Money, *, before: Money, units: Units = NO_UNITS
    ) -> Order:
        """Refund a part or all of what is left of an order's payment.

        What was refunded before stands in the idempotency key, beside the order, the amount, the
        lines and how many refunds had failed: a second tap at the same time asks Stripe for the
        same refund, a later one finds that more has gone back than its button knew of.

        Args:
            order_id: Whose payment.
            amount: In the order's currency.
            before: What had been refunded when the owner decided.
            units: The units that it is for, where it is for some; the amount is their worth.

        Raises:
            RefusedError: ``refund.nothing``, ``refund.changed``, ``refund.too_much``,
                ``refund.refused`` or ``refund.unavailable``.
        """
        order = await self._context.store.read(lambda tx: tx.orders.get(order_id))
        if order is None or order.payment is None or order.state not in _REFUNDABLE:
            raise RefusedError("refund.nothing")
        intent_id = order.payment.intent_id
        if intent_id is None:
            raise RefusedError("refund.nothing")
        try:
            order = await self.sync(intent_id) or order
            before_it = [one.status for one in await self._list(intent_id)]
        except (TransientError, PaymentsRefusedError) as error:
            raise RefusedError("refund.unavailable") from error
        if not GIVEN.union(VOID).issuperset(before_it):
            raise RefusedError("refund.unavailable")
        failed = sum(status in VOID for status in before_it)
        _demand(order, amount, before, units)
        shop_id, lines = self._context.shop_id, written(units)
        key = f"refund-{shop_id}-{order.id}-{before.minor}-{amount.minor}-{failed}"
        if lines:
            key += f"-{sha256(' '.join(lines).encode()).hexdigest()[:16]}"
        told = metadata(order, units, shop_id)
        try:
            await self._context.payments.refund(intent_id, amount, key, told)
        except TransientError as error:
            raise RefusedError("refund.unavailable") from error
        except PaymentsRefusedError as error:
            raise RefusedError("refund.refused", message=error.message) from error
        self._context.events_bell.ring()  # its credit note hangs on the event
        try:
            return await self.sync(intent_id, ask=False) or order
        except (TransientError, PaymentsRefusedError) as error:
            raise RefusedError("refund.unavailable") from error

    async def return_goods(
        self, order_id: OrderId, units: Units | None = None, *, before: int | None = None
    ) -> bool:
        """Put units of a refunded order back into stock; False where there are none to put.

        Args:
            order_id: Whose.
            units: Which; None: those whose money went back.
            before: How many units had been put back when the owner decided, or nothing is done.
        """
        now = self._context.clock.now()

        def work(tx: Transaction) -> bool:
            order = tx.orders.get(order_id)
            if order is None or before not in {None, sum(line.returned for line in order.lines)}:
                return False
            sold = order.to_return()
            back = order.given_back() if units is None else units
            if not back or any(count > sold.get(place, 0) for place, count in back.items()):
                return False
            return_units(tx, order, back, now)
            show_anew(tx, order_id, now)
            return True

        returned = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        return returned

    async def sync(self, intent_id: str, *, ask: bool = True) -> Order | None:
        """Record what Stripe says was refunded of a payment, and tell of a change once.

        Args:
            intent_id: The payment.
            ask: Ask the owners, with the news, whether the goods go back to stock; an owner
                who refunds in the chat is asked there.
        """
        while (order := await self._settlement.by_intent(intent_id)) and order.payment:
            refunds = await self._list(intent_id)
            given = sum(one.amount for one in refunds if one.status in GIVEN)
            total = Money(given, order.payment.total.currency)
            pending = sum(one.amount for one in refunds if one.status in PENDING)
            units = units_of(order, refunds, self._context.shop_id)
            recorded = await self._record(
                order,
                partial(self._refunded, total=total, pending=pending, units=units, ask=ask),
            )
            if recorded:
                return recorded
        return None

    async def credit(self, intent_id: str) -> None:
        """Have Stripe make the credit notes of a payment's refunds, where it made an invoice.

        A refund that was given in the Dashboard gets its own too, unless it was given with one.
        The note of one that failed is voided; owners are told where Stripe lets it stand.

        Raises:
            TransientError: no answer, no invoice yet, or a right is missing, which owners are told.
        """
        order = await self._settlement.by_intent(intent_id)
        if order is None or order.session_id is None or not order.allowed.invoices:
            return
        refunds = await self._list(intent_id)
        given = [one for one in refunds if one.status in GIVEN]
        void = [one for one in refunds if one.status in VOID]
        if not given and not void:
            return
        answer = self._context.payments.credit(order.session_id, given, void)
        credited = await self._settlement.rights.ask("credit notes", answer)
        if credited.made or credited.voided:
            _log.info("credited", order=order.id, notes=credited.made, voided=credited.voided)
        if credited.standing:
            await self._tell_of_standing(order, credited.standing)

    async def _tell_of_standing(self, order: Order, numbers: Sequence[str]) -> None:
        """Tell the owners, once of each, of credit notes that say what is not so any more."""
        now = self._context.clock.now()

        def work(tx: Transaction) -> None:
            for number in numbers:
                if tx.notes.get(Note.CREDIT_NOTE_WRONG.of(number)) is None:
                    tx.notes.set(Note.CREDIT_NOTE_WRONG.of(number), str(now))
                    details = {"problem": AlertKind.CREDIT_NOTE_WRONG, "message": number}
                    owners, kind = self._context.owners, MessageKind.OWNER_ALERT
                    tell_owners(tx, owners, kind, now, order, details=details)

        await self._context.store.write(work)
        self._context.outbox_bell.ring()

    async def dispute(self, dispute_id: str) -> Order | None:
        """Record how a dispute stands, and alert the owners when that changes."""
        # The first answer says whose dispute it is; what counts is asked once the order is read.
        dispute = await self._ask_dispute(dispute_id)
        while dispute.intent_id and (order := await self._settlement.by_intent(dispute.intent_id)):
            dispute = await self._ask_dispute(dispute_id)
            recorded = await self._record(order, partial(self._disputed, dispute=dispute))
            if recorded:
                return recorded
        return None

    async def _ask_dispute(self, dispute_id: str) -> Dispute:
        answer = self._context.payments.dispute(dispute_id)
        return await self._settlement.rights.ask("disputes", answer)

    async def _list(self, intent_id: str) -> tuple[Refund, ...]:
        answer = self._context.payments.refunds(intent_id)
        return await self._settlement.rights.ask("refunds", answer)

    async def _record(
        self, order: Order, record: Callable[[Transaction, Order, int], None]
    ) -> Order | None:
        """Record an answer that was asked for after the order was read, and return the order.

        What Stripe says is a sum as of now: None, with nothing recorded, where another answer was
        recorded meanwhile. This one may be older, so ask again.
        """
        now = self._context.clock.now()

        def work(tx: Transaction) -> Order | None:
            current = tx.orders.get(order.id)
            if current is None or not tx.orders.next_version(order.id, order.version):
                return None
            record(tx, current, now)
            return tx.orders.get(order.id)

        recorded = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        return recorded

    def _refunded(
        self,
        tx: Transaction,
        order: Order,
        now: int,
        *,
        total: Money,
        pending: int,
        units: Units,
        ask: bool,
    ) -> None:
        tx.orders.record_refund_units(order.id, units)
        if not tx.orders.record_refund(order.id, total, pending):
            return
        self._tell(tx, order, total, now, ask=ask, pending=pending)
        whole = order.payment is not None and total >= order.payment.total
        if order.state is OrderState.REVIEW and whole:
            tx.orders.transition(order.id, OrderState.REFUNDED, now=now)
            move_goods(tx, order, StockState.FREED, now)
        show_anew(tx, order.id, now)

    def _tell(
        self, tx: Transaction, order: Order, total: Money, now: int, *, ask: bool, pending: int
    ) -> None:
        before = order.refunded or Money.zero(total.currency)
        if total == before:
            return
        more = total > before
        change = total - before if more else before - total
        details = {"amount": str(change.minor), "currency": change.currency}
        waited = order.refund_pending.minor if order.refund_pending else 0
        if more and pending > waited:
            details["pending"] = "1"
        customer = MessageKind.REFUNDED if more else MessageKind.REFUND_FAILED
        owner = MessageKind.OWNER_REFUND if more else MessageKind.OWNER_REFUND_FAILED
        tx.outbox.enqueue(order.chat_id, customer, now, order.id, details)
        if ask and more:
            details = {**details, "ask": "shelf"}
        tell_owners(tx, self._context.owners, owner, now, order, details=details)

    def _disputed(self, tx: Transaction, order: Order, now: int, *, dispute: Dispute) -> None:
        amount = Money(dispute.amount, dispute.currency)
        if not tx.orders.record_dispute(order.id, dispute.status, amount):
            return
        show_anew(tx, order.id, now)
        details = {
            "status": dispute.status,
            "reason": dispute.reason,
            "amount": str(dispute.amount),
            "currency": dispute.currency,
        }
        owners, kind = self._context.owners, MessageKind.OWNER_DISPUTE
        tell_owners(tx, owners, kind, now, order, details=details)


def _demand(order: Order, amount: Money, before: Money, units: Units) -> None:
    """Refuse a refund that is not what its button promised, or more than there is to give."""
    left = order.left
    if left is None or (order.refunded or Money.zero(before.currency)) != before:
        raise RefusedError("refund.changed")
    if not left or amount.minor <= 0:
        raise RefusedError("refund.nothing")
    if amount > left:
        raise RefusedError("refund.too_much", left=left)
    unnamed = order.to_refund()
    if any(count > unnamed.get(place, 0) for place, count in units.items()):
        raise RefusedError("refund.changed")
    if units and order.worth(units) != amount:
        raise RefusedError("refund.changed")
