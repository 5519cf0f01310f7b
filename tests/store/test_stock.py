"""The stock ledger: counts, holds, sales and returns."""

from __future__ import annotations

import pytest

from bot.domain.catalog.model import StockId
from bot.domain.errors import CorruptError
from bot.domain.order import OrderId
from bot.ports import MovementKind, StockLevel, Transaction
from kit.engines import AnyStore
from kit.samples import ALICE, BEANS, BOB, MUG, NOW, attach, pay, place_next, stocked

_ORDER = OrderId(1001)
_TEA, _NEW = StockId("tea"), StockId("new")


async def _level(store: AnyStore, stock_id: StockId = BEANS) -> StockLevel:
    return (await store.read(lambda tx: tx.stock.levels([stock_id])))[stock_id]


async def test_an_id_that_was_never_counted_has_no_level_and_nothing_to_hold(
    store: AnyStore,
) -> None:
    """What the catalog never named cannot be sold."""
    assert await store.read(lambda tx: tx.stock.levels([BEANS, MUG])) == {}
    assert await store.write(lambda tx: tx.stock.hold(BEANS, 1, _ORDER, NOW)) is False
    assert await store.read(lambda tx: tx.stock.levels([BEANS])) == {}


async def test_a_catalog_is_told_what_is_counted_otherwise(store: AnyStore) -> None:
    """New, changed and no longer counted ids are told; a sale since the count changes none."""

    def work(tx: Transaction) -> tuple[StockId, ...]:
        tx.stock.count(BEANS, 5, NOW)
        tx.stock.hold(BEANS, 2, _ORDER, NOW)
        tx.stock.settle(MovementKind.SOLD, BEANS, 2, _ORDER, NOW)
        tx.stock.count(MUG, None, NOW)
        tx.stock.count(_TEA, 3, NOW)
        same = tx.stock.counted_otherwise({BEANS: 5, MUG: None, _TEA: 3})
        return same + tx.stock.counted_otherwise({BEANS: 6, MUG: 0, _TEA: None, _NEW: None})

    assert await store.write(work) == (BEANS, MUG, _TEA, _NEW)


async def test_a_hold_takes_what_is_free_and_not_one_unit_more(store: AnyStore) -> None:
    """The conditional update is the guard; a refused hold leaves no trace."""

    def work(tx: Transaction) -> list[bool]:
        tx.stock.count(BEANS, 5, NOW)
        return [tx.stock.hold(BEANS, units, _ORDER, NOW) for units in (3, 3, 2, 1)]

    assert await store.write(work) == [True, False, True, False]
    assert await _level(store) == StockLevel(counted=5, held=5, sold=0)
    assert (await _level(store)).free == 0


async def test_what_is_not_counted_is_always_free_but_still_recorded(store: AnyStore) -> None:
    """A later count then knows what is held."""

    def work(tx: Transaction) -> None:
        tx.stock.count(BEANS, None, NOW)
        assert tx.stock.hold(BEANS, 1000, _ORDER, NOW)
        tx.stock.settle(MovementKind.SOLD, BEANS, 400, _ORDER, NOW)

    await store.write(work)
    assert await _level(store) == StockLevel(counted=None, held=600, sold=400)
    assert (await _level(store)).free is None
    await store.write(lambda tx: tx.stock.count(BEANS, 601, NOW))
    assert (await _level(store)).free == 1


async def test_what_a_chats_own_unpaid_order_holds_is_free_for_it_alone(store: AnyStore) -> None:
    """Once it is sold, it is free for nobody."""
    await stocked(store)
    free = (await _level(store)).free
    assert free is not None

    def seen(tx: Transaction) -> tuple[int | None, int | None]:
        one, other = (tx.stock.free_for(chat, [BEANS, _NEW]) for chat in (ALICE, BOB))
        assert one.keys() == other.keys() == {BEANS}
        return one[BEANS], other[BEANS]

    order = await store.write(lambda tx: place_next(tx, ALICE, 2))
    assert await store.read(seen) == (free, free - 2)
    await store.write(lambda tx: attach(tx, order))
    assert await store.read(seen) == (free, free - 2)
    await store.write(lambda tx: pay(tx, order))
    assert await store.read(seen) == (free - 2, free - 2)
    await store.write(lambda tx: tx.stock.count(BEANS, None, NOW))
    assert await store.read(seen) == (None, None)


async def test_each_settling_moves_units_where_it_says(store: AnyStore) -> None:
    """Freed units are free again, sold ones are gone, returned ones are back."""

    def work(tx: Transaction) -> None:
        tx.stock.count(BEANS, 10, NOW)
        assert tx.stock.hold(BEANS, 9, _ORDER, NOW)
        tx.stock.settle(MovementKind.FREED, BEANS, 2, _ORDER, NOW)
        tx.stock.settle(MovementKind.SOLD, BEANS, 4, _ORDER, NOW)
        tx.stock.settle(MovementKind.RETURNED, BEANS, 1, _ORDER, NOW)

    await store.write(work)
    assert await _level(store) == StockLevel(counted=10, held=3, sold=3)
    assert (await _level(store)).free == 4


