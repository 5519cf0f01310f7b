"""Row 31: a clock that was ahead is set right, and nothing waits for it to come by again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.order import ChatId
from bot.ports import EventId, EventKind, InboxEvent, MessageKind, Transaction
from bot.shop.people.conversations import PATIENCE, About, Conversations
from bot.workers.due_times import DueTimes
from kit import JumpingClock, Kit, open_kit
from tests.shop.journeys import order_something

DAY = 24 * 3600
CHAT = ChatId(4711)


@pytest.fixture
async def kit(tmp_path: Path) -> AsyncIterator[Kit]:
    """Open a shop."""
    async with open_kit(tmp_path) as kit:
        yield kit


def store_ahead(tx: Transaction, ahead: int) -> None:
    """Store a message and an event as a shop does whose clock is ahead."""
    tx.outbox.put(CHAT, MessageKind.OWNER_ALERT, ahead, details={"problem": "x"})
    tx.inbox.put(InboxEvent(EventId("evt_1"), next(iter(EventKind)), "x_1", ahead))


async def test_what_was_stored_by_a_clock_a_day_ahead_waits_no_day(kit: Kit) -> None:
    """Messages wait an hour at most, events ten minutes, and orders four minutes.

    Control: before the look, none of them is due within those times.
    """
    await order_something(kit, kit.person("Alice"))
    await kit.drain()
    now = kit.clock.now()
    store = kit.running.store
    await store.write(lambda tx: store_ahead(tx, now + DAY))

    def due(tx: Transaction) -> tuple[int, int]:
        return len(tx.outbox.due(now + 3601, 9)), len(tx.inbox.due(now + 700, 9))

    order = (await store.read(lambda tx: tx.orders.due(now + 10_000, 9)))[0]
    await store.write(lambda tx: tx.orders.looked_at(order.id, now + DAY))
    assert await store.read(due) == (0, 0)
    assert await store.read(lambda tx: tx.orders.due(now + 300, 9)) == ()

    await DueTimes(kit.shop.context).work()

    assert await store.read(due) == (1, 1)
    assert [one.id for one in await store.read(lambda tx: tx.orders.due(now + 300, 9))] == [
        order.id
    ]


async def test_what_waits_as_long_as_it_may_stays_as_it_is(kit: Kit) -> None:
    """A message that Telegram put off for half an hour is not hurried."""
    now, store = kit.clock.now(), kit.running.store
    await store.write(lambda tx: tx.outbox.put(CHAT, MessageKind.OWNER_ALERT, now + 1800))
    await DueTimes(kit.shop.context).work()
    assert await store.read(lambda tx: tx.outbox.due(now + 1799, 9)) == ()
    assert len(await store.read(lambda tx: tx.outbox.due(now + 1800, 9))) == 1


async def test_events_are_looked_for_from_now_on_at_the_latest(kit: Kit) -> None:
    """A first start by a clock ahead would have passed over a day of events."""
    now, store = kit.clock.now(), kit.running.store
    await store.write(lambda tx: tx.notes.set("events_since", str(now + DAY)))
    await DueTimes(kit.shop.context).work()
    since = await store.read(lambda tx: tx.notes.get("events_since"))
    assert since is not None
    assert now <= int(since) <= now + 5


async def test_a_question_of_a_clock_ahead_ends_with_its_usual_time(kit: Kit) -> None:
    """What was asked a day ahead is over after its patience from when the clock was right."""
    clock = JumpingClock()
    questions = Conversations(kit.running.store, clock)
    clock.jump(DAY)
    await questions.ask(CHAT, next(iter(About)))
    clock.jump(-DAY)
    assert await questions.waiting(CHAT) is not None
    clock.jump(PATIENCE + 5)
    assert await questions.waiting(CHAT) is None
