"""/stats and /export: what was sold, in words, as a picture and as a table."""

from __future__ import annotations

from typing import Final

from bot.chat.charts import draw
from bot.chat.desk import Desk, File, Reply, Visit
from bot.chat.owner_actions import OpenStats
from bot.chat.screen import Screen
from bot.chat.screens import owner_stats as screens
from bot.shop.reports import Span

_SPANS: Final = {"today": Span.TODAY, "week": Span.WEEK, "month": Span.MONTH, "": Span.WEEK}


async def command(desk: Desk, visit: Visit, typed: str) -> Reply:
    """Answer ``/stats``, ``/stats today`` and ``/stats month``."""
    return await stats(desk, visit, OpenStats(_SPANS.get(typed.strip().lower(), Span.WEEK)))


async def stats(desk: Desk, visit: Visit, action: OpenStats) -> Reply:
    """Show a period's sales."""
    report = await desk.shop.reports.report(action.span)
    catalog, texts = desk.catalog, visit.texts
    screen = screens.stats(action.span, report, catalog, texts)
    picture = await draw(screens.chart(action.span, report, catalog, texts))
    file = File("sales.png", picture, picture=True) if picture else None
    return Reply(screen, fresh=True, file=file)


async def export(desk: Desk, visit: Visit, typed: str) -> Reply:
    """Send paid orders as a table: of thirty days, or of everything after ``/export all``."""
    span = None if typed.strip().lower() == "all" else Span.MONTH
    content, count = await desk.shop.reports.table(span)
    key = "owner.table_all" if span is None else "owner.table"
    words = visit.texts.html(key, n=count)
    return Reply(Screen(words), file=File("orders.csv", content))
