"""Shops in processes of their own, forked from one that has imported everything."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from kit.faults.crash_child import RunPlan
from kit.patience import PATIENCE

ROOT = Path(__file__).parents[2]


class Nursery:
    """The process that forks shops."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def fork(self, plan: RunPlan) -> Child:
        """Start a shop."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asdict(plan)).encode() + b"\n")
        return Child(int(await self._line()), asyncio.create_task(self._line()), plan)

    async def _line(self) -> bytes:
        assert self._process.stdout is not None
        return await self._process.stdout.readline()


@dataclass
class Child:
    """A shop in a process of its own."""

    pid: int
    ended: asyncio.Task[bytes]
    plan: RunPlan

    def points(self) -> list[str]:
        """Return the points that it has passed so far, and ``open``."""
        path = Path(self.plan.points)
        return path.read_text().splitlines() if path.exists() else []

    def last_words(self) -> str:
        """Return the end of its log."""
        return Path(self.plan.log).read_text(encoding="utf-8")[-2000:]

    async def stop(self) -> int:
        """Ask it to end, and return its exit code."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        return int(await asyncio.wait_for(self.ended, PATIENCE))


@asynccontextmanager
async def open_nursery(program: Path = ROOT) -> AsyncIterator[Nursery]:
    """Start the process that forks shops, of the program in a folder."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "kit.faults.crash_child", cwd=program,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PTB_TIMEDELTA": "true", "PYTHONPATH": f"{program}:{ROOT}"},
    )  # fmt: skip
    try:
        yield Nursery(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
