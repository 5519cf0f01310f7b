"""The world of the state machine: one shop in one sandbox, stepped through by one event loop."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

from hypothesis.stateful import RuleBasedStateMachine, initialize

from kit.faults.counter import Counter, goods, open_counter

T = TypeVar("T")


def memory() -> str | None:
    """Return a folder that lies in memory, where there is one: what is kept there is scratch."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a fresh folder in it


class MachineWorld(RuleBasedStateMachine):
    """Opens a fresh shop for each run; what happens to it is for the classes built on it."""

    #: Steps taken by all machines of this process.
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.Runner()
        self._open = AsyncExitStack()
        self._folder = tempfile.TemporaryDirectory(dir=memory(), prefix="shop-machine-")
        self._counter: Counter | None = None

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run(work)

    @property
    def shop(self) -> Counter:
        """The shop; there is one from the first step on."""
        assert self._counter is not None
        return self._counter

    @initialize()
    def open(self) -> None:
        """Open a fresh shop in a fresh sandbox."""

        async def work() -> Counter:
            return await self._open.enter_async_context(
                open_counter(Path(self._folder.name), goods({"tea": 6, "mug": 1}))
            )

        self._counter = self._do(work())

    def close(self) -> None:
        """Close the shop and the sandbox, and take their folder away."""
        self._do(self._open.aclose())
        self._loop.close()
        self._folder.cleanup()
