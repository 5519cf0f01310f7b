"""Holding goods: who let two holds run out waits, and a new count is right beside open orders."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.errors import RefusedError
from bot.domain.order import ChatId, OrderState, UserId
from kit.faults.counter import ALICE, BOB, Counter, goods, open_counter, refused
from shop_sandbox.faults import Fault

_BAD = {"error": {"type": "invalid_request_error", "code": "url_invalid", "message": "-"}}


async def _let_it_run_out(counter: Counter, chat: ChatId, product: str) -> None:
    if not (await counter.shop.carts.view(chat)).cart.lines:
        await counter.fill(chat, product)
    await counter.checkout(chat)
    counter.clock.jump(3601)
    await counter.stripe.tick()
    await counter.reconcile()


async def test_who_let_the_last_two_holds_run_out_waits_before_it_holds_scarce_goods_again(
    tmp_path: Path,
) -> None:
    """It is told how long; meanwhile others can buy, and then it can."""
    async with open_counter(tmp_path) as counter:
        await _let_it_run_out(counter, ALICE, "mug")
        await _let_it_run_out(counter, ALICE, "mug")

        with pytest.raises(RefusedError) as told:
            await counter.checkout(ALICE)
        assert (told.value.key, told.value.params["minutes"]) == ("checkout.wait", 15)
        assert await counter.free("mug") == 1

        counter.clock.jump(899)
        assert await refused(counter.checkout(ALICE)) == "checkout.wait"
        counter.clock.jump(1)
        assert (await counter.checkout(ALICE)).order.state is OrderState.OPEN


async def test_one_hold_that_ran_out_makes_nobody_wait(tmp_path: Path) -> None:
    """Nor do two with a sale between them, nor those of somebody else."""
    async with open_counter(tmp_path) as counter:
        await _let_it_run_out(counter, ALICE, "mug")
        bought = (await counter.checkout(ALICE)).order
        await counter.stripe.pay(str(bought.session_id))
        await counter.reconcile()
        await _let_it_run_out(counter, ALICE, "tea")
        await counter.fill(ALICE, "tea", 11)
        assert (await counter.checkout(ALICE)).order.state is OrderState.OPEN
        assert (await counter.buy(BOB, "tea")).state is OrderState.OPEN


async def test_holds_count_by_person_in_whichever_chat_they_are(tmp_path: Path) -> None:
    """Two groups and a chat of one's own are one person; another member of a group is not."""
    async with open_counter(tmp_path) as counter:
        for group in (ChatId(-5), ChatId(-6)):
            await counter.fill(group, "mug")
            await counter.checkout(group, UserId(ALICE))
            counter.clock.jump(3601)
            await counter.stripe.tick()
            await counter.reconcile()
        await counter.fill(ALICE, "mug")
        assert await refused(counter.checkout(ALICE)) == "checkout.wait"
        await counter.fill(ChatId(-7), "mug")
        assert await refused(counter.checkout(ChatId(-7), UserId(ALICE))) == "checkout.wait"

        link = await counter.checkout(ChatId(-5), UserId(BOB))
        assert link.order.state is OrderState.OPEN


async def test_another_cart_in_time_is_a_hold_all_the_same(tmp_path: Path) -> None:
    """Dropped in its second half it counts as run out; dropped at once it counts for nothing."""
    async with open_counter(tmp_path) as counter:
        for _ in range(2):
            await counter.fill(ALICE, "mug")
            await counter.checkout(ALICE)
            counter.clock.jump(1900)
            await counter.shop.checkout.cancel(ALICE)
            await counter.shop.carts.clear(ALICE)
        await counter.fill(ALICE, "mug")
        assert await refused(counter.checkout(ALICE)) == "checkout.wait"

        counter.clock.jump(900)
        for _ in range(3):
            assert (await counter.checkout(ALICE)).order.state is OrderState.OPEN
            await counter.shop.checkout.cancel(ALICE)
        await _let_it_run_out(counter, ALICE, "mug")
        assert await refused(counter.checkout(ALICE)) == "checkout.wait"


