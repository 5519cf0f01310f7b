"""A sale with dates, as a customer lives it: it begins and ends by the clock, and says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.chat.screens.sale import until
from bot.domain.catalog.model import Sale, TimeSpan
from bot.domain.money import Money
from bot.locales import Languages
from kit import JumpingClock
from tests.chat.market import entries, open_market

DAY = 24 * 3600
LANGUAGES = Languages.load(strict=True)


def on_sale(clock: JumpingClock) -> dict[str, Any]:
    """Return the small shop with its cup on sale tomorrow and the day after."""
    tomorrow = datetime.fromtimestamp(clock.now(), UTC).date() + timedelta(days=1)
    catalog = entries()
    catalog["products"][1]["sale"] = {
        "price": "10.00",
        "from": f"{tomorrow}",
        "until": f"{tomorrow + timedelta(days=1)}",
    }
    return catalog


async def test_a_sale_begins_and_ends_without_anybody_saving_a_file(tmp_path: Path) -> None:
    """The cart that was filled before says what changed, follows, and follows back."""
    clock = JumpingClock()
    async with open_market(tmp_path, on_sale(clock), clock) as (kit, _):
        ann = kit.person("Alice")
        await ann.start("p_cup")
        await ann.tap(await ann.wait_for("€14.00"), "Add to cart")
        await ann.wait_for(lambda seen: "1 in cart" in str(seen.rows))
        clock.jump(DAY)
        await ann.write("/cart")
        cart = await ann.wait_for("The price changed from €14.00 to €10.00.")
        await ann.tap(cart, "OK, update my cart")
        await ann.wait_for("Total: €10.00")
        await ann.start("p_cup")
        assert "€14.00 €10.00\nOn sale until " in (await ann.wait_for("€14.00 €10.00")).text
        clock.jump(DAY)
        await ann.start("p_cup")
        await ann.wait_for("Last day of the sale.")
        clock.jump(DAY)
        await ann.write("/cart")
        await ann.wait_for("The price changed from €10.00 to €14.00.")
        await ann.write("/checkout")
        await ann.wait_for(lambda seen: "The price changed from €10.00 to €14.00." in seen.text)
        assert await kit.orders(ann) == ()


async def test_an_order_keeps_the_price_of_its_sale(tmp_path: Path) -> None:
    """Placed in the last second, paid after it: what was shown is what is paid."""
    clock = JumpingClock()
    async with open_market(tmp_path, on_sale(clock), clock) as (kit, _):
        ann = kit.person("Alice")
        left = DAY - clock.now() % DAY
        clock.jump(left + 2 * DAY - 1)
        await ann.start("p_cup")
        await ann.tap(await ann.wait_for("Last day of the sale."), "Add to cart")
        await ann.wait_for(lambda seen: "1 in cart" in str(seen.rows))
        await ann.write("/checkout")
        await ann.wait_for("Order 10")
        clock.jump(60)
        assert "€10.00" in (await kit.pay(ann)).text
        paid = await kit.order(ann)
        assert (paid.subtotal, paid.lines[0].unit) == (Money(1000, "eur"), Money(1000, "eur"))


async def test_an_owner_sees_the_price_and_the_sale(tmp_path: Path) -> None:
    """The price to change is the file's, also while the sale runs; the sale is told beside it."""
    clock = JumpingClock()
    async with open_market(tmp_path, on_sale(clock), clock) as (kit, _):
        marta = kit.person("Marta")
        clock.jump(DAY)
        await marta.write("/goods cup")
        shown = await marta.wait_for("Price: €14.00")
        assert "Sale price: €10.00\nSale from: " in shown.text
        await marta.write("/price cup 15")
        done = await marta.wait_for("Cup: €14.00 → €15.00")
        assert "Saved in the catalog" in done.text
        assert kit.shop.current.catalog.products[1].price == Money(1000, "eur")
        assert kit.shop.current.catalog.written.products[1].price == Money(1500, "eur")


def _moment(day: int, hour: int = 0) -> int:
    return int(datetime(2026, 11, day, hour, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("end", "language", "said"),
    [
        (None, "en", "On sale."),
        (_moment(23), "en", "On sale until Sunday."),
        (_moment(30), "en", "On sale until November 29."),
        (_moment(22, 18), "en", "On sale until Sunday, 6:00 PM."),
        (_moment(30) + 365 * DAY, "en", "On sale until Nov 29, 2027."),
        (_moment(17), "en", "Last day of the sale."),
        (_moment(16, 18), "en", "The sale ends today at 6:00 PM."),
        (_moment(23), "de", "Im Angebot bis Sonntag."),
        (_moment(30), "de", "Im Angebot bis 29. November."),
        (_moment(22, 18), "de", "Im Angebot bis Sonntag, 18:00 Uhr."),
        (_moment(23), "es", "En oferta hasta el domingo."),
        (_moment(30), "es", "En oferta hasta el 29 de noviembre."),
        (_moment(23), "pt", "Em promoção até domingo."),
        (_moment(23), "fr", "En promotion, dernier jour : dimanche."),
        (_moment(30), "ru", "По акции, последний день — 29 ноября."),
    ],
)
def test_until_when_is_said_as_people_say_it(end: int | None, language: str, said: str) -> None:
    """By the day's name within a week, by the date beyond it, in the reader's language."""
    sale = Sale(Money(1000, "eur"), TimeSpan(None, end))
    texts = LANGUAGES.texts(language)

    told = until(sale, _moment(16, 12), "UTC", texts)

    assert told.replace("\u00a0", " ").replace("\u202f", " ") == said


def test_a_day_before_one_that_begins_at_one_is_whole() -> None:
    """In Cairo clocks go from midnight to 1:00: what ends then ended with the day before."""
    sale = Sale(Money(1000, "eur"), TimeSpan(None, 1_776_981_600))

    assert until(sale, 1_776_800_000, "Africa/Cairo", LANGUAGES.texts("en")) == (
        "On sale until Thursday."
    )
