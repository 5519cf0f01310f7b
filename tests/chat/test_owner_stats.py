"""Numbers for the owner: sales in words and as a picture, the day's summary, the table."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import struct
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

import pytest

from bot.chat.charts import Chart, draw
from bot.chat.screens import owner_stats
from bot.domain.money import Money
from bot.locales import Languages
from bot.shop.orders.reports import Days, StatsSpan, Step
from kit import Kit
from kit.patience import PATIENCE
from shop_sandbox.telegram import Person, Shown
from tests.chat.goods import eur
from tests.chat.market import calls, entries, open_market
from tests.chat.owner_steps import another, notice, sold

#: Indian Standard Time: UTC+5:30 all the year ("asia" of the IANA time zone database, since 1945).
INDIA = timezone(timedelta(hours=5, minutes=30))


async def content(kit: Kit, shown: Shown) -> bytes:
    """Return a document's bytes as Telegram keeps them."""
    file = await kit.running.chat.bot.get_file(shown.raw["document"]["file_id"])
    return bytes(await file.download_as_bytearray())


async def _with_picture(owner: Person, title: str) -> Shown:
    """Return the numbers of a period once their picture has joined them."""
    return await owner.wait_for(
        lambda seen: seen.has_photo and seen.text.startswith(title), timeout=PATIENCE
    )


def _until_midnight(kit: Kit) -> int:
    """Return the seconds until a minute of the next day has passed."""
    return 86_400 - kit.clock.now() % 86_400 + 60


async def test_sales_in_two_currencies_are_never_added_up(tmp_path: Path) -> None:
    """After a change of currency each has a line of its own; the average is of today's."""
    catalog = entries()
    catalog["shop"]["summary_hour"] = 0
    async with open_market(tmp_path, catalog) as (kit, _):
        ann, marta = kit.person("Alice"), kit.person("Marta")
        await marta.start()
        await kit.shop.reports.summarize()
        await sold(kit, ann, "cup")
        catalog["shop"]["currency"] = "usd"
        kit.settings.catalog.write_text(json.dumps(catalog), encoding="utf-8")
        asked = await marta.wait_for("The catalog file now says USD", timeout=PATIENCE)
        await marta.tap(asked, "Yes, sell in USD")
        await marta.wait_for("Saved in the catalog")
        await sold(kit, ann, "cup")
        await marta.write("/stats")
        shown = await _with_picture(marta, "7 days")
        assert shown.text.startswith(
            "7 days\n\nRevenue: $14.00\nRevenue: €14.00\n2 paid orders\nOn average: $14.00\n"
        )
        report = await kit.shop.reports.report(StatsSpan.WEEK)
        drawn = owner_stats.chart(report, kit.shop.current.catalog, Languages.load().texts("en"))
        assert drawn.figures[0] == ("Revenue", "$14.00 · €14.00")
        assert drawn.title.endswith(" (USD)")

        kit.clock.jump(_until_midnight(kit))
        assert await kit.shop.reports.summarize() == 1
        told = await notice(kit, marta, "The last 24 hours")
        assert "2 paid orders, $14.00 · €14.00." in told.text


