"""Rows 9 and 10: everybody buys the last item."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from bot.domain.order import OrderState
from kit.faults.counter import open_counter
from kit.faults.processes import GUARDED, UNGUARDED, rush_of_processes
from kit.faults.rush import (
    rush,
    without_conditional_update,
    without_guard,
    without_look,
)

BUYERS = 500
_KIND = {"sold", "checkout.sold_out", "checkout.changed"}


@pytest.mark.parametrize(
    "guards",
    [
        pytest.param(nullcontext, id="both guards"),
        pytest.param(without_look, id="the conditional update alone"),
        pytest.param(without_conditional_update, id="the look within the transaction alone"),
    ],
)
@pytest.mark.usefixtures("either_engine")
async def test_five_hundred_coroutines_and_one_item_are_one_sale(
    tmp_path: Path, guards: Callable[[], AbstractContextManager[None]]
) -> None:
    """Of 500 coroutines that buy the last item, one gets it and 499 are told kindly."""
    async with open_counter(tmp_path) as counter:
        with guards():
            told = await rush(counter, BUYERS)

        assert told["sold"] == 1
        assert set(told) <= _KIND
        assert sum(told.values()) == BUYERS
        assert await counter.free("mug") == 0
        assert await counter.findings() == []


@pytest.mark.usefixtures("either_engine")
@pytest.mark.once  # twice as long, they would be in each other's way for ever
async def test_control_without_the_guard_coroutines_oversell(tmp_path: Path) -> None:
    """CONTROL: where the look and the hold are two steps, the same rush oversells."""
    async with open_counter(tmp_path) as counter:
        with without_guard():
            told = await rush(counter, 20)

        assert told["sold"] > 1
        assert any("no hold took more than was free" in one for one in await counter.findings())


def test_sixty_four_processes_and_one_item_are_one_sale(tmp_path: Path) -> None:
    """Of 64 processes that place an order for the last item in one file, one gets it."""
    done = rush_of_processes(tmp_path / "shop.sqlite3", 64, GUARDED)

    assert done == {"sold": 1, "refused": 63}


def test_control_without_the_guard_processes_oversell(tmp_path: Path) -> None:
    """CONTROL: 64 processes that look first and hold afterwards sell it more than once."""
    done = rush_of_processes(tmp_path / "shop.sqlite3", 64, UNGUARDED)

    assert done["sold"] > 1
    assert sum(done.values()) == 64


@pytest.mark.usefixtures("either_engine")
async def test_units_that_come_free_can_be_bought_by_the_next(tmp_path: Path) -> None:
    """A cancelled order's last item is sold to whoever comes next, once."""
    async with open_counter(tmp_path) as counter:
        first = await rush(counter, 3)
        (holder,) = await counter.store.read(lambda tx: tx.books.in_state(OrderState.OPEN, 9))
        await counter.shop.checkout.cancel(holder.chat_id)

        second = await rush(counter, 3)

        assert (first["sold"], second["sold"]) == (1, 1)
        assert await counter.findings() == []
