"""The courier: every kind of message in words, and every answer of Telegram as a delivery."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.money import Money
from bot.domain.order import ChatId, Order, OrderState, StockState
from bot.ports import (
    Delivery,
    Later,
    MessageKind,
    Moved,
    OutboxMessage,
    Rejected,
    Sent,
    Unreachable,
)
from kit import Kit
from shop_sandbox.faults import Fault
from tests.chat.goods import NOON, an_order, eur, paid
from tests.chat.market import open_market


def _message(
    kind: MessageKind, chat_id: int, details: dict[str, str] | None = None
) -> OutboxMessage:
    return OutboxMessage(1, ChatId(chat_id), kind, None, details or {}, 0, NOON)


async def _deliver(
    kit: Kit,
    kind: MessageKind,
    order: Order | None,
    chat_id: int,
    details: dict[str, str] | None = None,
) -> Delivery:
    return await kit.running.chat.courier.deliver(_message(kind, chat_id, details), order)


_REFUND = {"amount": "500", "currency": "eur"}
_WAITING = {**_REFUND, "pending": "1"}


async def test_only_an_orders_own_chat_falls_back_to_the_orders_language(tmp_path: Path) -> None:
    """An owner who never wrote reads no Arabic because a buyer does."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        order = replace(paid(an_order()), chat_id=ChatId(marta.id + 1), language="ar")
        await _deliver(kit, MessageKind.CANCELLED, order, marta.id)
        await _deliver(
            kit, MessageKind.CANCELLED, replace(order, chat_id=ChatId(marta.id)), marta.id
        )
        told = [message.text for message in marta.messages()]

        assert ["Order 1001 was cancelled." in text for text in told] == [True, False]


@pytest.mark.parametrize(
    ("kind", "details", "words"),
    [
        (MessageKind.RECEIPT, {}, "✅ Paid. Thank you!"),
        (MessageKind.PROCESSING, {}, "Order 1001 is waiting for your bank."),
        (MessageKind.FAILED, {}, "The payment for order 1001 did not go through"),
        (MessageKind.EXPIRED, {}, "Order 1001 has expired."),
        (MessageKind.CANCELLED, {}, "Order 1001 was cancelled."),
        (MessageKind.REFUNDED, _REFUND, "We have refunded €5.00 for order 1001."),
        (MessageKind.REFUNDED, _WAITING, "refund of €5.00 for order 1001 is on its way to you."),
        (MessageKind.REFUND_FAILED, _REFUND, "did not take the refund of €5.00"),
        (MessageKind.SHIPPED, {}, "📦 Order 1001 is on its way.\n\nTracking: RR123"),
        (MessageKind.OWNER_SALE, {}, "💶 Sold: order 1001, €28.00"),
        (MessageKind.OWNER_REVIEW, {}, "Why: the total does not add up"),
        (MessageKind.OWNER_REFUND, _REFUND, "Refunded for order 1001: €5.00 of €28.00."),
        (MessageKind.OWNER_REFUND, _WAITING, "Refund on its way for order 1001: €5.00 of €28.00."),
        (MessageKind.OWNER_REFUND_FAILED, _REFUND, "A refund of €5.00 for order 1001 failed"),
        (
            MessageKind.OWNER_DISPUTE,
            {**_REFUND, "status": "needs_response"},
            "disputes the payment for order 1001 (€5.00). Please answer",
        ),
        (MessageKind.OWNER_PARKED, {"kind": "receipt", "reason": "<why>"}, "says: <why>"),
        (
            MessageKind.OWNER_ALERT,
            {"problem": "stripe_refused", "message": "No <such> thing"},
            "Stripe says: No <such> thing",
        ),
        (MessageKind.OWNER_ALERT, {"problem": "something_else"}, "something_else"),
        (MessageKind.SUPPORT, {"text": "We sent it <today>"}, "The shop writes: We sent it"),
    ],
)
async def test_every_kind_has_its_words(
    tmp_path: Path, kind: MessageKind, details: dict[str, str], words: str
) -> None:
    """Each message says what happened, to which order, and how much."""
    order = replace(paid(an_order()), tracking="RR123", review_reason="total 12", session_id=None)
    if kind is MessageKind.SHIPPED:
        order = replace(order, shipped_at=order.placed_at)
    if "pending" in details:
        order = replace(order, refunded=Money(500, "eur"), refund_pending=Money(500, "eur"))
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        assert await _deliver(kit, kind, order, marta.id, details) == Sent()
        await marta.wait_for(words, since=0)


