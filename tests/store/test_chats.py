"""Chats, and groups that become supergroups."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.order import OrderState
from bot.ports import Chat, ChatKind, MessageKind, Transaction
from kit.engines import AnyStore
from kit.samples import (
    ALICE,
    GROUP,
    NOW,
    SUPERGROUP,
    attach,
    cart_line,
    give_up,
    pay,
    place_next,
    sell,
    stocked,
)

_GROUP = Chat(GROUP, ChatKind.GROUP, "de", "Küche", chosen=True)


async def test_a_chat_comes_back_as_it_was_saved_last(store: AnyStore) -> None:
    """Saving again replaces every field."""
    first = Chat(ALICE, ChatKind.PRIVATE, "en", "Ann")
    second = Chat(ALICE, ChatKind.PRIVATE, "ar", "Ann <b>", chosen=True, reachable=False)
    assert await store.read(lambda tx: tx.chats.get(ALICE)) is None
    await store.write(lambda tx: tx.chats.save(first))
    assert await store.read(lambda tx: tx.chats.get(ALICE)) == first
    await store.write(lambda tx: tx.chats.save(second))
    assert await store.read(lambda tx: tx.chats.get(ALICE)) == second


async def test_rekey_takes_chat_cart_orders_and_messages_along(store: AnyStore) -> None:
    """A group that became a supergroup finds everything again, and the old id is empty."""
    await stocked(store)

    def work(tx: Transaction) -> tuple[int, int]:
        tx.chats.save(_GROUP)
        tx.carts.upsert(GROUP, cart_line("beans", quantity=2))
        sold, unpaid = sell(tx, GROUP), place_next(tx, GROUP)
        tx.outbox.enqueue(GROUP, MessageKind.LINK, NOW, unpaid.id)
        tx.chats.rekey(GROUP, SUPERGROUP)
        return sold.id, unpaid.id

    sold, unpaid = await store.write(work)

    def check(tx: Transaction) -> None:
        assert tx.chats.get(GROUP) is None
        assert tx.chats.get(SUPERGROUP) == replace(_GROUP, id=SUPERGROUP)
        assert tx.carts.lines(SUPERGROUP) == (cart_line("beans", quantity=2),)
        assert tx.carts.lines(GROUP) == ()
        assert [order.id for order in tx.orders.latest_of(SUPERGROUP, 9)] == [unpaid, sold]
        assert tx.orders.latest_of(GROUP, 9) == ()
        waiting = tx.outbox.due(NOW + 60, 9)
        assert [(m.chat_id, m.kind) for m in waiting] == [(SUPERGROUP, MessageKind.RECEIPT)]

    await store.read(check)
    assert await store.findings() == ()


async def test_rekey_merges_two_carts_by_adding_up_units(store: AnyStore) -> None:
    """A line in both carts counts both, up to the shop's bound; no line or note is dropped."""

    def work(tx: Transaction) -> None:
        tx.carts.upsert(GROUP, cart_line("beans", quantity=600))
        tx.carts.upsert(GROUP, cart_line("mug", quantity=1))
        tx.carts.upsert(SUPERGROUP, cart_line("tea", quantity=4))
        tx.carts.upsert(SUPERGROUP, replace(cart_line("beans", quantity=500), note="whole"))
        tx.chats.rekey(GROUP, SUPERGROUP)
        tx.chats.rekey(GROUP, SUPERGROUP)

    await store.write(work)
    lines = await store.read(lambda tx: tx.carts.lines(SUPERGROUP))
    assert [(line.key.product, line.quantity, line.note) for line in lines] == [
        ("tea", 4, None),
        ("beans", 999, "whole"),
        ("mug", 1, None),
    ]


async def test_rekey_merges_messages_in_the_order_in_which_they_were_put(
    store: AnyStore,
) -> None:
    """Two queues become one, due when the earlier of both was."""

    def work(tx: Transaction) -> None:
        tx.outbox.enqueue(SUPERGROUP, MessageKind.LINK, NOW)
        tx.outbox.enqueue(GROUP, MessageKind.PROCESSING, NOW)
        tx.outbox.enqueue(SUPERGROUP, MessageKind.FAILED, NOW)
        tx.outbox.later(tx.outbox.due(NOW, 9)[0].id, NOW + 100)
        tx.chats.rekey(GROUP, SUPERGROUP)

    await store.write(work)
    told = []
    while due := await store.read(lambda tx: tx.outbox.due(NOW, 9)):
        assert len(due) == 1
        told.append((due[0].chat_id, due[0].kind))
        message_id = due[0].id
        await store.write(lambda tx, done=message_id: tx.outbox.sent(done, NOW))  # type: ignore[misc]
    assert told == [
        (SUPERGROUP, MessageKind.LINK),
        (SUPERGROUP, MessageKind.PROCESSING),
        (SUPERGROUP, MessageKind.FAILED),
    ]


async def test_rekey_leaves_a_second_unpaid_order_behind_until_it_has_ended(
    store: AnyStore,
) -> None:
    """One unpaid order a chat holds, and the other follows at the next rekey after its end."""
    await stocked(store)

    def work(tx: Transaction) -> int:
        old, new = place_next(tx, GROUP), place_next(tx, SUPERGROUP)
        attach(tx, old)
        tx.chats.rekey(GROUP, SUPERGROUP)
        live, left = tx.orders.live_of(SUPERGROUP), tx.orders.live_of(GROUP)
        assert live is not None
        assert left is not None
        assert (live.id, left.id) == (new.id, old.id)
        assert pay(tx, left)
        tx.chats.rekey(GROUP, SUPERGROUP)
        return old.id

    old = await store.write(work)
    orders = await store.read(lambda tx: tx.orders.latest_of(SUPERGROUP, 9))
    assert [(order.id, order.state) for order in orders] == [
        (old + 1, OrderState.PLACED),
        (old, OrderState.PAID),
    ]
    assert await store.findings() == ()


async def test_rekey_keeps_the_new_chat_but_not_without_the_language_that_was_chosen(
    store: AnyStore,
) -> None:
    """What a person picked in the group is not lost to Telegram's guess."""
    there = Chat(SUPERGROUP, ChatKind.GROUP, "en", "Kitchen", reachable=False)

    def work(tx: Transaction) -> None:
        tx.chats.save(_GROUP)
        tx.chats.save(there)
        tx.chats.rekey(GROUP, SUPERGROUP)

    await store.write(work)
    merged = await store.read(lambda tx: tx.chats.get(SUPERGROUP))
    assert merged == replace(there, language="de", chosen=True)


async def test_rekey_to_the_same_id_changes_nothing(store: AnyStore) -> None:
    """A nonsense move of an update does no harm."""
    await stocked(store)

    def work(tx: Transaction) -> None:
        tx.chats.save(_GROUP)
        tx.carts.upsert(GROUP, cart_line())
        give_up(tx, place_next(tx, GROUP), OrderState.FAILED)
        tx.chats.rekey(GROUP, GROUP)

    await store.write(work)
    assert await store.read(lambda tx: tx.chats.get(GROUP)) == _GROUP
    assert await store.read(lambda tx: tx.carts.lines(GROUP)) == (cart_line(),)
