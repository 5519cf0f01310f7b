"""What an owner asks of the orders: what to send, who bought, what was sold, and by which index."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.catalog.model import LineKey, ProductId, VariantId
from bot.domain.money import Money
from bot.domain.order import Order, OrderId, OrderState
from bot.ports import Sales, Seller, Transaction
from kit.engines import AnyStore
from kit.samples import (
    ALICE,
    BOB,
    NOW,
    attach,
    cart_line,
    eur,
    give_up,
    new_order,
    order_line,
    pay,
    place,
    place_next,
    sell,
    stocked,
)

BEANS_SMALL = LineKey(ProductId("beans"), VariantId("250g"))


async def test_what_is_to_ship_was_paid_and_neither_sent_nor_refunded_whole(
    store: AnyStore,
) -> None:
    """The newest first, and below a number where one is given; what is packed stands apart."""
    await stocked(store)

    def work(tx: Transaction) -> list[OrderId]:
        sold = [sell(tx, ALICE, pickup=False).id for _ in range(5)]
        tx.orders.record_shipped(sold[1], NOW, None)
        tx.orders.record_refund(sold[2], eur(1250))
        tx.orders.record_refund(sold[3], eur(5))
        place_next(tx, BOB)
        return sold

    sold = await store.write(work)
    every = await store.read(lambda tx: tx.books.to_ship(9))
    assert [one.id for one in every] == [sold[4], sold[3], sold[0]]
    await store.write(lambda tx: tx.orders.record_packed(sold[4], NOW))
    packed = await store.read(lambda tx: (tx.books.packed(9), tx.books.packed(9, sold[4])))
    assert [[one.id for one in page] for page in packed] == [[sold[4]], []]
    every = await store.read(lambda tx: tx.books.to_ship(9))
    assert [one.id for one in every] == [sold[3], sold[0]]
    older = await store.read(lambda tx: tx.books.to_ship(9, sold[3]))
    assert [one.id for one in older] == [sold[0]]
    newest = await store.read(lambda tx: tx.books.newest(2))
    assert [one.id for one in newest] == [sold[4] + 1, sold[4]]


async def test_sales_are_of_their_period_and_less_what_went_back(store: AnyStore) -> None:
    """Unpaid orders and carts count as shoppers, not as buyers; other currencies stand apart."""
    await stocked(store)

    def work(tx: Transaction) -> None:
        sell(tx, ALICE, 2)
        tx.orders.record_refund(sell(tx, ALICE).id, eur(250))
        given_up = place_next(tx, BOB)
        give_up(tx, given_up, OrderState.CANCELLED)
        tx.carts.upsert(BOB, cart_line())

    await store.write(work)
    sales = await store.read(lambda tx: tx.books.sales(NOW, NOW + 1, "eur", 5))
    assert sales == Sales(
        paid=((NOW, 2500), (NOW, 1000)),
        best=(Seller(BEANS_SMALL, "House <blend> & Кофе ☕", 3),),
        shoppers=2,
        buyers=1,
    )
    other = await store.read(lambda tx: tx.books.sales(NOW, NOW + 1, "usd", 5))
    assert (other.paid, other.best, other.buyers) == ((), sales.best, 1)
    assert (other.others, other.other_orders) == ((eur(3500),), 2)
    assert await store.read(lambda tx: tx.books.sales(NOW + 1, NOW + 9, "eur", 5)) == Sales()
    first = await store.read(lambda tx: tx.books.first_since(NOW))
    assert first == OrderId(1001)
    assert await store.read(lambda tx: tx.books.first_since(NOW + 1)) is None


@pytest.mark.parametrize(
    ("dispute", "about", "refunded", "net"),
    [
        ("lost", eur(1250), None, 0),
        ("lost", eur(400), None, 850),
        ("lost", eur(1250), eur(250), 0),
        ("lost", Money(1300, "usd"), None, 0),
        ("won", eur(1250), None, 1250),
        ("needs_response", eur(1250), eur(250), 1000),
    ],
)
async def test_what_a_lost_dispute_took_is_no_revenue(
    store: AnyStore, dispute: str, about: Money, refunded: Money | None, net: int
) -> None:
    """The sums and the order itself say the same; of another currency all of it counts."""
    await stocked(store)

    def work(tx: Transaction) -> Order | None:
        order_id = sell(tx, ALICE).id
        if refunded:
            tx.orders.record_refund(order_id, refunded)
        assert tx.orders.record_dispute(order_id, dispute, about)
        return tx.orders.get(order_id)

    order = await store.write(work)
    assert order
    assert order.net == eur(net)
    sales = await store.read(lambda tx: tx.books.sales(NOW, NOW + 1, "eur", 5))
    assert sales.paid == ((NOW, net),)
    other = await store.read(lambda tx: tx.books.sales(NOW, NOW + 1, "usd", 5))
    assert (other.others, other.other_orders) == ((eur(net),), 1)


async def test_a_product_sold_under_two_names_is_counted_once(store: AnyStore) -> None:
    """Buyers read it in their own languages; the latest title stands for it."""
    await stocked(store)

    def work(tx: Transaction) -> Sales:
        for number, title in ((1001, "Tea"), (1002, "Tee")):
            line = replace(order_line(quantity=1), title=title)
            order = place(tx, new_order(number, ALICE, (line,)))
            attach(tx, order)
            assert pay(tx, order)
        return tx.books.sales(NOW, NOW + 1, "eur", 5)

    sales = await store.write(work)
    assert sales.best == (Seller(BEANS_SMALL, "Tee", 2),)


async def test_buyers_are_found_by_a_part_of_their_name_in_any_case(store: AnyStore) -> None:
    """Cyrillic too, and a percent sign is no wildcard."""
    await stocked(store)
    order = await store.write(lambda tx: sell(tx, ALICE))
    name = order.buyer_name
    found = await store.read(lambda tx: tx.books.bought_by(name[1:].upper(), 5))
    assert [one.id for one in found] == [order.id]
    assert await store.read(lambda tx: tx.books.bought_by("%", 5)) == ()
