"""Orders: whole, found by every key, moved by one conditional update."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.errors import CorruptError, RefusedError
from bot.domain.money import Money
from bot.domain.order import (
    TRANSITIONS,
    Attempt,
    Order,
    OrderId,
    OrderState,
    OrderToken,
    SessionId,
    StockState,
)
from bot.ports import Transaction
from kit.engines import AnyStore, raw
from kit.samples import (
    ALICE,
    BEANS,
    BOB,
    GROUP,
    MUG,
    NOW,
    attach,
    eur,
    give_up,
    new_order,
    opened,
    order_line,
    pay,
    payment,
    place,
    place_next,
    sell,
    session_of,
    stocked,
)

_ID = OrderId(1001)


async def _get(store: AnyStore, order_id: OrderId = _ID) -> Order:
    order = await store.read(lambda tx: tx.orders.get(order_id))
    assert order is not None
    return order


async def test_an_order_comes_back_whole_by_each_of_its_keys(store: AnyStore) -> None:
    """Every field survives, lines in their order."""
    coded = replace(order_line(MUG, 1), sku="MU-1", barcode="4006381333931", weight=350)
    lines = (order_line(BEANS, 3), coded, order_line(BEANS, 2))
    order = new_order(lines=lines)

    def work(tx: Transaction) -> None:
        tx.orders.add(order)
        assert attach(tx, order)

    await store.write(lambda tx: tx.stock.count(BEANS, 9, NOW))
    await store.write(work)
    expected = opened(order)

    def check(tx: Transaction) -> None:
        assert tx.orders.get(_ID) == expected
        assert tx.orders.by_token(order.token) == expected
        assert tx.orders.by_session(session_of(_ID)) == expected
        assert tx.orders.live_of(ALICE) == expected
        assert tx.orders.latest_of(ALICE, 5) == (expected,)
        assert tx.books.in_state(OrderState.OPEN, 5) == (expected,)

    await store.read(check)


async def test_unknown_keys_find_nothing(store: AnyStore) -> None:
    """An id from a browser may be anything."""
    await stocked(store)
    await store.write(lambda tx: place(tx, new_order()))

    def check(tx: Transaction) -> None:
        assert tx.orders.get(OrderId(1002)) is None
        assert tx.orders.by_token(OrderToken("")) is None
        assert tx.orders.by_session(SessionId("")) is None
        assert tx.orders.by_intent("") is None
        assert tx.orders.live_of(BOB) is None
        assert tx.orders.latest_of(BOB, 5) == ()

    await store.read(check)


async def test_a_paid_order_has_its_payment_and_is_found_by_its_intent(store: AnyStore) -> None:
    """Amounts, card and the time of payment are kept; the request's parameters are not."""
    await stocked(store)
    order = await store.write(lambda tx: place(tx, new_order()))

    def work(tx: Transaction) -> None:
        attach(tx, order)
        assert pay(tx, order)

    await store.write(work)
    paid = replace(
        opened(order),
        state=OrderState.PAID,
        goods=StockState.SOLD,
        payment=payment(2500, "pi_1001"),
        ended_at=NOW + 60,
        attempt=replace(order.attempt, parameters=""),
    )
    assert await store.read(lambda tx: tx.orders.by_intent("pi_1001")) == paid
    assert await store.read(lambda tx: tx.orders.live_of(ALICE)) is None


async def test_a_payment_without_an_intent_and_in_another_currency_is_kept_as_it_is(
    store: AnyStore,
) -> None:
    """A full discount has no intent; a mismatch is shown to the owner in its own currency."""
    await stocked(store)
    yen = replace(
        payment(0, None), total=Money(7, "jpy"), discount=Money(7, "jpy"),
        shipping=Money(0, "jpy"), tax=Money(0, "jpy"), charge_id=None, card_brand=None,
        card_last4=None,
    )  # fmt: skip

    def work(tx: Transaction) -> None:
        attach(tx, place(tx, new_order()))
        assert tx.orders.transition(
            _ID, OrderState.REVIEW, now=NOW, payment=yen, reason="currency jpy"
        )

    await store.write(work)
    order = await _get(store)
    assert (order.payment, order.review_reason) == (yen, "currency jpy")


async def test_numbers_start_at_1001_and_go_on(store: AnyStore) -> None:
    """The number stands in the Checkout Session's reference."""
    await stocked(store)
    assert await store.read(lambda tx: tx.orders.next_id()) == 1001
    await store.write(lambda tx: place_next(tx, ALICE))
    assert await store.read(lambda tx: tx.orders.next_id()) == 1002


