"""A demo in a process of its own: opened, asked for its first screen, and stopped."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from kit.patience import PATIENCE


@asynccontextmanager
async def demo(
    program: Sequence[str | Path], folder: Path, env: Mapping[str, str], *options: str | Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program's demo on a free port; it is killed where the test forgets it."""
    process = await asyncio.create_subprocess_exec(
        *map(str, program),
        "demo",
        "--no-browser",
        "--port",
        "0",
        *map(str, options),
        cwd=folder,
        env={"LANG": "en_GB.UTF-8"} | dict(env),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def address(process: asyncio.subprocess.Process) -> str:
    """Return the page's address once the demo has printed it."""
    assert process.stdout
    async with asyncio.timeout(PATIENCE):
        line = (await process.stdout.readline()).decode()
    found = re.fullmatch(r"The shop is open at (http://127\.0\.0\.1:\d+)\n", line)
    assert found, line
    return found.group(1)


async def shop_screen(session: aiohttp.ClientSession, url: str) -> str:
    """Press Start as the first person and return what the shop answers."""
    async with session.get(f"{url}/demo/state") as answer:
        alice = (await answer.json())["people"][0]["id"]
    body = {"user_id": alice, "payload": ""}
    async with session.post(f"{url}/demo/start", json=body) as answer:
        assert answer.status == 200
    async with asyncio.timeout(PATIENCE):
        while True:
            async with session.get(f"{url}/demo/chats/{alice}/messages?as={alice}") as answer:
                messages = (await answer.json())["messages"]
            if len(messages) > 1:
                last = messages[-1]
                return str(last.get("caption", last.get("text")))
            await asyncio.sleep(0.02)
