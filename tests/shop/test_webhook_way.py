"""Telegram's updates by webhook: the same shop, with nothing fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.domain.order import ChatId
from kit import JumpingClock, open_kit
from shop_sandbox.site import SandboxSite
from tests.shop.journeys import add, order_something, pay

HEADER = "X-Telegram-Bot-Api-Secret-Token"


async def _post(url: str, **kwargs: Any) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/telegram/webhook", **kwargs) as answer,
    ):
        return answer.status


async def test_a_sale_by_webhook(tmp_path: Path) -> None:
    """With an https address Telegram sends updates, and a whole sale works without a poll."""
    async with open_kit(tmp_path, behind_proxy=True) as kit:
        alice = kit.person("Alice")
        order = await order_something(kit, alice)
        await pay(kit, order)
        await kit.shop.settlement.by_token(order.token)

        await alice.wait_for("Paid. Thank you!", since=0)
        assert kit.site.faults.calls["getUpdates"] == 0
        assert kit.site.faults.calls["setWebhook"] == 1


async def test_switching_between_webhook_and_polling_loses_nothing(tmp_path: Path) -> None:
    """The same database served by webhook, then by polling: each start ends the other way."""
    clock = JumpingClock()
    async with SandboxSite(clock=clock) as sandbox:
        alice = sandbox.telegram.person("Alice")
        async with open_kit(tmp_path, behind_proxy=True, sandbox=sandbox, clock=clock):
            await add(alice, "paper-filters")
        async with open_kit(tmp_path, sandbox=sandbox, clock=clock):
            await add(alice, "paper-filters")
        async with open_kit(tmp_path, behind_proxy=True, sandbox=sandbox, clock=clock) as kit:
            await add(alice, "paper-filters")
            assert (await kit.shop.carts.view(ChatId(alice.id))).cart.units == 3


@pytest.mark.parametrize("first_by_webhook", [True, False], ids=["to polling", "to webhook"])
async def test_what_waits_during_a_switch_is_served_after_it(
    tmp_path: Path, first_by_webhook: bool
) -> None:
    """Taps and words of the time between the two ways are served by the second, once each."""
    clock = JumpingClock()
    async with SandboxSite(clock=clock) as sandbox:
        alice = sandbox.telegram.person("Alice")
        async with open_kit(tmp_path, behind_proxy=first_by_webhook, sandbox=sandbox, clock=clock):
            screen = await add(alice, "paper-filters")
        taps = [await alice.tap(screen, "+") for _ in range(3)]
        await alice.write("/cart")
        async with open_kit(
            tmp_path, behind_proxy=not first_by_webhook, sandbox=sandbox, clock=clock
        ) as kit:
            await alice.wait_for(lambda shown: "cart" in shown.text.lower(), since=0)
            for tap in taps:
                await tap.answer()
            assert (await kit.shop.carts.view(ChatId(alice.id))).cart.units == 4


@pytest.mark.parametrize("headers", [{}, {HEADER: "wrong"}, {HEADER: ""}, {HEADER: "fälschung"}])
async def test_an_update_without_the_secret_is_refused(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    """Anybody can find the address; only Telegram knows the secret."""
    async with open_kit(tmp_path, behind_proxy=True) as kit:
        update = {"update_id": 1, "message": {"message_id": 1}}
        status = await _post(kit.running.web_url, json=update, headers=headers)

        assert status == 403


async def test_without_https_there_is_no_webhook_route(tmp_path: Path) -> None:
    """In development updates are fetched, and nothing listens for them."""
    async with open_kit(tmp_path, pages=True) as kit:
        assert await _post(kit.running.web_url, json={"update_id": 1}) == 404


async def test_an_update_that_comes_twice_takes_effect_once(tmp_path: Path) -> None:
    """Telegram sends again what it has no answer for; the cart counts the tap once."""
    async with open_kit(tmp_path, behind_proxy=True) as kit:
        alice = kit.person("Alice")
        screen = await add(alice, "paper-filters")
        update = {
            "update_id": 999_000_001,
            "callback_query": {
                "id": "4242",
                "from": {"id": alice.id, "is_bot": False, "first_name": "Alice"},
                "chat_instance": "1",
                "data": screen.button("+").data,
                "message": screen.raw,
            },
        }
        for _ in range(3):
            await kit.running.chat.process(update)

        assert (await kit.shop.carts.view(ChatId(alice.id))).cart.units == 2
