"""Numbers for the owner: sales of a period, the day's summary, orders as a table."""

from __future__ import annotations

import asyncio
import json
from bisect import bisect_right
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from bot.domain.money import Money
from bot.domain.order import Order, OrderId
from bot.ports import AlertKind, MessageKind, Note, Sales, Seller, Transaction
from bot.shop.context import Context
from bot.shop.orders.export import Decimals, Form, TableTexts, body, days, head
from bot.shop.payment.endings import tell_owners

_BEST: Final = 5
_PAGE: Final = 500
_DAY: Final = 86_400


class StatsSpan(StrEnum):
    """Which days are summed up, today included."""

    TODAY = "d"
    WEEK = "w"
    MONTH = "m"


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the shop's calendar, the last one included."""

    first: date
    last: date


class Step(StrEnum):
    """What a part of a report's period is."""

    HOUR = "hours"
    DAY = "days"
    MONTH = "months"
    YEAR = "years"


#: A period of more days than this is told by the month, of more than that by the year.
_BY_DAY: Final = 62
_BY_MONTH: Final = 3 * 366


@dataclass(frozen=True, slots=True)
class Report:
    """What was sold.

    Attributes:
        orders: Paid ones, in every currency.
        revenue: Of paid orders, less what was sent back or lost in disputes.
        average: Of a paid order in the shop's currency.
        best: What sold most, the most first.
        conversion: Of a hundred chats that filled a cart, how many paid; None where none did.
        parts: Revenue by when a day (or hour, month, year) began in the shop's time zone; oldest
            first, those without sales too.
        step: Which of them.
        others: Revenue in each other currency; `parts` and `average` do not count it.
    """

    orders: int
    revenue: Money
    average: Money | None
    best: tuple[Seller, ...]
    conversion: int | None
    parts: Mapping[datetime, Money]
    step: Step = Step.DAY
    others: tuple[Money, ...] = ()


