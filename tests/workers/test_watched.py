"""Every background task is watched: one that ends by an error starts again, and readiness tells."""

from __future__ import annotations

import asyncio

import pytest

from bot.shop import Bell
from bot.workers import loop


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_AFTER_A_FAULT", 0.01)
    monkeypatch.setattr(loop, "_WELL_AGAIN", 0.05)


async def test_a_loop_whose_waiting_fails_goes_on() -> None:
    """A fault in reckoning how long to wait ended the loop for good, unseen."""
    rounds, third = 0, asyncio.Event()

    async def work() -> int:
        nonlocal rounds
        rounds += 1
        if rounds == 3:
            third.set()
        return 0

    async def idle() -> float:
        raise KeyError("anything")

    task = asyncio.create_task(loop.keep_working("a", work, Bell(), idle))
    async with asyncio.timeout(5):
        await third.wait()
    task.cancel()


async def test_what_fails_is_named_until_it_is_well() -> None:
    """Its name stands among the ailing from the error to the first round that goes well."""
    ailing, seen = set[str](), list[set[str]]()
    done = asyncio.Event()

    async def work() -> int:
        seen.append(set(ailing))
        if len(seen) <= 2:
            raise KeyError("anything")
        if len(seen) == 4:
            done.set()
            await asyncio.Event().wait()
        return 1

    async def idle() -> float:
        return 0.0

    task = asyncio.create_task(loop.keep_working("a", work, Bell(), idle, ailing))
    async with asyncio.timeout(5):
        await done.wait()
    task.cancel()
    assert seen == [set(), {"a"}, {"a"}, set()]


async def test_what_should_never_end_is_started_again() -> None:
    """It is named while it keeps failing, and not any more once it has run for a while."""
    ailing, starts = set[str](), 0

    async def run() -> None:
        nonlocal starts
        starts += 1
        if starts <= 2:
            raise KeyError("anything")
        await asyncio.Event().wait()

    task = asyncio.create_task(loop.keep_running("a", run, ailing))
    async with asyncio.timeout(5):
        while starts < 3:  # noqa: ASYNC110 - a counter
            await asyncio.sleep(0)
        assert ailing == {"a"}
        while ailing:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)
    task.cancel()
