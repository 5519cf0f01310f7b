"""Orders and sessions to test with: sound ones, to be changed by `dataclasses.replace`."""

from __future__ import annotations

from bot.domain.allowed import Allowed
from bot.domain.catalog.model import LineKey, ProductId, StockId, VariantId
from bot.domain.money import Money
from bot.domain.order import (
    Attempt,
    ChatId,
    Order,
    OrderId,
    OrderLine,
    OrderState,
    OrderToken,
    SessionId,
    StockState,
    UserId,
)
from bot.domain.payment import Charge, Intent, Session, SessionStatus

SHOP = "5f0c"


def an_order() -> Order:
    """Return an open order of 31.40 EUR."""
    line = OrderLine(
        LineKey(ProductId("house-blend"), VariantId("250g")),
        StockId("house-blend"),
        "House blend, 250 g",
        Money(1570, "eur"),
        2,
    )
    return Order(
        id=OrderId(1042),
        token=OrderToken("t0ken"),
        chat_id=ChatId(7),
        buyer_id=UserId(7),
        buyer_name="Alice",
        language="en",
        state=OrderState.OPEN,
        goods=StockState.HELD,
        lines=(line,),
        subtotal=Money(3140, "eur"),
        allowed=Allowed(discount=True, tax=False, shipping=(490, 990)),
        livemode=False,
        attempt=Attempt(1, "key-1", "{}", 5_000, 1_000),
        placed_at=1_000,
        session_id=SessionId("cs_test_1"),
        url="https://checkout.stripe.com/c/pay/cs_test_1#frag",
    )


def a_paid_session() -> Session:
    """Return the session of `an_order`, paid by card with 4.90 EUR of shipping."""
    charge = Charge("ch_1", 3630, 0, card_brand="visa", card_last4="4242")
    return Session(
        id=SessionId("cs_test_1"),
        status=SessionStatus.COMPLETE,
        payment_status="paid",
        mode="payment",
        livemode=False,
        currency="eur",
        subtotal=3140,
        discount=0,
        shipping=490,
        tax=0,
        total=3630,
        reference="1042",
        metadata={"shop": SHOP, "order": "1042", "placed": "1000"},
        created=1_000,
        expires_at=5_000,
        intent=Intent("pi_1", "succeeded", charge, 3630, "eur"),
    )
