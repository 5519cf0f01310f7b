"""/stats and /export: what was sold, in words, as a picture and as a table."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Final

from bot.chat.charts import chart
from bot.chat.desk import Desk, File, Reply, Visit
from bot.chat.owner_actions import OpenStats
from bot.chat.screen import Screen
from bot.chat.screens import owner_stats as screens
from bot.shop.reports import Report, Span

_SPANS: Final = {"today": Span.TODAY, "week": Span.WEEK, "month": Span.MONTH, "": Span.WEEK}


async def command(desk: Desk, visit: Visit, typed: str) -> Reply:
    """Answer ``/stats``, ``/stats today`` and ``/stats month``."""
    return await stats(desk, visit, OpenStats(_SPANS.get(typed.strip().lower(), Span.WEEK)))


async def stats(desk: Desk, visit: Visit, action: OpenStats) -> Reply:
    """Show a period's sales."""
    report = await desk.shop.reports.report(action.span)
    screen = screens.stats(action.span, report, visit.texts)
    picture = await _picture(report, visit) if len(report.days) > 1 else None
    file = File("sales.png", picture, picture=True) if picture else None
    return Reply(screen, fresh=True, file=file)


async def export(desk: Desk, visit: Visit, typed: str) -> Reply:
    """Send paid orders as a table: of thirty days, or of everything after ``/export all``."""
    span = None if typed.strip().lower() == "all" else Span.MONTH
    content, count = await desk.shop.reports.table(span)
    key = "owner.table_all" if span is None else "owner.table"
    words = visit.texts.html(key, n=count)
    return Reply(Screen(words), file=File("orders.csv", content))


async def _picture(report: Report, visit: Visit) -> bytes | None:
    labels = [visit.texts.day(datetime.combine(day, time(), UTC)) for day in report.days]
    values = [float(money.to_decimal()) for money in report.days.values()]
    title = visit.texts.text("owner.stats_chart", currency=report.revenue.currency.upper())
    return await chart(labels, values, title)
