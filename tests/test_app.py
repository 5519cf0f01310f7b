"""The shop as a whole: ready or not, announced, and closed with nothing left hanging."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from kit import open_kit
from kit.patience import PATIENCE
from shop_sandbox.faults import Fault
from shop_sandbox.site import SandboxSite


async def test_a_running_shop_is_ready(tmp_path: Path) -> None:
    """Database, Telegram and Stripe all answer."""
    async with open_kit(tmp_path) as kit:
        status, text = await kit.get(f"{kit.running.web_url}/readyz")

        assert status == 200
        assert json.loads(text) == {
            "database": True,
            "telegram": True,
            "stripe": True,
            "workers": True,
        }


async def test_a_closed_database_is_not_ready(tmp_path: Path) -> None:
    """What does not work is named, and the answer tells a balancer to wait."""
    async with open_kit(tmp_path) as kit:
        await kit.running.store.close()
        status, text = await kit.get(f"{kit.running.web_url}/readyz")

        assert status == 503
        assert json.loads(text)["database"] is False


@pytest.mark.parametrize(
    ("name", "calls"), [("telegram", "get*"), ("stripe", "GET *")], ids=["Telegram", "Stripe"]
)
async def test_a_service_not_heard_of_lately_is_not_ready(
    tmp_path: Path, name: str, calls: str
) -> None:
    """An old answer says nothing of today: the service is asked, and named where it is away."""
    async with open_kit(tmp_path) as kit:
        kit.clock.jump(120)
        away = kit.site.faults.add(Fault(calls, "cut", times=None))
        status, text = await kit.get(f"{kit.running.web_url}/readyz")
        kit.site.faults.lift(away.id)
        again, back = await kit.get(f"{kit.running.web_url}/readyz")

    works = {"database": True, "telegram": True, "stripe": True, "workers": True}
    assert (status, json.loads(text)) == (503, works | {name: False})
    assert (again, json.loads(back)) == (200, works)


async def test_the_commands_are_announced_in_the_menu(tmp_path: Path) -> None:
    """People find /cart and /help behind the menu button without asking."""
    async with open_kit(tmp_path) as kit:
        alice = kit.person("Alice")
        await alice.start()
        await alice.wait_for(lambda shown: shown.from_bot)
        url = f"{kit.site.url}/demo/commands?chat_id={alice.id}&user_id={alice.id}"
        async with asyncio.timeout(PATIENCE):
            while True:
                commands = json.loads((await kit.get(url))[1])["commands"]
                if commands:
                    break
                await asyncio.sleep(0.02)
        names = {one["command"] for one in commands}

        assert {"start", "cart", "checkout", "orders", "help", "paysupport", "privacy"} <= names


async def test_the_shop_starts_though_stripe_is_slow_to_answer(tmp_path: Path) -> None:
    """A service that is down for a moment delays the start and does not end it."""
    fault = Fault("GET /v1/account", "error", times=1, status=503)

    def prepare(site: SandboxSite) -> None:
        site.faults.add(fault)

    async with open_kit(tmp_path, prepare=prepare) as kit:
        assert (await kit.get(f"{kit.running.web_url}/healthz"))[0] == 200
