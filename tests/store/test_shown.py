"""Which message shows an order where: the newest of its kind, as long as its chat is there."""

from __future__ import annotations

from bot.domain.order import UserId
from bot.ports import MessageKind, ShownMessage, Transaction
from kit.engines import AnyStore
from kit.samples import ALICE, BOB, GROUP, NOW, SUPERGROUP, place_next, stocked

SALE, REVIEW = MessageKind.OWNER_SALE, MessageKind.OWNER_REVIEW


async def test_the_newest_message_of_a_kind_is_the_one_that_follows(store: AnyStore) -> None:
    """A notice that was sent twice, or one of another kind, does not make two of one."""

    def work(tx: Transaction) -> tuple[ShownMessage, ...]:
        order = place_next(tx, ALICE)
        for message in (7, 8):
            tx.shown.remember(order.id, ShownMessage(SALE, BOB, message))
        tx.shown.remember(order.id, ShownMessage(REVIEW, BOB, 9))
        other = place_next(tx, GROUP)
        tx.shown.remember(other.id, ShownMessage(SALE, BOB, 10))
        return tx.shown.of(order.id)

    await stocked(store)
    found = await store.write(work)
    assert set(found) == {ShownMessage(SALE, BOB, 8), ShownMessage(REVIEW, BOB, 9)}


async def test_the_receipt_of_an_order_is_found_in_each_chat(store: AnyStore) -> None:
    """Another order's, another kind's and another chat's message is not it."""

    def work(tx: Transaction) -> tuple[int | None, ...]:
        order, other = place_next(tx, ALICE), place_next(tx, BOB)
        tx.shown.remember(order.id, ShownMessage(MessageKind.RECEIPT, ALICE, 7))
        tx.shown.remember(order.id, ShownMessage(SALE, BOB, 8))
        asked = ((order, ALICE), (order, BOB), (other, ALICE))
        return tuple(tx.shown.receipt(one.id, chat) for one, chat in asked)

    await stocked(store)
    assert await store.write(work) == (7, None, None)


async def test_messages_of_a_chat_that_is_gone_are_forgotten(store: AnyStore) -> None:
    """A supergroup numbers its messages anew, and a person who left has none."""

    def work(tx: Transaction) -> tuple[ShownMessage, ...]:
        order = place_next(tx, ALICE)
        for chat in (GROUP, BOB, ALICE):
            tx.shown.remember(order.id, ShownMessage(SALE, chat, 7))
        tx.chats.rekey(GROUP, SUPERGROUP)
        tx.chats.forget(BOB, UserId(BOB), NOW)
        return tx.shown.of(order.id)

    await stocked(store)
    assert await store.write(work) == (ShownMessage(SALE, ALICE, 7),)