async def test_nobody_holds_scarce_goods_in_many_chats_at_once(tmp_path: Path) -> None:
    """Two unpaid orders are enough, until one is paid or dropped; others hold what is left."""
    async with open_counter(tmp_path, goods({"mug": 5, "tea": 20})) as counter:
        first, second, third = ChatId(-5), ChatId(-6), ChatId(-7)
        for group in (first, second, third):
            await counter.fill(group, "mug")
        for group in (first, second):
            await counter.checkout(group, UserId(ALICE))
        held = counter.checkout(third, UserId(ALICE))
        assert await refused(held) == "checkout.unpaid_elsewhere"
        assert await counter.free("mug") == 3
        assert (await counter.buy(BOB, "mug")).state is OrderState.OPEN

        await counter.shop.checkout.cancel(first)
        assert (await counter.checkout(third, UserId(ALICE))).order.state is OrderState.OPEN


async def test_what_fell_through_is_a_hold_and_what_stripe_refused_is_none(tmp_path: Path) -> None:
    """Debits that fail hold goods for days; a request that Stripe refuses covers nothing up."""
    async with open_counter(tmp_path) as counter:
        for _ in range(2):
            order = await counter.buy(ALICE, "mug")
            await counter.stripe.pay(str(order.session_id), card="debit")
            await counter.stripe.settle_debit(str(order.session_id), succeed=False)
            await counter.quiet()
            assert (await counter.order(order.id)).state is OrderState.FAILED
            await counter.shop.carts.clear(ALICE)
        counter.site.faults.add(Fault("POST /v1/checkout/sessions", "error", status=400, body=_BAD))
        await counter.fill(ALICE, "tea", 11)
        assert await refused(counter.checkout(ALICE)) == "checkout.refused"
        await counter.shop.carts.clear(ALICE)
        await counter.fill(ALICE, "mug")
        assert await refused(counter.checkout(ALICE)) == "checkout.wait"


async def test_goods_that_there_are_enough_of_can_be_held_again_at_once(tmp_path: Path) -> None:
    """Twenty are free: holding one of them once more is in nobody's way."""
    async with open_counter(tmp_path) as counter:
        await _let_it_run_out(counter, ALICE, "tea")
        await _let_it_run_out(counter, ALICE, "tea")

        assert (await counter.checkout(ALICE)).order.state is OrderState.OPEN


async def _count_anew(counter: Counter, tea: int | None) -> None:
    counter.catalog.write_text(goods({"tea": tea, "mug": 1}), encoding="utf-8")
    await counter.catalogs.take_in(counter.shop.current)


@pytest.mark.parametrize(
    ("recount", "while_open", "once_paid", "once_expired"),
    [(20, 17, 17, 20), (10, 7, 7, 10), (3, 0, 0, 3), (2, 0, 0, 2), (0, 0, 0, 0), (50, 47, 47, 50)],
)
async def test_a_new_count_while_an_order_is_open_is_right_however_the_order_ends(
    tmp_path: Path, recount: int, while_open: int, once_paid: int, once_expired: int
) -> None:
    """What was counted includes the three units held: sold they leave it, freed they stay."""
    for paid in (True, False):
        folder = tmp_path / str(paid)
        folder.mkdir()
        async with open_counter(folder) as counter:
            order = await counter.buy(ALICE, "tea", 3)
            await _count_anew(counter, recount)
            assert await counter.free("tea") == while_open

            if paid:
                await counter.stripe.pay(str(order.session_id))
            else:
                counter.clock.jump(3601)
                await counter.stripe.tick()
            await counter.reconcile()

            assert await counter.free("tea") == (once_paid if paid else once_expired)
            assert await counter.findings() == []


async def test_only_a_changed_number_is_a_new_count(tmp_path: Path) -> None:
    """Saving the same number again after a sale brings nothing back onto the shelf."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE, "tea", 3)
        await counter.stripe.pay(str(order.session_id))
        await counter.reconcile()
        await _count_anew(counter, 20)
        assert await counter.free("tea") == 17

        await _count_anew(counter, None)
        assert await counter.free("tea") is None
        await _count_anew(counter, 20)
        assert await counter.free("tea") == 20
        assert await counter.findings() == []


async def test_a_product_that_leaves_the_catalog_and_returns_keeps_what_is_held(
    tmp_path: Path,
) -> None:
    """An open order of it can be paid, and its units are sold once."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE, "tea", 3)
        counter.catalog.write_text(goods({"mug": 1}), encoding="utf-8")
        await counter.catalogs.take_in(counter.shop.current)
        await counter.stripe.pay(str(order.session_id))
        await counter.reconcile()
        assert (await counter.order(order.id)).state is OrderState.PAID

        await _count_anew(counter, 20)

        assert await counter.free("tea") in {17, 20}
        assert await counter.findings() == []
