"""Somebody who walks through the demo in a headless Chromium, for its pictures."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Locator, Page, expect

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
WIDE: Final = {"viewport": {"width": 1280, "height": 800}}
PHONE: Final = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 1.5,
    "has_touch": True,
}
DARK: Final = {"color_scheme": "dark"}
QUALITY = 78
#: As what the browser asks for pages in a language of the shop.
LOCALES: Final = {"en": "en-GB", "de": "de-DE", "ar": "ar"}
# The shop looks every few seconds for what is due, and this machine may have much to do.
expect.set_options(timeout=60_000)


class Visitor:
    """Somebody who looks at the demo and takes pictures of it.

    Args:
        browser: A Chromium.
        url: Of the demo's page.
        language: That the page is read in.
        look: How the browser shows it.
    """

    def __init__(self, browser: Browser, url: str, language: str = "en", **look: Any) -> None:
        calm = {
            "locale": LOCALES[language],
            "timezone_id": "Europe/Lisbon",
            "reduced_motion": "reduce",
        }
        words = ROOT / "shop_sandbox" / "page" / f"words.{language}.json"
        #: What the page says, by key.
        self.says: dict[str, str] = json.loads(words.read_text(encoding="utf-8"))
        self._narrow = look["viewport"]["width"] < WIDE["viewport"]["width"]
        self.page = browser.new_context(**calm | look).new_page()
        self.page.goto(url)
        expect(self.page.locator("#active .composer")).to_be_visible()

    def be(self, name: str, chat: str | None = None) -> None:
        """Look with a person's eyes, at the shop or at another chat of theirs."""
        self._turn(self.says["chats"])
        self.page.locator("[data-person-id]", has_text=name).click()
        if chat:
            self._turn(self.says["chats"])
            self.page.locator("[data-chat-id]", has_text=chat).click()

    def start(self) -> None:
        """Press Start and wait for the shop."""
        press = self.page.locator("#active").get_by_role(
            "button", name=self.says["start"], exact=True
        )
        press.click()
        expect(self.page.locator("#active .key")).not_to_have_count(0)

    def tap(self, words: str | re.Pattern[str], pane: str = "#active") -> None:
        """Press the newest button that carries the words, and wait until the shop has answered."""
        self.page.bring_to_front()
        self.page.locator(f"{pane} .key", has_text=words).last.click()
        expect(self.page.locator(f"{pane} [aria-busy=true]")).to_have_count(0)

    def write(self, words: str, pane: str = "#active") -> None:
        """Send a message and wait for the shop's answer below it."""
        self.page.bring_to_front()
        field = self.page.locator(pane).get_by_role("textbox", name=self.says["message"])
        mine = self.page.locator(f"{pane} .message.mine:not(.sending)")
        before = mine.count()
        field.fill(words)
        field.press("Enter")
        expect(mine).to_have_count(before + 1)
        theirs = self.page.locator(f"{pane} .message").last
        expect(theirs).to_have_class(re.compile("theirs"))

    def newest(self, pane: str = "#active") -> Locator:
        """Return the newest message of the shop."""
        return self.page.locator(f"{pane} .message.theirs").last

    def check_out(self, way: str = "Send it to me") -> Page:
        """Go from the cart to the payment page and fill in its example."""
        self.write("/checkout")
        if self.newest().locator(".key", has_text=way).count():  # asked once, and remembered
            self.tap(way)
        return self.filled_in()

    def filled_in(self) -> Page:
        """Open the newest link to pay, and fill in the page's example."""
        with self.page.expect_popup() as opened:
            self.newest().locator("a.key").first.click()
        paying = opened.value
        paying.locator("#example button").click()
        return paying

    def pay(self, paying: Page, done: str = "Paid. Thank you!") -> None:
        """Press Pay, wait for the shop's page, and come back."""
        paying.locator("button[data-pay]").click()
        expect(paying.get_by_role("heading", level=1)).to_have_text(done)
        self.page.bring_to_front()
        expect(self.newest()).to_contain_text(done)

    def let_pass(self, span: str) -> None:
        """Let time pass by the sandbox's menu."""
        self.page.get_by_role("button", name=self.says["menu"]).click()
        clock = self.page.locator(".clock")
        before = clock.inner_text()
        self.page.get_by_role("button", name=span).click()
        expect(clock).not_to_have_text(before)
        self.page.keyboard.press("Escape")

    def keep(self, name: str, page: Page | None = None) -> None:
        """Save what is shown, with nothing under the mouse and no toast over it."""
        shown = page or self.page
        self._calm(shown)
        shown.screenshot(
            path=FOLDER / f"{name}.jpg", type="jpeg", quality=QUALITY, animations="disabled"
        )

    @staticmethod
    def _calm(shown: Page) -> None:
        shown.bring_to_front()
        shown.mouse.move(0, 0)
        expect(shown.locator(".toast")).to_have_count(0)
        shown.evaluate("document.activeElement?.blur()")
        shown.evaluate("Promise.all([...document.images].map((image) => image.decode()))")

    def _turn(self, tab: str) -> None:
        """Turn to a part of the page that a narrow window shows alone."""
        if self._narrow:
            self.page.locator("#tabs").get_by_role("button", name=tab).click()


@contextmanager
def demo(*options: str, folder: str | None = None) -> Iterator[str]:
    """Run the demo on a free port, its database in a folder, and give its address."""
    command = [sys.executable, "-m", "bot", "demo", "--port", "0", "--no-browser", *options]
    with subprocess.Popen(  # noqa: S603 - our own program
        command,
        cwd=ROOT,
        env=os.environ | ({"TMPDIR": folder} if folder else {}),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout  # noqa: S101 - asked for above
            found = re.search(r"http://\S+", process.stdout.readline())
            if found is None:
                sys.exit("the demo did not open")
            yield found.group()
        finally:
            process.terminate()
