"""The example shops in the browser of a phone: each is walked through, bought from and paid."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from kit import ROOT, RunningClock, open_kit
from tests.e2e.browser import visit
from tests.e2e.buyer import Buyer
from tests.e2e.messenger import middle

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
_PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True)
class _Walk:
    """What is pressed on the way to a product, what stands there, and what is paid."""

    presses: tuple[str, ...]
    shows: str
    add: str
    pays: str


_WALKS = {
    "books": _Walk(
        ("History", "Graz and Trieste"), "Author: Elias Duarte", "Add to cart", "€16.50"
    ),
    "jpy": _Walk(
        ("Paper", "Letterpress Postcard"), "At least 5 per order.", "Add 5 · ¥1,100", "¥1,100"
    ),
    "sale": _Walk(("Light", "Reading Lamp"), "€89.00 €59.00On sale.", "Add to cart", "€59.00"),
}


@pytest.mark.parametrize("name", _WALKS)
async def test_an_example_is_bought_from_on_a_phone(
    browser: Browser, tmp_path: Path, name: str
) -> None:
    """By its buttons from Start, at the price that its screen shows, until the receipt is there."""
    walk = _WALKS[name]
    catalog = ROOT / "examples" / name / "catalog.json"
    async with (
        open_kit(tmp_path, catalog=catalog, pages=True, clock=RunningClock()) as kit,
        visit(browser, kit.site.url, viewport=_PHONE) as page,
    ):
        alice = Buyer(page)
        await middle(page).get_by_role("button", name="Start", exact=True).click()
        for words in walk.presses:
            await alice.tap(words)
        await expect(alice.newest()).to_contain_text(walk.shows)
        await alice.tap(walk.add)
        await expect(alice.key("in cart")).to_be_visible()
        await alice.check_out()
        hosted = await alice.open_payment()
        await expect(hosted.page.locator("button[data-pay]")).to_have_text(f"Pay {walk.pays}")
        await hosted.pay()
        await expect(hosted.title()).to_have_text("Paid. Thank you!")
        await page.bring_to_front()
        await expect(alice.newest()).to_contain_text("Paid. Thank you!")
