"""``demo``: starts within seconds, says where, and ends cleanly when it is told to."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.cli.conftest import ROOT, Bot

_PATIENCE = 20


@asynccontextmanager
async def _demo(**more: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "demo",
        "--no-browser",
        "--port",
        "0",
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "LANG": "en_GB.UTF-8"} | more,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stdout
    async with asyncio.timeout(_PATIENCE):
        line = (await process.stdout.readline()).decode()
    found = re.fullmatch(r"The shop is open at (http://127\.0\.0\.1:\d+)\n", line)
    assert found, line
    return found.group(1)


def _inside(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def _shop_screen(session: aiohttp.ClientSession, url: str) -> str:
    """Press Start as the first person and return what the shop answers."""
    async with session.get(f"{url}/demo/state") as answer:
        alice = (await answer.json())["people"][0]["id"]
    body = {"user_id": alice, "payload": ""}
    async with session.post(f"{url}/demo/start", json=body) as answer:
        assert answer.status == 200
    async with asyncio.timeout(_PATIENCE):
        while True:
            async with session.get(f"{url}/demo/chats/{alice}/messages?as={alice}") as answer:
                messages = (await answer.json())["messages"]
            if len(messages) > 1:
                return str(messages[-1].get("caption"))
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
async def test_the_demo_opens_its_shop_and_ends_cleanly(stop: signal.Signals) -> None:
    """The page is there, the shop answers Start, and a signal ends it all with exit code 0."""
    async with _demo() as process, aiohttp.ClientSession() as session:
        url = await _address(process)
        async with session.get(url) as page:
            assert (page.status, page.content_type) == (200, "text/html")
        screen = await _shop_screen(session, url)
        stopped = time.monotonic()
        process.send_signal(stop)
        out, err = await asyncio.wait_for(process.communicate(), _PATIENCE)

    assert screen.startswith("Café Lume\n")
    assert (process.returncode, err.decode()) == (0, "")
    assert "no money moves" in out.decode()
    assert time.monotonic() - stopped < 5


async def test_the_demo_leaves_nothing_behind(tmp_path: Path) -> None:
    """Its database lies in a temporary folder that goes with it."""
    async with _demo(TMPDIR=str(tmp_path)) as process:
        await _address(process)
        assert len(_inside(tmp_path)) == 1
        process.terminate()
        await asyncio.wait_for(process.communicate(), _PATIENCE)

    assert _inside(tmp_path) == []


async def test_a_port_in_use_is_told_with_the_way_out(bot: Bot) -> None:
    """Exit code 1 and a hint, no traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = await bot(
            "demo", "--no-browser", "--port", port, "--catalog", ROOT / "catalog.json"
        )

    assert ended.code == 1
    assert f"Port {port} cannot be used" in ended.text
    assert "Try --port 0." in ended.text
    assert "Traceback" not in ended.text


async def test_a_broken_catalog_opens_no_demo_and_says_why(bot: Bot, tmp_path: Path) -> None:
    """With no earlier version to sell from, the fault is all there is to show."""
    (tmp_path / "catalog.json").write_text('{"shop": }', encoding="utf-8")
    ended = await bot("demo", "--no-browser", "--port", 0)

    assert ended.code == 1
    assert "catalog.json:1:9" in ended.text
    assert "Traceback" not in ended.text