async def test_the_next_number_follows_the_highest_and_one_that_was_undone_comes_again(
    store: AnyStore,
) -> None:
    """An order found at Stripe keeps its own number, and a refused one leaves no gap."""
    await stocked(store)
    await store.write(lambda tx: place(tx, new_order(1050)))
    await store.write(lambda tx: place(tx, new_order(1020, BOB)))

    def refused(tx: Transaction) -> None:
        place_next(tx, GROUP)
        raise RefusedError("checkout.sold_out")

    with pytest.raises(RefusedError):
        await store.write(refused)
    assert await store.read(lambda tx: tx.orders.next_id()) == 1051
    assert await store.findings() == ()


async def test_the_database_allows_a_chat_one_unpaid_order(store: AnyStore) -> None:
    """Whatever the shop checks, a second one is refused and leaves nothing behind."""
    await stocked(store)
    await store.write(lambda tx: place_next(tx, ALICE))
    with pytest.raises(CorruptError, match=r"UNIQUE .*orders\.chat_id|unique .*orders_live"):
        await store.write(lambda tx: place_next(tx, ALICE))
    await store.write(lambda tx: place_next(tx, BOB))
    assert await store.read(lambda tx: tx.orders.next_id()) == 1003
    assert await store.findings() == ()


async def test_a_processing_order_does_not_block_the_next_one(store: AnyStore) -> None:
    """A bank debit takes days."""
    await stocked(store)

    def work(tx: Transaction) -> None:
        attach(tx, place_next(tx, ALICE))
        assert tx.orders.transition(_ID, OrderState.PROCESSING, now=NOW)
        assert tx.orders.live_of(ALICE) is None
        place_next(tx, ALICE)

    await store.write(work)
    assert await store.findings() == ()


@pytest.mark.parametrize("old", OrderState)
async def test_a_move_is_made_exactly_where_the_table_allows_it(
    store: AnyStore, old: OrderState
) -> None:
    """Each state to each other one: the row count tells whether this call did it."""
    await stocked(store)
    await store.write(lambda tx: place(tx, new_order()))
    for new in OrderState:
        await raw(
            store,
            lambda db: db.execute("UPDATE orders SET state = ? WHERE id = 1001", (old,)).rowcount,
        )
        moved = await store.write(lambda tx, to=new: tx.orders.transition(_ID, to, now=NOW))  # type: ignore[misc]
        assert moved is (new in TRANSITIONS[old]), f"{old} to {new}"
        assert (await _get(store)).state is (new if moved else old)


async def test_only_one_of_two_moves_from_the_same_state_is_made(store: AnyStore) -> None:
    """Paid and expired at once: the first wins, the second changes nothing at all."""
    await stocked(store)

    def work(tx: Transaction) -> tuple[bool, bool, bool]:
        order = place(tx, new_order())
        attach(tx, order)
        return (
            pay(tx, order),
            pay(tx, order),
            give_up(tx, order, OrderState.EXPIRED),
        )

    assert await store.write(work) == (True, False, False)
    order = await _get(store)
    assert (order.state, order.goods, order.ended_at) == (
        OrderState.PAID,
        StockState.SOLD,
        NOW + 60,
    )


async def test_a_session_is_recorded_once_and_only_for_a_placed_order(store: AnyStore) -> None:
    """A late answer to an order that was given up is told so."""
    await stocked(store)

    def work(tx: Transaction) -> list[bool]:
        order = place(tx, new_order())
        first = attach(tx, order)
        again = tx.orders.attach(order.id, SessionId("cs_other"), None, NOW)
        give_up(tx, order, OrderState.CANCELLED)
        late = tx.orders.attach(order.id, SessionId("cs_late"), None, NOW)
        return [first, again, late, tx.orders.attach(OrderId(9), SessionId("cs_9"), None, NOW)]

    assert await store.write(work) == [True, False, False, False]
    assert (await _get(store)).session_id == session_of(_ID)


async def test_a_new_attempt_replaces_the_old_while_the_order_is_placed(store: AnyStore) -> None:
    """The key that will be sent is the one that is stored."""
    await stocked(store)
    again = Attempt(2, "key-2", '{"other":1}', NOW + 7200, NOW + 9)

    def work(tx: Transaction) -> list[bool]:
        order = place(tx, new_order())
        first = tx.orders.retry_with(order.id, again)
        attach(tx, order)
        return [first, tx.orders.retry_with(order.id, order.attempt)]

    assert await store.write(work) == [True, False]
    assert (await _get(store)).attempt == again


