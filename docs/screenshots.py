#!/usr/bin/env python3
"""Take the README's pictures: start the demo, buy in it with a headless Chromium, keep the screens.

Usage, with the extra "test" installed: docs/screenshots.py
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
CHROMIUM = "/usr/bin/chromium"
# It only shows pages of this machine: no GPU, no sandbox (CI runs as root), no talk with outside.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
]
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
QUALITY = 82


@contextmanager
def demo() -> Iterator[str]:
    """Run the demo on a free port and give its address."""
    command = [sys.executable, "-m", "bot", "demo", "--port", "0", "--no-browser"]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout  # noqa: S101 - asked for above
            found = re.search(r"http://\S+", process.stdout.readline())
            if found is None:
                sys.exit("the demo did not open")
            yield found.group()
        finally:
            process.terminate()


def keep(page: Page, name: str) -> None:
    """Save what a page shows, with nothing under the mouse."""
    page.mouse.move(0, 0)
    page.evaluate("Promise.all([...document.images].map((image) => image.decode()))")
    page.screenshot(
        path=FOLDER / f"{name}.jpg", type="jpeg", quality=QUALITY, animations="disabled"
    )


def open_page(browser: Browser, url: str, **look: Any) -> Page:
    """Open the demo as a visitor whose browser stands in Lisbon."""
    context = browser.new_context(
        **{"locale": "en-GB", "timezone_id": "Europe/Lisbon", "reduced_motion": "reduce"} | look
    )
    page = context.new_page()
    page.goto(url)
    return page


def tap(page: Page, words: str) -> None:
    """Press the newest button that carries the words, and wait until the shop has answered."""
    page.bring_to_front()
    page.locator("#active .key", has_text=words).last.click()
    expect(page.locator("#active [aria-busy=true]")).to_have_count(0)


def start(page: Page) -> None:
    """Press Start and wait for the shop."""
    page.locator("#active").get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("#active .key", has_text="Coffee")).to_be_visible()


def quiet(page: Page) -> None:
    """Wait until no toast lies over the chat."""
    expect(page.locator(".toast")).to_have_count(0)


def check_out(page: Page) -> Page:
    """Go from the cart to the payment page and fill in its example."""
    tap(page, "Checkout")
    tap(page, "Send it to me")
    quiet(page)
    with page.expect_popup() as opened:
        page.locator("#active a.key", has_text="Pay").last.click()
    paying = opened.value
    paying.get_by_role("button", name="Fill in an example").click()
    return paying


def pay(paying: Page) -> None:
    """Press Pay and wait for the shop's page."""
    paying.locator("button[data-pay]").click()
    expect(paying.get_by_role("heading", level=1)).to_have_text("Paid. Thank you!")


def desktop(browser: Browser, url: str) -> None:
    """Show the whole demo: the customer's chat and the owner's beside it, and Stripe's page."""
    page = open_page(browser, url, viewport=WIDE)
    start(page)
    keep(page, "shop")
    for words in ("Coffee", "Ethiopia Guji", "Add to cart", "Cart"):
        tap(page, words)
    paying = check_out(page)
    paying.evaluate("scrollTo(0, 0)")
    keep(paying, "pay")
    pay(paying)
    page.bring_to_front()
    expect(page.locator("#owner .message.theirs")).to_have_count(1)
    keep(page, "sold")


def phone(browser: Browser, url: str) -> None:
    """Show a purchase on a phone, in the dark."""
    page = open_page(
        browser, url, viewport=PHONE, device_scale_factor=1.5, color_scheme="dark", has_touch=True
    )
    expect(page.locator("#active .message")).not_to_have_count(0)
    field = page.get_by_role("textbox", name="Message")
    field.fill("/start")
    field.press("Enter")
    expect(page.locator("#active .message.mine").last).to_contain_text("/start")
    for words in ("Cups & home", "Lume cup"):
        tap(page, words)
    keep(page, "phone-product")
    tap(page, "Add to cart")
    tap(page, "Cart")
    quiet(page)
    keep(page, "phone-cart")
    pay(check_out(page))
    page.bring_to_front()
    keep(page, "phone-receipt")
    page.get_by_role("button", name="Chats").last.click()
    page.locator("[data-person-id]", has_text="أمير").click()
    page.locator("#active").get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("#active .key")).not_to_have_count(0)
    page.locator("#active .key").first.click()
    expect(page.locator("#active .key", has_text="€")).not_to_have_count(0)
    keep(page, "phone-arabic")


def main() -> None:
    """Take every picture."""
    FOLDER.mkdir(exist_ok=True)
    with demo() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        desktop(browser, url)
        phone(browser, url)
        browser.close()


if __name__ == "__main__":
    main()
