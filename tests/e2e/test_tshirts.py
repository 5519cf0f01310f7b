"""The shop of T-shirts in the browser: a size and a colour are chosen, bought and paid."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from kit import ROOT, RunningClock, open_kit
from tests.e2e.browser import visit
from tests.e2e.buyer import Buyer
from tests.e2e.messenger import middle

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
_CHOICES = ["XS", "S", "M", "L", "XL", "XXL", "Red", "Navy", "Sand", "Black"]
_FILE = ROOT / "examples" / "tshirts" / "catalog.json"


async def test_a_shirt_is_bought_at_its_own_price(browser: Browser, tmp_path: Path) -> None:
    """Buttons keep their places while size and colour change; the page asks for what was chosen."""
    catalog = Path(shutil.copy(_FILE, tmp_path / "catalog.json"))
    async with (
        open_kit(tmp_path, catalog=catalog, pages=True, clock=RunningClock()) as kit,
        visit(browser, kit.site.url) as page,
    ):
        alice = Buyer(page)
        await middle(page).get_by_role("button", name="Start", exact=True).click()
        await alice.tap("T-shirts")
        await alice.tap("Heavy Tee")
        await expect(alice.newest()).to_contain_text("Size: XS")
        keys = alice.newest().locator(".key")
        before = await keys.all_inner_texts()
        await keys.filter(has_text=re.compile("^XXL")).click()
        await expect(alice.newest()).to_contain_text("Size: XXL")
        await keys.filter(has_text="Black").click()
        await expect(alice.newest()).to_contain_text("Colour: Black")
        after = await keys.all_inner_texts()
        plain = [[_bare(text) for text in texts[:10]] for texts in (before, after)]
        assert plain[0] == plain[1] == _CHOICES
        await alice.tap("Add to cart")
        await expect(alice.key("1 in cart")).to_be_visible()
        await alice.write("/checkout")
        await alice.tap("Pick up")
        hosted = await alice.open_payment()
        await expect(hosted.page.locator("body")).to_contain_text("Heavy Tee, XXL, Black")
        await expect(hosted.page.locator("button[data-pay]")).to_have_text("Pay €26.00")
        await hosted.pay()
        await expect(hosted.title()).to_have_text("Paid. Thank you!")


def _bare(label: str) -> str:
    """Return a choice's name without its mark, price or state."""
    return label.removeprefix("✓ ").partition(" · ")[0]
