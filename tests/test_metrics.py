"""The figures for Prometheus, of a shop that sold something."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from kit import Kit, open_kit
from kit.patience import PATIENCE
from shop_sandbox.faults import Fault
from tests.shop.journeys import order_something, pay

TOKEN = "a-token-of-enough-length"


#: Only a shop whose database is a server's has these.
_OF_A_SERVER = {
    "shop_lease",
    "shop_processes",
    "shop_schema",
    "shop_standby_lag_seconds",
    "shop_store_replays_total",
    "shop_synchronous_commit",
}


async def _figures(kit: Kit, token: str) -> tuple[int, dict[str, float]]:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"{kit.running.web_url}/metrics") as answer,
    ):
        text = await answer.text()
        if answer.status != 200:
            return answer.status, {}
    return 200, {
        sample.name + "".join(f"[{value}]" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.name.endswith(("_bucket", "_created"))
    }


async def test_a_sale_shows_in_the_figures(tmp_path: Path) -> None:
    """Revenue, orders by state, taps and calls are counted; nothing waits in the end."""
    async with open_kit(tmp_path, metrics_token=TOKEN) as kit:
        order = await order_something(kit, kit.person("Alice"))
        await pay(kit, order)
        paid = await kit.shop.settlement.by_token(order.token)
        await kit.drain()
        status, figures = await _figures(kit, TOKEN)

        assert status == 200
        assert paid
        assert figures["shop_revenue_minor_total[eur]"] == paid.total.minor
        assert figures["shop_orders[paid]"] == 1
        assert figures["shop_orders[open]"] == 0
        assert figures["shop_outbox_messages"] == 0
        assert figures["shop_update_seconds_count"] >= 4
        assert figures["shop_update_seconds_sum"] > 0
        assert figures["shop_outbox_age_seconds"] == 0
        assert figures["shop_reconciler_lag_seconds"] == 0
        assert figures["shop_telegram_calls_total[200]"] > 4
        assert figures["shop_stripe_calls_total[answered]"] >= 2


async def test_figures_are_only_for_who_brings_the_token(tmp_path: Path) -> None:
    """Without the token there is nothing to be found, and without one set neither."""
    async with open_kit(tmp_path, metrics_token=TOKEN) as kit:
        assert (await _figures(kit, "wrong"))[0] == 404
    async with open_kit(tmp_path) as kit:
        assert (await _figures(kit, ""))[0] == 404


async def test_messages_that_do_not_go_out_show_in_depth_and_age(tmp_path: Path) -> None:
    """Telegram is away: what waits is counted, its age grows, and the errors have their name."""
    async with open_kit(tmp_path, metrics_token=TOKEN) as kit:
        order = await order_something(kit, kit.person("Alice"))
        await kit.drain()
        away = kit.site.faults.add(Fault("sendMessage", "error", times=None, status=502))
        await pay(kit, order)
        await kit.shop.settlement.by_token(order.token)
        async with asyncio.timeout(PATIENCE):
            while not away.fired:  # noqa: ASYNC110 - the sandbox has no bell for it
                await asyncio.sleep(0.02)
        kit.clock.jump(700)
        _, waiting = await _figures(kit, TOKEN)
        kit.site.faults.lift(away.id)
        async with asyncio.timeout(PATIENCE):
            while (sent := (await _figures(kit, TOKEN))[1])["shop_outbox_messages"]:
                kit.clock.jump(300)  # what failed just now waits for no longer
                kit.shop.context.outbox_bell.ring()
                await kit.drain()

    assert waiting["shop_outbox_messages"] >= 1
    assert 700 <= waiting["shop_outbox_age_seconds"] < 760
    assert waiting["shop_telegram_calls_total[502]"] >= 1
    assert sent["shop_outbox_age_seconds"] == 0


async def test_a_stripe_that_says_nothing_shows_in_the_lag(tmp_path: Path) -> None:
    """However often it is asked in vain, the lag grows until Stripe answers; errors are counted."""
    async with open_kit(tmp_path, metrics_token=TOKEN) as kit:
        await order_something(kit, kit.person("Alice"))
        refusing = kit.site.faults.add(
            Fault("GET /v1/checkout/sessions/*", "error", times=None, status=401)
        )
        lags = []
        for _ in range(3):
            kit.clock.jump(400)
            await kit.shop.reconciliation.work()
            _, figures = await _figures(kit, TOKEN)
            lags.append(figures["shop_reconciler_lag_seconds"])
        kit.site.faults.lift(refusing.id)
        kit.clock.jump(400)
        await kit.shop.reconciliation.work()
        _, answered = await _figures(kit, TOKEN)

    assert lags[0] < 100
    assert 400 <= lags[1] < lags[2]
    assert 800 <= lags[2] < 900
    assert figures["shop_stripe_calls_total[refused]"] >= 3
    assert answered["shop_reconciler_lag_seconds"] == 0


async def test_every_figure_stands_in_the_operators_guide(tmp_path: Path) -> None:
    """Whoever sets up an alert finds what each is, and none that is not there."""
    guide = (Path(__file__).parent.parent / "docs" / "operating.md").read_text(encoding="utf-8")
    async with open_kit(tmp_path, metrics_token=TOKEN) as kit:
        order = await order_something(kit, kit.person("Alice"))
        await pay(kit, order)
        await kit.shop.settlement.by_token(order.token)
        _, figures = await _figures(kit, TOKEN)
    endings = re.compile(r"_(?:count|sum)$")
    there = {endings.sub("", name.partition("[")[0]) for name in figures}

    assert set(re.findall(r"`(shop_[a-z_]+)`", guide)) == there | _OF_A_SERVER
