"""Row 26: Stripe answers that it does not know an order's session, and then it is paid."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.doctor.inspection import waiting
from bot.domain.errors import TransientError
from bot.domain.order import ChatId, Order, OrderState, StockState
from bot.ports import MessageKind
from bot.shop.payment.reviews import LostError
from kit.faults.counter import ALICE, BOB, DAY, HOUR, OWNER, Counter, open_counter, refused
from shop_sandbox.faults import Fault

pytestmark = pytest.mark.usefixtures("either_engine")

RETRIEVE = "GET /v1/checkout/sessions/{id}"
ANY_SESSION = "* /v1/checkout/sessions/{id}*"
MISSING = {"error": {"type": "invalid_request_error", "code": "resource_missing"}}
#: A key of another account: its Stripe knows none of the first one's sessions.
OTHER_KEY = "sk_live_another4Account0000000000"


@asynccontextmanager
async def _unknown(counter: Counter, call: str = RETRIEVE) -> AsyncIterator[None]:
    """Let Stripe know no session for a while."""
    fault = counter.site.faults.add(Fault(call, "error", status=404, body=MISSING, times=None))
    yield
    counter.site.faults.lift(fault.id)


async def _problems(counter: Counter) -> list[str]:
    return [m.details["problem"] for m in await counter.told(MessageKind.OWNER_ALERT)]


async def _doctor(counter: Counter) -> list[str]:
    return [r.key for r in await waiting(counter.store, counter.clock.now(), running=True)]


async def _in_review(counter: Counter) -> Order:
    """Have an order stay unknown for over an hour after its end, under a key that reads others."""
    order = await counter.buy(ALICE, "mug")
    counter.key = OTHER_KEY
    await counter.reopen()
    await counter.buy(BOB)
    counter.clock.jump(2 * HOUR + 60)
    await counter.reconcile()
    reviewed = await counter.order(order.id)
    assert (reviewed.state, reviewed.payment) == (OrderState.REVIEW, None)
    return reviewed


async def test_an_order_unknown_once_stays_as_it_is_and_is_confirmed_when_it_is_paid(
    tmp_path: Path,
) -> None:
    """One 404 decides nothing: the owner hears of it once, and the payment brings the receipt."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE, "mug")
        async with _unknown(counter):
            for _ in range(3):
                await counter.reconcile()
            with pytest.raises(TransientError):  # nobody may read that nothing was charged
                await counter.shop.settlement.by_token(order.token)
            stands = await counter.order(order.id)
            assert (stands.state, stands.goods) == (OrderState.OPEN, StockState.HELD)
            assert [(m.kind, m.chat_id, m.details["problem"]) for m in await counter.told()] == [
                (MessageKind.OWNER_ALERT, ChatId(OWNER), "session_unknown")
            ]
            assert await _doctor(counter) == ["order_unknown"]

        await counter.stripe.pay(str(order.session_id))
        await counter.quiet()

        assert (await counter.order(order.id)).state is OrderState.PAID
        assert len(await counter.told(MessageKind.RECEIPT)) == 1
        assert await _doctor(counter) == []
        assert await counter.findings() == []


async def test_an_event_whose_session_is_unknown_is_kept_until_it_is_known(tmp_path: Path) -> None:
    """Whether or not the order is known here; the event is tried again, not dropped."""
    async with open_counter(tmp_path) as counter:
        known = await counter.buy(ALICE)
        stray = await counter.payments.create(
            known.attempt.parameters.replace('"1001"', '"1002"'), "stray"
        )
        for session in (str(known.session_id), str(stray.id)):
            await counter.stripe.pay(session)
        async with _unknown(counter):
            for event in counter.events_of("checkout.session.completed"):
                await counter.receive(event)
            await counter.act()
            assert (await counter.order(known.id)).state is OrderState.OPEN
            left = await counter.store.read(lambda tx: tx.inbox.due(2**60, 9))
            assert len(left) == 2

        counter.clock.jump(600)
        await counter.act()

        assert (await counter.order(known.id)).state is OrderState.PAID
        found = await counter.store.read(lambda tx: tx.orders.by_session(stray.id))
        assert found
        assert found.state is OrderState.REVIEW
        assert await counter.store.read(lambda tx: tx.inbox.due(2**60, 9)) == ()


