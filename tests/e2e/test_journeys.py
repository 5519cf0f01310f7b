"""Journeys through the demo beyond the plain purchase, each by somebody of their own."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from kit import Kit
from tests.e2e.browser import visit
from tests.e2e.buyer import ADDRESS, Buyer
from tests.e2e.messenger import middle
from tests.e2e.owner import Owner

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_language_once_chosen_is_spoken_everywhere(browser: Browser, shop: Kit) -> None:
    """Chat, payment page and the shop's own page turn German, though Telegram says English."""
    async with visit(browser, shop.site.url, locale="en-GB") as page:
        alice = Buyer(page)
        await alice.begin()
        await alice.write("/language")
        await alice.tap("Deutsch")
        await expect(alice.newest()).to_contain_text("Ab jetzt spreche ich Deutsch.")
        await page.reload()
        await alice.write("/start")
        for words in ("Kaffee", "Hausmischung", "In den Warenkorb"):
            await alice.tap(words)
        await expect(alice.key("🛒 1")).to_be_visible()
        await alice.write("/checkout")
        await alice.tap("Selbst abholen")
        hosted = await alice.open_payment(alice.newest().locator("a.key"))
        await expect(hosted.page.locator("html")).to_have_attribute("lang", "de")
        await expect(hosted.page.locator("button[data-pay]")).to_have_text(
            re.compile("9,50\\s€ bezahlen")
        )
        await hosted.pay()
        await expect(hosted.title()).to_have_text("Bezahlt. Danke!")
        await expect(hosted.page.locator("html")).to_have_attribute("lang", "de")
        await expect(alice.newest()).to_contain_text("Bezahlt. Danke!")


async def test_plain_words_find_goods_though_they_are_misspelt(browser: Browser, shop: Kit) -> None:
    """Typing errors lead to the one product, many to a list, and nothing found to the shelves."""
    async with visit(browser, shop.site.url) as page:
        alice = Buyer(page)
        await alice.begin()
        await alice.write("keramic driper")
        await expect(alice.newest()).to_contain_text("Glazed by hand in Caldas da Rainha")
        await expect(alice.newest().locator("img")).to_be_visible()
        await alice.write("/search coffe")
        await alice.tap("Coffee Tin")
        await expect(alice.newest()).to_contain_text("€18.50")
        await alice.write("/search xylophone")
        await expect(alice.newest()).to_contain_text("Nothing found")
        await expect(alice.newest().locator(".key")).not_to_have_count(0)


async def test_an_option_changes_price_and_is_named_up_to_the_receipt(
    browser: Browser, shop: Kit
) -> None:
    """One kilo, ground for espresso: the price follows, and cart, page, receipt, owner name it."""
    async with visit(browser, shop.site.url) as page:
        alice, marta = Buyer(page), Owner(page)
        await alice.begin()
        await alice.tap("Coffee")
        await alice.tap("House Blend")
        await expect(alice.newest()).to_contain_text("€9.50")
        await alice.tap("1 kg")
        await expect(alice.newest()).to_contain_text("€32.00")
        await alice.tap("Espresso")
        await expect(alice.key("✓ Espresso")).to_be_visible()
        await alice.tap("Add to cart")
        await expect(alice.key("1 in cart")).to_be_visible()
        chosen = re.compile("House Blend.*1 kg.*espresso", re.DOTALL | re.IGNORECASE)
        await alice.write("/cart")
        await expect(alice.newest()).to_contain_text(chosen)
        await alice.check_out()
        hosted = await alice.open_payment()
        await expect(hosted.page.locator(".lines")).to_contain_text(chosen)
        await hosted.pay()
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        await expect(alice.newest()).to_contain_text(chosen)
        await expect(marta.message("Sold")).to_contain_text(chosen)


