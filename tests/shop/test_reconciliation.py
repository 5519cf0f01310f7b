"""Reconciliation: every undecided order is asked about in time, and Stripe is not overrun."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import pytest

from bot.domain.order import ChatId, Order, OrderId, OrderState
from bot.ports import MessageKind
from bot.shop.payment import reconciliation
from kit.faults.counter import ALICE, BOB, Counter, Hands, goods, open_counter
from shop_sandbox.faults import Fault

RETRIEVE = "GET /v1/checkout/sessions/{id}"
EVERY = 300
#: The loop's own beat, in seconds.
BEAT = 5


class RealTime(Hands):
    """A clock that goes by itself: Stripe counts requests by the second."""

    def now(self) -> int:
        """Return seconds UTC, for the shop."""
        return int(self())

    def __call__(self) -> float:
        """Return seconds UTC, for the sandbox."""
        return time.time()


async def test_open_and_processing_orders_are_asked_about_at_least_every_five_minutes(
    tmp_path: Path,
) -> None:
    """For as long as Stripe has not decided; a fresh one within twenty seconds."""
    async with open_counter(tmp_path) as counter:
        await counter.buy(ALICE)
        debit = await counter.buy(BOB)
        await counter.stripe.pay(str(debit.session_id), card="debit")
        await counter.shop.settlement.by_token(debit.token)
        asked: dict[str, list[int]] = {}
        counter.site.stripe.on_exchange.append(
            lambda exchange: asked.setdefault(exchange.path, []).append(counter.clock.now())
        )

        for _ in range(3000 // BEAT):
            counter.clock.jump(BEAT)
            await counter.shop.reconciliation.work()

        assert len(asked) == 2
        for times in asked.values():
            assert times[1] - times[0] <= 20 + BEAT
            assert max(b - a for a, b in itertools.pairwise(times)) <= EVERY
        states = [order.state for order in await _everyone(counter)]
        assert states == [OrderState.OPEN, OrderState.PROCESSING]


async def test_at_a_start_every_undecided_order_is_asked_about_at_once(tmp_path: Path) -> None:
    """Whatever was asked a moment before the end: nobody knows what happened since."""
    async with open_counter(tmp_path, goods({"tea": 50})) as counter:
        orders = [await counter.buy(ChatId(chat)) for chat in range(11, 16)]
        await counter.reconcile()
        before = counter.site.faults.calls[RETRIEVE]
        for order in orders:
            await counter.stripe.pay(str(order.session_id))

        await counter.reopen()
        await counter.shop.reconciliation.work()

        assert counter.site.faults.calls[RETRIEVE] - before == len(orders)
        assert {order.state for order in await _everyone(counter)} == {OrderState.PAID}


async def test_many_open_orders_are_asked_about_below_stripes_rate(tmp_path: Path) -> None:
    """45 due at once: all are asked about, and a third of the rate is left to those who buy."""
    async with open_counter(tmp_path, goods({"tea": 99}), clock=RealTime()) as counter:
        assert await _ask_about_many(counter) == 0
        assert counter.site.faults.calls[RETRIEVE] == 45


async def test_control_without_the_pace_stripe_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTROL: as fast as they can be asked, the same orders are too many for Stripe."""

    async def at_once(_: object) -> None:
        return

    monkeypatch.setattr(reconciliation._Pace, "turn", at_once)
    async with open_counter(tmp_path, goods({"tea": 99}), clock=RealTime()) as counter:
        assert await _ask_about_many(counter) > 0


async def _ask_about_many(counter: Counter) -> int:
    """Have 45 orders due at a Stripe that takes 17 requests a second; return its refusals.

    A sandbox of Stripe's takes 25 a second; the rest is for those who check out meanwhile.
    """
    for chat in range(11, 56):
        await counter.buy(ChatId(chat))
    counter.site.stripe.rate.per_second = 17
    await counter.shop.reconciliation.begin()
    while await counter.shop.reconciliation.work():
        pass
    return counter.site.stripe.rate.refused


async def test_one_order_that_cannot_be_asked_about_keeps_no_other_from_it(tmp_path: Path) -> None:
    """Stripe is silent about the first order; the second is settled in the same round."""
    async with open_counter(tmp_path) as counter:
        first, second = await counter.buy(ALICE), await counter.buy(BOB)
        for order in (first, second):
            await counter.stripe.pay(str(order.session_id))
        counter.clock.jump(20)
        counter.site.faults.add(Fault(RETRIEVE, "error", status=503, times=2))

        await counter.shop.reconciliation.work()

        states = sorted(order.state for order in await _everyone(counter))
        assert OrderState.PAID in states
        counter.clock.jump(20)
        await counter.shop.reconciliation.work()
        assert {order.state for order in await _everyone(counter)} == {OrderState.PAID}


async def test_an_ended_order_whose_session_stripe_forgot_stays_ended(tmp_path: Path) -> None:
    """Its old link is followed much later: nobody paid, and no owner is asked to decide."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE)
        counter.clock.jump(3700)
        await counter.reconcile()
        body = {"error": {"type": "invalid_request_error", "code": "resource_missing"}}
        counter.site.faults.add(Fault(RETRIEVE, "error", status=404, body=body))

        await counter.shop.settlement.by_token(order.token)

        assert (await counter.order(order.id)).state is OrderState.EXPIRED
        assert await counter.told(MessageKind.OWNER_REVIEW) == []


async def _everyone(counter: Counter) -> list[Order]:
    return list(await counter.store.read(lambda tx: tx.books.page(OrderId(0), 100)))