async def test_goods_change_only_from_what_they_were(store: AnyStore) -> None:
    """Whoever comes second frees or sells nothing."""
    await stocked(store)

    def work(tx: Transaction) -> list[bool]:
        place(tx, new_order())
        return [
            tx.orders.set_goods(_ID, StockState.HELD, StockState.FREED),
            tx.orders.set_goods(_ID, StockState.HELD, StockState.SOLD),
            tx.orders.set_goods(OrderId(9), StockState.HELD, StockState.SOLD),
        ]

    assert await store.write(work) == [True, False, False]
    assert (await _get(store)).goods is StockState.FREED


async def test_refund_dispute_and_shipping_are_facts_told_once(store: AnyStore) -> None:
    """The same fact again returns False, so that nobody is told twice."""
    await stocked(store)

    def work(tx: Transaction) -> dict[str, list[bool]]:
        sell(tx, ALICE, 2)
        orders = tx.orders
        return {
            "refund": [orders.record_refund(_ID, eur(n)) for n in (0, 500, 500, 2500, 500)],
            "pending": [orders.record_refund(_ID, eur(500), n) for n in (0, 500, 500, 0)],
            "dispute": [
                orders.record_dispute(_ID, s, eur(400))
                for s in ("needs_response", "needs_response", "won")
            ],
            "shipped": [
                orders.record_shipped(_ID, NOW + at, tracking)
                for at, tracking in ((1, None), (2, None), (3, "T1"), (4, "T1"), (5, None))
            ],
        }

    assert await store.write(work) == {
        "refund": [False, True, False, True, True],
        "pending": [False, True, False, True],
        "dispute": [True, False, True],
        "shipped": [True, False, True, False, False],
    }
    order = await _get(store)
    assert (order.refunded, order.dispute, order.disputed) == (eur(500), "won", eur(400))
    assert (order.shipped_at, order.tracking, order.state) == (NOW + 1, "T1", OrderState.PAID)


async def test_an_answer_that_was_asked_for_before_another_is_not_counted(
    store: AnyStore,
) -> None:
    """Of two that read the same version, the first is counted."""
    await stocked(store)
    await store.write(lambda tx: sell(tx, ALICE, 2))
    read = (await _get(store)).version
    assert await store.write(lambda tx: tx.orders.next_version(_ID, read)) is True
    assert await store.write(lambda tx: tx.orders.next_version(_ID, read)) is False
    assert (await _get(store)).version == read + 1


async def test_packed_and_there_are_steps_before_and_after_being_sent(store: AnyStore) -> None:
    """Each is taken once and taken back once, packed only before and there only after."""
    await stocked(store)

    def work(tx: Transaction) -> list[tuple[bool, ...]]:
        sell(tx, ALICE, 2, pickup=False)
        orders = tx.orders
        early = orders.record_collected(_ID, NOW), orders.record_not_packed(_ID)
        packed = orders.record_packed(_ID, NOW + 1), orders.record_packed(_ID, NOW + 2)
        back = orders.record_not_packed(_ID), orders.record_not_packed(_ID)
        again = orders.record_packed(_ID, NOW + 3), orders.record_shipped(_ID, NOW + 4, None)
        late = orders.record_packed(_ID, NOW + 5), orders.record_not_packed(_ID)
        there = orders.record_collected(_ID, NOW + 6), orders.record_collected(_ID, NOW + 7)
        return [early, packed, back, again, late, there]

    no, once, both = (False, False), (True, False), (True, True)
    assert await store.write(work) == [no, once, once, both, no, once]
    order = await _get(store)
    assert (order.packed_at, order.shipped_at, order.collected_at) == (NOW + 3, NOW + 4, NOW + 6)
    assert await store.write(lambda tx: tx.orders.record_not_shipped(_ID)) is False
    assert await store.write(lambda tx: tx.orders.record_not_collected(_ID)) is True
    assert await store.write(lambda tx: tx.orders.record_not_shipped(_ID)) is True
    assert (await _get(store)).packed_at == NOW + 3


async def test_an_unpaid_order_is_not_shipped(store: AnyStore) -> None:
    """A button pressed on an old notice does no harm; it is not packed either."""
    await stocked(store)
    await store.write(lambda tx: place(tx, new_order()))
    assert await store.write(lambda tx: tx.orders.record_packed(_ID, NOW)) is False
    assert await store.write(lambda tx: tx.orders.record_shipped(_ID, NOW, "T")) is False
    assert (await _get(store)).shipped_at is None


def _due(now: int) -> Callable[[Transaction], list[int]]:
    return lambda tx: [order.id for order in tx.orders.due(now, 10)]


