"""How the demo and the hosted page read: contrast by day and by night, phones, the keyboard."""

from __future__ import annotations

import asyncio
import json

import pytest
from playwright.async_api import Browser, expect

from kit import Kit
from kit.patience import PATIENCE
from shop_sandbox.site import PAGE, SandboxSite
from shop_sandbox.telegram.actions import chat_for
from tests.e2e.browser import visit
from tests.e2e.buyer import Buyer
from tests.e2e.legible import faint, shows_focus, sideways
from tests.e2e.messenger import middle

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
_PHONE = {"width": 390, "height": 844}


async def _menu_stands(shop: Kit) -> None:
    """Wait for the menu of commands, which the bot sets a moment after it opened."""
    alice = shop.person("Alice").id
    chat, user = chat_for(shop.telegram.world, alice, alice)
    async with asyncio.timeout(PATIENCE):
        while not shop.telegram.world.profile.commands_for(chat, user):  # noqa: ASYNC110 - no bell
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_purchase_can_be_read_by_day_and_by_night(
    browser: Browser, shop: Kit, scheme: str
) -> None:
    """All words of the chat, the menu and the hosted page, its faults too, reach WCAG's AA."""
    async with visit(browser, shop.site.url, color_scheme=scheme, viewport=_PHONE) as page:
        await page.get_by_role("button", name="Chats").last.click()
        assert await faint(page) == []
        await page.locator("[data-tab=active]").last.click()
        alice = Buyer(page)
        await alice.choose_coffee()
        assert await faint(page) == []
        await page.get_by_role("button", name="Sandbox menu").click()
        await expect(page.get_by_role("dialog", name="Sandbox")).to_be_visible()
        assert await faint(page) == []
        await page.keyboard.press("Escape")
        await alice.check_out("Send it to me")
        hosted = await alice.open_payment()
        await hosted.press_pay()
        await expect(hosted.page.get_by_role("alert")).to_be_visible()
        assert await faint(hosted.page) == []
        assert await sideways(hosted.page) == 0
        await hosted.page.get_by_role("button", name="Expire this session now").click()
        await expect(hosted.title()).to_have_text("This payment link has expired")
        assert await faint(hosted.page) == []


@pytest.mark.parametrize("language", ["de", "es", "pt", "fr", "ru", "ar"])
async def test_the_page_itself_speaks_the_visitors_language(
    browser: Browser, site: SandboxSite, language: str
) -> None:
    """Its own words, its direction and its contrast; people's words keep their direction."""
    async with visit(browser, site.url, locale=language) as page:
        words = json.loads((PAGE / f"words.{language}.json").read_text(encoding="utf-8"))
        await expect(page.locator("html")).to_have_attribute("lang", language)
        await page.get_by_role("button", name=words["menu"]).click()
        panel = page.get_by_role("dialog", name=words["sandbox"])
        await expect(panel).to_be_in_viewport()
        await expect(panel).to_contain_text(words["play_stripe_cut"])
        assert await faint(page) == []
        assert await sideways(page) == 0
        await page.keyboard.press("Escape")
        start = middle(page).get_by_role("button", name=words["start"], exact=True)
        await expect(start).to_be_visible()
        rtl = language == "ar"
        await expect(page.locator("body")).to_have_css("direction", "rtl" if rtl else "ltr")


async def test_everything_can_be_done_with_the_keyboard(browser: Browser, shop: Kit) -> None:
    """From Start to a product in the cart without a mouse, and one sees where one is."""
    async with visit(browser, shop.site.url) as page:
        alice = Buyer(page)
        start = middle(page).get_by_role("button", name="Start", exact=True)
        await start.focus()
        await page.keyboard.press("Enter")
        for words in ("Coffee", "House Blend", "Add to cart"):
            key = alice.key(words)
            await expect(key).to_be_visible()
            await key.focus()
            assert await shows_focus(page)
            await page.keyboard.press("Enter")
        await expect(alice.key("1 in cart")).to_be_visible()
        await _menu_stands(shop)
        await middle(page).get_by_role("textbox", name="Message").focus()
        await page.keyboard.type("/car")
        await expect(middle(page).locator(".option")).to_have_count(1)
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(alice.newest()).to_contain_text("Your cart")
