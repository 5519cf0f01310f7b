"""Orders: kept with their lines, moved by conditional updates, found by indexes."""

from __future__ import annotations

from typing import Final, Protocol

from bot.domain.allowed import Allowed
from bot.domain.money import Money
from bot.domain.order import (
    Attempt,
    ChatId,
    Order,
    OrderId,
    OrderState,
    OrderToken,
    Payment,
    SessionId,
    StockState,
    Units,
    UserId,
)

#: Seconds before its end at which a payment link is recalled to its chat.
REMIND_BEFORE: Final = 900


class OrderStore(Protocol):
    """Orders with their lines. Every lookup is by an index."""

    def next_id(self) -> OrderId:
        """Return the number that the next order will have; the first is 1001."""
        ...

    def add(self, order: Order) -> None:
        """Insert the order and its lines.

        The work fails where the chat has an unpaid order, or the token or session is known.
        """
        ...

    def get(self, order_id: OrderId) -> Order | None: ...
    def by_token(self, token: OrderToken) -> Order | None: ...
    def by_session(self, session_id: SessionId) -> Order | None: ...
    def by_intent(self, intent_id: str) -> Order | None:
        """Return the order that a PaymentIntent paid."""
        ...

    def live_of(self, chat_id: ChatId) -> Order | None:
        """Return the chat's placed or open order; the database allows only one."""
        ...

    def latest_of(
        self, chat_id: ChatId, limit: int, before: OrderId | None = None
    ) -> tuple[Order, ...]:
        """Return the chat's orders, newest first, those numbered below one where given."""
        ...

    def attach(
        self,
        order_id: OrderId,
        session_id: SessionId,
        url: str | None,
        now: int,
        allowed: Allowed | None = None,
    ) -> bool:
        """Record the Checkout Session and move placed → open; False where it was not placed.

        Args:
            order_id: Whose.
            session_id: Stripe's.
            url: Where it is paid.
            now: When it came.
            allowed: What the order allows with Stripe's ids of its rates; None: as it was placed.
        """
        ...

    def retry_with(self, order_id: OrderId, attempt: Attempt) -> bool:
        """Replace the attempt of an order that is still placed."""
        ...

    def transition(
        self,
        order_id: OrderId,
        to: OrderState,
        *,
        now: int,
        payment: Payment | None = None,
        reason: str | None = None,
    ) -> bool:
        """Move an order by one conditional update; return whether this call did it.

        The states it may come from are those of the transition table; ``ended_at`` is set where
        the new state is an end (a review is none), ``payment`` and ``reason`` where given. Leaving
        the undecided states forgets the attempt's parameters; Stripe is asked on about an order in
        review that has no payment.
        """
        ...

    def found_payment(self, order_id: OrderId, payment: Payment, reason: str | None) -> bool:
        """Give an order in review the payment that it was there without; False where it has one.

        Args:
            order_id: Whose.
            payment: It does not match the order, or the order would be paid.
            reason: In what.
        """
        ...

    def set_goods(self, order_id: OrderId, old: StockState, new: StockState) -> bool:
        """Record what became of the units, if they were ``old``."""
        ...

    def next_version(self, order_id: OrderId, version: int) -> bool:
        """Count an answer about refunds or disputes; False where one was recorded meanwhile.

        Args:
            order_id: Whose.
            version: The order's before the payment service was asked.
        """
        ...

    def record_refund(self, order_id: OrderId, refunded: Money, pending: int = 0) -> bool:
        """Set the amount refunded so far; False where it was that already.

        Args:
            order_id: Whose.
            refunded: What has gone back or is on its way.
            pending: Minor units of that which are on their way.
        """
        ...

    def record_refund_units(self, order_id: OrderId, units: Units) -> bool:
        """Set how many units of each line refunds name; False where all was so already."""
        ...

    def return_units(self, order_id: OrderId, place: int, units: int) -> bool:
        """Record units of a line as back in stock; False where there are not so many left."""
        ...

    def record_dispute(self, order_id: OrderId, status: str, amount: Money) -> bool:
        """Set the dispute's status and what it is about; False where it was that already."""
        ...

    def record_packed(self, order_id: OrderId, now: int) -> bool:
        """Record that a paid order is packed to be sent; False where it is so, or on its way."""
        ...

    def record_not_packed(self, order_id: OrderId) -> bool:
        """Take back that an order is packed; False where it is not, or on its way."""
        ...

    def record_shipped(self, order_id: OrderId, now: int, tracking: str | None) -> bool:
        """Record that a paid order is on its way; False where that is known already.

        A tracking number that comes later is recorded with the first time kept.
        """
        ...

    def record_not_shipped(self, order_id: OrderId) -> bool:
        """Take back that an order is on its way or ready; False where it is not, or collected."""
        ...

    def record_collected(self, order_id: OrderId, now: int) -> bool:
        """Record that a pick-up was handed over, or that an order is there; False where known.

        One that is not ready or on its way cannot be either.
        """
        ...

    def record_not_collected(self, order_id: OrderId) -> bool:
        """Take back that a pick-up was handed over, or an order there; False where it was not."""
        ...

    def looked_at(self, order_id: OrderId, now: int) -> None:
        """Remember when Stripe was last asked about this order, and so when it is due again."""
        ...

    def take_due(self, order_id: OrderId, now: int) -> bool:
        """Do as `looked_at` does, for an order that is due; False where another was faster."""
        ...

    def due(self, now: int, limit: int) -> tuple[Order, ...]:
        """Return unsettled orders that Stripe should be asked about now, longest waiting first.

        Fresh ones (placed or opened less than 5 minutes ago) are due 20 s after the last look,
        others 240 s after it; at start, `all_due` makes every one due.
        """
        ...

    def next_due(self) -> int | None:
        """Return when the next unsettled order is due, seconds UTC; None where there is none."""
        ...

    def none_after(self, now: int) -> int:
        """Let no order wait for Stripe to be asked longer than ever from now; how many did."""
        ...

    def all_due(self) -> None:
        """Make every unsettled order due at once."""
        ...

    def recent_ends(self, buyer_id: UserId, limit: int) -> tuple[tuple[OrderState, int], ...]:
        """Return (state, ended_at) of a person's last ended orders in all chats, newest first.

        Those cancelled within the first half of their time, or refused by Stripe at once, are left
        out: they held little, and their end says nothing of the others.
        """
        ...

    def unpaid_of(self, buyer_id: UserId) -> int:
        """Return how many orders of a person wait to be paid, in all chats."""
        ...


class LinkStore(Protocol):
    """Reminders of orders that wait to be paid; each is set where the link is stored."""

    def ending(self, now: int, limit: int) -> tuple[OrderId, ...]:
        """Return unpaid orders whose reminder is due, the longest waiting first."""
        ...

    def reminded(self, order_id: OrderId) -> bool:
        """Let an order's reminder go; False where it had none to go."""
        ...
