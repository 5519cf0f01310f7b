"""The example shops: each is sound, opens in the demo, and is bought from."""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import aiohttp
import pytest

from bot.catalog_file.file import read_catalog
from bot.catalog_file.folder import CatalogFolder
from bot.domain.money import Money
from bot.domain.order import OrderState
from kit import ROOT, JumpingClock, Kit, open_kit
from shop_sandbox.telegram import Person, Shown
from tests.chat.goods import ENGLISH
from tests.cli.demo import address, demo, shop_screen

EXAMPLES = ROOT / "examples"
NAMES = {
    "books": "The Narrow Window",
    "jpy": "Kissa Kami",
    "sale": "Second Landing",
    "tshirts": "Nineteen Shirts",
    "world": "Oficina do Sal",
}


def _file(name: str) -> Path:
    return EXAMPLES / name / "catalog.json"


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_sound(name: str) -> None:
    """Not a fault, not a doubt, with the pictures that lie beside it."""
    folder = CatalogFolder(_file(name))
    reading = read_catalog(folder.read_source(), file=name, picture=folder.picture)

    assert reading.warnings == ()
    assert reading.catalog.shop.name.in_language("en") == NAMES[name]


def test_every_example_is_told_of() -> None:
    """A folder without a line in examples/README.md is found by nobody."""
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    folders = [path.name for path in EXAMPLES.iterdir() if path.is_dir()]

    assert sorted(folders) == sorted(NAMES)
    assert [one for one in folders if f"- **[{one}](" not in readme] == []


@pytest.mark.parametrize("name", NAMES)
async def test_an_example_opens_in_the_demo(name: str) -> None:
    """``demo --catalog`` shows its front."""
    program, env = [sys.executable, "-m", "bot"], {"PATH": os.environ["PATH"]}
    async with (
        demo(program, ROOT, env, "--catalog", _file(name)) as process,
        aiohttp.ClientSession() as session,
    ):
        screen = await shop_screen(session, await address(process))

    assert screen.startswith(NAMES[name])


def _berlin(*moment: int) -> JumpingClock:
    """Return a clock that stands at a moment in Berlin, in winter: an hour ahead of UTC."""
    clock = JumpingClock()
    there = datetime(*moment, tzinfo=timezone(timedelta(hours=1)))  # type: ignore[misc, arg-type]
    clock.jump(there.timestamp() - clock())
    return clock


async def _buy(kit: Kit, ann: Person, product: Shown, add: str) -> Money:
    """Buy what a product's screen shows, fetched from the shop; return what was paid."""
    await ann.tap(product, add)
    await ann.wait_for(lambda seen: "in cart" in str(seen.rows))
    await ann.write("/checkout")
    pickup = ENGLISH.text("button.pickup")
    way = await ann.wait_for(lambda seen: pickup in str(seen.rows))
    await ann.tap(way, pickup)
    order = await kit.until(ann, OrderState.OPEN)
    await kit.stripe.pay(str(order.session_id))
    await ann.start(f"paid_{order.token}")
    paid = await kit.until(ann, OrderState.PAID)
    assert paid.payment is not None
    return paid.payment.total


async def test_a_book_is_found_by_its_author_and_its_isbn_and_bought(tmp_path: Path) -> None:
    """Of 2,000 titles an author's come up, and an ISBN opens its book; the owner reads both."""
    async with open_kit(tmp_path, catalog=_file("books")) as kit:
        ann, marta = kit.person("Alice"), kit.person("Marta")
        book = kit.shop.current.catalog.products[76]
        author = book.details[0].text.in_language("en")
        await ann.write(author)
        found = await ann.wait_for(f"Results for {author}")
        by_name = {one.name.in_language("en"): one for one in kit.shop.current.catalog.products}
        told = [line.removeprefix("• ") for line in found.text.splitlines() if line[:1] == "•"]
        authors = {by_name[name].details[0].text.in_language("en") for name in told}
        assert (min(map(len, told)) > 30, authors) == (True, {author})
        await ann.write(str(book.barcode))
        shown = await ann.wait_for(book.name.in_language("en"))
        assert f"\n{book.brand}\n\nAuthor: {author}\nPages: " in shown.text
        assert await _buy(kit, ann, shown, "Add to cart") == book.price
        notice = await marta.wait_for(f"\n  {book.barcode}\n", since=0)
        assert "Weight: " in notice.text


async def test_five_postcards_are_bought_in_yen(tmp_path: Path) -> None:
    """Whole yen everywhere, the minimum at the first tap, Japanese names for whoever reads them."""
    async with open_kit(tmp_path, catalog=_file("jpy")) as kit:
        ann = kit.person("Alice")
        await ann.start("p_postcards")
        card = await ann.wait_for("At least 5 per order.")
        assert "¥220" in card.text
        assert await _buy(kit, ann, card, "Add 5 · ¥1,100") == Money(1100, "jpy")


@pytest.mark.parametrize(
    ("product", "moment", "says", "price"),
    [
        ("reading-lamp", (2026, 12, 4, 13), "€89.00 €59.00\nOn sale.", 5900),
        ("table-lamp", (2026, 12, 4, 11, 59), "€49.00\n", 4900),
        ("table-lamp", (2026, 12, 4, 12), "€44.00 €39.00\nOn sale until Sunday.", 3900),
        ("table-lamp", (2026, 12, 6, 23, 30), "€44.00 €39.00\nLast day of the sale.", 3900),
        ("table-lamp", (2026, 12, 7), "€49.00\n", 4900),
        ("stool", (2026, 12, 24, 9), "€48.00\nThe sale ends today at 6:00\u202fPM.", 4800),
        ("chair", (2026, 12, 28, 9), "€96.00\nOn sale until January 9.", 9600),
        ("blanket", (2026, 12, 4, 13), "€75.00", 7500),
    ],
)
async def test_a_sale_is_bought_at_its_price_on_its_days(
    tmp_path: Path, product: str, moment: tuple[int, ...], says: str, price: int
) -> None:
    """The same file on different days: what is shown is what is paid."""
    async with open_kit(tmp_path, catalog=_file("sale"), clock=_berlin(*moment)) as kit:
        ann = kit.person("Alice")
        await ann.start(f"p_{product}")
        shown = await ann.wait_for("€")
        assert says in f"{shown.text}\n"
        assert await _buy(kit, ann, shown, "Add to cart") == Money(price, "eur")
