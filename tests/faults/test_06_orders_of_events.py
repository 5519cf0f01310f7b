"""Row 6: an outcome's events in every order, and repeated."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.money import Money
from bot.domain.order import Order, OrderState
from bot.ports import MessageKind, Transaction
from bot.shop.payment.refunds import Refunds
from bot.store.orders import SqlOrders
from kit.faults.counter import Counter, open_counter
from kit.faults.orders_of_events import play
from kit.faults.outcomes import OUTCOMES, StripeEnd
from shop_sandbox.faults import Fault

#: Orders of events tried here for each outcome; the bench tries every one.
SAMPLE = 6


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.name)
async def test_whatever_the_order_of_events_the_order_ends_where_stripe_says(
    outcome: StripeEnd, tmp_path: Path
) -> None:
    """For each outcome at Stripe, its events in any order and repeated end in that outcome."""
    played = await play(outcome, tmp_path, SAMPLE)

    assert played.orders == min(SAMPLE, played.of)
    assert played.repeats >= 2 * played.orders


async def test_control_where_a_twin_is_told_of_again_the_repetition_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTROL: a shop that records a refund without asking whether it is new changes rows."""
    told = Refunds._tell

    def tell(
        self: Refunds, tx: Transaction, order: Order, total: Money, now: int, **how: Any
    ) -> None:
        told(self, tx, replace(order, refunded=None), total, now, **how)

    monkeypatch.setattr(Refunds, "_tell", tell)
    monkeypatch.setattr(SqlOrders, "record_refund", lambda *_: True)

    with pytest.raises(AssertionError, match=r"a twin of .*refund"):
        await play(next(one for one in OUTCOMES if one.name == "refunded"), tmp_path, 1)


@pytest.mark.usefixtures("either_engine")
async def test_events_that_come_while_things_happen_end_the_same(tmp_path: Path) -> None:
    """Events acted on between a payment, two refunds and a dispute add up to the same end."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        session_id = str(order.session_id)
        await counter.stripe.pay(session_id)
        await counter.quiet(1)
        intent = str(counter.stripe.sessions[session_id]["payment_intent"])
        for amount in (300, 200):
            await counter.stripe.refund_in_dashboard(intent, amount)
            await counter.quiet(1)

        ended = await counter.order(order.id)
        assert ended.state is OrderState.PAID
        assert ended.refunded is not None
        assert ended.refunded.minor == 500
        assert len(await counter.told(MessageKind.REFUNDED)) == 2
        assert await counter.findings() == []


@pytest.mark.usefixtures("either_engine")
async def test_a_late_answer_about_refunds_does_not_undo_a_newer_one(tmp_path: Path) -> None:
    """Two looks at a payment's refunds that cross each other leave the newer sum."""
    async with open_counter(tmp_path) as counter:
        assert await _two_looks_at_refunds(counter) == 500
        assert await counter.told(MessageKind.REFUND_FAILED) == []


@pytest.mark.usefixtures("either_engine")
async def test_a_late_answer_about_a_dispute_does_not_undo_a_newer_one(tmp_path: Path) -> None:
    """Two looks at a dispute that cross each other leave how it was closed."""
    async with open_counter(tmp_path) as counter:
        assert await _two_looks_at_a_dispute(counter) == "lost"
        assert len(await counter.told(MessageKind.OWNER_DISPUTE)) == 1


@pytest.mark.usefixtures("either_engine")
async def test_control_where_no_version_is_compared_the_late_answer_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTROL: the older sum is recorded last and called a failed refund; a lost dispute opens."""
    monkeypatch.setattr(SqlOrders, "next_version", lambda *_: True)
    async with open_counter(tmp_path) as counter:
        assert await _two_looks_at_refunds(counter) == 300
        assert len(await counter.told(MessageKind.REFUND_FAILED)) == 1
        assert await _two_looks_at_a_dispute(counter) == "needs_response"


async def _two_looks_at_refunds(counter: Counter) -> int:
    """Have a look answered before a second refund and heard after the next look; what is known."""
    order, intent = await _paid(counter)
    await counter.stripe.refund_in_dashboard(intent, 300)
    hang = counter.site.faults.add(Fault("GET /v1/refunds", "hang", phase="after"))
    slow = await _hanging(counter.shop.refunds.sync(intent), hang)
    await counter.stripe.refund_in_dashboard(intent, 200)
    await counter.shop.refunds.sync(intent)
    counter.site.faults.lift()
    await slow
    ended = await counter.order(order.id)
    return ended.refunded.minor if ended.refunded else 0


async def _two_looks_at_a_dispute(counter: Counter) -> str | None:
    """Have a look answered before a dispute is closed and heard after the next look."""
    order, intent = await _paid(counter)
    dispute = await counter.stripe.open_dispute(
        counter.stripe.payment_intents[intent]["latest_charge"]
    )
    call = "GET /v1/disputes/{id}"
    counter.site.faults.add(Fault(call, "delay", phase="after"))  # the answer that says whose it is
    hang = counter.site.faults.add(Fault(call, "hang", phase="after"))
    slow = await _hanging(counter.shop.refunds.dispute(dispute), hang)
    await counter.stripe.close_dispute(dispute, won=False)
    await counter.shop.refunds.dispute(dispute)
    counter.site.faults.lift()
    await slow
    return (await counter.order(order.id)).dispute


async def _paid(counter: Counter) -> tuple[Order, str]:
    """Return an order that is paid, and its payment."""
    order = await counter.buy()
    await counter.stripe.pay(str(order.session_id))
    await counter.quiet(1)
    return order, str(counter.stripe.sessions[str(order.session_id)]["payment_intent"])


async def _hanging(look: Coroutine[Any, Any, object], hang: Fault) -> asyncio.Task[object]:
    """Begin a look, and return it once its answer hangs."""
    slow = asyncio.create_task(look)
    while not hang.waiting:  # noqa: ASYNC110 - asks the sandbox
        await asyncio.sleep(0.005)
    return slow
