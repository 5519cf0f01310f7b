"""The hosted page in a real browser, by script and without."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.e2e.browser import chromium
from tests.sandbox.stripe_kit import Kit, serve

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module")
async def kit() -> AsyncIterator[Kit]:
    """Serve a sandbox whose clock stands at the browser's own time of little matter."""
    async with serve() as kit:
        yield kit


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Start one Chromium for all of them."""
    async with chromium() as running:
        yield running


async def _fill(page: Page, number: str) -> None:
    await page.get_by_label("E-mail").fill("ada@example.com")
    await page.get_by_label("Card number").fill("")
    await page.get_by_label("Card number").press_sequentially(number)
    await page.get_by_label("Expiry").fill("")
    await page.get_by_label("Expiry").press_sequentially("1230")
    await page.get_by_label("Security code").fill("123")
    await page.get_by_label("Name on card").fill("Ada Lovelace")


async def test_a_buyer_is_declined_and_then_pays(kit: Kit, browser: Browser) -> None:
    """Digits are grouped while typing, a decline is told, and another card leads to the shop."""
    created = await kit.create(success_url=f"{kit.url}/c/terms?id={{CHECKOUT_SESSION_ID}}")
    page = await browser.new_page(locale="en-GB")
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    await page.goto(str(created.url))

    await _fill(page, "4000000000000002")
    await expect(page.get_by_label("Card number")).to_have_value("4000 0000 0000 0002")
    await expect(page.get_by_label("Expiry")).to_have_value("12 / 30")
    await page.get_by_role("button", name="Pay €25.00").click()
    await expect(page.get_by_role("alert")).to_contain_text("Your card was declined.")
    await expect(page.get_by_label("Card number")).to_have_value("")

    await _fill(page, "4242424242424242")
    await page.get_by_label("Name on card").press("Enter")
    await page.wait_for_url(f"**/c/terms?id={created.id}")

    assert kit.sandbox.sessions[created.id]["payment_status"] == "paid"
    assert faults == []


async def test_a_buyer_pays_without_script(kit: Kit, browser: Browser) -> None:
    """With scripts off the page works all the same, 3-D Secure included."""
    created = await kit.create(success_url=f"{kit.url}/c/terms")
    context = await browser.new_context(java_script_enabled=False, locale="en-GB")
    page = await context.new_page()
    await page.goto(str(created.url))

    await _fill(page, "4000002760003184")
    await page.get_by_role("button", name="Pay €25.00").click()
    await page.get_by_role("button", name="Yes, approve").click()
    await page.wait_for_url("**/c/terms")

    assert kit.sandbox.sessions[created.id]["payment_status"] == "paid"


async def test_another_shipping_rate_changes_the_total_at_once(kit: Kit, browser: Browser) -> None:
    """Choosing a rate rewrites the total, the shipping line and the button."""
    created = await kit.create(
        shipping_options=[
            {
                "shipping_rate_data": {
                    "display_name": name,
                    "type": "fixed_amount",
                    "fixed_amount": {"amount": amount, "currency": "eur"},
                }
            }
            for name, amount in (("Post", 490), ("Express", 990))
        ]
    )
    page = await browser.new_page(locale="en-GB")
    await page.goto(str(created.url))

    await page.get_by_label("Express").check()

    await expect(page.locator("p[data-total]")).to_have_text("€34.90")
    await expect(page.locator("[data-shipping]")).to_have_text("€9.90")
    await expect(page.get_by_role("button", name="Pay €34.90")).to_be_visible()


async def test_a_link_without_its_fragment_is_told(kit: Kit, browser: Browser) -> None:
    """Stripe opens no address whose fragment was lost, and the page says so."""
    created = await kit.create()
    page = await browser.new_page(locale="en-GB")

    await page.goto(str(created.url))
    await expect(page.locator("#incomplete")).to_be_hidden()
    await page.goto(f"{kit.url}/c/pay/{created.id}")

    await expect(page.locator("#incomplete")).to_be_visible()


async def test_the_page_fits_a_phone(kit: Kit, browser: Browser) -> None:
    """Nothing sticks out at 360 pixels, in light and in dark."""
    created = await kit.create(allow_promotion_codes=True)
    for scheme in ("light", "dark"):
        context = await browser.new_context(
            viewport={"width": 360, "height": 740},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page = await context.new_page()
        await page.goto(str(created.url))
        assert await page.evaluate("document.documentElement.scrollWidth") == 360
        await context.close()
