"""Plays an outcome once at Stripe, and its events to the shop in one order after another.

At every point of every order each event that has come before comes again, once under its own id
and once as another event of the same change, as Stripe sends both. Neither may change a row, so
whatever is repeated, however often and wherever, ends as the order without repetitions does.
"""

from __future__ import annotations

import itertools
import random
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.order import OrderId
from bot.payments.events import KINDS
from bot.ports import MessageKind
from kit.faults.counter import ALICE, Counter, open_counter
from kit.faults.outcomes import StripeEnd

StripeEvent = dict[str, Any]
TableRows = dict[str, list[Any]]
_TO_THE_CUSTOMER = {
    MessageKind.RECEIPT, MessageKind.FAILED, MessageKind.EXPIRED, MessageKind.REFUNDED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Played:
    """How many orders of an outcome's events were played, of how many, and what was repeated."""

    orders: int
    of: int
    repeats: int


async def play(outcome: StripeEnd, folder: Path, most: int) -> Played:
    """Play an outcome's events in at most so many orders, drawn at random where there are more.

    Raises:
        AssertionError: an order of events led somewhere else, or a repetition changed something;
            the kinds are told.
    """
    async with open_counter(folder) as counter:
        order = await counter.buy(ALICE)
        await outcome.play(counter, str(order.session_id))
        events = [e for e in counter.stripe.events if e["type"] in KINDS]
        await counter.close()
        before = folder / "before.sqlite3"
        shutil.copy(counter.database, before)
        every = list(itertools.permutations(events))
        chosen = every if len(every) <= most else random.Random(5).sample(every, most)
        repeats = 0
        for sequence in chosen:
            shutil.copy(before, counter.database)
            await counter.open()
            repeats += await _deliver(counter, sequence)
            await _check(counter, outcome, order.id, [e["type"] for e in sequence])
            await counter.close()
        await counter.open()
        return Played(len(chosen), len(every), repeats)


async def _deliver(counter: Counter, sequence: Sequence[StripeEvent]) -> int:
    """Deliver the events, and after each one everything so far again; return how often."""
    repeats = 0
    for place, event in enumerate(sequence):
        assert await counter.receive(event)
        await counter.act()
        for again in sequence[: place + 1]:
            kinds = [e["type"] for e in sequence[: place + 1]]
            was = rows(counter.database)
            assert not await counter.receive(again)
            await counter.act()
            assert rows(counter.database) == was, f"{again['type']} again after {kinds}"
            assert await counter.receive({**again, "id": f"{again['id']}twin{place}"})
            await counter.act()
            beside_inbox = {name: found for name, found in was.items() if name != "inbox"}
            now = {**rows(counter.database)}
            del now["inbox"]
            assert now == beside_inbox, f"a twin of {again['type']} after {kinds}"
            repeats += 2
    return repeats


def rows(database: Path) -> TableRows:
    """Return every row of every table, as somebody beside the shop sees them.

    An order's version is left out: it counts how often Stripe was asked, whatever the answer.
    """
    names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    with closing(sqlite3.connect(database)) as db:
        tables = [name for (name,) in db.execute(names)]
        return {
            name: db.execute(f"SELECT {_columns(db, name)} FROM {name}").fetchall()
            for name in tables
        }


def _columns(db: sqlite3.Connection, table: str) -> str:
    names = (row[1] for row in db.execute(f"PRAGMA table_info({table})"))
    return ", ".join(name for name in names if name != "version")


async def _check(counter: Counter, outcome: StripeEnd, order_id: OrderId, kinds: list[str]) -> None:
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
