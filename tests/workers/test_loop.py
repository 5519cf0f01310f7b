"""Loops that never die: of a bad round, of a fault in between, of a disk that is away."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.errors import TransientError
from bot.shop import Bell
from bot.workers import loop
from kit.patience import PATIENCE


async def test_a_bad_round_does_not_end_the_work() -> None:
    """A bug and a silent service are both logged, and the next round comes."""
    rounds, done, bell = list[int](), asyncio.Event(), Bell()

    async def work() -> int:
        rounds.append(len(rounds))
        if len(rounds) < 3:
            bell.ring()
        match len(rounds):
            case 1:
                raise ValueError("a bug")
            case 2:
                raise TransientError("away")
            case 3:
                return 1
            case _:
                done.set()
                return 0

    async def idle() -> float:
        if len(rounds) == 2:
            raise TransientError("the disk is away as well")
        return 30.0

    task = asyncio.create_task(loop.keep_working("test", work, bell, idle))
    async with asyncio.timeout(PATIENCE):
        await done.wait()
    task.cancel()

    assert rounds[:4] == [0, 1, 2, 3]


async def test_a_worker_that_fell_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What should never end is begun anew after a fault."""
    monkeypatch.setattr(loop, "_AFTER_A_FAULT", 0.0)
    starts, twice = list[int](), asyncio.Event()

    async def run() -> None:
        starts.append(1)
        if len(starts) == 1:
            raise TransientError("away")
        if len(starts) == 2:
            raise ValueError("a bug")
        twice.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(loop.keep_running("test", run))
    async with asyncio.timeout(PATIENCE):
        await twice.wait()
    task.cancel()

    assert len(starts) == 3
