#!/usr/bin/env python3
"""Take the pictures of the README: walk the demo's journeys with a headless Chromium.

Usage, with the extra "test" installed: docs/screenshots.py [name of a journey]...
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, expect, sync_playwright
from visitor import CHROMIUM, DARK, FLAGS, FOLDER, PHONE, ROOT, WIDE, Visitor, demo


def purchase(browser: Browser) -> None:
    """Show the first screen, the payment page, and the sale in both chats."""
    with demo() as url:
        alice = Visitor(browser, url, **WIDE)
        alice.start()
        alice.keep("shop")
        for words in ("Coffee", "Ethiopia Guji", "Add to cart"):
            alice.tap(words)
        paying = alice.check_out()
        paying.locator("#code").fill("WELCOME10")
        paying.get_by_role("button", name="Apply").click()
        paying.get_by_role("button", name="Fill in an example").click()
        paying.evaluate("scrollTo(0, 0)")
        alice.keep("pay", paying)
        alice.pay(paying)
        expect(alice.newest("#owner")).to_contain_text("Sold")
        alice.keep("sold")


def phone(browser: Browser) -> None:
    """Show shopping on a phone, in the dark: options, a search, the cart, the receipt."""
    with demo() as url:
        alice = Visitor(browser, url, **PHONE, **DARK)
        alice.start()
        alice.keep("phone-front")
        alice.write("lume cupp")
        alice.tap("Sage")
        alice.keep("phone-product")
        alice.tap("Add to cart")
        alice.write("coffe")
        alice.keep("phone-search")
        alice.tap("São Tomé Chocolate")
        alice.tap("Add to cart")
        alice.write("/cart")
        alice.tap("Lume Cup")
        alice.tap("Add a note")
        alice.write("A gift: please wrap it")
        alice.keep("phone-note")
        alice.write("/cart")
        alice.keep("phone-cart")
        alice.pay(alice.check_out())
        alice.keep("phone-receipt")
        alice.tap("Buy again")
        expect(alice.newest().locator("a.key", has_text="Pay")).to_be_visible()
        alice.let_pass("45 min")
        expect(alice.page.locator("#active .key", has_text="No more reminders")).to_be_visible()
        alice.keep("phone-reminder")


def languages(browser: Browser) -> None:
    """Show the shop in Arabic, and the choice of languages."""
    with demo() as url:
        amir = Visitor(browser, url, **PHONE)
        amir.be("أمير")
        amir.start()
        amir.page.locator("#active .key").first.click()
        expect(amir.page.locator("#active .key", has_text="€")).not_to_have_count(0)
        amir.page.locator("#active .key", has_text="€").first.click()
        expect(amir.newest().locator("img")).to_be_visible()
        amir.keep("phone-arabic")
        amir.be("Jonas")
        amir.start()
        amir.write("/language")
        amir.keep("phone-language")


def group(browser: Browser) -> None:
    """Show a product found from any chat, a group's cart, and what one of them sees alone."""
    with demo() as url:
        flat = Visitor(browser, url, **PHONE)
        flat.start()
        flat.be("Alice", "Flat 4B")
        field = flat.page.locator("#active").get_by_role("textbox", name="Message")
        field.fill("@sandbox_shop_bot cup")
        expect(flat.page.locator("#active .option-result")).not_to_have_count(0)
        flat.keep("phone-inline")
        flat.page.keyboard.press("Escape")
        field.fill("")
        for who, what in (("Alice Hart", "lume-cup"), ("Jonas Weber", "azulejo-coasters")):
            flat.page.get_by_label("Who you are in this group").select_option(label=who)
            flat.write(f"/start p_{what}")
            flat.tap("Add to cart")
        flat.write("/cart")
        flat.keep("phone-group")
        flat.write("/start p_geisha-lot-27")
        flat.tap("Tell me when")
        expect(flat.page.locator("#active .key", has_text="Only you see this")).to_be_visible()
        flat.keep("phone-only-you")


def waiting(browser: Browser) -> None:
    """Show the shop's own pages: a bank that takes its time, and a link that ran out."""
    with demo() as url:
        alice = Visitor(browser, url, **PHONE)
        alice.start()
        for words in ("Something sweet", "Grandma", "Add to cart"):
            alice.tap(words)
        paying = alice.check_out("Pick up")
        paying.get_by_text("Bank debit").click()
        paying.locator("button[data-pay]").click()
        expect(paying.get_by_role("heading", level=1)).to_have_text("Waiting for your bank")
        alice.keep("phone-waiting", paying)
        paying.close()
        for words in ("Shop", "Something sweet", "Grandma", "Add to cart"):
            alice.tap(words)
        unpaid = alice.check_out("Pick up")
        unpaid.get_by_role("button", name="Expire this session now").click()
        unpaid.get_by_role("link", name=re.compile("Back to")).click()
        expect(unpaid.get_by_role("heading", level=1)).to_have_text("This order has expired")
        alice.keep("phone-expired", unpaid)


def question(browser: Browser) -> None:
    """Show a question to the shop and its answer, and the wish to be forgotten."""
    with demo() as url:
        alice = Visitor(browser, url, **WIDE)
        alice.start()
        alice.write("/paysupport")
        alice.tap("Write to the shop")
        alice.write("Do you grind for a French press too?")
        expect(alice.newest("#owner")).to_contain_text("French press")
        alice.tap("Answer", "#owner")
        alice.write("Gladly: choose Filter and add a note.", "#owner")
        expect(alice.newest()).to_contain_text("The shop writes")
        alice.keep("question")
        alice.write("/delete")
        alice.keep("forgotten")


def owner(browser: Browser) -> None:
    """Show the owner's day on their phone: a sale, a week's sales, orders, a fault in the file."""
    with tempfile.TemporaryDirectory() as name:
        catalog = Path(shutil.copy(ROOT / "catalog.json", name))
        shutil.copytree(ROOT / "photos", Path(name) / "photos")
        with demo("--catalog", str(catalog)) as url:
            alice, marta = Visitor(browser, url, **WIDE), Visitor(browser, url, **PHONE)
            alice.start()
            marta.be("Marta")
            for bought in ("scale", "lume-cup", "guji", "moka-pot", "coffee-tin"):
                alice.write(f"/start p_{bought}")
                alice.tap("Add to cart")
                alice.pay(alice.check_out())
                alice.let_pass("1 day")
            expect(marta.newest()).to_contain_text("Coffee Tin")
            marta.keep("owner-sale")
            marta.write("/stats")
            picture = marta.newest().locator("img")
            expect(picture).to_be_visible()
            picture.evaluate("node => node.scrollIntoView({ block: 'start' })")
            marta.keep("owner-stats")
            marta.write("/orders")
            marta.keep("owner-orders")
            text = catalog.read_text(encoding="utf-8")
            wrong = text.replace('"price": "11.00"', '"price": "11.005"', 1)
            catalog.write_text(wrong, encoding="utf-8")
            expect(marta.newest()).to_contain_text("11.005")
            marta.keep("owner-fault")


JOURNEYS: Final[tuple[Callable[[Browser], None], ...]] = (
    purchase, phone, languages, group, waiting, question, owner,
)  # fmt: skip


def main() -> None:
    """Take the pictures of the journeys that were named, or of all."""
    FOLDER.mkdir(exist_ok=True)
    wanted = sys.argv[1:] or [journey.__name__ for journey in JOURNEYS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for journey in JOURNEYS:
            if journey.__name__ in wanted:
                journey(browser)
        browser.close()


if __name__ == "__main__":
    main()