async def test_days_without_a_sale_are_told_in_words_alone(tmp_path: Path) -> None:
    """Nobody waits for a picture of nothing to be drawn."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await marta.write("/stats yesterday")
        shown = await marta.wait_for("0 paid orders")
        assert not shown.has_photo
        assert "Revenue: €0.00" in shown.text


async def test_sales_are_summed_up_in_words_and_as_a_picture(tmp_path: Path) -> None:
    """Refunds are taken off; the average, the best sellers and the conversion stand beside."""
    async with open_market(tmp_path) as (kit, exchanges):
        ann, ben, marta = kit.person("Alice"), another(kit), kit.person("Marta")
        first = await sold(kit, ann, "blend")
        await sold(kit, ben, "cup")
        carl = kit.telegram.add_person("Carl", "en")
        await carl.start("p_cup")
        cup = await carl.wait_for("€14.00")
        await carl.tap(cup, "Add to cart")
        await carl.wait_for(lambda seen: "1 in cart" in str(seen.rows))
        none = Money.zero("eur")
        await kit.shop.refunds.give(first.id, Money(250, "eur"), before=none)
        exchanges.clear()
        await marta.write("/stats")
        words = await marta.wait_for("7 days")
        shown = await _with_picture(marta, "7 days")
        assert shown.id == words.id
        assert "sendPhoto" not in calls(exchanges)  # nobody waits for it to read the words
        assert shown.text == (
            "7 days\n\nRevenue: €24.00\n2 paid orders\nOn average: €12.00\n"
            "67% of those who filled a cart paid.\n\n"
            "Best sellers:\n1 × Blend, 250 g\n1 × Cup"
        )
        await marta.tap(shown, "Today")
        today = await _with_picture(marta, "Today")
        assert "€24.00" in today.text


async def test_only_the_days_asked_for_are_counted(tmp_path: Path) -> None:
    """What was bought nine days ago is in the month and not in the week."""
    async with open_market(tmp_path) as (kit, _):
        await sold(kit, kit.person("Alice"), "cup")
        kit.clock.jump(9 * 86_400)
        week = await kit.shop.reports.report(StatsSpan.WEEK)
        month = await kit.shop.reports.report(StatsSpan.MONTH)
        assert (week.orders, week.average, week.conversion) == (0, None, None)
        assert (month.orders, month.revenue) == (1, Money(1400, "eur"))
        assert len(month.parts) == 30
        assert [money for money in month.parts.values() if money] == [Money(1400, "eur")]


async def test_today_is_told_by_the_hour_and_a_week_by_the_day(tmp_path: Path) -> None:
    """Hours and days are those of the shop's clock, not of UTC."""
    catalog = entries()
    catalog["shop"]["timezone"] = "Asia/Kolkata"
    async with open_market(tmp_path, catalog) as (kit, _):
        order = await sold(kit, kit.person("Alice"), "cup")
        here = datetime.fromtimestamp(order.placed_at, INDIA)
        today = await kit.shop.reports.report(StatsSpan.TODAY)
        week = await kit.shop.reports.report(StatsSpan.WEEK)
    assert [part.hour for part in today.parts] == [*range(24)]
    hour = datetime.combine(here.date(), time(here.hour))
    day = datetime.combine(here.date(), time())
    for report, part, count in ((today, hour, 24), (week, day, 7)):
        assert {at: money for at, money in report.parts.items() if money} == {part: eur(1400)}
        assert len(report.parts) == count