async def test_an_event_whose_session_stays_unknown_is_set_aside_after_three_days(
    tmp_path: Path,
) -> None:
    """The owner is told of the one that no order waits for; the other's order finds its payment."""
    async with open_counter(tmp_path) as counter:
        known = await counter.buy(ALICE)
        stray = await counter.payments.create(
            known.attempt.parameters.replace('"1001"', '"1002"'), "stray"
        )
        for session in (str(known.session_id), str(stray.id)):
            await counter.stripe.pay(session)
        async with _unknown(counter):
            for event in counter.events_of("checkout.session.completed"):
                await counter.receive(event)
            counter.clock.jump(3 * DAY - 1)
            await counter.act()
            assert len(await counter.store.read(lambda tx: tx.inbox.due(2**60, 9))) == 2
            assert "event_failed" not in await _problems(counter)

            counter.clock.jump(600)
            await counter.act()
            assert await counter.store.read(lambda tx: tx.inbox.due(2**60, 9)) == ()
            told = [
                m.details["message"]
                for m in await counter.told(MessageKind.OWNER_ALERT)
                if m.details["problem"] == "event_failed"
            ]
            reason = "Stripe does not know the session under this key"
            assert told == [f"session {stray.id}, {reason}"]

        await counter.reconcile()
        assert (await counter.order(known.id)).state is OrderState.PAID


async def test_a_key_that_reads_no_session_of_ours_decides_nothing_however_late(
    tmp_path: Path,
) -> None:
    """It seems to be another account's: the order stays, and the owner is told once."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE, "mug")
        await counter.buy(BOB)
        counter.key = OTHER_KEY
        await counter.reopen()
        for _ in range(3):
            counter.clock.jump(2 * HOUR)
            await counter.reconcile()

        assert (await counter.order(order.id)).state is OrderState.OPEN
        assert await counter.free("mug") == 0
        problems = await _problems(counter)
        assert sorted(problems) == ["key_foreign", "session_unknown", "session_unknown"]
        assert await counter.told(MessageKind.OWNER_REVIEW) == []


async def test_until_an_hour_after_its_end_an_unknown_order_is_no_case_for_review(
    tmp_path: Path,
) -> None:
    """Then it is one, because the key does read another order; told before, too."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE, "mug")
        counter.key = OTHER_KEY
        await counter.reopen()
        await counter.buy(BOB)
        counter.clock.at = order.attempt.expires_at + HOUR
        await counter.reconcile()
        assert (await counter.order(order.id)).state is OrderState.OPEN

        counter.clock.jump(1)
        await counter.reconcile()

        reviewed = await counter.order(order.id)
        assert (reviewed.state, reviewed.goods) == (OrderState.REVIEW, StockState.HELD)
        assert reviewed.review_reason == "unknown at Stripe"
        assert len(await counter.told(MessageKind.OWNER_REVIEW)) == 1
        assert await _problems(counter) == ["session_unknown"]
        assert await _doctor(counter) == ["in_review", "review_unpaid"]
        assert await counter.findings() == []


