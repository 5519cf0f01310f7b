"""Letting time pass in the sandbox, from the demo page."""

from __future__ import annotations

import time
from typing import Any

import aiohttp
import pytest

from shop_sandbox.clock import SandboxClock
from shop_sandbox.site import SandboxSite


async def _post(http: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> tuple[int, Any]:
    async with http.post(f"{url}/demo/time", json=body) as answer:
        return answer.status, await answer.json()


async def test_time_that_is_let_pass_moves_both_services() -> None:
    """What is written in the chat, and what is paid at Stripe, happens an hour later."""
    clock = SandboxClock()
    async with SandboxSite(clock=clock) as site, aiohttp.ClientSession() as http:
        before = int(time.time())
        status, told = await _post(http, site.url, {"seconds": 3600})
        alice = site.telegram.person("Alice")
        sent = await alice.start()
        assert status == 200
        assert 3600 <= told["now"] - before < 7200
        assert site.telegram.world.chats[alice.id].messages[sent.id].date - before >= 3600
        assert site.stripe.world.now() - before >= 3600
        async with http.get(f"{site.url}/demo/time") as answer:
            assert (await answer.json())["moves"] is True


@pytest.mark.parametrize("seconds", [-1, 1.5, "60", None, 10**9, True])
async def test_time_goes_forward_in_whole_seconds_and_not_for_ever(seconds: object) -> None:
    """Anything else is refused, and the clock stands as it did."""
    clock = SandboxClock()
    async with SandboxSite(clock=clock) as site, aiohttp.ClientSession() as http:
        status, _ = await _post(http, site.url, {"seconds": seconds})
    assert (status, clock.ahead) == (400, 0.0)


async def test_the_machines_own_clock_is_left_alone() -> None:
    """A sandbox that lives by it says so, and does not move."""
    async with SandboxSite() as site, aiohttp.ClientSession() as http:
        status, told = await _post(http, site.url, {"seconds": 60})
        async with http.get(f"{site.url}/demo/time") as answer:
            assert (await answer.json())["moves"] is False
    assert status == 400
    assert "machine" in str(told)
