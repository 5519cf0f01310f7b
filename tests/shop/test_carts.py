"""Carts at their bounds: fewer goods than are wanted, and what comes back beside what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.cart import MAX_LINES, CartLine, WantedLine
from bot.domain.catalog.model import LineKey, ProductId, StockId
from bot.domain.errors import RefusedError
from bot.domain.money import Money
from bot.domain.order import Order, OrderState, UserId
from bot.ports import Transaction
from bot.shop import Buyer
from kit.faults.counter import ALICE, NOON, OWNER, Counter, goods, open_counter

TEA, MUG = LineKey(ProductId("tea")), LineKey(ProductId("mug"))


async def _buy_alone(counter: Counter) -> Order:
    """Place an order for one tea by itself."""
    buyer = Buyer(UserId(ALICE), "Ann", "en")
    return (await counter.shop.checkout.start(ALICE, buyer, (WantedLine(TEA),))).order


async def test_what_is_bought_by_itself_leaves_the_same_goods_in_the_cart(tmp_path: Path) -> None:
    """Whoever wants two more of it is not thought to have bought one of those."""
    async with open_counter(tmp_path) as counter:
        await counter.fill(ALICE, quantity=2)
        order = await _buy_alone(counter)
        await counter.stripe.pay(str(order.session_id))
        await counter.quiet()
        assert (await counter.order(order.id)).state is OrderState.PAID
        assert (await counter.shop.carts.view(ALICE)).quantity_of(TEA) == 2


async def test_what_was_never_in_the_cart_does_not_come_back_to_it(tmp_path: Path) -> None:
    """The bank refuses the debit by which it was bought by itself."""
    async with open_counter(tmp_path) as counter:
        order = await _buy_alone(counter)
        await counter.stripe.pay(str(order.session_id), card="debit")
        await counter.quiet(1)
        await counter.stripe.settle_debit(str(order.session_id), succeed=False)
        await counter.quiet()
        assert (await counter.order(order.id)).state is OrderState.FAILED
        assert not (await counter.shop.carts.view(ALICE)).cart


async def test_one_fewer_of_what_is_too_many_is_taken(tmp_path: Path) -> None:
    """Though there are fewer still; one more is refused, and changes nothing."""
    async with open_counter(tmp_path, goods({"tea": 5})) as counter:
        carts = counter.shop.carts
        await carts.add(ALICE, TEA, 5)
        await counter.shop.catalog_edits.set_stock(OWNER, StockId("tea"), 2)
        assert (await carts.add(ALICE, TEA, -1)).quantity_of(TEA) == 4
        with pytest.raises(RefusedError) as refused:
            await carts.add(ALICE, TEA, 1)
        assert (refused.value.key, refused.value.params) == ("cart.stock", {"left": 2})
        assert (await carts.view(ALICE)).quantity_of(TEA) == 4


async def test_what_comes_back_leaves_what_was_chosen_since_as_it_is(tmp_path: Path) -> None:
    """An emptied cart is put back around the one tea of the new one."""
    async with open_counter(tmp_path, goods({"tea": 9, "mug": 9})) as counter:
        carts = counter.shop.carts
        await carts.add(ALICE, TEA, 3)
        await carts.add(ALICE, MUG, 2)
        await carts.clear(ALICE)
        await carts.add(ALICE, TEA)
        back = await carts.put_all_back(ALICE)
        assert [back.quantity_of(one) for one in (TEA, MUG)] == [1, 2]


async def test_no_more_comes_back_than_a_cart_has_room_for(tmp_path: Path) -> None:
    """Stripe takes a hundred lines: with one chosen since, ninety-nine of them return."""
    names = [f"tea-{n}" for n in range(MAX_LINES)]
    async with open_counter(tmp_path, goods({"tea": 9, **dict.fromkeys(names, 9)})) as counter:
        carts = counter.shop.carts

        def fill(tx: Transaction) -> None:
            for name in names:
                line = CartLine(LineKey(ProductId(name)), 1, Money(1250, "eur"), NOON)
                tx.carts.upsert(ALICE, line)

        await counter.store.write(fill)
        await carts.clear(ALICE)
        await carts.add(ALICE, TEA)
        assert len((await carts.put_all_back(ALICE)).cart.lines) == MAX_LINES
