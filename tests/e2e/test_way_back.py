"""Every way out of the hosted page: through the chat, through the shop's pages, and unpaid."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from kit import Kit
from tests.e2e.browser import visit
from tests.e2e.buyer import Buyer
from tests.e2e.messenger import middle

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_without_a_public_address_the_chat_itself_is_the_way_back(
    browser: Browser, chat_shop: Kit
) -> None:
    """Stripe sends the buyer to a t.me link, which opens the chat and settles the order."""
    async with visit(browser, chat_shop.site.url) as page:
        alice = Buyer(page)
        hosted = await alice.coffee_to_pay()
        await hosted.pay()
        back = Buyer(hosted.page)
        await expect(hosted.page).to_have_url(re.compile(r"/#chat=5918204417&as=5918204417$"))
        await expect(middle(hosted.page).get_by_text("Paid. Thank you!")).to_have_count(1)
        await expect(back.key("My orders")).to_be_visible()
        await expect(page.locator("#owner .message.theirs")).to_contain_text("Sold: order 1001")


async def test_going_back_unpaid_leads_to_the_chat_and_the_link_stays_good(
    browser: Browser, chat_shop: Kit
) -> None:
    """The page's way back reaches the chat, and the same button still leads to a page that pays."""
    async with visit(browser, chat_shop.site.url) as page:
        alice = Buyer(page)
        hosted = await alice.coffee_to_pay()
        await hosted.page.get_by_role("link", name=re.compile("Back to")).click()
        await expect(middle(hosted.page).locator(".message.mine").last).to_contain_text("back_")
        back = Buyer(hosted.page)
        await expect(back.newest()).to_contain_text("Order 1001")
        await back.pay_button().click()
        await hosted.pay()
        await expect(middle(hosted.page).get_by_text("Paid. Thank you!")).to_have_count(1)


async def test_the_shops_cancel_page_leads_back_to_paying_and_to_the_chat(
    browser: Browser, shop: Kit
) -> None:
    """Unpaid, the shop's own page says so, and offers both."""
    async with visit(browser, shop.site.url) as page:
        alice = Buyer(page)
        hosted = await alice.coffee_to_pay()
        await hosted.page.get_by_role("link", name=re.compile("Back to")).click()
        await expect(hosted.title()).to_have_text("Not paid yet")
        await hosted.page.get_by_role("link", name="Go on to pay").click()
        await hosted.pay()
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        await hosted.page.get_by_role("link", name="Back to the chat").click()
        await expect(Buyer(hosted.page).newest()).to_contain_text("Paid. Thank you!")


async def test_the_browsers_back_button_after_paying_shows_that_it_is_paid(
    browser: Browser, shop: Kit
) -> None:
    """Who goes back to the hosted page cannot pay twice, and the chat has no button for it."""
    async with visit(browser, shop.site.url) as page:
        alice = Buyer(page)
        hosted = await alice.coffee_to_pay()
        await hosted.pay()
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        await hosted.page.go_back()
        await expect(hosted.title()).to_have_text("You have paid")
        await expect(middle(page).locator("a.key", has_text="Pay")).to_have_count(0)


async def test_an_expired_link_says_so_and_the_chat_gives_a_new_one(
    browser: Browser, shop: Kit
) -> None:
    """Expired under the buyer's eyes: nothing charged, the cart kept, a new order on a press."""
    async with visit(browser, shop.site.url) as page:
        alice = Buyer(page)
        hosted = await alice.coffee_to_pay()
        await hosted.page.get_by_role("button", name="Expire this session now").click()
        await expect(hosted.title()).to_have_text("This payment link has expired")
        await hosted.page.get_by_role("link", name=re.compile("Back to")).click()
        await expect(hosted.title()).to_have_text("This order has expired")
        await expect(alice.newest()).to_contain_text("You weren’t charged")
        await alice.check_out(None)
        await expect(alice.newest()).to_contain_text("Order 1002")
        hosted = await alice.open_payment()
        await hosted.pay()
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        await expect(page.locator("#owner .message.theirs")).to_have_count(1)
