"""Plays an outcome once at Stripe, and its events to the shop in one order after another."""

from __future__ import annotations

import itertools
import math
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


def each_once(events: Sequence[Event]) -> Iterator[tuple[Event, ...]]:
    """Yield every order of the events, and each again followed by twins under other ids.

    Stripe sends an event again under its own id, and at times two events of one change.
    """
    for order in itertools.permutations(events):
        yield order
        yield (*order, *map(_twin, order))


def each_twice(events: Sequence[Event]) -> Iterator[tuple[Event, ...]]:
    """Yield every order of the events in which each comes twice, under its own id."""
    return _mixed([(event, 2) for event in events])


def _mixed(left: Sequence[tuple[Event, int]]) -> Iterator[tuple[Event, ...]]:
    if not left:
        yield ()
    for place, (event, times) in enumerate(left):
        once_less = [(event, times - 1)] if times > 1 else []
        for rest in _mixed([*left[:place], *once_less, *left[place + 1 :]]):
            yield (event, *rest)


def how_many_twice(events: Sequence[Event]) -> int:
    """Return how many orders `each_twice` has."""
    return math.factorial(2 * len(events)) // (1 << len(events))


def some_orders(events: Sequence[Event], most: int) -> list[tuple[Event, ...]]:
    """Return every order and repetition of the events, or a spread of at most so many."""
    once = list(each_once(events))
    if len(once) + how_many_twice(events) <= most:
        return [*once, *each_twice(events)]
    draw = random.Random(5)
    if len(once) > most // 2:
        once = draw.sample(once, most // 2)
    drawn: dict[tuple[int, ...], tuple[Event, ...]] = {}
    places = list(range(len(events))) * 2
    while len(drawn) < most - len(once):
        draw.shuffle(places)
        drawn[tuple(places)] = tuple(events[place] for place in places)
    return [*once, *drawn.values()]


def _twin(event: Event) -> Event:
    return {**event, "id": f"{event['id']}twin"}


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
