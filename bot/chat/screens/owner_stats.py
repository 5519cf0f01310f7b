"""Sales in words: of today, a week, a month, and the day's summary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.chat.owner_actions import OpenStats, OwnerOrders
from bot.chat.screen import Button, Screen, bold, lines, paragraphs, safe
from bot.domain.money import Money
from bot.locales import Html, Texts
from bot.shop.reports import Report, Span

_LABELS: Final = {
    Span.TODAY: "button.owner_today",
    Span.WEEK: "button.owner_week",
    Span.MONTH: "button.owner_month",
}
_TITLE: Final = 60


def stats(span: Span, report: Report, texts: Texts) -> Screen:
    """Return a period's sales; the text fits a picture's caption."""
    spans = tuple(
        Button(f"• {texts.text(key)}" if one is span else texts.text(key), OpenStats(one))
        for one, key in _LABELS.items()
    )
    best = [
        texts.html("checkout.line_plain", quantity=units, title=Html(safe(title, _TITLE)))
        for title, units in report.best
    ]
    return Screen(
        paragraphs(
            bold(texts.text(_LABELS[span])),
            lines(
                texts.html("owner.stats_revenue", amount=report.revenue),
                texts.html("owner.stats_orders", n=report.orders),
                texts.html("owner.stats_average", amount=report.average)
                if report.average
                else None,
                texts.html("owner.stats_conversion", percent=str(report.conversion))
                if report.conversion is not None
                else None,
            ),
            lines(texts.html("owner.stats_best"), *best) if best else None,
        ),
        (spans,),
    )


def summary(details: Mapping[str, str], texts: Texts) -> Screen:
    """Return the day's summary, as its message holds it."""
    revenue = Money(int(details["revenue"]), details["currency"])
    best = details.get("best")
    words = lines(
        texts.html("owner.daily_summary", n=int(details["orders"]), amount=revenue),
        texts.html("owner.daily_best", title=Html(safe(best, _TITLE))) if best else None,
    )
    row = (
        Button(texts.text("button.owner_week"), OpenStats(Span.WEEK)),
        Button(texts.text("button.owner_to_ship"), OwnerOrders()),
    )
    return Screen(words, (row,))
