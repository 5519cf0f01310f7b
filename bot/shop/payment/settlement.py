"""Settle: the only place where an order becomes paid.

Whatever calls it — the way back from the payment page, an event, the reconciler — is a trigger
and is never believed: the session is retrieved, judged against the order inside the transaction
that acts on it, and the order moves by one conditional update.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

import structlog

from bot.domain.errors import CorruptError, TransientError
from bot.domain.order import (
    ENDED_UNPAID,
    UNDECIDED,
    Order,
    OrderId,
    OrderState,
    OrderToken,
    SessionId,
    StockState,
)
from bot.domain.payment import Outcome, Session, Verdict, is_marked, judge
from bot.ports import (
    EventId,
    EventKind,
    InboxEvent,
    MessageKind,
    Note,
    PaymentsRefusedError,
    SessionLine,
    Transaction,
    UnknownSessionError,
)
from bot.shop.catalog.news import tell_low_stock
from bot.shop.context import Context
from bot.shop.payment.choices import with_choices
from bot.shop.payment.endings import (
    DROPPED_BY_OWNER,
    FELL_THROUGH,
    RAN_OUT,
    Ending,
    close_links,
    end,
    give_back_to_cart,
    move_goods,
    show_anew,
    take_from_cart,
    tell_owners,
)
from bot.shop.payment.foreign import order_from_session
from bot.shop.payment.rights import Rights
from bot.shop.payment.unknown import SessionUnknownError, UnknownSessions, known_again

_log = structlog.get_logger(__name__)

#: Numbers of orders begin after this one.
_BEFORE_FIRST = 1000
#: A lost order's number is taken over where it is at most so far ahead: a database loses days.
_FAR_AHEAD = 100_000


class Settlement:
    """Ask Stripe about a session and act on the answer."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.rights: Final = Rights(context)
        self._unknown = UnknownSessions(context, self.rights)

    async def by_token(self, token: OrderToken) -> Order | None:
        """Settle the order that a link into the chat names. Raises as `settle`."""
        order = await self._context.store.read(lambda tx: tx.orders.by_token(token))
        return await self.settle(order) if order else None

    async def by_event(self, session_id: SessionId) -> Order | None:
        """Settle the session that a verified event names, whether or not it is known here.

        A session that was made for this shop and whose order does not have it yet is matched by
        its metadata; one whose order is not to be found becomes an order in review.

        Raises:
            TransientError: Stripe did not answer: the event must not be lost.
            PaymentsRefusedError: Stripe takes the id for none.
            SessionUnknownError: Stripe does not know the session under this key, just now at least.
        """
        order = await self._context.store.read(lambda tx: tx.orders.by_session(session_id))
        try:
            if order:
                return await self._look(order)
            session = await self._retrieve(session_id)
        except UnknownSessionError as error:
            if order:
                await self._unknown.decide(order)
            waits = order is not None and order.unsettled
            raise SessionUnknownError(waits=waits) from error
        if session.metadata.get("shop") != self._context.shop_id:
            return None
        return await self._claim(session)

    async def by_intent(self, intent_id: str) -> Order | None:
        """Return the order that a payment is for, settled first where that is not known here.

        Events come in any order: a refund's may be acted on before its sale's, and must not be
        lost. Raises as `by_event`.
        """
        order = await self._context.store.read(lambda tx: tx.orders.by_intent(intent_id))
        if order:
            return order
        session_id = await self.rights.ask(
            "session_of", self._context.payments.session_of(intent_id)
        )
        if session_id is None:
            return None
        await self.by_event(session_id)
        return await self._context.store.read(lambda tx: tx.orders.by_intent(intent_id))

    async def settle(self, order: Order) -> Order:
        """Retrieve an order's session and act on it; an order that is decided stays as it is.

        Raises:
            TransientError: Stripe did not answer, refuses, or does not know the session.
        """
        try:
            return await self._look(order)
        except UnknownSessionError:
            return await self._unknown.decide(order)
        except PaymentsRefusedError as error:
            raise TransientError(f"Stripe refuses: {error.message}") from error

    async def _look(self, order: Order) -> Order:
        if order.session_id is None or not (order.unsettled or order.state in ENDED_UNPAID):
            return order
        return await self.apply(order.id, await self._retrieve(order.session_id))

    async def _retrieve(self, session_id: SessionId) -> Session:
        return await self.rights.ask("session", self._context.payments.retrieve(session_id))

    async def expire(self, order: Order, session_id: SessionId, ending: Ending) -> Order:
        """End an order's session at Stripe and act on the answer, which may be that it was paid.

        Raises:
            TransientError: nobody knows whether it ended.
            PaymentsRefusedError: Stripe does not end it.
        """
        expiring = self._context.payments.expire(session_id)
        try:
            session = await self.rights.ask("expire", expiring)
        except UnknownSessionError:
            return await self._unknown.decide(order)
        return await self.apply(order.id, session, ending=ending)

    async def lost(self, order: Order) -> bool:
        """Return whether Stripe has lost a session for good. Raises as `by_event`."""
        return await self._unknown.lost(order)

    async def apply(
        self, order_id: OrderId, session: Session, *, ending: Ending = RAN_OUT
    ) -> Order:
        """Act on what Stripe said of an order's session, once, and return the order as it is now.

        Args:
            order_id: Whose session it is.
            session: As retrieved, or as Stripe's own answer to expiring it.
            ending: What an expired session makes of its order.
        """
        now = self._context.clock.now()
        before_it = await self._context.store.read(lambda tx: tx.orders.get(order_id))
        session = await with_choices(self._context.payments, session, before_it)

        def work(tx: Transaction) -> tuple[OrderState, Order]:
            order = tx.orders.get(order_id)
            if order is None:
                raise CorruptError(f"order {order_id} is gone")
            verdict = judge(order, session, shop_id=self._context.shop_id)
            self._act(tx, order, verdict, ending, now)
            _follow_refunds(tx, session, verdict, now)
            tx.orders.looked_at(order_id, now)
            after = tx.orders.get(order_id) or order
            if after.state is OrderState.PROCESSING and session.intent:
                tx.notes.set(Note.DEBIT.of(order_id), session.intent.id)
            known_again(tx, after)
            if after.state is not order.state:
                close_links(tx, after, now)
            return order.state, after

        before, order = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        self._context.inbox_bell.ring()
        if self._context.meter and order.state is OrderState.PAID and before is not OrderState.PAID:
            self._context.meter.paid(order.total)
        _log.info(
            "settled",
            order=order.id,
            chat=order.chat_id,
            state=order.state,
            session_status=session.status,
        )
        return order

    def _act(
        self, tx: Transaction, order: Order, verdict: Verdict, ending: Ending, now: int
    ) -> None:
        match verdict.outcome:
            case Outcome.WAITING:
                return
            case Outcome.PROCESSING:
                self._processing(tx, order, now)
            case Outcome.PAID:
                self._paid(tx, order, verdict, now)
            case Outcome.MISMATCH:
                self._review(tx, order, verdict, now)
            case Outcome.FAILED:
                self._failed(tx, order, now)
            case Outcome.EXPIRED:
                if order.state in UNDECIDED:
                    end(tx, order, ending, now)
                else:
                    _let_go(tx, order, now)
            case _:
                assert_never(verdict.outcome)

    @staticmethod
    def _processing(tx: Transaction, order: Order, now: int) -> None:
        if tx.orders.transition(order.id, OrderState.PROCESSING, now=now):
            take_from_cart(tx, order)
            tx.outbox.enqueue(order.chat_id, MessageKind.PROCESSING, now, order.id)

    def _paid(self, tx: Transaction, order: Order, verdict: Verdict, now: int) -> None:
        if order.state in ENDED_UNPAID:
            late = Verdict(Outcome.MISMATCH, verdict.payment, "ended")
            self._review(tx, order, late, now)
            return
        if order.state is OrderState.REVIEW and order.payment:
            return  # what came is known, and the owner's to decide
        if tx.orders.transition(order.id, OrderState.PAID, now=now, payment=verdict.payment):
            move_goods(tx, order, StockState.SOLD, now)
            if not _left_the_cart(tx, order):
                take_from_cart(tx, order)
            tx.outbox.enqueue(order.chat_id, MessageKind.RECEIPT, now, order.id)
            tell_owners(tx, self._context.owners, MessageKind.OWNER_SALE, now, order)
            tell_low_stock(tx, self._context.owners, self._context.current.catalog, order, now)
            if order.state is OrderState.REVIEW:
                show_anew(tx, order.id, now)

    def _review(self, tx: Transaction, order: Order, verdict: Verdict, now: int) -> None:
        payment, reason = verdict.payment, verdict.reason
        moved = tx.orders.transition(
            order.id, OrderState.REVIEW, now=now, payment=payment, reason=reason
        ) or (payment is not None and tx.orders.found_payment(order.id, payment, reason))
        if moved:
            tell_owners(tx, self._context.owners, MessageKind.OWNER_REVIEW, now, order)
            if verdict.payment:  # whoever paid hears so, and is not asked to pay again
                if not _left_the_cart(tx, order):
                    take_from_cart(tx, order)
                tx.outbox.enqueue(order.chat_id, MessageKind.REVIEW, now, order.id)

    @staticmethod
    def _failed(tx: Transaction, order: Order, now: int) -> None:
        ended = order.state in UNDECIDED and end(tx, order, FELL_THROUGH, now)
        if ended and order.state is OrderState.PROCESSING:
            give_back_to_cart(tx, order, now)
        elif not ended:
            _let_go(tx, order, now)

    async def _claim(self, session: Session) -> Order | None:
        """Find the order of a session that is ours by its metadata, or put it into review."""
        now = self._context.clock.now()
        number = session.metadata.get("order", "")
        came, lines = session.may_be_paid, self._context.payments.lines
        session = await with_choices(self._context.payments, session)
        stray = await self.rights.ask("lines", lines(session.id)) if came else ()

        def work(tx: Transaction) -> Order | None:
            order = tx.orders.get(OrderId(int(number))) if number.isdecimal() else None
            if order and order.session_id == session.id:
                return order
            made_for = order and is_marked(session, order, self._context.shop_id)
            if order and made_for and order.session_id is None:
                allowed = order.allowed.known_as(session.rates)
                if tx.orders.attach(order.id, session.id, session.url, now, allowed):
                    return tx.orders.get(order.id)
                return order if not came else self._adopt(tx, session, stray, now)
            return self._adopt(tx, session, stray, now) if came else None

        order = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        if order is None or order.session_id != session.id or order.state is OrderState.REVIEW:
            return order
        return await self.apply(order.id, session)

    def _adopt(
        self, tx: Transaction, session: Session, lines: Sequence[SessionLine], now: int
    ) -> Order:
        order = order_from_session(session, lines, _number_for(tx, session), now)
        tx.orders.add(order)
        tell_owners(tx, self._context.owners, MessageKind.OWNER_REVIEW, now, order)
        return order


