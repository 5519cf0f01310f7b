"""What is stored, held against time and against Stripe: checks that may run beside a live shop.

Nothing is written. What the database can tell of itself alone is the store's business; here its
orders are compared with what Stripe says of them, and with the clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, Protocol, TypeVar

from bot.doctor.health import Remark, fault, fine, note
from bot.domain.errors import TransientError
from bot.domain.money import Money
from bot.domain.order import (
    DEBIT_UNKNOWN,
    ENDED_UNPAID,
    UNDECIDED,
    UNKNOWN_AT_STRIPE,
    Order,
    OrderId,
    OrderState,
)
from bot.domain.payment import Session, SessionStatus
from bot.ports import Note, Payments, PaymentsRefusedError, Transaction, UnknownSessionError
from bot.shop.payment.unknown import is_unknown

T = TypeVar("T")

_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR
#: Orders of the last so many seconds are compared with Stripe, newest first and at most so many
#: of a state.
_RECENT: Final = 30 * _DAY
_MOST: Final = 100
#: Stripe is asked so many questions at a time: well under its 25 a second.
_AT_ONCE: Final = 5
#: A link not paid for so long after its end is overdue; a bank may take longer to move money.
_OVERDUE: Final = _DAY
_BANK_OVERDUE: Final = 21 * _DAY
#: Messages and events that wait longer than this are stuck.
_STUCK: Final = _HOUR
#: The newest so many sessions that were paid are looked up here.
_MOST_SESSIONS: Final = 1000
#: At most so many orders are named one by one.
_NAMED: Final = 20

_MONEY_CAME: Final = (OrderState.PAID, OrderState.REVIEW, OrderState.REFUNDED)


class Readable(Protocol):
    """A store that can be read."""

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a function on a read-only snapshot."""
        ...


async def belongs(store: Readable, facts: Mapping[str, str]) -> tuple[Remark, ...]:
    """Say whether the database belongs to this bot, this Stripe account and this mode.

    Args:
        store: The shop's.
        facts: ``bot``, ``account`` and ``mode``, as far as they are known.
    """

    def work(tx: Transaction) -> tuple[Remark, ...]:
        known = {what: tx.notes.get(Note.BELONGS_TO.of(what)) for what in facts}
        return tuple(
            fault(f"foreign_{what}", remembered=known[what] or "", given=given)
            for what, given in facts.items()
            if known[what] not in {None, given}
        )

    return await store.read(work)


async def waiting(store: Readable, now: int, *, running: bool) -> tuple[Remark, ...]:
    """Say which orders, messages and events wait longer than they should.

    Args:
        store: The shop's.
        now: Seconds UTC.
        running: Whether the shop runs: otherwise it is no wonder that messages wait.
    """
    remarks: list[Remark] = []
    overdue = [
        order
        for state in UNDECIDED
        async for order in _newest_of(store, state)
        if now - order.attempt.expires_at
        > (_BANK_OVERDUE if state is OrderState.PROCESSING else _OVERDUE)
    ]
    remarks += [fault("overdue", order=str(order.id)) for order in overdue[:_NAMED]]
    stuck = fault if running else note

    def queues(tx: Transaction) -> Iterator[Remark]:
        messages = [
            one for one in tx.outbox.due(now + _DAY, _MOST) if now - one.created_at > _STUCK
        ]
        if messages:
            yield stuck("messages_stuck", n=tx.outbox.depth())
        events = [one for one in tx.inbox.due(now + _DAY, _MOST) if now - one.received_at > _STUCK]
        if events:
            yield stuck("events_stuck", n=len(events))
        if asked := tx.notes.get(Note.PRICES_ASKED):
            prices = int(asked.rpartition(" ")[2])
            yield note("prices_wait", n=prices) if prices else note("currency_waits")
        undecided = tx.books.count_by_state().get(OrderState.REVIEW, 0)
        if undecided:
            yield note("in_review", n=undecided)
        unpaid = [one for one in tx.books.in_state(OrderState.REVIEW, _MOST) if one.unsettled]
        for one in unpaid[:_NAMED]:
            known = one.review_reason not in {UNKNOWN_AT_STRIPE, DEBIT_UNKNOWN}
            yield fault("review_unclear" if known else "review_unpaid", order=str(one.id))
        for state in UNDECIDED:
            unknown = [one for one in tx.books.in_state(state, _MOST) if is_unknown(tx, one)]
            for one in unknown[:_NAMED]:
                yield fault("order_unknown", order=str(one.id))

    remarks += await store.read(lambda tx: tuple(queues(tx)))
    return tuple(remarks)


