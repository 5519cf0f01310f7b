"""Stopping: whatever hangs, and with what is under way finished.

What hangs here hangs for ever, so a process that ends at all has not waited for it; that its limits
add up to less than ten seconds is read from them, since a busy machine has seconds of its own.
"""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from bot import app
from bot.chat.telegram import polling
from bot.domain.order import ChatId, Order, OrderState
from bot.store.sqlite import inspect, open_reader
from bot.web import server
from kit import PUBLIC, free_port
from kit.patience import PATIENCE
from shop_sandbox.faults import Fault
from shop_sandbox.site import SandboxSite
from tests.cli.process import settings_for, started
from tests.shop.journeys import add, ask_to_pay


async def _until_hanging(fault: Fault) -> None:
    async with asyncio.timeout(PATIENCE):
        while not fault.fired:  # noqa: ASYNC110 - the sandbox has no bell for it
            await asyncio.sleep(0.01)


async def _order_of(database: Path, chat: int) -> Order | None:
    async with open_reader(database) as reader:
        orders = await reader.read(lambda tx: tx.orders.latest_of(ChatId(chat), 1))
    return orders[0] if orders else None


@pytest.mark.parametrize("by_webhook", [False, True], ids=["fetched", "by webhook"])
async def test_a_purchase_under_way_is_finished_before_the_end(
    tmp_path: Path, by_webhook: bool
) -> None:
    """Stripe is in the middle of answering at SIGTERM: the buyer has the link all the same."""
    database = tmp_path / "shop.sqlite3"
    async with SandboxSite() as site:
        settings = settings_for(site, database)
        if by_webhook:
            port = free_port()
            site.telegram.proxy(PUBLIC, f"http://127.0.0.1:{port}")
            settings |= {"public_url": PUBLIC, "port": str(port)}
        alice = site.telegram.person("Alice")
        async with started(settings) as shop:
            await add(alice, "house-blend")
            slow = site.faults.add(Fault("POST /v1/checkout/sessions", "delay", seconds=2.0))
            await alice.write("/checkout")
            asked = await alice.wait_for(lambda shown: bool(shown.buttons))
            if any(button.text == "Send it to me" for button in asked.buttons):
                await alice.tap(asked, "Send it to me")
            await _until_hanging(slow)
            code = await shop.stop()
        shown = [message for message in alice.messages() if any(b.url for b in message.buttons)]
        order = await _order_of(database, alice.id)

    assert code == 0, shop.printed
    assert len(shown) == 1
    assert order
    assert (order.state, order.session_id is not None) == (OrderState.OPEN, True)


async def _ends_though_it_hangs(database: Path, hangs: str) -> None:
    async with SandboxSite() as site:
        settings = settings_for(site, database)
        alice = site.telegram.person("Alice")
        async with started(settings) as shop:
            await add(alice, "house-blend")
            hanging = site.faults.add(Fault(hangs, "hang", times=None))
            await alice.write("/checkout")
            if hangs.startswith("POST"):
                asked = await alice.wait_for(lambda shown: bool(shown.buttons))
                await alice.tap(asked, "Send it to me")
            await _until_hanging(hanging)
            code = await shop.stop()
        site.faults.lift()
        async with started(settings) as again:
            await ask_to_pay(alice)
            await alice.wait_for(lambda shown: any(b.url for b in shown.buttons))
            assert await again.stop() == 0
        order = await _order_of(database, alice.id)

    assert code == 0, shop.printed
    assert "Traceback" not in shop.printed
    assert order
    assert order.state is OrderState.OPEN
    assert inspect(database) == ()


def test_what_may_hang_at_a_stop_has_less_than_ten_seconds() -> None:
    """Whoever stops a service kills it after ten seconds; the shop's own limits stay below."""
    assert max(app._FINISH_SECONDS, polling._LAST_CALL_SECONDS, server._FINISH_SECONDS) < 10


async def test_a_service_that_hangs_does_not_hold_the_end_up(tmp_path: Path) -> None:
    """Stripe or Telegram answers nothing any more: the shop ends in time, and nothing is lost.

    The next start finds the order where it was, and gives the buyer a link.
    """
    calls = ("POST /v1/checkout/sessions", "sendMessage", "getUpdates")
    await asyncio.gather(
        *(_ends_though_it_hangs(tmp_path / f"{n}.sqlite3", call) for n, call in enumerate(calls)),
        _ends_in_a_flood_wait(tmp_path / "flood.sqlite3"),
    )


async def _ends_in_a_flood_wait(database: Path) -> None:
    """Telegram told a chat to wait for half a minute, which is not waited for."""
    async with SandboxSite() as site:
        alice = site.telegram.person("Alice")
        async with started(settings_for(site, database)) as shop:
            await alice.start()
            await alice.wait_for(lambda shown: shown.from_bot)
            slow = site.faults.add(Fault("sendMessage", "error", status=429, retry_after=29))
            await alice.write("/cart")
            await _until_hanging(slow)
            code = await shop.stop()

    assert code == 0, shop.printed


@pytest.mark.parametrize(
    ("away", "sign"),
    [("telegram_api_url", signal.SIGTERM), ("stripe_api_url", signal.SIGINT)],
    ids=["Telegram away", "Stripe away"],
)
async def test_a_start_that_waits_can_be_stopped(tmp_path: Path, away: str, sign: int) -> None:
    """A service is away, so the start waits and says so; asked to end, it ends at once."""
    async with SandboxSite() as site:
        nobody = f"http://127.0.0.1:{free_port()}"
        settings = settings_for(site, tmp_path / "shop.sqlite3", **{away: nobody})
        async with started(settings, until="start waits") as shop:
            code = await shop.stop(sign)

    assert code == 0, shop.printed
    assert "Traceback" not in shop.printed
    assert "is open" not in shop.printed


async def test_an_outage_of_telegram_is_a_line_each_time_and_no_traceback(tmp_path: Path) -> None:
    """An hour without Telegram leaves a log that can be read, and the end is as kind as ever."""
    async with (
        SandboxSite() as site,
        started(settings_for(site, tmp_path / "shop.sqlite3")) as shop,
    ):
        site.faults.add(Fault("getUpdates", "cut", times=None))
        await site.telegram.person("Alice").write("/start")
        await shop.says("updates not fetched")
        code = await shop.stop()

    assert code == 0, shop.printed
    assert "Traceback" not in shop.printed
