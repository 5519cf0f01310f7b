"""/stats and /export: what was sold, in words, as a picture and as a table."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from functools import partial

from bot.chat.charts import draw
from bot.chat.handlers.typed_days import days_of
from bot.chat.owner_actions import OpenStats
from bot.chat.parcel import parcel
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screen import Screen
from bot.chat.screens import owner_stats as screens
from bot.locales import Texts
from bot.shop.orders.export import Decimals
from bot.shop.orders.reports import Days, StatsSpan


async def command(context: ChatContext, request: ChatRequest, typed: str) -> Reply:
    """Answer ``/stats``, with or without the days that are meant."""
    reports, texts = context.shop.reports, request.texts
    if not typed.strip():
        return await stats(context, request, OpenStats())
    today = reports.today()
    found = days_of(typed, today, context.languages)
    if found is None:
        return Reply(Screen(texts.html("owner.stats_how", **_examples(texts, today))))
    first, last = found
    days = Days(first, last or first) if first else await reports.since_the_first_order()
    return await _stats(context, request, _button_for(days, today) or days)


async def stats(context: ChatContext, request: ChatRequest, action: OpenStats) -> Reply:
    """Show the sales of a period that has a button."""
    return await _stats(context, request, action.span)


async def _stats(context: ChatContext, request: ChatRequest, wanted: StatsSpan | Days) -> Reply:
    report = await context.shop.reports.report(wanted)
    catalog, texts = context.catalog, request.texts
    screen = screens.stats(wanted, report, catalog, texts)
    chart = screens.chart(report, catalog, texts)
    drawing = partial(draw, chart) if any(chart.values) else None  # of nothing, it tells nothing
    return Reply(screen, fresh=True, drawing=drawing)


def _button_for(days: Days, today: date) -> StatsSpan | None:
    """Return the period with a button that these days are, None where they are others."""
    spans = {0: StatsSpan.TODAY, 6: StatsSpan.WEEK, 29: StatsSpan.MONTH}
    return spans.get((today - days.first).days) if days.last == today else None


async def export(context: ChatContext, request: ChatRequest, typed: str) -> Reply:
    """Send paid orders as a table: of thirty days, of others, or of all time."""
    texts, reports = request.texts, context.shop.reports
    today = reports.today()
    found = days_of(typed, today, context.languages) if typed.strip() else _thirty(today)
    if found is None:
        return Reply(Screen(texts.html("owner.export_how", **_examples(texts, today))))
    first, last = found
    decimals = Decimals.of(comma=texts.decimal_comma)
    counted = 0

    async def parts() -> AsyncIterator[bytes]:
        nonlocal counted
        async for part, count in reports.table(first, last, texts, decimals):
            counted += count
            yield part

    file = await parcel("orders.csv", parts())
    if first is None:
        words = texts.html("owner.table_all", n=counted)
    elif not typed.strip():
        before = today.replace(day=1) - timedelta(days=1)
        words = texts.html("owner.table", n=counted, month=f"{before:%Y-%m}")
    else:
        between = [texts.calendar_day(day) for day in (first, last or today)]
        words = texts.html("owner.table_days", n=counted, first=between[0], last=between[1])
    return Reply(Screen(words), file=file)


def _thirty(today: date) -> tuple[date, date | None]:
    return today - timedelta(days=29), None


def _examples(texts: Texts, today: date) -> dict[str, str]:
    """Return what can be typed behind /stats and /export, for the words that say so."""
    words = {
        name: texts.text(f"days.{name}").partition(",")[0]
        for name in ("today", "yesterday", "week", "month", "all")
    }
    return words | {"year": f"{today:%Y}", "that_month": f"{today:%Y-%m}", "day": f"{today}"}
