"""/stats and /export: what was sold, in words, as a picture and as a table."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Final

from bot.chat.charts import draw
from bot.chat.owner_actions import OpenStats
from bot.chat.parcel import parcel
from bot.chat.request import ChatContext, ChatRequest, File, Reply
from bot.chat.screen import Screen
from bot.chat.screens import owner_stats as screens
from bot.domain.errors import RefusedError
from bot.shop.orders.export import Decimals
from bot.shop.orders.reports import StatsSpan

_PERIODS: Final = {
    "today": StatsSpan.TODAY,
    "week": StatsSpan.WEEK,
    "month": StatsSpan.MONTH,
    "": StatsSpan.WEEK,
}
#: Letters of a year, and of a month with its year.
_YEAR, _MONTH = 4, 7


async def command(context: ChatContext, request: ChatRequest, typed: str) -> Reply:
    """Answer ``/stats``, ``/stats today`` and ``/stats month``."""
    return await stats(
        context, request, OpenStats(_PERIODS.get(typed.strip().lower(), StatsSpan.WEEK))
    )


async def stats(context: ChatContext, request: ChatRequest, action: OpenStats) -> Reply:
    """Show a period's sales."""
    report = await context.shop.reports.report(action.span)
    catalog, texts = context.catalog, request.texts
    screen = screens.stats(action.span, report, catalog, texts)
    picture = await draw(screens.chart(action.span, report, catalog, texts))
    file = File("sales.png", picture, picture=True) if picture else None
    return Reply(screen, fresh=True, file=file)


async def export(context: ChatContext, request: ChatRequest, typed: str) -> Reply:
    """Send paid orders as a table: of thirty days, a day on, a month, a year, or of all time."""
    texts, reports = request.texts, context.shop.reports
    today = reports.today()
    wanted = " ".join(typed.split()).lower()
    first, last = days_of(wanted, today)
    decimals = Decimals.of(comma=texts.decimal_comma)
    counted = 0

    async def parts() -> AsyncIterator[bytes]:
        nonlocal counted
        async for part, count in reports.table(first, last, decimals):
            counted += count
            yield part

    file = await parcel("orders.csv", parts())
    if first is None:
        words = texts.html("owner.table_all", n=counted)
    elif not wanted:
        before = today.replace(day=1) - timedelta(days=1)
        words = texts.html("owner.table", n=counted, month=f"{before:%Y-%m}")
    else:
        between = [texts.calendar_day(day) for day in (first, last or today)]
        words = texts.html("owner.table_days", n=counted, first=between[0], last=between[1])
    return Reply(Screen(words), file=file)


def days_of(words: str, today: date) -> tuple[date | None, date | None]:
    """Return the first and the last day that an owner means; None is without end.

    Args:
        words: Nothing, ``all``, a year, a month (2026-03), a day, or two days.
        today: Where the shop is.

    Raises:
        RefusedError: ``owner.export_how``.
    """
    if words in {"", "all"}:
        return (today - timedelta(days=29), None) if not words else (None, None)
    try:
        match words.split():
            case [year] if len(year) == _YEAR:
                return date(int(year), 1, 1), date(int(year), 12, 31)
            case [month] if len(month) == _MONTH:
                first = date.fromisoformat(f"{month}-01")
                return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            case [day]:
                return date.fromisoformat(day), None
            case [day, end] if day <= end:
                return date.fromisoformat(day), date.fromisoformat(end)
            case _:
                raise RefusedError("owner.export_how", month=f"{today:%Y-%m}")
    except (ValueError, OverflowError):
        raise RefusedError("owner.export_how", month=f"{today:%Y-%m}") from None
