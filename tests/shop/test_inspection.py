"""Stored orders held against the clock and against whom the database belongs to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.doctor.health import Weight
from bot.doctor.inspection import belongs, unclaimed, waiting
from bot.domain.money import Money
from bot.domain.order import ChatId, OrderId, OrderState
from bot.ports import EventId, EventKind, InboxEvent, MessageKind, Transaction
from bot.store.sqlite import SqliteStore, open_store
from kit.faults.counter import open_counter
from kit.samples import ALICE, BOB, NOW, attach, place_next, stocked

HOUR, DAY = 3600, 86400
#: Samples' links end an hour after they were placed.
ENDS = NOW + HOUR


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """An open store with goods."""
    async with await open_store(tmp_path / "shop.sqlite3") as opened:
        await stocked(opened, None)
        yield opened


async def _keys(store: SqliteStore, now: int, *, running: bool = True) -> list[tuple[Weight, str]]:
    return [(one.weight, one.key) for one in await waiting(store, now, running=running)]


async def test_an_order_is_overdue_a_day_after_its_link_ended(store: SqliteStore) -> None:
    """By then Stripe has said how it ended, or nobody asked."""
    await store.write(lambda tx: place_next(tx, ALICE))
    assert await _keys(store, ENDS + DAY) == []
    assert await _keys(store, ENDS + DAY + 1) == [(Weight.FAULT, "overdue")]


async def test_a_bank_may_take_three_weeks(store: SqliteStore) -> None:
    """A debit that is on its way is not overdue with its link."""

    def work(tx: Transaction) -> None:
        order = place_next(tx, ALICE)
        attach(tx, order)
        tx.orders.transition(order.id, OrderState.PROCESSING, now=NOW)

    await store.write(work)
    assert await _keys(store, ENDS + 21 * DAY) == []
    assert await _keys(store, ENDS + 21 * DAY + 1) == [(Weight.FAULT, "overdue")]


async def test_more_than_a_page_of_overdue_orders_is_found(store: SqliteStore) -> None:
    """At most twenty are named, and every page is looked at: the oldest stand on the last."""

    def work(tx: Transaction) -> None:
        place_next(tx, ALICE)
        for chat in range(100, 230):
            tx.orders.transition(place_next(tx, ChatId(chat)).id, OrderState.EXPIRED, now=NOW)
        for chat in range(300, 430):
            place_next(tx, ChatId(chat))

    await store.write(work)
    remarks = await waiting(store, ENDS + DAY + 1, running=True)
    assert [one.key for one in remarks] == ["overdue"] * 20


async def test_a_message_is_stuck_after_an_hour_while_the_shop_runs(store: SqliteStore) -> None:
    """It counts also while it waits for its next try; a shop that stands still is no fault."""

    def work(tx: Transaction) -> None:
        tx.outbox.enqueue(BOB, MessageKind.SUPPORT, NOW)
        (message,) = tx.outbox.due(NOW, 1)
        tx.outbox.later(message.id, NOW + 2 * HOUR)

    await store.write(work)
    assert await _keys(store, NOW + HOUR) == []
    assert await _keys(store, NOW + HOUR + 1) == [(Weight.FAULT, "messages_stuck")]
    assert await _keys(store, NOW + HOUR + 1, running=False) == [(Weight.NOTE, "messages_stuck")]


async def test_an_event_is_stuck_after_an_hour(store: SqliteStore) -> None:
    """What Stripe told must be acted on."""
    event = InboxEvent(EventId("evt_1"), EventKind.REFUND, "ch_1", NOW)
    await store.write(lambda tx: tx.inbox.enqueue(event))
    assert await _keys(store, NOW + HOUR) == []
    assert await _keys(store, NOW + HOUR + 1) == [(Weight.FAULT, "events_stuck")]


async def test_orders_in_review_are_worth_a_word(store: SqliteStore) -> None:
    """They wait for a person; one without a payment is a fault, as nobody knows of its money."""

    def work(tx: Transaction) -> None:
        order = place_next(tx, ALICE)
        tx.orders.transition(
            OrderId(order.id), OrderState.REVIEW, now=NOW, reason="unknown at Stripe"
        )

    await store.write(work)
    assert await _keys(store, NOW) == [(Weight.NOTE, "in_review"), (Weight.FAULT, "review_unpaid")]


async def test_a_database_belongs_to_whom_it_remembers(store: SqliteStore) -> None:
    """Only what it remembers and what differs is a fault; a new one belongs to nobody yet."""
    facts = {"bot": "1", "account": "acct_1", "mode": "live"}
    assert await belongs(store, facts) == ()

    def work(tx: Transaction) -> None:
        tx.notes.set("belongs_to_bot", "1")
        tx.notes.set("belongs_to_mode", "test")

    await store.write(work)
    (remark,) = await belongs(store, facts)
    assert (remark.weight, remark.key) == (Weight.FAULT, "foreign_mode")
    assert remark.params == {"remembered": "test", "given": "live"}


async def test_money_at_stripe_that_no_order_knows_of_is_named(tmp_path: Path) -> None:
    """Paid for this shop, and its event not seen: told with the amount; another shop's is not."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy(ALICE)
        await counter.stripe.pay(str(order.session_id))
        for number, shop in enumerate((counter.shop.context.shop_id, "another")):
            asked = order.attempt.parameters.replace(counter.shop.context.shop_id, shop)
            stray = await counter.payments.create(asked, f"stray-{number}")
            await counter.stripe.pay(str(stray.id))

        told = await unclaimed(counter.store, counter.payments, counter.clock.now())

        mine = next(s for s in counter.stripe.sessions.values() if s["id"] != order.session_id)
        assert [(one.weight, one.key, one.params) for one in told] == [
            (
                Weight.FAULT,
                "paid_without_order",
                {"total": Money(1250, "eur"), "session": mine["id"]},
            )
        ]
        await counter.quiet()
        assert await unclaimed(counter.store, counter.payments, counter.clock.now()) == ()
