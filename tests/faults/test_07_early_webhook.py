"""Rows 7 and 8: events too early, and events that never come."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.domain.order import Order, OrderId, OrderState, SessionId
from bot.ports import MessageKind
from kit.faults.counter import ALICE, Counter, open_counter, refused
from shop_sandbox.faults import Fault

#: Every claim of this row holds on both engines.
pytestmark = pytest.mark.usefixtures("either_engine")

CREATE = "POST /v1/checkout/sessions"


async def _ask_and_hang(counter: Counter) -> tuple[asyncio.Task[str], str]:
    """Ask for a link whose answer hangs; return the asking and the session that Stripe made."""
    await counter.fill(ALICE)
    hang = counter.site.faults.add(Fault(CREATE, "hang", phase="after"))
    asking = asyncio.create_task(refused(counter.checkout(ALICE)))
    while not hang.waiting:  # noqa: ASYNC110 - asks the sandbox
        await asyncio.sleep(0.005)
    return asking, next(iter(counter.stripe.sessions))


async def test_a_webhook_before_the_session_is_stored_finds_its_order_by_metadata(
    tmp_path: Path,
) -> None:
    """An event that overtakes the answer to our own request settles the order all the same."""
    async with open_counter(tmp_path) as counter:
        asking, session_id = await _ask_and_hang(counter)
        placed = await counter.order(OrderId(1001))
        assert (placed.state, placed.session_id) == (OrderState.PLACED, None)
        await counter.stripe.pay(session_id)

        await counter.receive(counter.events_of("checkout.session.completed")[0])
        await counter.act()

        paid = await counter.order(OrderId(1001))
        assert (paid.state, paid.session_id) == (OrderState.PAID, session_id)
        counter.site.faults.lift()
        assert await asking == "checkout.unavailable"
        assert len(await counter.told(MessageKind.RECEIPT)) == 1
        assert await counter.free("tea") == 19
        assert await counter.findings() == []


async def test_an_event_that_stripe_cannot_explain_now_is_tried_again_and_not_dropped(
    tmp_path: Path,
) -> None:
    """While Stripe does not answer, the event stays; when it does, the sale is made."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id))
        down = counter.site.faults.add(Fault("GET *", "error", times=None, status=503))
        await counter.receive(counter.events_of("checkout.session.completed")[0])

        await counter.act()
        assert (await counter.order(order.id)).state is OrderState.OPEN
        assert await counter.store.read(lambda tx: tx.inbox.due(counter.clock.now(), 9)) == ()

        counter.site.faults.lift(down.id)
        counter.clock.jump(6)
        await counter.act()
        assert (await counter.order(order.id)).state is OrderState.PAID


async def test_an_event_about_another_shop_s_session_is_none_of_ours(tmp_path: Path) -> None:
    """A session of the same account that another database made and sold moves nothing here."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        ours = counter.shop.context.shop_id
        theirs = order.attempt.parameters.replace(ours, "another-database")
        session = await counter.payments.create(theirs, "their-own-key")
        await counter.stripe.pay(str(session.id))
        (event,) = counter.events_of("checkout.session.completed")

        assert await counter.receive(event)
        await counter.act()

        assert (await counter.order(order.id)).state is OrderState.OPEN
        assert await counter.store.read(lambda tx: tx.orders.next_id()) == order.id + 1
        assert await counter.told() == []


@pytest.mark.parametrize(("age", "interval"), [(0, 20), (301, 240)])
async def test_the_reconciler_confirms_within_one_interval_when_no_event_ever_comes(
    tmp_path: Path, age: int, interval: int
) -> None:
    """With no webhook and no buyer coming back, the order is paid within one interval."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        counter.clock.jump(age)
        await counter.shop.reconciliation.work()
        await counter.stripe.pay(str(order.session_id))

        counter.clock.jump(interval - 1)
        assert await counter.shop.reconciliation.work() == 0
        assert (await counter.order(order.id)).state is OrderState.OPEN
        counter.clock.jump(1)
        assert await counter.shop.reconciliation.work() == 1

        assert (await counter.order(order.id)).state is OrderState.PAID
        assert len(await counter.told(MessageKind.RECEIPT)) == 1


async def test_the_reconciler_frees_what_nobody_paid_and_tells_it_once(tmp_path: Path) -> None:
    """An order whose link ran out frees its goods on Stripe's word, and its chat is told once."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE, "mug")
        assert await counter.free("mug") == 0
        counter.clock.jump(3601)

        for _ in range(3):
            await counter.reconcile()

        assert (await counter.order(order.id)).state is OrderState.EXPIRED
        assert await counter.free("mug") == 1
        assert len(await counter.told(MessageKind.EXPIRED)) == 1
        assert await counter.findings() == []


async def _stray(counter: Counter, key: str, **marks: str) -> str:
    """Have a session made and paid whose metadata differs so from what its order's would be."""
    attempt = (await counter.order(OrderId(1001))).attempt
    parameters = json.loads(attempt.parameters)
    parameters["metadata"] |= marks
    session = await counter.payments.create(json.dumps(parameters), key)
    await counter.stripe.pay(str(session.id))
    return str(session.id)


async def _found(counter: Counter, session_id: str) -> Order:
    order = await counter.store.read(lambda tx: tx.orders.by_session(SessionId(session_id)))
    assert order is not None
    return order


async def test_a_number_given_out_twice_is_not_taken_for_the_same_order(tmp_path: Path) -> None:
    """Another order of that number, as of a lost database, is found beside it, for the owner."""
    async with open_counter(tmp_path) as counter:
        asking, _ = await _ask_and_hang(counter)
        session_id = await _stray(counter, "another-key", placed="1789999999")

        await counter.receive(counter.events_of("checkout.session.completed")[0])
        await counter.act()

        placed, stray = await counter.order(OrderId(1001)), await _found(counter, session_id)
        assert (placed.state, placed.session_id) == (OrderState.PLACED, None)
        assert (stray.id, stray.state) == (OrderId(1002), OrderState.REVIEW)
        counter.site.faults.lift()
        await asyncio.gather(asking, return_exceptions=True)
        assert (await counter.order(OrderId(1001))).state is OrderState.OPEN


@pytest.mark.parametrize(("claimed", "given"), [("1007", 1007), ("999", 1002), ("999999", 1002)])
async def test_a_payment_whose_order_is_lost_keeps_a_number_that_can_be_its_own(
    tmp_path: Path, claimed: str, given: int
) -> None:
    """The customer's receipt and the shop speak of the same order; nonsense gets the next one."""
    async with open_counter(tmp_path) as counter:
        await counter.buy()
        session_id = await _stray(counter, "another-key", order=claimed)

        await counter.quiet()

        assert (await _found(counter, session_id)).id == given
        assert await counter.store.read(lambda tx: tx.orders.next_id()) == given + 1
