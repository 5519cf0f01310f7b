"""Journeys of several people: a group, somebody who shares a find, a question to the owner."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from kit import Kit
from tests.e2e.browser import visit
from tests.e2e.buyer import Buyer
from tests.e2e.messenger import middle
from tests.e2e.owner import Owner

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_group_fills_one_cart_and_one_of_them_pays(browser: Browser, shop: Kit) -> None:
    """Each adds something, the cart says who, Jonas pays, and the group sees it paid."""
    async with visit(browser, shop.site.url) as page:
        alice, marta = Buyer(page), Owner(page)
        await page.get_by_role("button", name=re.compile("Flat 4B")).click()
        await alice.write("/start p_coffee-tin")
        await alice.tap("Add to cart")
        await expect(alice.key("1 in cart")).to_be_visible()
        await (
            middle(page)
            .get_by_label("Who you are in this group")
            .select_option(label="Jonas Weber")
        )
        await alice.write("/start p_scale")
        await alice.tap("Add to cart")
        await expect(alice.key("1 in cart")).to_be_visible()
        await alice.write("/cart")
        await expect(alice.newest()).to_contain_text(
            re.compile("Coffee Tin.*added by Alice.*Barista’?'?s Scale.*added by Jonas", re.DOTALL)
        )
        await alice.check_out()
        hosted = await alice.open_payment()
        await hosted.pay()
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        await expect(alice.newest()).to_contain_text("Order 1001")
        await expect(alice.newest()).to_contain_text("Paid")
        await expect(marta.message("Sold")).to_contain_text("€63.50")


async def test_a_question_reaches_the_owner_and_the_answer_comes_back(
    browser: Browser, shop: Kit
) -> None:
    """Through the bot both ways: nobody learns anybody's number."""
    async with visit(browser, shop.site.url) as page:
        alice, marta = Buyer(page), Owner(page)
        await alice.begin()
        await alice.write("/paysupport")
        await alice.tap("Write to the shop")
        await expect(alice.newest()).to_contain_text("Write your question as your next message")
        await alice.write("Do you roast on Saturdays?")
        await expect(alice.newest()).to_contain_text("Your message is on its way")
        await expect(marta.message("Do you roast on Saturdays?")).to_contain_text("Alice")
        await marta.tap("Answer")
        await expect(marta.message("What should I tell Alice")).to_be_visible()
        await marta.write("On Tuesdays only.")
        await expect(alice.newest()).to_contain_text("The shop writes: On Tuesdays only.")


async def test_goods_are_shown_to_friends_from_any_chat(browser: Browser, shop: Kit) -> None:
    """Inline mode in the group: a result with its picture, and its button opens the product."""
    async with visit(browser, shop.site.url) as page:
        alice = Buyer(page)
        await page.get_by_role("button", name=re.compile("Flat 4B")).click()
        field = middle(page).get_by_role("textbox", name="Message")
        await field.fill(f"@{shop.telegram.bot.username} lume cup")
        found = middle(page).get_by_role("option", name="Lume Cup")
        await expect(found.locator("img")).to_be_visible()
        await found.click()
        shared = middle(page).locator(".message.mine").last
        await expect(shared.locator("img")).to_be_visible()
        await expect(shared).to_contain_text("Lume Cup")
        await shared.locator("a.key").first.click()
        await expect(alice.newest()).to_contain_text("€14.00")
        await expect(alice.key("Add to cart")).to_be_visible()
        await expect(page).to_have_url(re.compile(r"chat=5918204417&as=5918204417$"))
