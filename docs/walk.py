"""A walk through the demo in one language, and the pictures of the screens on its way."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.pofile import read_po
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, FilePayload, Page, expect
from visitor import FOLDER, LOCALES, PHONE, ROOT, Visitor, demo

SCHEMES: Final = ("light", "dark")
#: Pixels of a picture on a sheet, between two, and of the line that says what it shows.
WIDTH, GAP, LINE = 244, 12, 20
COLUMNS, QUALITIES, LARGEST = 5, (40, 34, 28), 250_000
#: Pixels around a message, of the shortest window, and of one with a page of the shop's.
AROUND, LEAST, PAGE = 150, 420, 600
#: Looks at a page whose news takes its time.
TRIES: Final = 10
#: Whose shop it is, and who buys there, alone or together.
MARTA: Final = 1_730_555_208
PEOPLE: Final = (MARTA, 5_918_204_417, 212_874_003, 3_996_218_450_771_221)
PAPER: Final = "#dcdce2"
_HEADERS: Final = {"X-Demo": "1"}
#: A phone shows one message of the shop's alone: nothing of the sandbox, nothing said before.
_STYLE: Final = """
  .alone { grid-template-rows: 0 minmax(0, 1fr) 0 }
  .alone :is(.strip, .tabs) { height: 0; min-height: 0; padding: 0; border: 0; overflow: hidden }
  .alone :is(.toast, .message, .day, .jump) { visibility: hidden }
"""
_ALONE: Final = """number => {
  document.body.classList.toggle("alone", number);
  document.getElementById("seen").textContent =
    number && `.alone .message[data-message-id="${number}"] { visibility: visible }`;
}"""
_TO: Final = """number => {
  const box = document.querySelector("#active .scroll");
  const seen = box.querySelector(`[data-message-id="${number}"]`).getBoundingClientRect();
  const down = seen.bottom + 12 - box.getBoundingClientRect().bottom;
  box.scrollTo({ top: box.scrollTop + down, behavior: "instant" });
  return Math.abs(down) < 2;
}"""
_DRAWN: Final = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_DECODED: Final = "Promise.all([...document.images].map((image) => image.decode()))"

Change = Callable[[dict[str, Any]], None]


class Words:
    """What the shop says in a language, as patterns to look for.

    Args:
        language: Of the shop's.
    """

    def __init__(self, language: str) -> None:
        with (ROOT / "bot" / "locales" / f"{language}.po").open("rb") as file:
            self._catalog = read_po(file)

    def pattern(self, key: str, *, whole: bool = False) -> re.Pattern[str]:
        """Return what a text looks like whatever is filled in; `whole` is a button's, entire."""
        message = self._catalog[key]
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        either = "|".join(_pattern(form) for form in forms)
        return re.compile(rf"^[\s\u200f]*(?:{either})\s*$" if whole else either)


def _pattern(words: str) -> str:
    plain = unescape(re.sub(r"<[^>]*>", "", words))
    parts = (re.split(r"\s+", part) for part in re.split(r"\{\w+\}", plain))
    return r"[\s\S]*?".join(r"\s*".join(map(re.escape, part)) for part in parts)


@dataclass(frozen=True, slots=True)
class Picture:
    """A screen by day and by night."""

    caption: str
    shown: tuple[Image.Image, ...]


