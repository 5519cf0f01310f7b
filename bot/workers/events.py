"""The events worker: Stripe's events are fetched by a stored cursor, beside a webhook too.

Where none can come, this is how refunds and disputes arrive. Where one does, it brings what the
webhook missed: while the shop was away for longer than Stripe retries, or since the back-up that
was restored, whose events the lost database had answered for.
"""

from __future__ import annotations

import structlog

from bot.domain.order import UNDECIDED
from bot.ports import (
    AlertKind,
    EventId,
    InboxEvent,
    MessageKind,
    Note,
    PaymentsDeniedError,
    Transaction,
)
from bot.shop import Context
from bot.shop.payment.endings import tell_owners

_log = structlog.get_logger(__name__)

_BUSY, _QUIET, _BEHIND_WEBHOOK, _DENIED = 5.0, 60.0, 300.0, 3600.0


class EventsWorker:
    """Fetches events into the inbox, every few seconds while payments are under way.

    Args:
        context: The shop's.
        webhook: Whether events come by webhook too; then a look now and then will do.
    """

    def __init__(self, context: Context, *, webhook: bool = False) -> None:
        self._context = context
        self._webhook = webhook
        #: None: not known since the start; a note of the last refusal may be stored.
        self._denied: bool | None = None

    async def begin(self) -> None:
        """Remember when this database first looked for events; later starts change nothing."""
        now = self._context.clock.now()

        def work(tx: Transaction) -> None:
            if tx.notes.get(Note.EVENTS_SINCE) is None:
                tx.notes.set(Note.EVENTS_SINCE, str(now))

        await self._context.store.write(work)

    async def work(self) -> int:
        """Fetch what is new, and return how many events there were."""
        after, since = await self._context.store.read(_place)
        try:
            events = await self._context.payments.events(EventId(after) if after else None, since)
        except PaymentsDeniedError as error:
            await self._told_once(error.message)
            return 0
        if events or self._denied is not False:
            self._denied = False
            await self._context.store.write(lambda tx: _keep(tx, events))
            self._context.inbox_bell.ring()
        return len(events) if after else 0

    async def idle(self) -> float:
        """Return how long to wait before the next look, in seconds; where all is quiet, wait first.

        What is opened or given back here ends the quiet: its event may come at once.
        """
        if self._denied:
            return _DENIED
        if self._webhook:
            return _BEHIND_WEBHOOK
        counts = await self._context.store.read(lambda tx: tx.books.count_by_state())
        if not any(counts.get(state) for state in UNDECIDED):
            await self._context.events_bell.wait(_QUIET - _BUSY)
        return _BUSY

    async def _told_once(self, message: str) -> None:
        if self._denied:
            return
        self._denied = True
        _log.warning("events may not be read", message=message)
        if self._webhook:
            return
        now = self._context.clock.now()

        def work(tx: Transaction) -> None:
            if tx.notes.get(Note.EVENTS_DENIED) != message:
                tx.notes.set(Note.EVENTS_DENIED, message)
                tell_owners(
                    tx, self._context.owners, MessageKind.OWNER_ALERT, now,
                    details={"problem": AlertKind.EVENTS_DENIED, "message": message},
                )  # fmt: skip

        await self._context.store.write(work)
        self._context.outbox_bell.ring()


def _place(tx: Transaction) -> tuple[str | None, int | None]:
    since = tx.notes.get(Note.EVENTS_SINCE)
    return tx.notes.get(Note.EVENTS_CURSOR), None if since is None else int(since)


def _keep(tx: Transaction, events: tuple[InboxEvent, ...]) -> None:
    """Store the events with the cursor, so that neither is ever without the other."""
    for event in events:
        tx.inbox.enqueue(event)
    tx.notes.set(Note.EVENTS_DENIED, None)
    if events:
        tx.notes.set(Note.EVENTS_CURSOR, events[-1].id)


def not_since_later(tx: Transaction, now: int) -> None:
    """Look for events from now on at the latest, where a clock that was ahead said later."""
    since = tx.notes.get(Note.EVENTS_SINCE)
    if since is not None and int(since) > now:
        tx.notes.set(Note.EVENTS_SINCE, str(now))