@pytest.mark.parametrize("matches", [True, False])
async def test_a_payment_for_an_order_in_review_without_one_is_found(
    tmp_path: Path, *, matches: bool
) -> None:
    """It goes on being asked about: what matches is paid, what does not is told."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE, "mug")
        await counter.stripe.pay(str(order.session_id))
        if not matches:
            session = counter.stripe.checkout_of(str(order.session_id))[1].session
            session["amount_subtotal"] -= 1
        counter.key, first = OTHER_KEY, counter.key
        await counter.reopen()
        await counter.buy(BOB)
        counter.clock.jump(2 * HOUR + 60)
        await counter.reconcile()
        assert (await counter.order(order.id)).state is OrderState.REVIEW

        counter.key = first
        await counter.reopen()
        await counter.reconcile()

        found = await counter.order(order.id)
        assert found.payment
        assert found.state is (OrderState.PAID if matches else OrderState.REVIEW)
        assert found.goods is (StockState.SOLD if matches else StockState.HELD)
        receipts = await counter.told(MessageKind.RECEIPT)
        assert len(receipts) == (1 if matches else 0)
        assert len(await counter.told(MessageKind.REVIEW)) == (0 if matches else 1)
        assert len(await counter.told(MessageKind.OWNER_REVIEW)) == (1 if matches else 2)
        assert (await counter.shop.carts.view(ALICE)).cart.lines == ()
        assert await counter.store.findings() == ()


async def test_goods_of_an_order_in_review_are_not_freed_before_its_session_is_ended(
    tmp_path: Path,
) -> None:
    """Silent: refused. Paid meanwhile: settled. Still open: ended, and then freed."""
    for paid in (True, False):
        folder = tmp_path / str(paid)
        folder.mkdir()
        async with open_counter(folder) as counter:
            order = await counter.buy(ALICE, "mug")
            now = counter.clock.now()
            await counter.store.write(
                lambda tx, order=order, now=now: tx.orders.transition(  # type: ignore[misc]
                    order.id, OrderState.REVIEW, now=now, reason="unknown at Stripe"
                )
            )
            fault = counter.site.faults.add(
                Fault("POST /v1/checkout/sessions/{id}/expire", "error", status=503, times=None)
            )
            assert await refused(counter.shop.reviews.free(order.id)) == "review.unsure"
            counter.site.faults.lift(fault.id)
            if paid:
                await counter.stripe.pay(str(order.session_id))
                assert await refused(counter.shop.reviews.free(order.id)) == "review.settled"
            else:
                await counter.shop.reviews.free(order.id)
                assert counter.stripe.sessions[str(order.session_id)]["status"] == "expired"

            ended = await counter.order(order.id)
            assert ended.state is (OrderState.PAID if paid else OrderState.CANCELLED)
            assert await counter.free("mug") == (0 if paid else 1)
            assert await counter.findings() == []


async def test_goods_whose_session_is_lost_are_freed_on_the_owners_word_alone(
    tmp_path: Path,
) -> None:
    """Only where the key reads another of ours; asked as often as it is not given."""
    async with open_counter(tmp_path) as counter:
        order = await _in_review(counter)
        async with _unknown(counter, ANY_SESSION):
            assert await refused(counter.shop.reviews.free(order.id, lost=True)) == "review.unsure"
        for _ in range(2):
            with pytest.raises(LostError):
                await counter.shop.reviews.free(order.id)
        assert (await counter.order(order.id)).goods is StockState.HELD

        freed = await counter.shop.reviews.free(order.id, lost=True)

        assert (freed.state, freed.goods) == (OrderState.CANCELLED, StockState.FREED)
        assert await counter.free("mug") == 1
        assert [m.order_id for m in await counter.told(MessageKind.CANCELLED)] == [order.id]
        assert await _doctor(counter) == []
        assert await refused(counter.shop.reviews.free(order.id, lost=True)) == "review.decided"


async def test_an_order_in_review_that_stripe_says_has_ended_is_ended_and_told(
    tmp_path: Path,
) -> None:
    """Now it is sure that nothing was charged: its goods are free, and its chat hears of it."""
    async with open_counter(tmp_path) as counter:
        first = counter.key
        order = await _in_review(counter)
        await counter.stripe.tick()
        counter.key = first
        await counter.reopen()

        await counter.reconcile()

        ended = await counter.order(order.id)
        assert (ended.state, ended.goods) == (OrderState.CANCELLED, StockState.FREED)
        told = await counter.told(MessageKind.CANCELLED)
        assert [m.order_id for m in told] == [order.id]
        assert await counter.findings() == []


async def test_an_old_link_that_stripe_does_not_know_gives_way_to_no_other(tmp_path: Path) -> None:
    """It may still be paid, so a changed cart waits, and the order cannot be cancelled."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE)
        await counter.fill(ALICE, "mug")
        async with _unknown(counter, ANY_SESSION):
            assert await refused(counter.checkout(ALICE)) == "checkout.still_open"
            assert await refused(counter.shop.checkout.cancel(ALICE)) == "cancel.unavailable"

        assert (await counter.order(order.id)).state is OrderState.OPEN
        assert (await counter.checkout(ALICE)).order.id != order.id