class Walk:
    """Goes through shops in one language and keeps what it sees.

    Args:
        browser: A Chromium.
        language: In which everybody reads.
    """

    def __init__(self, browser: Browser, language: str) -> None:
        self.words = Words(language)
        self.language = language
        self.seen: list[Picture] = []
        self._browser = browser

    @contextmanager
    def shop(self, *changes: Change) -> Iterator[None]:
        """Open the sample shop, its catalog changed; a buyer and its owner look at it."""
        with tempfile.TemporaryDirectory() as name:
            self.catalog = Path(shutil.copy(ROOT / "catalog.json", name))
            shutil.copytree(ROOT / "photos", self.catalog.parent / "photos")
            self.change(*changes)
            with demo("--catalog", str(self.catalog), folder=name) as url:
                self.url = url
                self.buyer = self._visitor()
                for person in PEOPLE:
                    self.ask("PATCH", f"/demo/people/{person}", language_code=self.language)
                self.owner = self._visitor()
                self.owner.be("Marta")
                self.ask("POST", "/demo/start", user_id=MARTA)
                self.news("shop.choose")
                yield
                for who in (self.buyer, self.owner):
                    who.page.context.close()

    def _visitor(self) -> Visitor:
        visitor = Visitor(self._browser, self.url, self.language, bypass_csp=True, **PHONE)
        visitor.page.add_style_tag(content=_STYLE)
        visitor.page.add_style_tag(content=" ").evaluate("node => { node.id = 'seen' }")
        return visitor

    def change(self, *changes: Change) -> None:
        """Change the catalog's file."""
        content = json.loads(self.catalog.read_text(encoding="utf-8"))
        for change in changes:
            change(content)
        written = json.dumps(content, ensure_ascii=False, indent=2)
        self.catalog.write_text(written, encoding="utf-8")

    def ask(self, method: str, path: str, **fields: object) -> Any:
        """Ask the sandbox for something that its page has no button for."""
        answer = self.buyer.page.request.fetch(
            f"{self.url}{path}", method=method, data=fields, headers=_HEADERS
        )
        assert answer.ok, answer.text()  # noqa: S101 - else the walk is wrong
        return answer.json()

    def store(self, statement: str) -> str:
        """Look into the shop's database, or break it; return what is found first."""
        (database,) = self.catalog.parent.glob("*/shop.sqlite3")
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            return str((connection.execute(statement).fetchone() or ("",))[0])

    def send(self, name: str, content: bytes) -> None:
        """Let the owner send a file."""
        picked: FilePayload = {"name": name, "mimeType": "text/plain", "buffer": content}
        self.owner.page.locator("#active input[type=file]").set_input_files(picked)
        field = self.owner.page.locator("#active").get_by_role(
            "textbox", name=self.owner.says["message"]
        )
        field.press("Enter")

    def fail(self, call: str, status: int = 500, **fields: object) -> None:
        """Let calls to Stripe or Telegram fail until they are let go."""
        self.ask("POST", "/demo/faults", call=call, action="error", status=status,
                 times=None, **fields)  # fmt: skip

    def alter(self, call: str, **fields: object) -> None:
        """Let Stripe's answers to calls have other fields until they are let go."""
        self.ask("POST", "/demo/faults", call=call, action="alter", phase="after",
                 times=None, body=fields)  # fmt: skip

    def tap(self, key: str, who: Visitor | None = None) -> None:
        """Press the newest button that says a text of the shop's."""
        (who or self.buyer).tap(self.words.pattern(key, whole=True))

    def see(
        self,
        screen: str,
        key: str,
        caption: str,
        who: Visitor | None = None,
        *,
        newest: bool = True,
    ) -> None:
        """Take a picture of a message that says a text of the shop's, as tall as it needs.

        Args:
            screen: The function of ``bot/chat/screens`` that makes it, as ``module.function``.
            key: Of the text.
            caption: What the picture shows.
            who: Looks at it; else the buyer.
            newest: It is the newest message; else the newest one that says so.
        """
        del screen  # read by a test, which asks whether every screen has a picture
        who = who or self.buyer
        words, page = self.words.pattern(key), who.page
        if newest:
            self.shows(key, who)
        said = page.locator("#active .message.theirs", has_text=words).last
        expect(said).to_be_visible()
        expect(page.locator("#active [aria-busy=true]")).to_have_count(0)
        number = said.get_attribute("data-message-id")
        page.bring_to_front()
        page.evaluate(_ALONE, number)
        page.evaluate(_DECODED)
        box = page.locator(f'#active [data-message-id="{number}"]').bounding_box()
        self._fit(page, box["height"] + AROUND if box else LEAST)
        self._take(page, caption, number)
        page.evaluate(_ALONE, "")
        page.set_viewport_size(PHONE["viewport"])

    def shows(self, key: str, who: Visitor | None = None, *, newest: bool = True) -> None:
        """Wait until the newest message, or any, says a text of the shop's; buttons count."""
        who, words = who or self.buyer, self.words.pattern(key)
        if newest:
            expect(who.newest()).to_contain_text(words)
        else:
            said = who.page.locator("#active .message.theirs", has_text=words)
            expect(said).not_to_have_count(0)

    def lacks(self, key: str) -> None:
        """Wait until no message has a button any more."""
        label = self.words.pattern(key, whole=True)
        expect(self.buyer.page.locator("#active .key", has_text=label)).to_have_count(0)

    def news(self, key: str) -> None:
        """Wait until the owner is told something."""
        self.shows(key, self.owner)

    def mend(self) -> None:
        """Let calls go that were to fail."""
        self.ask("DELETE", "/demo/faults")

    def reload(self, state: str, page: Page) -> None:
        """Look at a page again until it tells its order so, or one has tried enough."""
        title = self.words.pattern(f"page.{state}.title", whole=True)
        heading = page.get_by_role("heading", level=1)
        for _ in range(TRIES):
            page.reload()
            if title.search(heading.inner_text()):
                break
            page.wait_for_timeout(1000)  # an answer serves whoever asks again at once

    def page(self, state: str, page: Page, caption: str) -> None:
        """Take a picture of a page of the shop's own, by how it tells an order."""
        title = self.words.pattern(f"page.{state}.title", whole=True)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        self._fit(page, PAGE)
        self._take(page, caption)
        page.set_viewport_size(PHONE["viewport"])

    def look(self, page: Page, caption: str) -> None:
        """Take a picture of what is no screen."""
        self._take(page, caption)

    @staticmethod
    def _fit(page: Page, height: float) -> None:
        """Make a window as high as it needs to be."""
        width, high = PHONE["viewport"]["width"], max(LEAST, round(height))
        page.set_viewport_size({"width": width, "height": high})
        page.wait_for_function("high => innerHeight === high", arg=high)
        page.evaluate(_DRAWN)

    def _take(self, page: Page, caption: str, number: str | None = None) -> None:
        page.bring_to_front()
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement?.blur()")
        page.evaluate(_DECODED)
        shown = []
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if number:  # it stays where it is scrolled to
                page.wait_for_function(_TO, arg=number)
            taken = page.screenshot(animations="disabled", type="jpeg", quality=95)
            image = Image.open(BytesIO(taken)).convert("RGB")
            shown.append(image.resize((WIDTH, WIDTH * image.height // image.width)))
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        self.seen.append(Picture(caption, tuple(shown)))

    def keep(self, family: str) -> Path:
        """Save what was seen as one sheet: what it shows, by day, by night, and so on."""
        rows = [self.seen[at : at + COLUMNS] for at in range(0, len(self.seen), COLUMNS)]
        heights = [max(image.height for one in row for image in one.shown) + GAP for row in rows]
        width = (WIDTH + GAP) * len(rows[0]) - GAP
        height = sum(LINE + each * len(SCHEMES) for each in heights)
        sheet = Image.new("RGB", (width, height), PAPER)
        pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(15)
        top = 0
        for row, high in zip(rows, heights, strict=True):
            for place, one in enumerate(row):
                left = (WIDTH + GAP) * place
                pen.text((left, top), one.caption, fill="black", font=font)
                for turn, image in enumerate(one.shown):
                    sheet.paste(image, (left, top + LINE + high * turn))
            top += LINE + high * len(SCHEMES)
        path = FOLDER / f"screens-{family}-{self.language}.jpg"
        for quality in QUALITIES:
            sheet.save(path, quality=quality, optimize=True)
            if path.stat().st_size <= LARGEST:
                break
        return path


__all__ = ["LOCALES", "Change", "Visitor", "Walk", "Words"]
