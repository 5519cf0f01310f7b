"""Browsers that come back from paying: Stripe is asked seldom, and nothing untrue is said."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.domain.errors import TransientError
from bot.domain.order import OrderState
from kit.faults.counter import ALICE, BOB, open_counter
from shop_sandbox.faults import Fault

RETRIEVE = "GET /v1/checkout/sessions/{id}"


async def test_a_page_loaded_again_and_again_asks_stripe_once_in_a_few_seconds(
    tmp_path: Path,
) -> None:
    """A hundred at a time and one after the other, by the session and by the link; others too."""
    async with open_counter(tmp_path) as counter:
        order, other = await counter.buy(ALICE), await counter.buy(BOB)
        await counter.stripe.pay(str(order.session_id))
        calls, visits = counter.site.faults.calls, counter.shop.visits
        before = calls[RETRIEVE]

        loads = [visits.by_session(order.session_id) for _ in range(100)]  # type: ignore[arg-type]
        shown = await asyncio.gather(*loads)
        await visits.by_token(order.token)

        assert {one.state for one in shown if one} == {OrderState.PAID}
        assert calls[RETRIEVE] == before + 1
        for _ in range(50):
            await visits.by_token(other.token)
        assert calls[RETRIEVE] == before + 2
        counter.clock.jump(3)
        await visits.by_token(other.token)
        assert calls[RETRIEVE] == before + 3
        counter.clock.jump(-60)
        await visits.by_token(other.token)
        assert calls[RETRIEVE] == before + 4


async def test_who_went_back_and_paid_at_once_after_all_is_told_so(tmp_path: Path) -> None:
    """What Stripe said to the way back is not said to the way from paying, a moment later."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE)
        went_back = await counter.shop.visits.by_token(order.token)
        await counter.stripe.pay(str(order.session_id))
        paid = await counter.shop.visits.by_session(order.session_id)  # type: ignore[arg-type]
        assert went_back
        assert paid
        assert (went_back.state, paid.state) == (OrderState.OPEN, OrderState.PAID)


async def test_an_order_that_has_ended_is_shown_and_not_asked_about(tmp_path: Path) -> None:
    """However often its page is loaded."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE)
        await counter.shop.checkout.cancel(ALICE)
        before = counter.site.faults.calls[RETRIEVE]
        for _ in range(3):
            counter.clock.jump(60)
            shown = await counter.shop.visits.by_token(order.token)
            assert shown
            assert shown.state is OrderState.CANCELLED
        assert counter.site.faults.calls[RETRIEVE] == before


async def test_whoever_shares_a_question_without_an_answer_hears_of_none(tmp_path: Path) -> None:
    """Nobody reads that nothing was charged while nobody knows."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE)
        await counter.stripe.pay(str(order.session_id))
        counter.site.faults.add(Fault(RETRIEVE, "error", status=503, times=2))
        for _ in range(2):
            with pytest.raises(TransientError):
                await counter.shop.visits.by_token(order.token)
        counter.clock.jump(3)
        shown = await counter.shop.visits.by_token(order.token)
        assert shown
        assert shown.state is OrderState.PAID


async def test_an_id_that_is_not_known_is_not_asked_about(tmp_path: Path) -> None:
    """A browser can send anything."""
    async with open_counter(tmp_path) as counter:
        assert await counter.shop.visits.by_session("cs_test_1") is None  # type: ignore[arg-type]
        assert counter.site.faults.calls[RETRIEVE] == 0