async def test_a_new_count_includes_held_units_and_forgets_sold_ones(store: AnyStore) -> None:
    """The owner counts what can be sold, units in unpaid orders included."""

    def work(tx: Transaction) -> None:
        tx.stock.count(BEANS, 10, NOW)
        assert tx.stock.hold(BEANS, 6, _ORDER, NOW)
        tx.stock.settle(MovementKind.SOLD, BEANS, 4, _ORDER, NOW)
        tx.stock.count(BEANS, 20, NOW)

    await store.write(work)
    assert await _level(store) == StockLevel(counted=20, held=2, sold=0)


async def test_a_unit_sold_before_the_count_and_returned_after_it_is_one_more(
    store: AnyStore,
) -> None:
    """The count did not see it, so it comes on top."""

    def work(tx: Transaction) -> None:
        tx.stock.count(BEANS, 1, NOW)
        assert tx.stock.hold(BEANS, 1, _ORDER, NOW)
        tx.stock.settle(MovementKind.SOLD, BEANS, 1, _ORDER, NOW)
        tx.stock.count(BEANS, 5, NOW)
        tx.stock.settle(MovementKind.RETURNED, BEANS, 1, _ORDER, NOW)

    await store.write(work)
    assert (await _level(store)).free == 6
    assert [f for f in await store.findings() if f.order_id is None] == []


async def test_a_count_below_what_is_held_leaves_nothing_free(store: AnyStore) -> None:
    """Orders that hold goods keep them; nobody else gets any."""

    def work(tx: Transaction) -> bool:
        tx.stock.count(BEANS, 10, NOW)
        assert tx.stock.hold(BEANS, 6, _ORDER, NOW)
        tx.stock.count(BEANS, 2, NOW)
        return tx.stock.hold(BEANS, 1, _ORDER, NOW)

    assert await store.write(work) is False
    assert (await _level(store)).free == 0


async def test_a_restock_adds_to_the_count_and_keeps_the_sales(store: AnyStore) -> None:
    """Unlike a new count, and a negative number takes some off."""

    def work(tx: Transaction) -> None:
        tx.stock.count(BEANS, 3, NOW)
        assert tx.stock.hold(BEANS, 2, _ORDER, NOW)
        tx.stock.settle(MovementKind.SOLD, BEANS, 2, _ORDER, NOW)
        tx.stock.restock(BEANS, 20, NOW)
        tx.stock.restock(BEANS, -1, NOW)

    await store.write(work)
    assert await _level(store) == StockLevel(counted=22, held=0, sold=2)


@pytest.mark.parametrize("units", [-4, 1])
async def test_a_restock_that_cannot_be_is_refused(store: AnyStore, units: int) -> None:
    """Below nothing, or of what is not counted."""

    def work(tx: Transaction) -> None:
        tx.stock.count(BEANS, 3 if units < 0 else None, NOW)
        tx.stock.restock(BEANS, units, NOW)

    with pytest.raises(CorruptError, match=r"beans cannot be restocked"):
        await store.write(work)
    assert await store.read(lambda tx: tx.stock.levels([BEANS])) == {}


@pytest.mark.parametrize("kind", [MovementKind.FREED, MovementKind.SOLD])
async def test_units_that_are_not_held_cannot_be_settled(
    store: AnyStore, kind: MovementKind
) -> None:
    """A second settling of the same hold is a fault, and undone."""

    def work(tx: Transaction) -> None:
        tx.stock.count(BEANS, 3, NOW)
        assert tx.stock.hold(BEANS, 1, _ORDER, NOW)
        tx.stock.settle(kind, BEANS, 1, _ORDER, NOW)
        tx.stock.settle(kind, BEANS, 1, _ORDER, NOW)

    with pytest.raises(CorruptError, match=r"order 1001 does not hold 1 of beans"):
        await store.write(work)
    assert await store.read(lambda tx: tx.stock.levels([BEANS])) == {}


async def test_a_count_is_no_settling(store: AnyStore) -> None:
    """Only freed, sold and returned end a hold."""
    with pytest.raises(CorruptError, match="counted does not settle anything"):
        await store.write(lambda tx: tx.stock.settle(MovementKind.COUNTED, BEANS, 1, _ORDER, NOW))


async def test_thousands_of_levels_come_in_one_call(store: AnyStore) -> None:
    """A large catalog is compared with the ledger at each change of the file."""
    ids = [StockId(f"product-{n}") for n in range(2000)]

    def work(tx: Transaction) -> None:
        for stock_id in ids:
            tx.stock.count(stock_id, 7, NOW)

    await store.write(work)
    levels = await store.read(lambda tx: tx.stock.levels([*ids, StockId("unknown")]))
    assert levels == {stock_id: StockLevel(7, 0, 0) for stock_id in ids}
