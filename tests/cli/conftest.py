"""Commands as an operator calls them: real processes, with what they print and how they end."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kit.patience import PATIENCE

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """All that was printed."""
        return self.out.decode() + self.err


Bot = Callable[..., Awaitable[Ended]]


@pytest.fixture
def bot(tmp_path: Path) -> Bot:
    """Call ``python -m bot`` in an empty folder, in English, with the given settings alone."""

    async def call(*arguments: str | Path, **settings: str) -> Ended:
        env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "LANG": "en_GB.UTF-8",
            "PYTHONWARNINGS": "error",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *map(str, arguments),
            cwd=tmp_path,
            env=env | {name.upper(): value for name, value in settings.items()},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
        finally:
            if process.returncode is None:  # it should have ended by itself
                process.kill()
                await process.wait()
        assert process.returncode is not None
        return Ended(process.returncode, out, err.decode())

    return call
