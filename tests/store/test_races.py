"""Many at once for one unit, each with its control."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from bot.domain.order import ChatId, OrderState
from bot.ports import Transaction
from kit.engines import AnyStore, opened_again, raw
from kit.samples import (
    ALICE,
    BEANS,
    attach,
    give_up,
    new_order,
    order_line,
    pay,
    place,
    stocked,
)


async def _buy_guarded(store: AnyStore, chat_id: ChatId) -> bool:
    """Hold the unit as the shop does, by one conditional update."""

    def work(tx: Transaction) -> bool:
        number = tx.orders.next_id()
        if not tx.stock.hold(BEANS, 1, number, 0):
            return False
        tx.orders.add(new_order(number, chat_id, (order_line(quantity=1),)))
        return True

    return await store.write(work)


async def _buy_unguarded(store: AnyStore, chat_id: ChatId) -> bool:
    """The control: look first, and take in another transaction."""
    level = (await store.read(lambda tx: tx.stock.levels([BEANS])))[BEANS]
    if not level.free:
        return False

    def work(tx: Transaction) -> bool:
        number = tx.orders.next_id()
        tx.orders.add(new_order(number, chat_id, (order_line(quantity=1),)))
        return True

    await raw(store, lambda db: db.execute("UPDATE stock SET held = held + 1").rowcount)
    return await store.write(work)


async def test_a_hundred_who_want_the_last_unit_get_it_once(store: AnyStore) -> None:
    """One order, one unit held; the others are refused and leave nothing."""
    await stocked(store, 1)
    got = await asyncio.gather(*(_buy_guarded(store, ChatId(n)) for n in range(100)))
    assert sum(got) == 1
    level = (await store.read(lambda tx: tx.stock.levels([BEANS])))[BEANS]
    assert (level.held, level.free) == (1, 0)
    assert await store.read(lambda tx: tx.orders.next_id()) == 1002
    assert await store.findings() == ()


async def test_control_without_the_guard_the_last_unit_is_sold_many_times(
    store: AnyStore,
) -> None:
    """The race is real: the same hundred oversell when looking and taking are two steps."""
    await stocked(store, 1)
    got = await asyncio.gather(*(_buy_unguarded(store, ChatId(n)) for n in range(100)))
    level = (await store.read(lambda tx: tx.stock.levels([BEANS])))[BEANS]
    assert sum(got) > 1
    assert level.held == sum(got)
    assert await store.findings() != ()


async def test_four_programs_on_one_database_sell_the_last_units_once(store: AnyStore) -> None:
    """The guard is in the database, so it holds whoever writes."""
    await stocked(store, 7)
    async with AsyncExitStack() as stack:
        stores: list[AnyStore] = [
            await stack.enter_async_context(await opened_again(store)) for _ in range(4)
        ]
        got = await asyncio.gather(*(_buy_guarded(stores[n % 4], ChatId(n)) for n in range(40)))
    assert sum(got) == 7
    assert await store.findings() == ()


async def test_one_chat_that_presses_pay_fifty_times_has_one_unpaid_order(
    store: AnyStore,
) -> None:
    """The index refuses every order but the first, whole."""
    await stocked(store)
    got = await asyncio.gather(
        *(_buy_guarded(store, ALICE) for _ in range(50)), return_exceptions=True
    )
    assert got.count(True) == 1
    level = (await store.read(lambda tx: tx.stock.levels([BEANS])))[BEANS]
    assert level.held == 1
    assert await store.findings() == ()


async def test_payment_and_expiry_at_once_end_in_exactly_one(store: AnyStore) -> None:
    """Fifty settle steps and fifty expiry jobs race for one order; stock moves once."""
    await stocked(store, 2)

    def begin(tx: Transaction) -> None:
        attach(tx, place(tx, new_order()))

    await store.write(begin)
    order = new_order()
    steps = [
        lambda tx: pay(tx, order),
        lambda tx: give_up(tx, order, OrderState.EXPIRED),
    ]
    got = await asyncio.gather(*(store.write(steps[n % 2]) for n in range(100)))
    assert sum(got) == 1
    assert await store.findings() == ()
