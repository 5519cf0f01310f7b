"""Rows 13 and 14: Stripe does not answer, or its key is spent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.order import OrderId, OrderState
from bot.ports import KeyReusedError, MessageKind
from kit.faults.counter import ALICE, DAY, Counter, open_counter, refused
from shop_sandbox.faults import Fault

#: Every claim of this row holds on both engines.
pytestmark = pytest.mark.usefixtures("either_engine")

CREATE = "POST /v1/checkout/sessions"
FIRST = OrderId(1001)


async def _created_without_an_answer(counter: Counter) -> None:
    """Let Stripe make the session while every answer to us is lost."""
    await counter.fill(ALICE, "mug")
    counter.site.faults.add(Fault(CREATE, "cut", phase="after", times=None))
    assert await refused(counter.checkout(ALICE)) == "checkout.unavailable"
    counter.site.faults.lift()
    assert len(counter.stripe.sessions) == 1
    assert (await counter.order(FIRST)).state is OrderState.PLACED


@pytest.mark.parametrize("restart", [False, True], ids=["at once", "after a restart"])
@pytest.mark.parametrize("by", ["tap", "reconciler"])
async def test_a_lost_answer_is_asked_again_under_its_key_and_is_one_link(
    tmp_path: Path, restart: bool, by: str
) -> None:
    """Stripe made the session and we never heard: the next question gets that very session."""
    async with open_counter(tmp_path) as counter:
        await _created_without_an_answer(counter)
        if restart:
            await counter.reopen()
        counter.clock.jump(20)

        if by == "tap":
            url = (await counter.checkout(ALICE)).url
        else:
            await counter.reconcile()
            url = str((await counter.order(FIRST)).url)

        (session_id,) = counter.stripe.sessions
        order = await counter.order(FIRST)
        assert (order.state, order.session_id) == (OrderState.OPEN, session_id)
        assert url == counter.stripe.sessions[session_id]["url"]
        assert await counter.free("mug") == 0
        assert len(await counter.told(MessageKind.LINK)) == (by == "reconciler")
        assert await counter.findings() == []


async def test_control_under_a_new_key_the_same_order_has_two_sessions(tmp_path: Path) -> None:
    """CONTROL: a retry under another key makes a second session that could be paid too."""
    async with open_counter(tmp_path) as counter:
        await _created_without_an_answer(counter)
        order = await counter.order(FIRST)
        other = replace(order.attempt, key="order-1001-another")
        await counter.store.write(lambda tx: tx.orders.retry_with(FIRST, other))

        await counter.checkout(ALICE)

        assert len(counter.stripe.sessions) == 2


async def test_an_order_nobody_holds_a_link_to_is_given_up_and_its_goods_are_free(
    tmp_path: Path,
) -> None:
    """With no session after two minutes the order fails, and the last item can be bought."""
    async with open_counter(tmp_path) as counter:
        await counter.fill(ALICE, "mug")
        counter.site.faults.add(Fault(CREATE, "error", status=503, times=None))
        assert await refused(counter.checkout(ALICE)) == "checkout.unavailable"
        counter.clock.jump(121)

        await counter.reconcile()

        assert (await counter.order(FIRST)).state is OrderState.FAILED
        assert await counter.free("mug") == 1
        assert counter.stripe.sessions == {}
        assert await counter.findings() == []


async def test_a_key_older_than_stripe_keeps_it_is_never_sent_again(tmp_path: Path) -> None:
    """A day later there is no blind retry: the old order ends, a new one has a new key."""
    async with open_counter(tmp_path) as counter:
        await _created_without_an_answer(counter)
        old = (await counter.order(FIRST)).attempt.key
        counter.clock.jump(DAY + 60)

        await counter.reopen()
        await counter.reconcile()
        assert (await counter.order(FIRST)).state is OrderState.FAILED
        link = await counter.checkout(ALICE)

        assert link.order.id == 1002
        assert link.order.attempt.key != old
        states = sorted(session["status"] for session in counter.stripe.sessions.values())
        assert states == ["expired", "open"]
        assert await counter.findings() == []


@pytest.mark.parametrize("how", ["parameters", "stored fault"])
async def test_a_spent_key_leads_to_a_new_attempt_with_a_new_key(tmp_path: Path, how: str) -> None:
    """Other parameters under it, or a server fault kept: a new attempt, the old session ended."""
    async with open_counter(tmp_path) as counter:
        if how == "parameters":
            await _created_without_an_answer(counter)
            attempt = (await counter.order(FIRST)).attempt
            changed = replace(attempt, parameters=attempt.parameters.replace("Mug", "Cup"))
            await counter.store.write(lambda tx: tx.orders.retry_with(FIRST, changed))
        else:
            await counter.fill(ALICE, "mug")
            counter.site.faults.add(Fault(CREATE, "error", status=500, times=1))
        link = await counter.checkout(ALICE)

        order = await counter.order(FIRST)
        assert (order.state, order.attempt.number) == (OrderState.OPEN, 2)
        assert link.url == order.url
        others = [s for s in counter.stripe.sessions.values() if s["id"] != order.session_id]
        assert [session["status"] for session in others] == ["expired"] * (how == "parameters")
        await counter.stripe.pay(str(order.session_id))
        await counter.quiet()
        assert (await counter.order(FIRST)).state is OrderState.PAID
        assert await counter.findings() == []


async def test_the_adapter_tells_a_spent_key_from_a_time_out(tmp_path: Path) -> None:
    """Only a key that is spent for good leads to a new attempt; a time-out never does."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        attempt = order.attempt
        session = await counter.payments.create(attempt.parameters, attempt.key)
        assert session.id == order.session_id
        with pytest.raises(KeyReusedError):
            await counter.payments.create(attempt.parameters.replace("Tea", "Cup"), attempt.key)


