"""The shop to thirty countries in the browser: where to, by weight, VAT id, invoice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from kit import ROOT, RunningClock, open_kit
from tests.e2e.browser import visit
from tests.e2e.buyer import ADDRESS, Buyer
from tests.e2e.messenger import middle

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
_FILE = ROOT / "examples" / "world" / "catalog.json"


async def test_a_parcel_goes_abroad_with_its_papers(browser: Browser, tmp_path: Path) -> None:
    """Asked where to once; the page takes that zone alone, a VAT id and a choice."""
    catalog = Path(shutil.copy(_FILE, tmp_path / "catalog.json"))
    async with (
        open_kit(tmp_path, catalog=catalog, pages=True, clock=RunningClock()) as kit,
        visit(browser, kit.site.url) as page,
    ):
        alice = Buyer(page)
        await middle(page).get_by_role("button", name="Start", exact=True).click()
        for words in ("Stoneware", "Breakfast Bowl", "Add to cart"):
            await alice.tap(words)
        await expect(alice.key("1 in cart")).to_be_visible()
        await alice.write("/checkout")
        await expect(alice.newest()).to_contain_text("Where to?")
        await alice.tap("Spain, France, Italy")
        await alice.tap("France")
        await expect(alice.newest()).to_contain_text("Parcel: €11.50")
        hosted = await alice.open_payment()
        countries = hosted.page.locator("#shipping_country option")
        await expect(countries).to_have_text(["France", "Italy", "Spain"])
        await hosted.page.locator("#shipping_country").select_option("FR")
        await hosted.page.locator("#billing_country").select_option("FR")
        await hosted.page.locator("#field_q1wrapping").select_option(label="As a gift")
        billing = {
            name.replace("shipping", "billing"): value
            for name, value in ADDRESS.items()
            if name != "shipping_name"
        }
        await hosted.pay(
            phone="+33123456789",
            tax_id="FR12345678901",
            business_name="Ada SARL",
            **ADDRESS,
            **billing,
        )
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        await alice.tap("Invoice")
        invoice = alice.newest().locator("a.key", has_text="Open the invoice")
        await expect(invoice).to_be_visible()
        paper = await alice.open_payment(invoice)
        await expect(paper.title()).to_contain_text("Invoice SANDBOX-0001")
        await expect(paper.page.locator("main")).to_contain_text("Ada SARL")
        await alice.write("/cart")
        await expect(alice.newest()).to_contain_text("Your cart is empty")
