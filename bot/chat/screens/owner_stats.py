"""Sales in words: of today, a week, a month, and the day's summary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from bot.chat.charts import Chart
from bot.chat.owner_actions import OpenStats, OwnerOrders
from bot.chat.screen import Button, Screen, bold, lines, paragraphs, safe
from bot.chat.screens.parts import title_of
from bot.domain.catalog.model import Catalog, LineKey, ProductId, VariantId
from bot.domain.money import Money
from bot.locales import Html, Texts
from bot.ports import Seller
from bot.shop.orders.reports import Days, Report, StatsSpan, Step

_LABELS: Final = {
    StatsSpan.TODAY: "button.owner_today",
    StatsSpan.WEEK: "button.owner_week",
    StatsSpan.MONTH: "button.owner_month",
}
_TITLE: Final = 60


def stats(wanted: StatsSpan | Days, report: Report, catalog: Catalog, texts: Texts) -> Screen:
    """Return a period's sales; the text fits a picture's caption."""
    spans = tuple(
        Button(f"• {texts.text(key)}" if one is wanted else texts.text(key), OpenStats(one))
        for one, key in _LABELS.items()
    )
    best = [
        texts.html(
            "checkout.line_plain",
            quantity=one.units,
            title=Html(safe(title_of(one, catalog, texts), _TITLE)),
        )
        for one in report.best
    ]
    return Screen(
        paragraphs(
            bold(_name(wanted, texts)),
            lines(
                *(
                    texts.html("owner.stats_revenue", amount=amount)
                    for amount in (report.revenue, *report.others)
                ),
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


def _name(wanted: StatsSpan | Days, texts: Texts) -> str:
    if isinstance(wanted, StatsSpan):
        return texts.text(_LABELS[wanted])
    first, last = texts.calendar_day(wanted.first), texts.calendar_day(wanted.last)
    return first if wanted.first == wanted.last else f"{first} – {last}"


def chart(report: Report, catalog: Catalog, texts: Texts) -> Chart:
    """Return a period's sales as a picture shows them: the figures, the bars, what sold most."""
    nothing, revenue = "–", (report.revenue, *report.others)
    label = {Step.HOUR: texts.hour, Step.DAY: texts.day, Step.MONTH: texts.month}.get(
        report.step, texts.year
    )
    return Chart(
        figures=(
            (texts.text("owner.chart_revenue"), " · ".join(map(texts.money, revenue))),
            (texts.text("owner.chart_orders"), texts.number(report.orders)),
            (
                texts.text("owner.chart_average"),
                texts.money(report.average) if report.average else nothing,
            ),
            (
                texts.text("owner.chart_conversion"),
                nothing if report.conversion is None else f"{report.conversion} %",
            ),
        ),
        title=texts.text(f"owner.chart_{report.step}")
        + (f" ({report.revenue.currency.upper()})" if report.others else ""),
        labels=[label(part) for part in report.parts],
        values=[float(amount.to_decimal()) for amount in report.parts.values()],
        said=[texts.money(amount) for amount in report.parts.values()],
        best_title=texts.text("owner.stats_best").rstrip(" :\u00a0\u202f"),
        best=[(title_of(one, catalog, texts), one.units) for one in report.best],
        rtl=texts.rtl,
    )


def summary(details: Mapping[str, str], catalog: Catalog, texts: Texts) -> Screen:
    """Return the day's summary, as its message holds it."""
    revenue = Money(int(details["revenue"]), details["currency"])
    others = [Money(*one) for one in json.loads(details.get("others", "[]"))]
    amount = Html(safe(" · ".join(map(texts.money, (revenue, *others)))))
    best = Seller(
        LineKey(
            ProductId(details.get("best_product", "")), VariantId(details.get("best_variant", ""))
        ),
        details.get("best", ""),
        1,
    )
    title = Html(safe(title_of(best, catalog, texts), _TITLE))
    words = lines(
        texts.html("owner.daily_summary", n=int(details["orders"]), amount=amount),
        texts.html("owner.daily_best", title=title) if title else None,
    )
    row = (
        Button(texts.text("button.owner_week"), OpenStats(StatsSpan.WEEK)),
        Button(texts.text("button.owner_to_ship"), OwnerOrders()),
    )
    return Screen(words, (row,))
