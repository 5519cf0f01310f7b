"""Opening: get an order that is placed its Checkout Session, and never two that can be paid.

The order and its request were stored before Stripe is asked, so that whatever happens then, the
same question can be asked again under the same key. A session that comes too late for its order
is expired again: nobody was given its link, and nobody shall be able to pay it.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn

import structlog

from bot.domain.errors import RefusedError, TransientError
from bot.domain.order import Attempt, Order, OrderLine, OrderState, SessionId
from bot.domain.payment import Session, SessionStatus, is_marked
from bot.ports import (
    AlertKind,
    KeyReusedError,
    MessageKind,
    Note,
    PaymentsRefusedError,
    Transaction,
)
from bot.shop.context import Context
from bot.shop.payment.endings import FELL_THROUGH, end, give_up, tell_owners
from bot.shop.payment.placing import new_key
from bot.shop.payment.settlement import Settlement

_log = structlog.get_logger(__name__)

#: A session is asked for while its expiry is further away than this: Stripe wants half an hour by
#: its own clock, and ours may be two minutes behind it.
STRIPE_SHORTEST = 32 * 60
#: Seconds by which our clock may be ahead of Stripe's.
_SKEW = 300
_DAY = 24 * 3600
#: Sessions that an order's own are looked for among: those of the last moments.
_MOST_OPEN = 200
#: The least and the most hang on the currency that is paid out, so only Stripe knows them.
_AMOUNTS: Final = frozenset(["amount_too_small", "amount_too_large"])
_LINE: Final = re.compile(r"line_items\[([0-9]{1,3})\]")


class Opening:
    """Make the sessions of placed orders, or give the orders up."""

    def __init__(self, context: Context, settlement: Settlement) -> None:
        self._context = context
        self._settlement = settlement

    async def open_session(self, order: Order, *, tell: bool = False) -> Order:
        """Make an order's session and move it to open; return it as it is then.

        Args:
            order: Placed.
            tell: Tell the chat by a message of its link, or of its end: nobody is waiting for
                this answer.

        Raises:
            TransientError: Stripe did not answer; the order stays as it is.
            RefusedError: ``checkout.amount_refused`` or ``checkout.refused``: Stripe refused for
                good, and the order failed; ``checkout.changed``: it was ended meanwhile.
        """
        return await self._attach(order, await self._create(order, tell=tell), tell=tell)

    async def resume(self, order: Order) -> Order:
        """Get an order placed without a session its session, and tell the chat of the link.

        The stored request is sent again under its key while its expiry is far enough away; after
        that the order is given up. A replayed answer is a snapshot, so the session is retrieved.
        Raises as `open_session`.
        """
        if order.attempt.expires_at - self._context.clock.now() <= STRIPE_SHORTEST:
            return await self.abandon(order)
        return await self._settlement.settle(await self.open_session(order, tell=True))

    async def abandon(self, order: Order) -> Order:
        """Give up an order that never got a session; nobody holds a link to pay it."""
        now = self._context.clock.now()

        def work(tx: Transaction) -> Order:
            current = tx.orders.get(order.id) or order
            if current.session_id is None:
                end(tx, current, FELL_THROUGH, now)
            return tx.orders.get(order.id) or order

        abandoned = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        return abandoned

    async def _create(self, order: Order, *, tell: bool) -> Session:
        """Ask Stripe for the order's session; one new attempt where its key is spent."""
        try:
            return await self._context.payments.create(order.attempt.parameters, order.attempt.key)
        except KeyReusedError:
            again = await self._new_attempt(order)
            await self._dispose_of_old(order)
        except PaymentsRefusedError as error:
            await self._refused(order, error, tell=tell)
        try:
            return await self._context.payments.create(again.parameters, again.key)
        except KeyReusedError as error:  # a fresh key answered so: Stripe itself is at fault
            raise TransientError("Stripe answers with server faults") from error
        except PaymentsRefusedError as error:
            await self._refused(order, error, tell=tell)

    async def _new_attempt(self, order: Order) -> Attempt:
        now, before = self._context.clock.now(), order.attempt
        again = Attempt(
            before.number + 1, new_key(order.id), before.parameters, before.expires_at, now
        )
        if not await self._context.store.write(lambda tx: tx.orders.retry_with(order.id, again)):
            raise RefusedError("checkout.changed")
        return again

    async def _attach(self, order: Order, session: Session, *, tell: bool) -> Order:
        now = self._context.clock.now()

        def work(tx: Transaction) -> Order:
            allowed = order.allowed.known_as(session.rates)
            if tx.orders.attach(order.id, session.id, session.url, now, allowed) and tell:
                tx.outbox.enqueue(order.chat_id, MessageKind.LINK, now, order.id)
            return tx.orders.get(order.id) or order

        opened = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        self._context.events_bell.ring()
        _log.info("order opened", order=opened.id, chat=opened.chat_id, state=opened.state)
        if opened.session_id != session.id and session.status is SessionStatus.OPEN:
            await self._dispose(session.id)
        return opened

    async def _dispose_of_old(self, order: Order) -> None:
        """Expire what an earlier attempt may have made at Stripe; its id was never heard."""
        now, since = self._context.clock.now(), order.placed_at - _SKEW
        if since > now:  # placed by a clock that was ahead: a session lives for a day
            since = now - _DAY
        try:
            found = await self._context.payments.sessions(SessionStatus.OPEN, since, _MOST_OPEN)
        except (TransientError, PaymentsRefusedError) as error:
            _log.warning("old sessions not looked for", error=type(error).__name__)
            return
        for session in found:
            if is_marked(session, order, self._context.shop_id):
                await self._dispose(session.id)

    async def _dispose(self, session_id: SessionId) -> None:
        """Expire a session that its order did not wait for; should that fail, it ends by itself."""
        try:
            await self._context.payments.expire(session_id)
        except (TransientError, PaymentsRefusedError) as error:
            _log.warning("session left to run out", error=type(error).__name__)

    async def _refused(self, order: Order, error: PaymentsRefusedError, *, tell: bool) -> NoReturn:
        """Stripe refuses for good: end the order, free its goods, tell the owner why.

        An order that another tap has opened meanwhile can be paid, so it stays.
        """
        now = self._context.clock.now()
        line = _line_of(order, error.param)

        def work(tx: Transaction) -> None:
            current = tx.orders.get(order.id) or order
            if current.session_id or not give_up(tx, current, OrderState.FAILED, now):
                return
            if tell:
                tx.outbox.enqueue(order.chat_id, MessageKind.FAILED, now, order.id)
            if _news(tx, error.code, line, now):
                problem = AlertKind.STRIPE_REFUSED_LINE if line else AlertKind.STRIPE_REFUSED
                details = {"problem": problem, "message": error.message}
                if line:
                    details["name"] = line.title
                tell_owners(
                    tx, self._context.owners, MessageKind.OWNER_ALERT, now, order, details=details
                )

        await self._context.store.write(work)
        self._context.outbox_bell.ring()
        _log.warning(
            "stripe refused", order=order.id, chat=order.chat_id, code=error.code, param=error.param
        )
        if error.code in _AMOUNTS:
            raise RefusedError("checkout.amount_refused", reason=error.message) from error
        raise RefusedError("checkout.refused") from error


def _line_of(order: Order, param: str | None) -> OrderLine | None:
    """Return the line that a parameter such as ``line_items[2][price_data]`` is about."""
    named = _LINE.match(param or "")
    at = int(named[1]) if named else len(order.lines)
    return order.lines[at] if at < len(order.lines) else None


def _news(tx: Transaction, code: str | None, line: OrderLine | None, now: int) -> bool:
    """Return whether owners have not heard of such a refusal for a day, and note that they do."""
    about = f"{code}_{line.key.product}" if line else code
    told = tx.notes.get(Note.CREATE_REFUSED.of(about))
    if told and 0 <= now - int(told) < _DAY:
        return False
    tx.notes.set(Note.CREATE_REFUSED.of(about), str(now))
    return True
