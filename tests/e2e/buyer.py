"""What a buyer does in the browser: shops in the chat, pays on the hosted page, comes back."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, expect

from tests.e2e.messenger import middle

VISA = "4242424242424242"
DECLINED = "4000000000000002"
ASKS_THE_BANK = "4000002760003184"
ADDRESS = {
    "shipping_name": "Alice Hart",
    "shipping_line1": "Rua das Flores 12",
    "shipping_postal_code": "1200-195",
    "shipping_city": "Lisboa",
}


class Buyer:
    """Alice, in the demo page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def key(self, words: str | re.Pattern[str]) -> Locator:
        """Return the newest button below a message that carries the words."""
        return middle(self.page).locator(".key", has_text=words).last

    def newest(self) -> Locator:
        """Return the newest message of the shop."""
        return middle(self.page).locator(".message.theirs").last

    async def tap(self, words: str) -> None:
        """Press a button below a message."""
        await self.page.bring_to_front()  # a tab behind another one is slowed down by the browser
        await self.key(words).click()

    async def write(self, words: str) -> None:
        """Send a message."""
        await self.page.bring_to_front()
        field = middle(self.page).get_by_role("textbox", name="Message")
        await field.fill(words)
        await field.press("Enter")

    async def begin(self) -> None:
        """Press Start and wait for the shop."""
        await middle(self.page).get_by_role("button", name="Start", exact=True).click()
        await expect(self.key("Coffee")).to_be_visible()

    async def choose_coffee(self) -> None:
        """Put a bag of the house blend into the cart, by buttons alone."""
        await self.begin()
        await self.tap("Coffee")
        await self.tap("House Blend")
        await self.tap("Add to cart")
        await expect(self.key("1 in cart")).to_be_visible()

    async def check_out(self, way: str | None = "Pick up") -> None:
        """Send /checkout, say how to get the goods where asked, and wait for the button to pay."""
        await self.write("/checkout")
        if way is not None:  # asked once, and remembered
            await self.tap(way)
        await expect(self.pay_button()).to_be_visible()

    def pay_button(self) -> Locator:
        """Return the newest message's button that leads to the hosted page."""
        return self.newest().locator("a.key", has_text="Pay")

    async def open_payment(self, button: Locator | None = None) -> HostedPage:
        """Press the button to pay, the newest by default; the page opens in a tab of its own."""
        async with self.page.expect_popup() as opened:
            await (button or self.pay_button()).click()
        tab = await opened.value
        await tab.wait_for_load_state()
        return HostedPage(tab)

    async def coffee_to_pay(self) -> HostedPage:
        """Choose coffee, pick it up, and open the hosted page."""
        await self.choose_coffee()
        await self.check_out()
        return await self.open_payment()


class HostedPage:
    """The embedded Stripe's checkout page in a tab."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def title(self) -> Locator:
        """Return what the page in this tab says first, whoever serves it."""
        return self.page.get_by_role("heading", level=1)

    async def fill(self, number: str, **more: str) -> None:
        """Fill in the e-mail and a card, and further fields by their names."""
        card = {"card_expiry": "12 / 30", "card_cvc": "123", "card_name": "Alice Hart"}
        for name, value in ({"card_number": number} | card | more).items():
            await self.page.locator(f"[name={name}]").fill(value)
        await self._fill_email()

    async def _fill_email(self) -> None:
        """Give the e-mail address, unless the shop has told it already."""
        field = self.page.locator("[name=email]")
        if await field.count():
            await field.fill("alice@example.com")

    async def fill_in_an_example(self) -> None:
        """Press the sandbox's button for who does not want to type."""
        await self.page.get_by_role("button", name="Fill in an example").click()

    async def redeem(self, code: str) -> None:
        """Type a promotion code and apply it."""
        await self.page.locator("#code").fill(code)
        await self.page.get_by_role("button", name="Apply").click()

    async def press_pay(self) -> None:
        """Press the button that pays."""
        await self.page.locator("button[data-pay]").click()

    async def pay(self, number: str = VISA, **more: str) -> None:
        """Fill in a card and pay with it."""
        await self.fill(number, **more)
        await self.press_pay()

    async def debit(self) -> None:
        """Pay by bank debit."""
        await self._fill_email()
        await self.page.get_by_text("Bank debit").click()
        await self.press_pay()
