"""The figures for Prometheus, of a shop that sold something."""

from __future__ import annotations

from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from tests.kit import Kit, open_kit
from tests.shop.journeys import order_something, pay

TOKEN = "a-token-of-enough-length"


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
        assert figures["shop_telegram_calls_total[200]"] > 4
        assert figures["shop_stripe_calls_total[answered]"] >= 2


async def test_figures_are_only_for_who_brings_the_token(tmp_path: Path) -> None:
    """Without the token there is nothing to be found, and without one set neither."""
    async with open_kit(tmp_path, metrics_token=TOKEN) as kit:
        assert (await _figures(kit, "wrong"))[0] == 404
    async with open_kit(tmp_path) as kit:
        assert (await _figures(kit, ""))[0] == 404