def _let_go(tx: Transaction, order: Order, now: int) -> None:
    """End an order in review for which, as is clear by now, no money came or will come."""
    if order.unsettled and end(tx, order, DROPPED_BY_OWNER, now):
        show_anew(tx, order.id, now)


def _left_the_cart(tx: Transaction, order: Order) -> bool:
    """Return whether goods were taken from the cart already, as a bank debit's are at once."""
    debit = tx.notes.get(Note.DEBIT.of(order.id)) is not None
    return order.state is OrderState.PROCESSING or (order.state is OrderState.REVIEW and debit)


def _number_for(tx: Transaction, session: Session) -> OrderId:
    """Return the number that the buyer knows the order by, or, where that is taken, the next."""
    following = tx.orders.next_id()
    known = session.metadata.get("order", "")
    if known.isdecimal() and _BEFORE_FIRST < int(known) < following + _FAR_AHEAD:
        number = OrderId(int(known))
        if tx.orders.get(number) is None:
            return number
    return following


def _follow_refunds(tx: Transaction, session: Session, verdict: Verdict, now: int) -> None:
    """Have refunds asked about that are older than our knowledge of the payment.

    Their own events may have come and gone, as when a backup from before the sale is restored.
    """
    charge = session.intent.charge if session.intent else None
    if verdict.payment and session.intent and charge and charge.refunded:
        tx.inbox.enqueue(
            InboxEvent(
                id=EventId(f"settled-{charge.id}-{charge.refunded}"),
                kind=EventKind.REFUND,
                object_id=charge.id,
                received_at=now,
                parent_id=session.intent.id,
            )
        )
