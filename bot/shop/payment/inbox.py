"""Stripe's events: stored once by their id, then acted on by asking Stripe about what they name."""

from __future__ import annotations

from typing import assert_never

import structlog

from bot.domain.errors import TransientError
from bot.domain.order import SessionId
from bot.ports import (
    AlertKind,
    EventKind,
    InboxEvent,
    MessageKind,
    PaymentsRefusedError,
    Transaction,
)
from bot.shop.context import Context
from bot.shop.orders.orders import Orders
from bot.shop.payment.endings import show_anew, tell_owners
from bot.shop.payment.refunds import Refunds
from bot.shop.payment.settlement import Settlement
from bot.shop.payment.unknown import SessionUnknownError

_log = structlog.get_logger(__name__)

_BATCH = 20
_FIRST_WAIT, LONGEST_WAIT = 5, 600
#: Tries after which an event that fails, other than by Stripe's silence, is set aside.
_MOST_FAILURES = 8
#: A session that is unknown under our key is asked about for so long, in seconds: as long as Stripe
#: goes on sending an event that is not taken.
_UNKNOWN_FOR = 3 * 24 * 3600


class Inbox:
    """Receive events and act on them, however often and in whatever order they come."""

    def __init__(
        self, context: Context, settlement: Settlement, refunds: Refunds, orders: Orders
    ) -> None:
        self._context = context
        self._settlement = settlement
        self._refunds = refunds
        self._orders = orders

    async def receive(self, event: InboxEvent) -> bool:
        """Store a verified event; False where it had come before.

        Raises:
            TransientError: it could not be stored; Stripe must send it again.
        """
        new = await self._context.store.write(lambda tx: tx.inbox.enqueue(event))
        self._context.inbox_bell.ring()
        return new

    async def work(self) -> int:
        """Act on the events that are due, and return how many there were."""
        now = self._context.clock.now()
        events = await self._context.store.read(lambda tx: tx.inbox.due(now, _BATCH))
        for event in events:
            await self._one(event)
        return len(events)

    async def _one(self, event: InboxEvent) -> None:
        store, now = self._context.store, self._context.clock.now()
        if store.process and not await store.write(lambda tx: tx.inbox.claim(event.id, now)):
            return
        try:
            await self._act(event)
        except SessionUnknownError as error:
            await self._unknown(event, now, error)
        except TransientError as error:
            await self._defer(event, now, str(error))
        except Exception as error:  # noqa: BLE001 - the worker's edge: one event blocks no other
            _log.exception("event failed", event_id=event.id, kind=event.kind)
            if event.attempts + 1 >= _MOST_FAILURES:
                told = isinstance(error, PaymentsRefusedError)
                why = str(error) if told else type(error).__name__
                await self._give_up(event, now, why)
            else:
                await self._defer(event, now, type(error).__name__)
        else:
            await self._context.store.write(lambda tx: tx.inbox.done(event.id, now))

    async def _unknown(self, event: InboxEvent, now: int, error: SessionUnknownError) -> None:
        """Ask again for some days; after that, an order that waits is asked about all the same."""
        if now - event.received_at < _UNKNOWN_FOR:
            await self._defer(event, now, str(error))
        elif error.waits:
            await self._context.store.write(lambda tx: tx.inbox.done(event.id, now))
        else:
            await self._give_up(event, now, str(error))

    async def _defer(self, event: InboxEvent, now: int, why: str) -> None:
        wait = min(_FIRST_WAIT * 2 ** min(event.attempts, 10), LONGEST_WAIT)
        await self._context.store.write(lambda tx: tx.inbox.later(event.id, now + wait))
        _log.warning("event deferred", event_id=event.id, kind=event.kind, seconds=wait, why=why)

    async def _give_up(self, event: InboxEvent, now: int, why: str) -> None:
        """Set an event aside that cannot be acted on, and have the owners look at Stripe."""

        def work(tx: Transaction) -> None:
            tx.inbox.done(event.id, now)
            details = {
                "problem": AlertKind.EVENT_FAILED,
                "message": f"{event.kind} {event.object_id}, {why}",
            }
            tell_owners(tx, self._context.owners, MessageKind.OWNER_ALERT, now, details=details)

        await self._context.store.write(work)
        self._context.outbox_bell.ring()

    async def _act(self, event: InboxEvent) -> None:
        match event.kind:
            case EventKind.SESSION:
                await self._settlement.by_event(SessionId(event.object_id))
            case EventKind.DISPUTE:
                await self._refunds.dispute(event.object_id)
            case EventKind.REFUND:
                if event.parent_id:
                    await self._refunds.sync(event.parent_id)
                    await self._refunds.credit(event.parent_id)
            case EventKind.SHOWN:
                await self._show_anew(SessionId(event.object_id))
            case EventKind.OTHER:
                _log.debug("event ignored", event_id=event.id)
            case _:
                assert_never(event.kind)

    async def _show_anew(self, session_id: SessionId) -> None:
        """Complete the messages of an order that were sent while Stripe was away."""
        store = self._context.store
        order = await store.read(lambda tx: tx.orders.by_session(session_id))
        if order is None:
            return
        await self._orders.session(order)  # raises while Stripe is away: it is asked again later
        now = self._context.clock.now()
        await store.write(lambda tx: show_anew(tx, order.id, now))
        self._context.outbox_bell.ring()
