"""A whole sale in the browser: the demo page, the hosted page, the shop's own pages."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from kit import Kit
from tests.e2e.browser import visit
from tests.e2e.buyer import ADDRESS, ASKS_THE_BANK, DECLINED, Buyer, HostedPage
from tests.e2e.messenger import middle

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_newcomer_buys_coffee_is_declined_and_buys_again(
    browser: Browser, shop: Kit
) -> None:
    """Delivered, paid with 4242; then a card is refused and another one pays all the same."""
    async with visit(browser, shop.site.url) as page:
        alice = Buyer(page)
        await alice.choose_coffee()
        await alice.check_out("Send it to me")
        await expect(alice.pay_button()).to_have_text("Pay €9.50 + delivery")
        hosted = await alice.open_payment()
        await expect(hosted.page.locator("p[data-total]")).to_have_text("€14.40")
        await hosted.page.get_by_text("Express courier").click()
        await expect(hosted.page.locator("button[data-pay]")).to_have_text("Pay €21.40")
        await hosted.pay(**ADDRESS)

        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        await expect(hosted.page.locator("dl")).to_contain_text("€21.40")
        await expect(alice.newest()).to_contain_text("Paid with Visa ending in 4242.")
        sale = page.locator("#owner .message.theirs").last
        await expect(sale).to_contain_text("Sold: order 1001, €21.40")
        await expect(sale).to_contain_text("Rua das Flores 12")

        await alice.tap("‹ Shop")
        await alice.tap("Coffee")
        await alice.tap("House Blend")
        await alice.tap("Add to cart")
        await alice.write("/cart")
        await alice.tap("Delivery · change")
        await alice.tap("Pick up")
        await expect(alice.key("Pick-up · change")).to_be_visible()
        await alice.check_out(None)
        hosted = await alice.open_payment()
        await hosted.pay(DECLINED)
        await expect(hosted.page.get_by_role("alert")).to_have_text(
            "Your card was declined. Please try another one."
        )
        await hosted.pay()
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        await expect(sale).to_contain_text("Sold: order 1002, €9.50")
    assert [charge["amount"] for charge in shop.stripe.charges.values() if charge["paid"]] == [
        2140,
        950,
    ]


async def test_who_does_not_want_to_type_fills_in_an_example(browser: Browser, shop: Kit) -> None:
    """One press gives address and card, and the next one pays."""
    async with visit(browser, shop.site.url) as page:
        alice = Buyer(page)
        await alice.choose_coffee()
        await alice.check_out("Send it to me")
        hosted = await alice.open_payment()
        await hosted.fill_in_an_example()
        await hosted.press_pay()
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        sale = page.locator("#owner .message.theirs").last
        await expect(sale).to_contain_text("1200-195 Lisboa")


async def test_a_double_press_on_pay_pays_once(browser: Browser, shop: Kit) -> None:
    """Two presses in a breath make one payment, one receipt and one sale."""
    async with visit(browser, shop.site.url) as page:
        alice = Buyer(page)
        hosted = await alice.coffee_to_pay()
        await hosted.fill("4242424242424242")
        await hosted.page.locator("button[data-pay]").dblclick()
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        await shop.drain()
        await expect(middle(page).get_by_text("Paid. Thank you!")).to_have_count(1)
        await expect(page.locator("#owner .message.theirs")).to_have_count(1)


async def test_the_bank_asks_and_is_refused_and_then_approved(browser: Browser, shop: Kit) -> None:
    """A refused 3-D Secure question leads back to the page, an approved one to the receipt."""
    async with visit(browser, shop.site.url) as page:
        alice = Buyer(page)
        hosted = await alice.coffee_to_pay()
        await hosted.pay(ASKS_THE_BANK)
        await expect(hosted.title()).to_have_text("Your bank asks")
        await hosted.page.get_by_role("button", name="No, refuse").click()
        await expect(hosted.page.get_by_role("alert")).to_contain_text("could not confirm")
        await hosted.pay(ASKS_THE_BANK)
        await hosted.page.get_by_role("button", name="Yes, approve").click()
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        await expect(alice.newest()).to_contain_text("Visa ending in 3184")


async def test_a_bank_debit_waits_and_then_settles(browser: Browser, shop: Kit) -> None:
    """The page and the chat say that the bank is awaited; its word turns both to paid."""
    async with visit(browser, shop.site.url) as page:
        alice = Buyer(page)
        hosted = await alice.coffee_to_pay()
        await hosted.debit()
        await expect(hosted.title()).to_have_text("Waiting for your bank")
        await expect(alice.newest()).to_contain_text("is waiting for your bank")

        success = hosted.page.url
        await hosted.page.close()
        await page.get_by_role("button", name="Sandbox menu").click()
        async with page.expect_popup() as opened:
            await page.get_by_role("link", name="€9.50 · alice@example.com").click()
        hosted = HostedPage(await opened.value)
        await hosted.page.get_by_role("button", name="The debit succeeds").click()
        await expect(hosted.title()).to_have_text("You have paid")
        await hosted.page.goto(success)
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        await expect(middle(page).get_by_text("Paid. Thank you!")).to_have_count(1)


async def test_a_bank_debit_that_fails_gives_the_cart_back(browser: Browser, shop: Kit) -> None:
    """The chat says that nothing was charged, and the coffee is in the cart again."""
    async with visit(browser, shop.site.url) as page:
        alice = Buyer(page)
        hosted = await alice.coffee_to_pay()
        address = hosted.page.url
        await hosted.debit()
        await expect(hosted.title()).to_have_text("Waiting for your bank")
        success = hosted.page.url
        await hosted.page.goto(address)
        await hosted.page.get_by_role("button", name="The debit fails").click()
        await expect(hosted.title()).to_have_text("The bank did not pay")
        await hosted.page.goto(success)
        await expect(hosted.title()).to_have_text("The payment did not go through")
        await expect(alice.newest()).to_contain_text("nothing was charged")
        await alice.write("/cart")
        await expect(alice.newest()).to_contain_text(re.compile("House Blend.*€9.50", re.DOTALL))
        await expect(page.locator("#owner .message.theirs")).to_have_count(0)
