"""The demo as the README starts it: a process of its own, in which time can be let pass."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from kit import ROOT
from kit.patience import PATIENCE
from tests.e2e.browser import visit
from tests.e2e.buyer import Buyer
from tests.e2e.owner import Owner

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo() -> AsyncIterator[str]:
    """Run the demo once for this file and yield its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0",
        cwd=ROOT, env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert process.stdout
        async with asyncio.timeout(PATIENCE):
            found = re.search(r"http://\S+", (await process.stdout.readline()).decode())
        assert found
        yield found.group()
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        async with asyncio.timeout(PATIENCE):
            await process.communicate()


async def _let_pass(page: Page, span: str) -> None:
    """Let time pass by the sandbox's menu."""
    await page.get_by_role("button", name="Sandbox menu").click()
    panel = page.get_by_role("dialog", name="Sandbox")
    clock = panel.locator(".clock")
    before = await clock.inner_text()
    await panel.get_by_role("button", name=span).click()
    await expect(clock).not_to_have_text(before)
    await panel.get_by_role("button", name="Close").click()


async def test_a_link_that_is_not_paid_is_reminded_of_and_runs_out(
    browser: Browser, demo: str
) -> None:
    """The page is titled after the shop; time is let pass, and a reload shows what it brought."""
    async with visit(browser, demo) as page:
        alice = Buyer(page)
        await expect(page).to_have_title("Café Lume · Sandbox")
        await alice.choose_coffee()
        await alice.check_out()
        await _let_pass(page, "45 min")
        await expect(alice.key("No more reminders")).to_be_visible()
        await _let_pass(page, "1 hour")
        await expect(alice.newest()).to_contain_text("Order 1001 has expired.")
        await page.reload()
        await expect(alice.newest()).to_contain_text("Order 1001 has expired.")


async def test_the_owner_refunds_where_the_dashboard_would_be(browser: Browser, demo: str) -> None:
    """Its button leads to the sandbox's own page, and a refund given there reaches both chats."""
    async with visit(browser, demo) as page:
        await page.get_by_role("button", name="Add", exact=True).click()
        box = page.get_by_role("dialog", name="Add a person")
        await box.get_by_role("textbox", name="First name").fill("Wanda")
        await box.get_by_role("button", name="Add person").click()
        wanda, marta = Buyer(page), Owner(page)
        hosted = await wanda.coffee_to_pay()
        await hosted.pay()
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        await page.bring_to_front()
        async with page.expect_popup() as opened:
            await marta.message("Sold").get_by_role("link", name="Open in Stripe").click()
        dashboard = await opened.value
        await dashboard.get_by_role("button", name="Refund it all").click()
        await expect(dashboard.locator("dl")).to_contain_text("€9.50")
        await page.bring_to_front()
        await expect(wanda.newest()).to_contain_text("We have refunded €9.50")
        await expect(marta.message("Refunded for order")).to_be_visible()