async def test_a_fresh_order_is_due_20_s_after_the_last_look_and_an_old_one_240_s(
    store: AnyStore,
) -> None:
    """Fresh is less than five minutes after it was placed or opened."""
    await stocked(store)
    order = await store.write(lambda tx: place(tx, new_order()))
    assert await store.read(_due(NOW + 19)) == []
    assert await store.read(_due(NOW + 20)) == [1001]
    await store.write(lambda tx: attach(tx, order, NOW + 100))
    assert await store.read(_due(NOW + 119)) == []
    assert await store.read(_due(NOW + 120)) == [1001]
    await store.write(lambda tx: tx.orders.looked_at(_ID, NOW + 399))
    assert await store.read(_due(NOW + 418)) == []
    assert await store.read(_due(NOW + 419)) == [1001]
    await store.write(lambda tx: tx.orders.looked_at(_ID, NOW + 400))
    assert await store.read(_due(NOW + 639)) == []
    assert await store.read(_due(NOW + 640)) == [1001]


async def test_what_is_decided_is_never_due_and_what_waits_longest_comes_first(
    store: AnyStore,
) -> None:
    """The reconciler's cost follows the undecided orders, and none starves."""
    await stocked(store)

    def work(tx: Transaction) -> None:
        sell(tx, ALICE)
        give_up(tx, place_next(tx, ALICE), OrderState.EXPIRED)
        place_next(tx, ALICE)
        attach(tx, place_next(tx, BOB))
        tx.orders.transition(OrderId(1004), OrderState.PROCESSING, now=NOW)
        tx.orders.looked_at(OrderId(1003), NOW + 5)
        tx.orders.looked_at(OrderId(1001), NOW)

    await store.write(work)
    assert await store.read(_due(NOW + 9999)) == [1004, 1003]
    assert await store.read(_due(NOW)) == []
    await store.write(lambda tx: tx.orders.all_due())
    assert await store.read(_due(NOW)) == [1003, 1004]
    only = await store.read(lambda tx: tx.orders.due(NOW, 1))
    assert [order.id for order in only] == [1003]
    assert await store.findings() == ()


async def test_orders_are_counted_by_state(store: AnyStore) -> None:
    """Every state is there, also with none."""
    await stocked(store)

    def work(tx: Transaction) -> None:
        for chat_id in (ALICE, BOB):
            sell(tx, chat_id)
        give_up(tx, place_next(tx, ALICE), OrderState.EXPIRED)
        place_next(tx, BOB)

    await store.write(work)
    counts = await store.read(lambda tx: tx.books.count_by_state())
    expected = dict.fromkeys(OrderState, 0)
    expected.update({OrderState.PAID: 2, OrderState.EXPIRED: 1, OrderState.PLACED: 1})
    assert counts == expected


async def test_a_persons_last_ends_are_told_newest_first(store: AnyStore) -> None:
    """What is undecided or in review has not ended; what held little is left out."""
    await stocked(store)

    def work(tx: Transaction) -> tuple[tuple[OrderState, int], ...]:
        give_up(tx, place_next(tx, ALICE), OrderState.EXPIRED, NOW + 3600)
        give_up(tx, place_next(tx, ALICE), OrderState.CANCELLED, NOW + 1800)
        give_up(tx, place_next(tx, ALICE), OrderState.CANCELLED, NOW + 1799)
        give_up(tx, place_next(tx, ALICE), OrderState.EXPIRED, NOW + 40)
        give_up(tx, place_next(tx, ALICE), OrderState.FAILED, NOW + 4000)
        tx.orders.transition(OrderId(1004), OrderState.REVIEW, now=NOW + 50)
        last = place_next(tx, ALICE)
        return tx.orders.recent_ends(last.buyer_id, 2)

    assert await store.write(work) == (
        (OrderState.EXPIRED, NOW + 3600),
        (OrderState.CANCELLED, NOW + 1800),
    )


async def test_lists_are_newest_first_and_go_on_where_they_stopped(store: AnyStore) -> None:
    """Pages of the owner's list by the last number shown; a chat sees only its own."""
    await stocked(store)

    def work(tx: Transaction) -> None:
        for _ in range(3):
            sell(tx, ALICE)
            sell(tx, BOB)

    await store.write(work)

    def check(tx: Transaction) -> None:
        first = tx.books.in_state(OrderState.PAID, 4)
        assert [order.id for order in first] == [1006, 1005, 1004, 1003]
        assert all(len(order.lines) == 1 for order in first)
        rest = tx.books.in_state(OrderState.PAID, 4, before=first[-1].id)
        assert [order.id for order in rest] == [1002, 1001]
        assert [order.id for order in tx.orders.latest_of(ALICE, 2)] == [1005, 1003]

    await store.read(check)
