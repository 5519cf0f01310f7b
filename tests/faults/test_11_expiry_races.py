"""Rows 11 and 12: the end of a session races its payment."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.domain.order import Order, OrderState
from bot.ports import MessageKind
from bot.shop.payment.endings import give_up
from kit.faults.counter import ALICE, Counter, open_counter
from shop_sandbox.faults import Fault
from shop_sandbox.stripe.buyer import NotPaidError
from shop_sandbox.stripe.errors import ApiError

#: Every claim of this row holds on both engines.
pytestmark = pytest.mark.usefixtures("either_engine")

EXPIRE = "POST /v1/checkout/sessions/{id}/expire"
RETRIEVE = "GET /v1/checkout/sessions/{id}"


async def _at_the_bank_as_it_expires(counter: Counter) -> Order:
    order = await counter.buy(ALICE, "mug")
    await counter.stripe.start_3ds(str(order.session_id))
    counter.clock.jump(3600)
    await counter.stripe.tick()
    assert counter.stripe.sessions[str(order.session_id)]["status"] == "expired"
    return order


async def test_goods_stay_held_while_the_buyer_is_still_at_their_bank(tmp_path: Path) -> None:
    """A session that expired during 3-D Secure frees nothing until no money can come."""
    async with open_counter(tmp_path) as counter:
        order = await _at_the_bank_as_it_expires(counter)

        await counter.quiet()

        assert (await counter.order(order.id)).state is OrderState.OPEN
        assert await counter.free("mug") == 0


@pytest.mark.parametrize(
    ("late", "approve", "state", "free", "told"),
    [
        ("paid", True, OrderState.PAID, 0, MessageKind.RECEIPT),
        ("canceled", True, OrderState.EXPIRED, 1, MessageKind.EXPIRED),
        ("canceled", False, OrderState.EXPIRED, 1, MessageKind.EXPIRED),
    ],
)
async def test_a_buyer_whose_session_expires_at_the_bank_ends_as_stripe_says(
    tmp_path: Path, *, late: str, approve: bool, state: OrderState, free: int, told: MessageKind
) -> None:
    """Expired while paying: either the money came and it is sold, or not and it is free."""
    async with open_counter(tmp_path) as counter:
        counter.stripe.settings.late_authentication = late
        order = await _at_the_bank_as_it_expires(counter)
        await counter.quiet(1)
        try:
            await counter.stripe.finish_3ds(str(order.session_id), approve=approve)
        except (ApiError, NotPaidError):
            assert late == "canceled"

        await counter.quiet()

        assert (await counter.order(order.id)).state is state
        assert await counter.free("mug") == free
        kinds = [message.kind for message in await counter.told()]
        assert kinds.count(told) == 1
        assert not {MessageKind.RECEIPT, MessageKind.EXPIRED} <= set(kinds)
        assert await counter.findings() == []


async def _pay(counter: Counter, order: Order) -> bool:
    try:
        await counter.stripe.pay(str(order.session_id))
    except NotPaidError:
        return False
    return True


@pytest.mark.parametrize("how", ["cancel", "other cart", "reconciler"])
@pytest.mark.parametrize("call", [EXPIRE, RETRIEVE])
@pytest.mark.parametrize("phase", ["before", "after"])
async def test_whoever_is_first_at_stripe_wins_at_each_point_of_the_race(
    tmp_path: Path, how: str, call: str, phase: str
) -> None:
    """A payment at each point of a cancellation or an expiry: exactly one of them wins."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE, "mug")
        if how == "reconciler":
            counter.clock.jump(3590)
        fault = Fault(call, "hang", phase="after" if phase == "after" else "before")
        hang = counter.site.faults.add(fault)
        ending = asyncio.create_task(_end(counter, how))
        while not (hang.waiting or ending.done()):  # noqa: ASYNC110 - asks the sandbox
            await asyncio.sleep(0.005)
        paid = await _pay(counter, order)
        counter.site.faults.lift()
        await asyncio.gather(ending, return_exceptions=True)
        counter.clock.jump(700)
        await counter.stripe.tick()

        await counter.quiet()

        ended = await counter.order(order.id)
        gone = OrderState.EXPIRED if how == "reconciler" else OrderState.CANCELLED
        receipts = len(await counter.told(MessageKind.RECEIPT))
        if paid:
            assert (ended.state, receipts) == (OrderState.PAID, 1)
            assert await counter.free("mug") == 0
        else:
            assert (ended.state, receipts) == (gone, 0)
            assert await counter.free("mug") in {0, 1}
        assert await counter.findings() == []


async def _end(counter: Counter, how: str) -> None:
    match how:
        case "cancel":
            await counter.shop.checkout.cancel(ALICE)
        case "other cart":
            await counter.fill(ALICE, "tea")
            await counter.checkout(ALICE)
        case _:
            await counter.reconcile()


async def test_control_a_shop_that_believes_its_own_clock_ends_what_was_paid(
    tmp_path: Path,
) -> None:
    """CONTROL: ending an order by our own clock, without asking, takes money for goods let go."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE, "mug")
        await counter.stripe.pay(str(order.session_id))
        counter.clock.jump(3601)
        now = counter.clock.now()

        await counter.store.write(lambda tx: give_up(tx, order, OrderState.EXPIRED, now))
        assert await counter.free("mug") == 1
        await counter.quiet()

        ended = await counter.order(order.id)
        assert (ended.state, ended.review_reason) == (OrderState.REVIEW, "ended")
        assert await counter.told(MessageKind.RECEIPT) == []
