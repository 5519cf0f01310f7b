"""A shop in a process of its own, as a service manager starts and stops it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kit import KEY, TOKEN
from kit.patience import PATIENCE
from shop_sandbox.site import SandboxSite
from tests.cli.conftest import ROOT

OPEN = "is open. Stop it with"


def settings_for(site: SandboxSite, database: Path, **more: str) -> dict[str, str]:
    """Return the environment of a shop that talks to the sandbox."""
    settings = {
        "telegram_bot_token": TOKEN,
        "stripe_api_key": KEY,
        "telegram_api_url": site.telegram_api_url,
        "stripe_api_url": site.stripe_api_url,
        "telegram_link_url": site.telegram_link_url,
        "owner_ids": str(site.telegram.person("Marta").id),
        "catalog": str(ROOT / "catalog.json"),
        "database": str(database),
        "port": "0",
    }
    return settings | more


@dataclass(slots=True)
class Running:
    """A process that runs ``python -m bot run``.

    Attributes:
        printed: What it has printed, as far as it was read.
    """

    process: asyncio.subprocess.Process
    printed: str = field(default="")

    async def says(self, words: str) -> None:
        """Wait until it prints something."""
        assert self.process.stderr
        async with asyncio.timeout(PATIENCE):
            while words not in self.printed:
                line = await self.process.stderr.readline()
                assert line, f"it ended before it said {words!r}:\n{self.printed}"
                self.printed += line.decode()

    async def stop(self, sign: int = signal.SIGTERM) -> int:
        """Ask it to end; return its exit code."""
        self.process.send_signal(sign)
        return await self.end()

    async def end(self) -> int:
        """Wait for its end; return its exit code."""
        async with asyncio.timeout(PATIENCE):
            _, rest = await self.process.communicate()
        self.printed += rest.decode()
        assert self.process.returncode is not None
        return self.process.returncode


@asynccontextmanager
async def started(
    settings: Mapping[str, str], *arguments: str, until: str = OPEN
) -> AsyncIterator[Running]:
    """Run the shop until it has said something; it is killed where the test forgets it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        *arguments,
        cwd=Path(settings["database"]).parent,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "en_GB.UTF-8"}
        | {name.upper(): value for name, value in settings.items()},
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    running = Running(process)
    try:
        await running.says(until)
        yield running
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