async def test_a_changed_cart_expires_the_old_session_before_it_gets_a_new_one(
    tmp_path: Path,
) -> None:
    """A chat never has two links that can be paid."""
    async with open_counter(tmp_path) as counter:
        old = await counter.buy(ALICE, "mug")
        await counter.fill(ALICE, "tea")

        new = (await counter.checkout(ALICE)).order

        assert new.attempt.key != old.attempt.key
        sessions = counter.stripe.sessions
        assert sessions[str(old.session_id)]["status"] == "expired"
        assert sessions[str(new.session_id)]["status"] == "open"
        assert (await counter.order(old.id)).state is OrderState.CANCELLED
        assert await counter.findings() == []


async def test_an_answer_that_leaves_the_old_link_open_closes_nothing(tmp_path: Path) -> None:
    """Stripe answers the expiry and says "open": no second order beside a link that can be paid."""
    async with open_counter(tmp_path) as counter:
        old = await counter.buy(ALICE, "mug")
        await counter.fill(ALICE, "tea")
        session = counter.stripe.sessions[str(old.session_id)]
        expire = "POST /v1/checkout/sessions/{id}/expire"
        counter.site.faults.add(Fault(expire, "error", status=200, body=session, times=None))

        assert await refused(counter.checkout(ALICE)) == "checkout.still_open"

        assert (await counter.order(old.id)).state is OrderState.OPEN
        assert len(counter.stripe.sessions) == 1


async def test_an_old_link_that_cannot_be_closed_stays_the_only_one(tmp_path: Path) -> None:
    """While Stripe does not confirm the expiry there is no second order and no second link."""
    async with open_counter(tmp_path) as counter:
        old = await counter.buy(ALICE, "mug")
        await counter.fill(ALICE, "tea")
        counter.site.faults.add(
            Fault("POST /v1/checkout/sessions/{id}/expire", "error", status=503, times=None)
        )

        assert await refused(counter.checkout(ALICE)) == "checkout.still_open"

        assert (await counter.order(old.id)).state is OrderState.OPEN
        assert len(counter.stripe.sessions) == 1
