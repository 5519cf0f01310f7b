"""The outbox: in order within a chat, independent between chats."""

from __future__ import annotations

import pytest

from bot.domain.errors import CorruptError
from bot.domain.order import OrderId
from bot.ports import MessageKind, OutboxMessage, Transaction
from kit.engines import AnyStore, raw
from kit.samples import ALICE, BOB, NOW, place_next, stocked


async def _due(store: AnyStore, now: int, **options: object) -> list[tuple[int, MessageKind]]:
    busy = options.get("busy", ())
    assert isinstance(busy, tuple)
    limit = options.get("limit", 9)
    assert isinstance(limit, int)
    return [
        (m.chat_id, m.kind) for m in await store.read(lambda tx: tx.outbox.due(now, limit, busy))
    ]


async def _head(store: AnyStore, now: int) -> OutboxMessage:
    return (await store.read(lambda tx: tx.outbox.due(now, 9)))[0]


@pytest.mark.once
async def test_a_message_comes_back_as_it_was_put(store: AnyStore) -> None:
    """Kind, order and details; no rendered words."""
    await stocked(store)

    def work(tx: Transaction) -> None:
        order = place_next(tx, ALICE)
        tx.outbox.enqueue(ALICE, MessageKind.SHIPPED, NOW, order.id, {"tracking": "Ä<1>"})
        tx.outbox.enqueue(BOB, MessageKind.OWNER_ALERT, NOW + 1)

    await store.write(work)
    assert await store.read(lambda tx: tx.outbox.due(NOW + 1, 9)) == (
        OutboxMessage(1, ALICE, MessageKind.SHIPPED, OrderId(1001), {"tracking": "Ä<1>"}, 0, NOW),
        OutboxMessage(2, BOB, MessageKind.OWNER_ALERT, None, {}, 0, NOW + 1),
    )


async def test_only_a_chats_oldest_message_is_due_and_the_next_follows_when_it_is_sent(
    store: AnyStore,
) -> None:
    """Nobody reads "shipped" before "paid"."""

    def work(tx: Transaction) -> None:
        tx.outbox.enqueue(ALICE, MessageKind.RECEIPT, NOW)
        tx.outbox.enqueue(ALICE, MessageKind.SHIPPED, NOW)
        tx.outbox.enqueue(BOB, MessageKind.LINK, NOW)

    await store.write(work)
    assert await _due(store, NOW) == [(ALICE, MessageKind.RECEIPT), (BOB, MessageKind.LINK)]
    first = await _head(store, NOW)
    await store.write(lambda tx: tx.outbox.sent(first.id, NOW + 3))
    assert await _due(store, NOW + 2) == [(BOB, MessageKind.LINK)]
    assert await _due(store, NOW + 3) == [(BOB, MessageKind.LINK), (ALICE, MessageKind.SHIPPED)]
    assert await store.findings() == ()


async def test_a_message_to_be_tried_later_holds_back_its_own_chat_alone(
    store: AnyStore,
) -> None:
    """A flood wait of one chat is no other chat's business."""

    def work(tx: Transaction) -> None:
        tx.outbox.enqueue(ALICE, MessageKind.RECEIPT, NOW)
        tx.outbox.enqueue(ALICE, MessageKind.SHIPPED, NOW)
        tx.outbox.enqueue(BOB, MessageKind.LINK, NOW)

    await store.write(work)
    first = await _head(store, NOW)
    await store.write(lambda tx: tx.outbox.later(first.id, NOW + 60))
    assert await _due(store, NOW + 59) == [(BOB, MessageKind.LINK)]
    assert await store.read(lambda tx: tx.outbox.next_at()) == NOW
    assert await _due(store, NOW + 60) == [(BOB, MessageKind.LINK), (ALICE, MessageKind.RECEIPT)]
    assert [m.attempts for m in await store.read(lambda tx: tx.outbox.due(NOW + 60, 9))] == [0, 1]


async def test_busy_chats_are_passed_over_and_the_limit_counts_the_others(
    store: AnyStore,
) -> None:
    """The worker has at most one message of a chat under way."""

    def work(tx: Transaction) -> None:
        for chat_id in (ALICE, BOB):
            tx.outbox.enqueue(chat_id, MessageKind.LINK, NOW)

    await store.write(work)
    assert await _due(store, NOW, busy=(ALICE,), limit=1) == [(BOB, MessageKind.LINK)]
    assert await _due(store, NOW, busy=(ALICE, BOB)) == []
    assert await _due(store, NOW, limit=1) == [(ALICE, MessageKind.LINK)]


@pytest.mark.once
async def test_a_parked_message_is_never_due_again_and_lets_the_next_go(store: AnyStore) -> None:
    """One bad message blocks no other, and why it was set aside is kept."""

    def work(tx: Transaction) -> None:
        tx.outbox.enqueue(ALICE, MessageKind.SUPPORT, NOW, details={"text": "very private"})
        tx.outbox.enqueue(ALICE, MessageKind.LINK, NOW)

    await store.write(work)
    first = await _head(store, NOW)
    await store.write(lambda tx: tx.outbox.park(first.id, NOW, "can't parse entities"))
    assert await _due(store, NOW) == [(ALICE, MessageKind.LINK)]
    row = await raw(
        store,
        lambda db: tuple(db.execute("SELECT parked, details FROM outbox WHERE id = 1").fetchone()),
    )
    assert row == ("can't parse entities", "{}")


