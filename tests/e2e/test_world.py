"""The shop to thirty countries in the browser: where to, by weight, VAT id, invoice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from kit import ROOT, RunningClock, open_kit
from tests.e2e.browser import visit
from tests.e2e.buyer import Buyer
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
        await hosted.page.locator("#field_q1wrapping").select_option(label="As a gift")
        await hosted.page.locator("[name=tax_id]").fill("FR12345678901")
        await hosted.page.locator("[name=business_name]").fill("Ada SARL")
        await hosted.fill_in_an_example()
        await hosted.press_pay()
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        await alice.tap("Invoice")
        invoice = alice.newest().locator("a.key", has_text="Open the invoice")
        await expect(invoice).to_be_visible()
        paper = await alice.open_payment(invoice)
        await expect(paper.title()).to_contain_text("Invoice SANDBOX-0001")
        await expect(paper.page.locator("main")).to_contain_text("Ada SARL")
        order = await kit.order(kit.person("Alice"))
        session = kit.stripe.sessions[str(order.session_id)]
        assert session["custom_fields"][0]["dropdown"]["value"] == "gift"
        assert session["customer_details"]["address"]["country"] == "PT"
        await alice.write("/cart")
        await expect(alice.newest()).to_contain_text("Your cart is empty")
