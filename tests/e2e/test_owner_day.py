"""The owner's day in the demo, beside the customer's chat: sell, ship, refund, count."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from kit import Kit
from tests.e2e.browser import visit
from tests.e2e.buyer import Buyer
from tests.e2e.owner import Owner

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_owner_ships_and_refunds_and_the_customer_hears(
    browser: Browser, shop: Kit
) -> None:
    """A sale with its address, a tracking link that reaches the buyer, money back in two taps."""
    async with visit(browser, shop.site.url) as page:
        alice, marta = Buyer(page), Owner(page)
        await alice.choose_coffee()
        await alice.check_out("Send it to me")
        hosted = await alice.open_payment()
        await hosted.fill_in_an_example()
        await hosted.press_pay()
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        await page.bring_to_front()

        await expect(
            marta.message(re.compile("Rua das Flores 12.*Lisboa", re.DOTALL))
        ).to_be_visible()
        await marta.tap("Shipped")
        await expect(marta.message(re.compile("tracking", re.IGNORECASE))).to_be_visible()
        await marta.write("https://track.example/1Z999")
        await expect(marta.message("Marked as shipped")).to_be_visible()
        await expect(alice.newest()).to_contain_text("Order 1001 is on its way")
        await expect(alice.newest()).to_contain_text("https://track.example/1Z999")
        notice = marta.message("Sold: order 1001")
        await expect(notice).to_contain_text("· shipped")
        await expect(notice).to_contain_text("Rua das Flores 12")

        await marta.write("/stats today")
        counted = marta.message("1 paid order")
        await expect(counted.locator("img")).to_be_visible()
        await expect(counted).to_contain_text("1 × House Blend, 250 g, Whole beans")

        await marta.tap("Refund")
        await marta.tap("Refund €14.40")
        await marta.tap("Yes, refund €14.40")
        await marta.tap("Back in stock")
        await expect(alice.newest()).to_contain_text("We have refunded €14.40")
        await expect(notice).to_contain_text("· refunded")

        await marta.write("/find hart")
        await marta.tap("#1001")
        await expect(marta.message("Order 1001 · refunded")).to_be_visible()
    assert [refund["amount"] for refund in shop.stripe.refunds.values()] == [1440]