@pytest.mark.once
async def test_what_is_done_stays_done(store: AnyStore) -> None:
    """A late answer about a message neither revives nor ends it twice."""

    def work(tx: Transaction) -> None:
        tx.outbox.enqueue(ALICE, MessageKind.LINK, NOW)
        tx.outbox.sent(1, NOW)
        tx.outbox.later(1, NOW)
        tx.outbox.park(1, NOW + 1, "late")
        tx.outbox.sent(1, NOW + 2)
        tx.outbox.sent(99, NOW)

    await store.write(work)
    assert await _due(store, NOW + 99) == []
    done = await raw(
        store, lambda db: tuple(db.execute("SELECT done_at, parked FROM outbox").fetchone())
    )
    assert done == (NOW, None)


async def test_a_message_goes_to_another_chat_before_what_waits_there(store: AnyStore) -> None:
    """Each chat's oldest is due, and nothing is told twice or lost."""

    def work(tx: Transaction) -> None:
        tx.outbox.enqueue(ALICE, MessageKind.RECEIPT, NOW, details={"a": "1"})
        tx.outbox.enqueue(ALICE, MessageKind.SHIPPED, NOW)
        tx.outbox.enqueue(BOB, MessageKind.LINK, NOW)

    await store.write(work)
    first = await _head(store, NOW)
    await store.write(lambda tx: tx.outbox.redirect(first, BOB, {"b": "2"}, NOW))
    assert await _due(store, NOW) == [(BOB, MessageKind.RECEIPT), (ALICE, MessageKind.SHIPPED)]
    assert (await _head(store, NOW)).details == {"b": "2"}
    await store.write(lambda tx: tx.outbox.sent(first.id, NOW))
    assert await _due(store, NOW) == [(ALICE, MessageKind.SHIPPED), (BOB, MessageKind.LINK)]
    assert await store.findings() == ()


async def test_what_is_held_for_a_chat_waits_until_it_is_back(store: AnyStore) -> None:
    """It is not due, nor counted as late, and goes in its order once the chat is there."""

    def work(tx: Transaction) -> None:
        tx.outbox.enqueue(ALICE, MessageKind.OWNER_SALE, NOW)
        tx.outbox.enqueue(BOB, MessageKind.LINK, NOW + 3)
        tx.outbox.hold_chat(ALICE)
        tx.outbox.enqueue(ALICE, MessageKind.OWNER_SALE, NOW + 1)
        tx.outbox.enqueue(ALICE, MessageKind.OWNER_DISPUTE, NOW + 2)

    await store.write(work)
    assert await _due(store, 2**60) == [(BOB, MessageKind.LINK)]
    assert await store.read(lambda tx: (tx.outbox.depth(), tx.outbox.oldest())) == (1, NOW + 3)
    assert await store.write(lambda tx: tx.outbox.none_after(NOW + 9)) == 0
    assert await store.findings() == ()
    assert await store.write(lambda tx: tx.outbox.release_chat(ALICE)) == 2
    assert await store.write(lambda tx: tx.outbox.release_chat(ALICE)) == 0
    head = await _head(store, NOW)
    assert (head.chat_id, head.kind, head.created_at) == (ALICE, MessageKind.OWNER_SALE, NOW)
    assert await store.read(lambda tx: tx.outbox.depth()) == 4
    assert await store.findings() == ()


async def test_what_is_held_for_a_group_follows_it(store: AnyStore) -> None:
    """A group that grew has the shop in it: what was held is due there."""

    def work(tx: Transaction) -> None:
        tx.outbox.enqueue(ALICE, MessageKind.RECEIPT, NOW)
        tx.outbox.hold_chat(ALICE)
        tx.chats.rekey(ALICE, BOB)

    await store.write(work)
    assert await _due(store, NOW) == [(BOB, MessageKind.RECEIPT)]


async def test_a_chat_that_is_forgotten_loses_what_waits_for_it_and_nobody_else(
    store: AnyStore,
) -> None:
    """Later messages start anew."""

    def work(tx: Transaction) -> None:
        for kind in (MessageKind.LINK, MessageKind.RECEIPT):
            tx.outbox.enqueue(ALICE, kind, NOW)
            tx.outbox.enqueue(BOB, kind, NOW)
        tx.outbox.drop_chat(ALICE, NOW)

    await store.write(work)
    assert await _due(store, NOW) == [(BOB, MessageKind.LINK)]
    assert await store.read(lambda tx: tx.outbox.depth()) == 2
    await store.write(lambda tx: tx.outbox.enqueue(ALICE, MessageKind.EXPIRED, NOW + 1))
    assert await _due(store, NOW + 1) == [(BOB, MessageKind.LINK), (ALICE, MessageKind.EXPIRED)]


async def test_depth_and_next_time_tell_what_waits(store: AnyStore) -> None:
    """An empty outbox has no next time."""
    assert await store.read(lambda tx: (tx.outbox.depth(), tx.outbox.next_at())) == (0, None)

    def work(tx: Transaction) -> None:
        tx.outbox.enqueue(ALICE, MessageKind.LINK, NOW + 5)
        tx.outbox.enqueue(ALICE, MessageKind.LINK, NOW + 6)
        tx.outbox.enqueue(BOB, MessageKind.LINK, NOW + 7)

    await store.write(work)
    assert await store.read(lambda tx: (tx.outbox.depth(), tx.outbox.next_at())) == (3, NOW + 5)


async def test_a_message_about_an_order_that_is_not_there_is_refused(store: AnyStore) -> None:
    """Foreign keys are on."""
    with pytest.raises(CorruptError, match=r"(?i)foreign key constraint"):
        await store.write(
            lambda tx: tx.outbox.enqueue(ALICE, MessageKind.RECEIPT, NOW, OrderId(1001))
        )
    assert await store.read(lambda tx: tx.outbox.depth()) == 0
