"""Row 6: an outcome's events in every order, and repeated."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.money import Money
from bot.domain.order import Order, OrderState
from bot.ports import MessageKind, Transaction
from bot.shop.payment.refunds import Refunds
from bot.store.orders import SqlOrders
from shop_sandbox.faults import Fault
from tests.faults.counter import Counter, open_counter
from tests.faults.orders_of_events import play
from tests.faults.outcomes import OUTCOMES, Outcome

#: Orders of events tried here for each outcome; the bench tries every one.
SAMPLE = 6


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.name)
async def test_whatever_the_order_of_events_the_order_ends_where_stripe_says(
    outcome: Outcome, tmp_path: Path
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


async def test_a_late_answer_about_refunds_does_not_undo_a_newer_one(tmp_path: Path) -> None:
    """Two looks at a payment's refunds that cross each other leave the newer sum."""
    async with open_counter(tmp_path) as counter:
        assert await _two_looks_that_cross(counter) == 500
        assert await counter.told(MessageKind.REFUND_FAILED) == []


async def test_control_without_taking_turns_the_late_answer_wins(tmp_path: Path) -> None:
    """CONTROL: side by side, the older sum is recorded last and called a failed refund."""
    async with open_counter(tmp_path) as counter:
        counter.shop.refunds._turn = nullcontext()  # type: ignore[assignment]

        assert await _two_looks_that_cross(counter) == 300
        assert len(await counter.told(MessageKind.REFUND_FAILED)) == 1


async def _two_looks_that_cross(counter: Counter) -> int:
    """Have a look answered before a second refund and heard after the next look; what is known."""
    order = await counter.buy()
    await counter.stripe.pay(str(order.session_id))
    await counter.quiet(1)
    intent = str(counter.stripe.sessions[str(order.session_id)]["payment_intent"])
    await counter.stripe.refund_in_dashboard(intent, 300)
    hang = counter.site.faults.add(Fault("GET /v1/refunds", "hang", phase="after", times=1))
    slow = asyncio.create_task(counter.shop.refunds.sync(intent))
    while not hang.waiting:  # noqa: ASYNC110 - asks the sandbox
        await asyncio.sleep(0.005)
    await counter.stripe.refund_in_dashboard(intent, 200)
    quick = asyncio.create_task(counter.shop.refunds.sync(intent))
    await asyncio.wait({quick}, timeout=0.5)
    counter.site.faults.lift()
    await asyncio.gather(slow, quick)
    ended = await counter.order(order.id)
    return ended.refunded.minor if ended.refunded else 0