async def test_a_note_and_a_typed_number_reach_the_owner_and_are_bought_again(
    browser: Browser, shop: Kit
) -> None:
    """Three bags, "very fine, please": on the receipt, in the sale, and in the next cart."""
    async with visit(browser, shop.site.url) as page:
        alice, marta = Buyer(page), Owner(page)
        await alice.choose_coffee()
        await alice.write("/cart")
        await alice.tap("House Blend")
        await alice.tap("Type a number")
        await expect(alice.newest()).to_contain_text("How many of House Blend")
        await alice.write("3")
        await expect(alice.key("3 in cart")).to_be_visible()
        await alice.tap("Add a note")
        await expect(alice.newest()).to_contain_text("Anything we should know about House Blend")
        await alice.write("very fine, please")
        await expect(alice.newest()).to_contain_text("Note: very fine, please")
        await alice.check_out()
        hosted = await alice.open_payment()
        await hosted.pay()
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        for message in (alice.newest(), marta.message("Sold")):
            await expect(message).to_contain_text("3 × House Blend")
            await expect(message).to_contain_text("very fine, please")
        await alice.write("/orders")
        await alice.tap("1001")
        await alice.tap("Put in cart")
        await expect(alice.newest()).to_contain_text(
            re.compile("Your cart.*3 × €9.50.*very fine, please", re.DOTALL)
        )


async def test_delivery_and_a_promotion_code_stand_on_the_receipt(
    browser: Browser, shop: Kit
) -> None:
    """A wrong code is refused, a right one is taken off, express is added: all of it is said."""
    async with visit(browser, shop.site.url) as page:
        alice, marta = Buyer(page), Owner(page)
        await alice.choose_coffee()
        await alice.check_out("Send it to me")
        hosted = await alice.open_payment()
        await hosted.redeem("NOSUCHCODE")
        await expect(hosted.page.locator("#code-error")).to_have_text(
            "This code is not valid here."
        )
        await hosted.redeem("WELCOME10")
        await expect(hosted.page.locator(".sums")).to_contain_text("−€0.95")
        await hosted.page.get_by_text("Express courier").click()
        await expect(hosted.page.locator("button[data-pay]")).to_have_text("Pay €20.45")
        await hosted.pay(**ADDRESS)
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        for words in (
            "Goods: €9.50",
            "Discount (WELCOME10): −€0.95",
            "Delivery: Express courier · €11.90",
            "Total: €20.45",
        ):
            await expect(alice.newest()).to_contain_text(words)
        await expect(marta.message("Sold")).to_contain_text("€20.45")


async def test_who_asks_to_be_forgotten_is_a_stranger_afterwards(
    browser: Browser, shop: Kit
) -> None:
    """Asked once; then the cart and the chosen language are gone, and the shop still opens."""
    async with visit(browser, shop.site.url) as page:
        alice = Buyer(page)
        await alice.choose_coffee()
        await alice.write("/delete")
        await expect(alice.newest()).to_contain_text("Delete your data?")
        await alice.tap("Delete it all")
        await expect(alice.newest()).to_contain_text("Your data has been deleted")
        await alice.tap("Open the shop")
        await expect(alice.key("Coffee")).to_be_visible()
        await alice.write("/cart")
        await expect(alice.newest()).to_contain_text("Your cart is empty")


async def test_a_stripe_that_fails_is_told_of_kindly_and_the_cart_is_kept(
    browser: Browser, shop: Kit
) -> None:
    """With the fault of the sandbox's menu no link comes; once it is lifted the next press pays."""
    async with visit(browser, shop.site.url) as page:
        alice = Buyer(page)
        await alice.choose_coffee()
        await page.get_by_role("button", name="Sandbox menu").click()
        panel = page.get_by_role("dialog", name="Sandbox")
        await panel.get_by_label("How often a fault is played").select_option("until lifted")
        await panel.get_by_role("button", name="Stripe: error 500").click()
        await expect(panel.get_by_role("listitem")).to_contain_text("until lifted")
        await panel.get_by_role("button", name="Close").click()
        await alice.write("/checkout")
        await alice.tap("Pick up")
        await expect(middle(page)).to_contain_text("isn’t answering. Your cart is saved")
        await page.get_by_role("button", name="Sandbox menu").click()
        await panel.get_by_role("button", name="Lift all faults").click()
        await expect(panel).to_contain_text("No fault is in force.")
        await panel.get_by_role("button", name="Close").click()
        await alice.tap("Try again")
        await expect(alice.pay_button()).to_be_visible()
        hosted = await alice.open_payment()
        await hosted.pay()
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
    assert sum(charge["paid"] for charge in shop.stripe.charges.values()) == 1
