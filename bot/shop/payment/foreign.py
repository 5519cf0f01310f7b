"""Orders for payments that this shop has no order for: built from Stripe's lines, for review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.allowed import Allowed
from bot.domain.catalog.model import LineKey, ProductId, StockId
from bot.domain.money import Money
from bot.domain.order import (
    NOBODY,
    Attempt,
    Order,
    OrderId,
    OrderLine,
    OrderState,
    StockState,
    UserId,
)
from bot.domain.payment import Session, money_come, payment_of
from bot.ports import SessionLine
from bot.shop.payment.placing import new_token


def order_from_session(
    session: Session, lines: Sequence[SessionLine], order_id: OrderId, now: int
) -> Order:
    """Return an order in review for a session without one, paid or unclear; it holds no stock.

    Args:
        session: Made for this shop by its metadata.
        lines: As Stripe lists them.
        order_id: The number that the order will have.
        now: Seconds UTC.
    """
    came = money_come(session)
    return Order(
        id=order_id,
        token=new_token(),
        chat_id=NOBODY,
        buyer_id=UserId(0),
        buyer_name="",
        language="en",
        state=OrderState.REVIEW,
        goods=StockState.FREED,
        lines=tuple(
            OrderLine(LineKey(ProductId("")), StockId(""), line.name, line.unit, line.quantity)
            for line in lines
        ),
        subtotal=Money(session.subtotal, session.currency),
        allowed=Allowed(),
        livemode=session.livemode,
        attempt=Attempt(1, f"found-{session.id}", "{}", session.expires_at, now),
        placed_at=session.created,
        session_id=session.id,
        ended_at=now,
        payment=replace(payment_of(session, Allowed()), total=came) if came else None,
        review_reason="no order",
    )
