"""Orders as their chat and the owner read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import structlog

from bot.domain.errors import TransientError
from bot.domain.order import ChatId, Order, OrderId, OrderState
from bot.domain.payment import Session
from bot.ports import MessageKind, Payments, PaymentsRefusedError, Store, UnknownSessionError

_log = structlog.get_logger(__name__)

#: The message by which an order's chat hears that it stands so.
_NEWS: Final[Mapping[OrderState, MessageKind]] = {
    OrderState.PROCESSING: MessageKind.PROCESSING,
    OrderState.PAID: MessageKind.RECEIPT,
    OrderState.FAILED: MessageKind.FAILED,
    OrderState.EXPIRED: MessageKind.EXPIRED,
    OrderState.CANCELLED: MessageKind.CANCELLED,
    OrderState.REVIEW: MessageKind.REVIEW,
    OrderState.REFUNDED: MessageKind.REFUNDED,
}
#: Whoever comes back within so many seconds of such a message has their answer in it.
_LATELY: Final = 600


class Orders:
    """Look orders up; what only Stripe keeps is fetched when it is asked for."""

    def __init__(self, store: Store, payments: Payments) -> None:
        self._store = store
        self._payments = payments

    async def latest(
        self, chat_id: ChatId, limit: int = 10, before: OrderId | None = None
    ) -> tuple[Order, ...]:
        """Return the chat's orders, newest first, those numbered below one where given."""
        return await self._store.read(lambda tx: tx.orders.latest_of(chat_id, limit, before))

    async def get(self, order_id: OrderId) -> Order | None:
        """Return an order by its number."""
        return await self._store.read(lambda tx: tx.orders.get(order_id))

    async def receipt_in(self, order: Order, chat_id: ChatId) -> int | None:
        """Return the number of the message that an order's steps stand in; None: there is none."""
        return await self._store.read(lambda tx: tx.shown.receipt(order.id, chat_id))

    async def told_lately(self, order: Order, chat_id: ChatId, now: int) -> bool:
        """Return whether a message tells a chat how an order stands, or has just told it."""
        kind = _NEWS.get(order.state)
        if kind is None:
            return False
        at = await self._store.read(lambda tx: tx.outbox.told_at(chat_id, kind, order.id, now))
        return at is not None and 0 <= now - at < _LATELY

    async def invoice_url(self, order: Order) -> str | None:
        """Return a link to Stripe's invoice, None where there is none yet, or it is not shown.

        Raises:
            TransientError: Stripe did not answer.
        """
        if order.session_id is None or not order.allowed.invoices or order.payment is None:
            return None
        try:
            return await self._payments.invoice_url(order.session_id)
        except PaymentsRefusedError as error:
            _log.warning("no invoice", order=order.id, message=error.message)
            return None

    async def session(self, order: Order) -> Session | None:
        """Return what Stripe keeps of an order: whom its goods go to, a fresh link to its receipt.

        Raises:
            TransientError: Stripe did not answer.
        """
        if order.session_id is None:
            return None
        try:
            return await self._payments.retrieve(order.session_id)
        except UnknownSessionError:
            return None
        except PaymentsRefusedError as error:
            raise TransientError("Stripe refuses to show the session") from error