async def test_days_that_are_typed_are_the_days_that_are_told(tmp_path: Path) -> None:
    """Yesterday, a year, a month, a day, two days, all of them; the title says which."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        await sold(kit, kit.person("Alice"), "cup")
        kit.clock.jump(86_400)
        today = kit.shop.reports.today()
        yesterday = today - timedelta(days=1)
        texts = Languages.load().texts("en")
        day = texts.calendar_day(yesterday)
        year = f"Jan 1, {yesterday:%Y} – Dec 31, {yesterday:%Y}"
        for typed, title in (
            ("yesterday", day),
            ("gestern", day),
            (f"{yesterday}", day),
            (f"{yesterday:%Y}", year),
            (f"{yesterday} {today}", f"{day} – {texts.calendar_day(today)}"),
            ("all", f"{day} – {texts.calendar_day(today)}"),
            ("week", "7 days"),
        ):
            await marta.write(f"/stats {typed}")
            shown = await marta.wait_for(title)
            assert shown.text.startswith(f"{title}\n\nRevenue: €14.00\n1 paid order"), typed
        await marta.write("/stats today")
        shown = await marta.wait_for("Today")
        assert "Revenue: €0.00" in shown.text
        await marta.write("/stats last summer")
        told = await marta.wait_for("After /stats I understand today, yesterday, week, month")
        assert not told.has_photo


@pytest.mark.parametrize(
    ("first", "last", "step", "parts"),
    [
        (date(2026, 3, 1), date(2026, 3, 1), Step.HOUR, 24),
        (date(2026, 2, 1), date(2026, 2, 28), Step.DAY, 28),
        (date(2026, 1, 1), date(2026, 12, 31), Step.MONTH, 12),
        (date(2025, 12, 15), date(2026, 3, 15), Step.MONTH, 4),
        (date(2020, 1, 1), date(2026, 12, 31), Step.YEAR, 7),
    ],
)
async def test_a_long_time_is_told_in_larger_parts(
    tmp_path: Path, first: date, last: date, step: Step, parts: int
) -> None:
    """A year has twelve bars and not 365."""
    async with open_market(tmp_path) as (kit, _):
        report = await kit.shop.reports.report(Days(first, last))
        assert (report.step, len(report.parts)) == (step, parts)
        shown = owner_stats.chart(report, kit.shop.current.catalog, Languages.load().texts("fr"))
        assert len(set(shown.labels)) == parts


async def test_what_sells_is_named_in_the_owners_language(tmp_path: Path) -> None:
    """Whoever bought it read another name."""
    catalog = entries()
    catalog["products"][1]["name"] = {"en": "Cup", "de": "Tasse", "es": "Taza"}
    async with open_market(tmp_path, catalog) as (kit, _):
        await sold(kit, kit.person("Alice"), "cup")
        report = await kit.shop.reports.report(StatsSpan.WEEK)
        spanish = Languages.load().texts("es")
        shown = owner_stats.stats(StatsSpan.WEEK, report, kit.shop.current.catalog, spanish)
        assert "1 × Taza" in shown.text


async def test_a_summary_comes_once_a_day_at_its_hour(tmp_path: Path) -> None:
    """Not on the first day, not before the hour, and not twice."""
    catalog = entries()
    catalog["shop"]["summary_hour"] = 0
    async with open_market(tmp_path, catalog) as (kit, _):
        marta = kit.person("Marta")
        await marta.start()
        await kit.shop.reports.summarize()
        await sold(kit, kit.person("Alice"), "cup")
        kit.clock.jump(_until_midnight(kit))
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(kit.shop.reports.summarize(), kit.shop.reports.summarize())
        told = await notice(kit, marta, "The last 24 hours: 1 paid order, €14.00.")
        assert "Best seller: Cup" in told.text
        await kit.shop.reports.summarize()
        await kit.drain()
        summed = [shown for shown in marta.messages() if "The last 24 hours" in shown.text]
        assert len(summed) == 1


async def test_paid_orders_are_sent_as_a_table(tmp_path: Path) -> None:
    """A line an order, unpaid ones left out; the month's, or every one."""
    async with open_market(tmp_path) as (kit, _):
        marta = kit.person("Marta")
        order = await sold(kit, kit.person("Alice"), "cup")
        kit.clock.jump(40 * 86_400)
        await marta.write("/export")
        shown = await marta.wait_for("0 paid orders of the last 30 days")
        assert len((await content(kit, shown)).splitlines()) == 1
        await marta.write("/export all")
        shown = await marta.wait_for("1 paid order: that is all of them.")
        assert shown.raw["document"]["file_name"] == "orders.csv"
        text = (await content(kit, shown)).decode("utf-8-sig")
        (line,) = csv.DictReader(io.StringIO(text))
        assert (line["order"], line["total"]) == (str(order.id), "14.00")


async def test_a_picture_is_drawn_by_another_process() -> None:
    """A PNG comes back; what looks like a formula, or has no letter in the font, does no harm."""
    told = Chart(
        figures=(("الإيرادات", "٣٫٥"), ("$\\frac{1}", "🛒")),
        title="Revenue $\\frac{1}",
        labels=["1.1.", "2.1."],
        values=[3.5, 0.0],
        said=["€3.50", "€0.00"],
        best_title="Best seller",
        best=[("🛒🛒", 3), ("\u2068Cup\u2069", 1)],
        rtl=True,
    )
    picture = await draw(told)
    assert picture is not None
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    assert width == 960
    assert height <= width


async def test_a_period_without_sales_has_a_picture_too() -> None:
    """Nothing sold is drawn as nothing, not as an error."""
    picture = await draw(Chart([("Revenue", "€0.00")], "Revenue", ["1"], [0.0], ["€0.00"]))
    assert picture is not None
