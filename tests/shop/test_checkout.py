"""Checkout between two taps: what changed meanwhile is never sold as it was, nor ended unasked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.domain.catalog.model import LineKey, ProductId
from bot.domain.errors import RefusedError
from bot.domain.order import OrderId, OrderState
from bot.ports import MessageKind
from bot.store.orders import SqlOrders
from kit.faults.counter import ALICE, Counter, open_counter, refused
from shop_sandbox.faults import Fault

CREATE = "POST /v1/checkout/sessions"
EXPIRE = "POST /v1/checkout/sessions/{id}/expire"
FIRST = OrderId(1001)


async def test_a_link_with_less_than_ten_minutes_left_is_replaced(tmp_path: Path) -> None:
    """With ten it is handed out again; later the old one is expired before there is a new one."""
    async with open_counter(tmp_path) as counter:
        old = await counter.buy(ALICE)
        counter.clock.jump(3000)
        assert (await counter.checkout(ALICE)).url == old.url

        counter.clock.jump(1)
        new = (await counter.checkout(ALICE)).order

        assert new.id != old.id
        assert counter.stripe.sessions[str(old.session_id)]["status"] == "expired"
        assert await counter.free("tea") == 19
        assert await counter.findings() == []


async def test_a_cart_that_changed_while_the_old_link_was_closed_is_shown_first(
    tmp_path: Path,
) -> None:
    """What is sold is what was last seen: no order is placed for either cart."""
    async with open_counter(tmp_path) as counter:
        await counter.buy(ALICE)
        await counter.fill(ALICE, "mug")
        hang = counter.site.faults.add(Fault(EXPIRE, "hang", phase="after"))
        asking = asyncio.create_task(refused(counter.checkout(ALICE)))
        while not hang.waiting:  # noqa: ASYNC110 - asks the sandbox
            await asyncio.sleep(0.005)
        await counter.shop.carts.set_quantity(ALICE, LineKey(ProductId("tea")), 3)
        counter.site.faults.lift()

        assert await asking == "checkout.changed"

        assert await counter.store.read(lambda tx: tx.orders.live_of(ALICE)) is None
        assert (await counter.free("tea"), await counter.free("mug")) == (20, 1)


async def _placed(counter: Counter) -> None:
    await counter.fill(ALICE, "mug")
    counter.site.faults.add(Fault(CREATE, "cut", phase="after", times=None))
    assert await refused(counter.checkout(ALICE)) == "checkout.unavailable"
    counter.site.faults.lift()


async def test_an_order_that_got_its_link_meanwhile_is_not_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who saw it without a session, to cancel or to give it up, does not end what can be paid."""
    async with open_counter(tmp_path) as counter:
        await _placed(counter)
        stale = await counter.order(FIRST)
        opened = (await counter.checkout(ALICE)).order
        assert opened.id == FIRST

        await counter.shop.reconciliation._opening.abandon(stale)
        monkeypatch.setattr(SqlOrders, "live_of", lambda *_: stale)
        assert await refused(counter.shop.checkout.cancel(ALICE)) == "cancel.unavailable"

        assert (await counter.order(FIRST)).state is OrderState.OPEN
        assert await counter.free("mug") == 0
        assert await counter.findings() == []


async def test_an_order_just_placed_is_left_to_whoever_placed_it(tmp_path: Path) -> None:
    """For a quarter of a minute the tap itself may still be asking; then the reconciler does."""
    async with open_counter(tmp_path) as counter:
        await _placed(counter)
        asked = counter.site.faults.calls[CREATE]
        counter.clock.jump(14)

        await counter.reconcile()
        assert counter.site.faults.calls[CREATE] == asked

        counter.clock.jump(1)
        await counter.reconcile()
        assert counter.site.faults.calls[CREATE] == asked + 1
        assert (await counter.order(FIRST)).state is OrderState.OPEN


async def test_a_request_that_stripe_would_refuse_by_now_is_not_sent_again(tmp_path: Path) -> None:
    """Less than half an hour is left of it: the order ends, its chat is told, no owner is."""
    async with open_counter(tmp_path) as counter:
        await counter.fill(ALICE, "mug")
        counter.site.faults.add(Fault(CREATE, "error", status=503, times=2))
        assert await refused(counter.checkout(ALICE)) == "checkout.unavailable"
        asked = counter.site.faults.calls[CREATE]
        counter.clock.jump(1801)

        await counter.reopen()
        await counter.reconcile()

        assert counter.site.faults.calls[CREATE] == asked
        assert (await counter.order(FIRST)).state is OrderState.FAILED
        assert [message.kind for message in await counter.told()] == [MessageKind.FAILED]
        assert await counter.free("mug") == 1


async def test_an_old_button_cancels_no_order_but_its_own(tmp_path: Path) -> None:
    """The message of an order that ended cannot end the one that came after it."""
    async with open_counter(tmp_path) as counter:
        first = await counter.buy(ALICE)
        await counter.shop.checkout.cancel(ALICE)
        second = await counter.buy(ALICE)

        with pytest.raises(RefusedError) as refused:
            await counter.shop.checkout.cancel(ALICE, only=first.id)

        assert refused.value.key == "cancel.nothing"
        assert (await counter.order(second.id)).state is OrderState.OPEN
