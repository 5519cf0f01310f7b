"""Plays an outcome once at Stripe, and its events to the shop in one order after another."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.payments.events import KINDS
from bot.ports import MessageKind
from tests.faults.counter import ALICE, Counter, open_counter
from tests.faults.outcomes import Outcome

Event = dict[str, Any]
_TO_THE_CUSTOMER = {
    MessageKind.RECEIPT, MessageKind.FAILED, MessageKind.EXPIRED, MessageKind.REFUNDED,
}  # fmt: skip


def every_order(events: Sequence[Event]) -> Iterator[tuple[Event, ...]]:
    """Yield every order of the events once, and every order with each event repeated."""
    for order in itertools.permutations(events):
        yield order
        yield tuple(itertools.chain.from_iterable((event, event) for event in order))
        yield (*order, *order)


def some_orders(events: Sequence[Event], most: int) -> list[tuple[Event, ...]]:
    """Return all of the orders, or a spread of at most so many."""
    orders = list(every_order(events)) if len(events) <= 5 else list(_drawn(events, most))
    return orders if len(orders) <= most else random.Random(5).sample(orders, most)


def _drawn(events: Sequence[Event], most: int) -> Iterator[tuple[Event, ...]]:
    drawn = random.Random(5)
    for _ in range(most):
        twice = [*events, *events]
        drawn.shuffle(twice)
        yield tuple(twice)


async def play(outcome: Outcome, folder: Path, most: int) -> int:
    """Play an outcome's events in at most so many orders, and return in how many.

    Raises:
        AssertionError: an order of events led somewhere else; its kinds are told.
    """
    async with open_counter(folder) as counter:
        order = await counter.buy(ALICE)
        await outcome.play(counter, str(order.session_id))
        events = [e for e in counter.stripe.events if e["type"] in KINDS]
        await counter.close()
        before = folder / "before.sqlite3"
        shutil.copy(counter.database, before)
        orders = some_orders(events, most)
        for sequence in orders:
            shutil.copy(before, counter.database)
            await counter.open()
            await _deliver(counter, sequence)
            await _check(counter, outcome, order.id, [e["type"] for e in sequence])
            await counter.close()
        await counter.open()
        return len(orders)


async def _deliver(counter: Counter, sequence: Sequence[Event]) -> None:
    for event in sequence:
        await counter.receive(event)
        await counter.act()


async def _check(counter: Counter, outcome: Outcome, order_id: Any, kinds: list[str]) -> None:
    ended = await counter.order(order_id)
    told = [m.kind for m in await counter.told() if m.kind in _TO_THE_CUSTOMER]
    was = (
        ended.state,
        ended.refunded.minor if ended.refunded else 0,
        await counter.free("tea"),
        ended.dispute,
    )
    wanted = (outcome.state, outcome.refunded, outcome.free, outcome.dispute)
    assert was == wanted, f"{kinds} ended as {was}, not {wanted}"
    assert outcome.told <= set(told), f"{kinds}: only {told} was told"
    assert told.count(MessageKind.RECEIPT) <= 1, f"{kinds}: {told}"
    assert await counter.findings() == [], kinds
