"""The outbox worker: every stored message reaches its chat at least once, in its chat's order.

Chats do not wait for one another: each has at most one message under way, and a chat that must
wait is passed over until its time has come.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import assert_never

import structlog

from bot.domain.errors import TransientError
from bot.domain.order import NOBODY, ChatId, Order
from bot.ports import (
    CLAIM_SECONDS,
    FOLLOWING,
    LINKS,
    Courier,
    Delivery,
    Elsewhere,
    EventId,
    EventKind,
    InboxEvent,
    Later,
    MessageKind,
    Moved,
    OutboxMessage,
    Rejected,
    Sent,
    ShownMessage,
    Transaction,
    Unreachable,
)
from bot.shop import Context
from bot.shop.payment.endings import remember_link, remember_shown, tell_owners
from bot.shop.people.people import People
from bot.workers.loop import end_if_asked_to

_log = structlog.get_logger(__name__)

#: Messages under way at the same time: Telegram takes about 30 a second in all.
_AT_ONCE = 20
_FIRST_WAIT, _LONGEST_WAIT = 2, 300
#: However long Telegram asks to wait, it is asked again after so many seconds.
LONGEST_PAUSE = 3600
_LOOK_AGAIN = 30.0
#: The same where another process may have put something in, and be gone.
_LOOK_AGAIN_BESIDE_OTHERS = 5.0
#: Seconds that a chat waits after a fault of the database.
_AFTER_A_FAULT = 2.0


class OutboxWorker:
    """Delivers what the outbox holds."""

    def __init__(self, context: Context, people: People, courier: Courier) -> None:
        self._context = context
        self._people = people
        self._courier = courier
        self._process = context.store.process
        self._under_way: dict[ChatId, asyncio.Task[None]] = {}
        #: What became of messages whose end is not stored yet, and of which order they told.
        self._delivered: dict[int, tuple[Delivery, Order | None]] = {}

    async def begin(self) -> None:
        """Take up at once what processes claimed that were killed: no other one runs."""
        if self._process is not None:
            await self._context.store.write(lambda tx: tx.outbox.release_claims())

    async def run(self) -> None:
        """Deliver until cancelled; what is under way then is finished first."""
        try:
            while True:
                await self._round()
        finally:
            await self.settle_down()

    async def settle_down(self) -> None:
        """Wait for the messages that are under way."""
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def _round(self) -> None:
        now = self._context.clock.now()
        busy = tuple(self._under_way)
        room = _AT_ONCE - len(busy)

        def due(tx: Transaction) -> tuple[tuple[OutboxMessage, Order | None], ...]:
            return tuple(
                (message, tx.orders.get(message.order_id) if message.order_id else None)
                for message in tx.outbox.due(now, room, busy, self._process)
            )

        messages = await self._context.store.read(due) if room else ()
        for message, order in messages:
            task = asyncio.create_task(self._tell(message, order))
            self._under_way[message.chat_id] = task
            task.add_done_callback(partial(self._finished, message.chat_id))
        if not messages:
            await self._context.outbox_bell.wait(await self._idle())

    def _finished(self, chat_id: ChatId, _: asyncio.Task[None]) -> None:
        del self._under_way[chat_id]
        self._context.outbox_bell.ring()

    async def _idle(self) -> float:
        next_at = await self._context.store.read(lambda tx: tx.outbox.next_at())
        longest = _LOOK_AGAIN if self._process is None else _LOOK_AGAIN_BESIDE_OTHERS
        if next_at is None:
            return longest
        return min(longest, max(0.2, next_at - self._context.clock.now()))

    async def _tell(self, message: OutboxMessage, order: Order | None) -> None:
        # Whatever is logged while it is delivered says whose message it was.
        with structlog.contextvars.bound_contextvars(chat=message.chat_id, order=message.order_id):
            try:
                await self._deliver(message, order)
            except TransientError as error:
                # Its chat waits, or a full disk would have the same message sent over and over.
                _log.warning("outbox waits", message=message.id, error=str(error))
                await asyncio.sleep(_AFTER_A_FAULT)
            except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - it is due again
                end_if_asked_to(error)
                _log.exception("outbox failed", message=message.id, kind=message.kind)
                await asyncio.sleep(_AFTER_A_FAULT)

    async def _deliver(self, message: OutboxMessage, order: Order | None) -> None:
        if not await self._claimed(message):
            return
        if message.chat_id == NOBODY:
            now = self._context.clock.now()
            await self._context.store.write(
                lambda tx: tx.outbox.park(message.id, now, "nobody", self._process)
            )
            return
        try:
            if message.id not in self._delivered:
                delivery = await self._courier.deliver(message, order)
                self._delivered[message.id] = delivery, order
            await self._act(message, *self._delivered[message.id])
            self._delivered.pop(message.id, None)
        except TransientError:
            raise
        except Exception:  # noqa: BLE001 - one bad message blocks no other
            self._delivered.pop(message.id, None)
            _log.exception("message failed", message=message.id, kind=message.kind)
            await self._park(message, "a fault in rendering")

    async def _claimed(self, message: OutboxMessage) -> bool:
        """Keep other processes from delivering it; where there can be none, it costs nothing."""
        process, clock = self._process, self._context.clock
        if process is None:
            return True
        now = clock.now()
        claimed = await self._context.store.write(
            lambda tx: tx.outbox.claim(message.id, process, now)
        )
        # Cut off from the database, it may hear so late that another process has sent it by then.
        return claimed and clock.now() < now + CLAIM_SECONDS // 2

    async def _act(self, message: OutboxMessage, delivery: Delivery, order: Order | None) -> None:
        now = self._context.clock.now()
        match delivery:
            case Sent():
                sent = partial(self._sent, message, order, delivery, now)
                await self._context.store.write(sent)
                if not delivery.whole:
                    self._context.inbox_bell.ring()
                _log.info("message sent", message=message.id, kind=message.kind)
            case Later(seconds):
                growing = min(_FIRST_WAIT * 2 ** min(message.attempts, 10), _LONGEST_WAIT)
                at = now + (growing if seconds is None else min(int(seconds) + 1, LONGEST_PAUSE))
                await self._context.store.write(
                    lambda tx: tx.outbox.later(message.id, at, self._process)
                )
            case Unreachable():
                # In this order: a chat that comes back between the two is noticed again.
                await self._context.store.write(lambda tx: tx.outbox.hold_chat(message.chat_id))
                await self._people.unreachable(message.chat_id)
            case Moved(to):
                await self._people.migrate(message.chat_id, to)
            case Elsewhere(to, closed):
                if closed:
                    await self._people.unreachable(message.chat_id)
                details = {**message.details, "instead": "yes"}
                await self._context.store.write(
                    lambda tx: tx.outbox.redirect(message, to, details, now)
                )
            case Rejected(reason):
                await self._park(message, reason)
            case _:
                assert_never(delivery)

    async def _park(self, message: OutboxMessage, reason: str) -> None:
        now = self._context.clock.now()
        owners = tuple(owner for owner in self._context.owners if ChatId(owner) != message.chat_id)

        def work(tx: Transaction) -> None:
            parked = tx.outbox.park(message.id, now, reason, self._process)
            if parked and message.kind is not MessageKind.OWNER_PARKED:
                order = tx.orders.get(message.order_id) if message.order_id else None
                details = {"kind": message.kind.value, "reason": reason}
                tell_owners(tx, owners, MessageKind.OWNER_PARKED, now, order, details=details)

        await self._context.store.write(work)

    def _sent(
        self,
        message: OutboxMessage,
        order: Order | None,
        sent: Sent,
        now: int,
        tx: Transaction,
    ) -> None:
        tx.outbox.sent(message.id, now, self._process)
        kind = MessageKind(message.details.get("as", message.kind))
        if kind in FOLLOWING and order and sent.message_id:
            shown = ShownMessage(kind, message.chat_id, sent.message_id)
            if kind in LINKS:
                remember_link(tx, order.id, shown, now)
            else:
                remember_shown(tx, order, shown, now)
        if order and order.session_id and not sent.whole:
            event_id = EventId(f"shown-{message.id}")
            tx.inbox.enqueue(InboxEvent(event_id, EventKind.SHOWN, order.session_id, now))
