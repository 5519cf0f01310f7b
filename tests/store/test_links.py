"""Reminders of payment links, and carts left behind, as they are stored."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.order import ChatId, Order, OrderState
from bot.ports import REMIND_BEFORE, Chat, ChatKind, Transaction
from kit.engines import AnyStore
from kit.samples import ALICE, BOB, GROUP, NOW, attach, cart_line, place_next, stocked

HOUR = 3600


async def _open_order(store: AnyStore, chat_id: ChatId = ALICE) -> Order:
    """Place an order that can be paid for an hour."""
    await stocked(store)

    def work(tx: Transaction) -> Order:
        order = place_next(tx, chat_id)
        assert attach(tx, order)
        return order

    return await store.write(work)


async def test_a_reminder_is_due_a_quarter_of_an_hour_before_the_end_and_goes_once(
    store: AnyStore,
) -> None:
    """The time stands in the row, so a restart forgets none."""
    order = await _open_order(store)
    due = order.attempt.expires_at - REMIND_BEFORE

    def work(tx: Transaction) -> tuple[object, ...]:
        early, ready = tx.links.ending(due - 1, 9), tx.links.ending(due, 9)
        first, second = tx.links.reminded(order.id), tx.links.reminded(order.id)
        return early, ready, first, second, tx.links.ending(due, 9)

    assert await store.write(work) == ((), (order.id,), True, False, ())


@pytest.mark.parametrize(
    "state", [OrderState.PAID, OrderState.PROCESSING, OrderState.EXPIRED, OrderState.CANCELLED]
)
async def test_an_order_that_ended_is_not_recalled(store: AnyStore, state: OrderState) -> None:
    """The move itself takes the reminder away."""
    order = await _open_order(store)

    def work(tx: Transaction) -> object:
        assert tx.orders.transition(order.id, state, now=NOW + 60)
        return tx.links.ending(NOW + HOUR, 9)

    assert await store.write(work) == ()


def _meet(tx: Transaction, chat_id: ChatId, **changes: object) -> None:
    chat = Chat(chat_id, ChatKind.PRIVATE, "en", "Ann")
    tx.chats.save(replace(chat, **changes))  # type: ignore[arg-type]


async def test_a_cart_is_left_behind_once_its_newest_line_is_old(store: AnyStore) -> None:
    """A line that was added since keeps the whole cart from it."""

    def work(tx: Transaction) -> tuple[object, ...]:
        _meet(tx, ALICE)
        tx.carts.upsert(ALICE, cart_line("beans"))
        tx.carts.upsert(ALICE, replace(cart_line("mug"), added_at=NOW + 60))
        return (
            tx.carts.left_behind(0, NOW + 59),
            tx.carts.left_behind(0, NOW + 60),
            tx.carts.left_behind(NOW + 60, NOW + 999),
        )

    assert await store.write(work) == ((), (ALICE,), ())


async def test_a_cart_is_recalled_once_until_another_is_begun(store: AnyStore) -> None:
    """What is added to it changes nothing; a new cart counts anew."""

    def work(tx: Transaction) -> tuple[object, ...]:
        _meet(tx, ALICE)
        tx.carts.upsert(ALICE, cart_line("beans"))
        tx.carts.recalled(ALICE, NOW + 60)
        tx.carts.upsert(ALICE, replace(cart_line("mug"), added_at=NOW + 70))
        same = tx.carts.left_behind(0, NOW + 99)
        tx.carts.clear(ALICE)
        tx.carts.upsert(ALICE, replace(cart_line("mug"), added_at=NOW + 80))
        return same, tx.carts.left_behind(0, NOW + 99)

    assert await store.write(work) == ((), (ALICE,))


async def test_who_wants_no_reminder_or_has_a_link_is_left_in_peace(store: AnyStore) -> None:
    """Groups, closed chats, those who said no, and those who have an order to pay."""
    await _open_order(store, BOB)
    said_no, closed, stranger = ChatId(21), ChatId(22), ChatId(23)

    def work(tx: Transaction) -> object:
        _meet(tx, BOB)
        _meet(tx, GROUP, kind=ChatKind.GROUP)
        _meet(tx, said_no, reminders=False)
        _meet(tx, closed, reachable=False)
        for chat_id in (BOB, GROUP, said_no, closed, stranger):
            tx.carts.upsert(chat_id, cart_line())
        return tx.carts.left_behind(0, NOW + 99)

    assert await store.write(work) == ()
