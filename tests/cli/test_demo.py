"""``demo``: starts within seconds, says where, and ends cleanly when it is told to."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import aiohttp
import pytest

from kit.patience import PATIENCE
from tests.cli.conftest import ROOT, Bot
from tests.cli.demo import address, demo, shop_screen


def _demo(**more: str) -> AbstractAsyncContextManager[Process]:
    return demo([sys.executable, "-m", "bot"], ROOT, {"PATH": os.environ["PATH"]} | more)


def _inside(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
async def test_the_demo_opens_its_shop_and_ends_cleanly(stop: signal.Signals) -> None:
    """The page is there, the shop answers Start, and a signal ends it all with exit code 0."""
    async with _demo() as process, aiohttp.ClientSession() as session:
        url = await address(process)
        async with session.get(url) as page:
            assert (page.status, page.content_type) == (200, "text/html")
        screen = await shop_screen(session, url)
        process.send_signal(stop)
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE)

    assert screen.startswith("Café Lume\n")
    assert (process.returncode, err.decode()) == (0, "")
    assert "no money moves" in out.decode()


async def test_the_demo_leaves_nothing_behind(tmp_path: Path) -> None:
    """Its database lies in a temporary folder that goes with it."""
    async with _demo(TMPDIR=str(tmp_path)) as process:
        await address(process)
        assert len(_inside(tmp_path)) == 1
        process.terminate()
        await asyncio.wait_for(process.communicate(), PATIENCE)

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

    assert ended.code == 78
    assert "catalog.json:1:9" in ended.text
    assert "Traceback" not in ended.text
