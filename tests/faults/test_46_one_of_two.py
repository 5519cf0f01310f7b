"""Row 46: one of two processes is killed, and the other goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kit.faults.nursery import Nursery, open_nursery
from kit.faults.pair import Pair, open_pair
from kit.postgres import PostgresServer

#: Points of a purchase, counted in the process that is killed; the bench kills at every one.
POINTS = (2, 7, 12, 18, 25)


@pytest.fixture
async def nurseries() -> AsyncIterator[tuple[Nursery, Nursery]]:
    """Two processes that fork shops."""
    async with open_nursery() as mortal, open_nursery() as survivor:
        yield mortal, survivor


@pytest.fixture
async def pair(
    nurseries: tuple[Nursery, Nursery], tmp_path: Path, postgres_server: PostgresServer
) -> AsyncIterator[Pair]:
    """A shop of two processes behind a balancer."""
    async with open_pair(nurseries, tmp_path, postgres_server.new_schema()) as opened:
        yield opened


async def test_killed_anywhere_in_a_purchase_the_other_ends_it_paid_and_confirmed_once(
    pair: Pair,
) -> None:
    """SIGKILL of one of two at a commit or a call: the purchase goes on, and nobody opens it anew.

    Whether the buyer comes back or the webhook alone tells; at the end goods, charges and orders
    agree.
    """
    whole = await pair.purchase(None, comes_back=True)
    assert whole.faults() == []
    assert {"before COMMIT", "after COMMIT"} < set(whole.points)
    killed = 0
    for number, fatal in enumerate(POINTS):
        outcome = await pair.purchase(fatal, comes_back=bool(number % 2))
        assert outcome.faults() == [], (fatal, outcome.points[-1:])
        killed += outcome.killed
    assert killed >= len(POINTS) - 1