async def test_a_payment_in_review_is_told_until_it_is_decided(tmp_path: Path) -> None:
    """A word that came too late would only worry."""
    async with open_market(tmp_path) as (kit, exchanges):
        marta = kit.person("Marta")
        order = replace(paid(an_order()), state=OrderState.REVIEW)
        assert await _deliver(kit, MessageKind.REVIEW, order, marta.id) == Sent(None)
        await marta.wait_for("check something by hand", since=0)
        exchanges.clear()
        assert await _deliver(kit, MessageKind.REVIEW, paid(an_order()), marta.id) == Sent(None)
        assert [one.call for one in exchanges if one.call.startswith("send")] == []


async def test_a_link_is_told_while_it_can_be_paid(tmp_path: Path) -> None:
    """A link that nobody needs any more is not sent."""
    async with open_market(tmp_path) as (kit, exchanges):
        marta = kit.person("Marta")
        order = an_order(attempt=replace(an_order().attempt, expires_at=kit.clock.now() + 1800))
        assert await _deliver(kit, MessageKind.LINK, order, marta.id) == Sent()
        link = await marta.wait_for("Order 1001", since=0)
        assert link.buttons[0].url == order.url
        exchanges.clear()
        cancelled = replace(order, state=OrderState.CANCELLED, goods=StockState.FREED)
        assert await _deliver(kit, MessageKind.LINK, cancelled, marta.id) == Sent()
        assert await _deliver(kit, MessageKind.RECEIPT, None, marta.id) == Sent()
        assert [one.call for one in exchanges if one.call.startswith("send")] == []


def _refused(status: int, words: str) -> dict[str, object]:
    return {"ok": False, "error_code": status, "description": words}


@pytest.mark.parametrize(
    ("fault", "delivery"),
    [
        (Fault("sendMessage", "error", status=429, retry_after=7), Later(7.0)),
        (Fault("sendMessage", "error", status=500), Later()),
        (Fault("sendMessage", "cut"), Later()),
        (Fault("sendMessage", "cut", phase="after"), Later()),
        (
            Fault(
                "sendMessage",
                "error",
                status=403,
                body=_refused(403, "Forbidden: bot was blocked by the user"),
            ),
            Unreachable(),
        ),
        (
            Fault(
                "sendMessage",
                "error",
                status=400,
                body=_refused(400, "Bad Request: chat not found"),
            ),
            Unreachable(),
        ),
        (
            Fault(
                "sendMessage",
                "error",
                status=400,
                body=_refused(400, "Bad Request: can't parse entities"),
            ),
            Rejected("Can't parse entities"),
        ),
        (
            Fault(
                "sendMessage",
                "error",
                status=400,
                body={
                    **_refused(400, "Bad Request: group chat was upgraded to a supergroup chat"),
                    "parameters": {"migrate_to_chat_id": -1001234567890},
                },
            ),
            Moved(ChatId(-1001234567890)),
        ),
        *(
            (Fault("sendMessage", "error", status=status, body=_refused(status, words)), Later())
            for status, words in (
                (400, "Bad Request: TOPIC_CLOSED"),
                (400, "Bad Request: TOPIC_DELETED"),
                (400, "Bad Request: message thread not found"),
                (400, "Bad Request: not enough rights to send text messages to the chat"),
                (403, "Forbidden: CHAT_SEND_PLAIN_FORBIDDEN"),
            )
        ),
        *(
            (
                Fault("sendMessage", "error", status=400, body=_refused(400, words)),
                Unreachable(),
            )
            for words in (
                "Bad Request: have no rights to send a message",
                "Bad Request: CHAT_WRITE_FORBIDDEN",
            )
        ),
    ],
)
async def test_what_telegram_answers_becomes_a_delivery(
    tmp_path: Path, fault: Fault, delivery: Delivery
) -> None:
    """One row of the table a test."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        kit.site.faults.add(fault)
        assert await _deliver(kit, MessageKind.CANCELLED, an_order(), marta.id) == delivery


async def test_a_sale_waits_a_little_for_its_address_and_then_goes_without(
    tmp_path: Path,
) -> None:
    """An owner who hears late of the address still hears of the sale."""
    order = paid(an_order(), shipping=eur(0))
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        kit.site.faults.add(
            Fault("GET /v1/checkout/sessions/{id}", "error", status=401, times=None)
        )
        courier = kit.running.chat.courier
        first = replace(_message(MessageKind.OWNER_SALE, marta.id), attempts=0)
        kit.shop.orders._payments = _Silent()  # type: ignore[assignment]
        assert await courier.deliver(first, order) == Later()
        late = await courier.deliver(replace(first, attempts=5), order)
        assert late == Sent(whole=False)
        told = await marta.wait_for("Sold: order", since=0)
        assert "I couldn’t read it right now" in told.text


class _Silent:
    """A payment service that does not answer."""

    async def retrieve(self, _: object) -> object:
        from bot.domain.errors import TransientError  # noqa: PLC0415

        raise TransientError("no answer")
