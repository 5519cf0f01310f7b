"""The owner's file in the demo: an edit appears in the shop, a fault in the owner's chat."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from kit import ROOT, Kit, RunningClock, open_kit
from tests.e2e.browser import visit
from tests.e2e.buyer import Buyer
from tests.e2e.owner import Owner

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


class OwnersFile:
    """A copy of the shop that comes with the program, to be edited."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(ROOT / "photos", folder / "photos", ignore=shutil.ignore_patterns("source"))
        self.path = Path(shutil.copy(ROOT / "catalog.json", folder))

    def replace(self, old: str, new: str) -> None:
        """Save the file with the first of some words replaced, as editors do: by a rename."""
        text = self.path.read_text(encoding="utf-8")
        assert old in text
        aside = self.path.with_suffix(".tmp")
        aside.write_text(text.replace(old, new, 1), encoding="utf-8")
        aside.replace(self.path)


@pytest.fixture
def file(tmp_path: Path) -> OwnersFile:
    """Lay the shop's file and its pictures into a folder."""
    folder = tmp_path / "goods"
    folder.mkdir()
    return OwnersFile(folder)


@pytest_asyncio.fixture(loop_scope="session")
async def edited_shop(tmp_path: Path, file: OwnersFile) -> AsyncIterator[Kit]:
    """Run the shop on that file."""
    async with open_kit(tmp_path, pages=True, catalog=file.path, clock=RunningClock()) as kit:
        yield kit


async def test_the_owner_edits_breaks_and_mends_the_file(
    browser: Browser, edited_shop: Kit, file: OwnersFile
) -> None:
    """A new price is sold at; a fault is told with its line while the shop goes on; then mended."""
    async with visit(browser, edited_shop.site.url) as page:
        alice = Buyer(page)
        told = page.locator("#owner .message.theirs").last
        await alice.begin()

        file.replace('"price": "11.00"', '"price": "11.50"')
        await expect(told).to_contain_text("1 price changed")
        await alice.tap("Coffee")
        await expect(alice.key("Noite Calma")).to_contain_text("€11.50")

        file.replace('"price": "11.50"', '"price": "11.505"')
        await expect(told).to_contain_text("11.505 has too many decimals for EUR")
        await expect(told).to_contain_text(re.compile(r"[Ll]ine \d+"))
        await alice.write("/start")
        await alice.tap("Coffee")
        await expect(alice.key("Noite Calma")).to_contain_text("€11.50")

        file.replace('"price": "11.505"', '"price": "10.50"')
        await expect(told).not_to_contain_text("too many decimals")
        await alice.write("/start")
        await alice.tap("Coffee")
        await expect(alice.key("Noite Calma")).to_contain_text("€10.50")


async def test_the_owner_changes_the_shop_from_the_phone(
    browser: Browser, edited_shop: Kit, file: OwnersFile
) -> None:
    """A file goes out, comes back changed and is brought back; a quick edit and a photo too."""
    before = file.path.read_text(encoding="utf-8")
    async with visit(browser, edited_shop.site.url) as page:
        marta = Owner(page)
        await marta.pane.get_by_role("button", name="Start", exact=True).click()
        await expect(marta.message("Café Lume")).to_be_visible()
        await marta.write("/catalog")
        await expect(marta.message("Your catalog as it is now")).to_be_visible()
        broken = before.replace('"price": "11.00",', '"price": "11.00"', 1)
        await marta.send_file("catalog.json", "application/json", broken.encode())
        await expect(marta.message("A comma is missing here")).to_be_visible()
        changed = before.replace('"price": "11.00"', '"price": "11.50"', 1)
        await marta.send_file("catalog.json", "application/json", changed.encode())
        await expect(marta.message("The file you sent is fine")).to_contain_text(
            "Noite Calma 🌙: €11.00 → €11.50"
        )
        assert file.path.read_text(encoding="utf-8") == before
        await marta.tap("Replace the catalog")
        await expect(marta.message("Saved in the catalog")).to_be_visible()
        assert file.path.read_text(encoding="utf-8") == changed
        await marta.tap("Bring the old one back")
        await expect(marta.message("€11.50 → €11.00")).to_be_visible()
        assert file.path.read_text(encoding="utf-8") == before

        await marta.write("/price Noite-calma 12")
        await expect(marta.message("Price: €12.00")).to_be_visible()
        picture = (ROOT / "photos" / "guji.jpg").read_bytes()
        await marta.send_file("IMG_1.jpg", "image/jpeg", picture, caption="Noite-calma")
        await expect(marta.message("Saved in the catalog. 1 product edited")).to_be_visible()
        after = file.path.read_text(encoding="utf-8").splitlines()
        assert len([line for line in after if line not in before.splitlines()]) == 1
