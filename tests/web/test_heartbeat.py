"""The sign of life: given while all is well, to one address alone, which is in no log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.web.heartbeat import EVERY, HeartbeatWorker
from kit.patience import PATIENCE
from shop_sandbox.site import SandboxSite
from tests.cli.process import settings_for, started

_PATH = "/ping/canary-4711?key=canary"


class Monitor:
    """Counts the signs of life by their full address."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.came = asyncio.Event()
        self.leads_to: str | None = None
        self.status = 200

    async def answer(self, request: web.Request) -> web.Response:
        """Take a sign of life, or lead it elsewhere."""
        self.heard.append(f"{request.method} {request.path_qs}")
        self.came.set()
        if self.leads_to:
            raise web.HTTPFound(self.leads_to)
        return web.Response(status=self.status)


@pytest.fixture
def monitor() -> Monitor:
    """A monitor."""
    return Monitor()


@pytest.fixture
async def url(monitor: Monitor) -> AsyncIterator[str]:
    """Where the monitor listens."""
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", monitor.answer)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


async def _well() -> Mapping[str, bool]:
    return {"database": True, "telegram": True, "stripe": True}


async def _ailing() -> Mapping[str, bool]:
    return {"database": True, "telegram": False, "stripe": True}


async def test_a_sign_of_life_is_one_get(monitor: Monitor, url: str) -> None:
    """The whole address is asked, once, and again in a minute."""
    worker = HeartbeatWorker(url + _PATH, _well)

    assert await worker.work() == 0  # the loop waits
    assert await worker.idle() == EVERY == 60

    assert monitor.heard == [f"GET {_PATH}"]


async def test_there_is_none_while_something_does_not_work(monitor: Monitor, url: str) -> None:
    """A monitor that hears nothing tells the owner."""
    await HeartbeatWorker(url + _PATH, _ailing).work()

    assert monitor.heard == []


async def test_a_redirect_is_not_followed(monitor: Monitor, url: str) -> None:
    """The address is a secret, and the sign of life goes to it alone."""
    monitor.leads_to = f"{url}/elsewhere"

    await HeartbeatWorker(url + _PATH, _well).work()

    assert monitor.heard == [f"GET {_PATH}"]


async def test_a_running_shop_gives_them_through_its_proxy(
    monitor: Monitor, url: str, tmp_path: Path
) -> None:
    """Where the way out leads through a proxy, this does too; the monitor's name is left to it."""
    async with SandboxSite() as site:
        address = "http://monitor.example/ping"
        settings = settings_for(
            site, tmp_path / "shop.sqlite3", heartbeat_url=address, http_proxy=url
        )
        async with started(settings) as shop, asyncio.timeout(PATIENCE):
            await monitor.came.wait()
            code = await shop.stop()

    assert (code, monitor.heard) == (0, ["GET /ping"])


@pytest.mark.parametrize("kind", ["away", "refuses"])
async def test_a_monitor_that_does_not_take_it_harms_nothing(
    monitor: Monitor, url: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The shop goes on; the log tells what happened, and not where."""
    monitor.status = 500
    address = url if kind == "refuses" else "http://127.0.0.1:9"

    assert await HeartbeatWorker(address + _PATH, _well).work() == 0

    printed = "".join(capsys.readouterr())
    assert "heartbeat not taken" in printed
    assert "canary" not in printed


async def test_a_running_shop_gives_signs_of_life(
    monitor: Monitor, url: str, tmp_path: Path
) -> None:
    """The first as soon as it is open; its address stands nowhere in what it prints."""
    async with SandboxSite() as site:
        settings = settings_for(
            site, tmp_path / "shop.sqlite3", heartbeat_url=url + _PATH, log_level="debug"
        )
        async with started(settings) as shop:
            alice = site.telegram.person("Alice")
            await alice.start()
            await alice.wait_for(lambda shown: bool(shown.buttons))
            code = await shop.stop()

    assert (code, monitor.heard) == (0, [f"GET {_PATH}"])
    assert "canary" not in shop.printed