class Reports:
    """Sum up what was sold."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def report(self, wanted: StatsSpan | Days) -> Report:
        """Sum up today, the last seven or thirty days, or others; of the shop's time zone.

        An order counts on the day that it was placed, once it is paid.
        """
        if isinstance(wanted, StatsSpan):
            today = self.today()
            wanted = Days(today - timedelta(days=_length(wanted) - 1), today)
        zone = ZoneInfo(self._context.current.catalog.shop.timezone)
        period, step = days(wanted.first, wanted.last, zone), _step(wanted)
        since, until = period.start or 0, period.end or 0
        return await self._sum_up(since, until, _begun(wanted, step), step)

    async def since_the_first_order(self) -> Days:
        """Return the days on which anything was ordered so far."""

        def look(tx: Transaction) -> Order | None:
            first = tx.books.first_since(0)
            return tx.orders.get(first) if first else None

        order, today = await self._context.store.read(look), self.today()
        zone = ZoneInfo(self._context.current.catalog.shop.timezone)
        return Days(_local(order.placed_at, zone).date() if order else today, today)

    async def summarize(self) -> int:
        """Leave the owners the summary of the last 24 hours, once a day at the catalog's hour.

        Returns:
            1 where it was left, else 0. A shop that was away at that hour tells when it is back
            on the same day; one that opens for the first time begins the next day.
        """
        shop = self._context.current.catalog.shop
        now = self._context.clock.now()
        here = _local(now, ZoneInfo(shop.timezone))
        if shop.summary_hour is None or here.hour < shop.summary_hour:
            return 0
        today = here.date().isoformat()
        known = await self._context.store.read(lambda tx: tx.notes.get(Note.SUMMARY_DAY))
        if known == today:
            return 0
        report = await self._sum_up(now - _DAY, now, [])
        details = {
            "problem": AlertKind.DAILY_SUMMARY,
            "day": str(now),
            "orders": str(report.orders),
            "revenue": str(report.revenue.minor),
            "currency": report.revenue.currency,
            "others": json.dumps([[one.minor, one.currency] for one in report.others]),
        } | _named(report.best[:1])

        def work(tx: Transaction) -> int:
            before = tx.notes.get(Note.SUMMARY_DAY)
            tx.notes.set(Note.SUMMARY_DAY, today)
            if before is None or before == today:
                return 0
            tell_owners(tx, self._context.owners, MessageKind.OWNER_ALERT, now, details=details)
            return 1

        done = await self._context.store.write(work)
        self._context.outbox_bell.ring()
        return done

    def today(self) -> date:
        """Return which day it is where the shop is."""
        zone = ZoneInfo(self._context.current.catalog.shop.timezone)
        return _local(self._context.clock.now(), zone).date()

    async def table(
        self, first: date | None, last: date | None, texts: TableTexts, decimals: Decimals
    ) -> AsyncIterator[tuple[bytes, int]]:
        """Yield the paid orders of some days as CSV, with how many each part holds.

        Args:
            first: Of the shop's days; None: since the beginning.
            last: Included; None: to the end.
            texts: The reader's language.
            decimals: How the reader writes amounts.
        """
        zone = ZoneInfo(self._context.current.catalog.shop.timezone)
        period, form = days(first, last, zone), Form(zone, texts, decimals)
        yield head(form), 0
        after = await self._before(period.start)
        while page := await self._context.store.read(partial(_page, after=after)):
            wanted = [order for order in page if order.payment and period.holds(order)]
            yield await asyncio.to_thread(body, wanted, form), len(wanted)
            after = page[-1].id
            if period.end is not None and page[0].placed_at > period.end + _DAY:
                return  # numbers follow the days, but for an order that was found again

    async def _before(self, since: int | None) -> OrderId:
        """Return the number after which the orders since a moment begin."""
        if since is None:
            return OrderId(0)
        order_id = await self._context.store.read(lambda tx: tx.books.first_since(since))
        return OrderId(order_id - 1) if order_id else OrderId(2**62)

    async def _sum_up(
        self, since: int, until: int, begun: Sequence[datetime], step: Step = Step.DAY
    ) -> Report:
        """Sum up a period; its parts are those that begin at these local times."""
        shop = self._context.current.catalog.shop

        def look(tx: Transaction) -> Sales:
            return tx.books.sales(since, until, shop.currency, _BEST)

        sales = await self._context.store.read(look)
        zone = ZoneInfo(shop.timezone)
        parts = dict.fromkeys(begun, 0)
        for placed_at, net in sales.paid:
            here = _local(placed_at, zone).replace(tzinfo=None)
            part = begun[bisect_right(begun, here) - 1] if begun else here
            parts[part] = parts.get(part, 0) + net
        revenue, orders = sum(net for _, net in sales.paid), len(sales.paid)
        return Report(
            orders=orders + sales.other_orders,
            revenue=Money(revenue, shop.currency),
            average=Money(round(revenue / orders), shop.currency) if orders else None,
            best=sales.best,
            conversion=round(100 * sales.buyers / sales.shoppers) if sales.shoppers else None,
            parts={part: Money(net, shop.currency) for part, net in parts.items()},
            step=step,
            others=sales.others,
        )


def _named(best: Sequence[Seller]) -> dict[str, str]:
    """Return what sold most as a message's details; its reader's language names it."""
    return {
        key: value
        for one in best
        for key, value in (
            ("best", one.title),
            ("best_product", one.key.product),
            ("best_variant", one.key.variant),
        )
    }


def _length(span: StatsSpan) -> int:
    match span:
        case StatsSpan.TODAY:
            return 1
        case StatsSpan.WEEK:
            return 7
        case StatsSpan.MONTH:
            return 30
        case _:
            assert_never(span)


def _step(wanted: Days) -> Step:
    length = (wanted.last - wanted.first).days + 1
    if length == 1:
        return Step.HOUR
    if length <= _BY_DAY:
        return Step.DAY
    return Step.MONTH if length <= _BY_MONTH else Step.YEAR


def _begun(wanted: Days, step: Step) -> list[datetime]:
    """Return when each part of some days begins, by the clock of the place."""
    first, last = wanted.first, wanted.last
    match step:
        case Step.HOUR:
            return [datetime.combine(first, time(hour)) for hour in range(24)]
        case Step.DAY:
            length = (last - first).days + 1
            return [datetime.combine(first + timedelta(days=n), time()) for n in range(length)]
        case Step.MONTH:
            months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
            return [datetime(month // 12, month % 12 + 1, 1) for month in months]  # noqa: DTZ001
        case Step.YEAR:
            return [datetime(year, 1, 1) for year in range(first.year, last.year + 1)]  # noqa: DTZ001
        case _:
            assert_never(step)


def _local(seconds: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(zone)


def _page(tx: Transaction, after: OrderId) -> tuple[Order, ...]:
    return tx.books.page(after, _PAGE)