async def compared(store: Readable, payments: Payments, now: int) -> tuple[Remark, ...]:
    """Say where recent orders and Stripe differ; Stripe is right.

    Args:
        store: The shop's.
        payments: Asked once for each order that has a Checkout Session.
        now: Seconds UTC.
    """
    orders: list[Order] = []
    for state in (*_MONEY_CAME, *ENDED_UNPAID, *UNDECIDED):
        found = await store.read(partial(_recent, state=state, since=now - _RECENT))
        orders += [order for order in found if order.session_id]
    gate = asyncio.Semaphore(_AT_ONCE)
    silent: BaseException | None = None
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_compare(payments, order, gate)) for order in orders]
    except* (TransientError, PaymentsRefusedError) as errors:
        silent = errors.exceptions[0]
    if silent:
        return (fault("stripe_silent", reason=str(silent)),)
    remarks = [remark for task in tasks if (remark := task.result())]
    remarks += _paid_twice(orders)
    return tuple(remarks) if remarks else (fine("compared", n=len(orders)),)


async def unclaimed(store: Readable, payments: Payments, now: int) -> tuple[Remark, ...]:
    """Say which payments were taken at Stripe for this shop and have no order here.

    Args:
        store: The shop's.
        payments: Asked for the newest completed sessions.
        now: Seconds UTC.
    """
    try:
        sessions = await payments.sessions(SessionStatus.COMPLETE, now - _RECENT, _MOST_SESSIONS)
    except (TransientError, PaymentsRefusedError) as error:
        return (fault("stripe_silent", reason=str(error)),)

    def work(tx: Transaction) -> tuple[Session, ...]:
        shop_id = tx.notes.get(Note.SHOP_ID)
        paid = [one for one in sessions if one.paid and one.metadata.get("shop") == shop_id]
        return tuple(one for one in paid if tx.orders.by_session(one.id) is None)

    return tuple(
        fault("paid_without_order", total=Money(one.total, one.currency), session=one.id)
        for one in (await store.read(work))[:_NAMED]
    )


async def _compare(payments: Payments, order: Order, gate: asyncio.Semaphore) -> Remark | None:
    if order.session_id is None:
        return None
    number = str(order.id)
    async with gate:
        try:
            session = await payments.retrieve(order.session_id)
        except UnknownSessionError:
            return fault("session_unknown", order=number)
    if order.state in _MONEY_CAME:
        return _differs(order, session)
    if not session.paid:
        return None
    return (fault if order.state in ENDED_UNPAID else note)(
        "paid_after_end" if order.state in ENDED_UNPAID else "paid_not_settled", order=number
    )


def _differs(order: Order, session: Session) -> Remark | None:
    """Compare what an order keeps, paid less refunded, with its charge at Stripe."""
    if order.payment is None:
        return None
    charge = session.intent.charge if session.intent else None
    total = order.payment.total
    ours = total - order.refunded if order.refunded else total
    there = Money(charge.amount - charge.refunded if charge else 0, session.currency)
    if charge is None and session.paid:
        there = Money(session.total, session.currency)
    if ours == there:
        return None
    return fault("charge_differs", order=str(order.id), here=ours, there=there)


def _paid_twice(orders: Sequence[Order]) -> Iterator[Remark]:
    """Say which payment was taken for two orders: each is confirmed by its own."""
    seen: dict[str, Order] = {}
    for order in orders:
        intent_id = order.payment.intent_id if order.payment else None
        if intent_id and (first := seen.setdefault(intent_id, order)) is not order:
            yield fault("paid_twice", order=str(order.id), other=str(first.id))


def _recent(tx: Transaction, state: OrderState, since: int) -> tuple[Order, ...]:
    newest = tx.books.in_state(state, _MOST)
    return tuple(order for order in newest if order.placed_at >= since)


async def _newest_of(store: Readable, state: OrderState) -> AsyncIterator[Order]:
    before: OrderId | None = None
    while orders := await store.read(partial(_page, state=state, before=before)):
        for order in orders:
            yield order
        before = orders[-1].id


def _page(tx: Transaction, state: OrderState, before: OrderId | None) -> tuple[Order, ...]:
    return tx.books.in_state(state, _MOST, before)
