"""Numbers for the owner: sales of a period, the day's summary, orders as a table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from functools import partial
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from bot.domain.errors import RefusedError
from bot.domain.money import Money
from bot.domain.order import Order, OrderId
from bot.ports import MessageKind, Sales, Seller, Transaction
from bot.shop.context import Context
from bot.shop.endings import tell_owners
from bot.shop.export import BYTE_ORDER_MARK, COLUMNS, csv_text, row

#: The ``problem`` of a daily summary's message.
SUMMARY: Final = "daily_summary"
#: Bytes of a table that a chat takes: Telegram's limit for a bot's upload is 50 MB.
LARGEST_TABLE: Final = 45_000_000
_SUMMED: Final = "summary_day"
_BEST: Final = 5
_PAGE: Final = 500
_DAY: Final = 86_400


class Span(StrEnum):
    """Which days are summed up, today included."""

    TODAY = "d"
    WEEK = "w"
    MONTH = "m"


@dataclass(frozen=True, slots=True)
class Report:
    """What was sold.

    Attributes:
        revenue: Of paid orders, less what was sent back.
        average: Of a paid order.
        best: What sold most, the most first.
        conversion: Of a hundred chats that filled a cart, how many paid; None where none did.
        parts: Revenue by when a day began in the shop's time zone, or by the hours of today;
            oldest first, those without sales too.
    """

    orders: int
    revenue: Money
    average: Money | None
    best: tuple[Seller, ...]
    conversion: int | None
    parts: Mapping[datetime, Money]


class Reports:
    """Sum up what was sold."""

    def __init__(self, context: Context) -> None:
        self._c = context

    async def report(self, span: Span) -> Report:
        """Sum up today, or the last seven or thirty days; days are those of the shop's time zone.

        An order counts on the day that it was placed, once it is paid.
        """
        shop = self._c.shelf.catalog.shop
        zone, now = ZoneInfo(shop.timezone), self._c.clock.now()
        today = _local(now, zone).date()
        first = today - timedelta(days=_length(span) - 1)
        since = int(datetime.combine(first, time(), zone).timestamp())
        days = [today - timedelta(days=n) for n in reversed(range(_length(span)))]
        begun = [datetime.combine(day, time()) for day in days]
        if span is Span.TODAY:
            begun = [begun[0] + timedelta(hours=hour) for hour in range(24)]
        return await self._sum_up(since, now + 1, begun)

    async def summarize(self) -> int:
        """Leave the owners the summary of the last 24 hours, once a day at the catalog's hour.

        Returns:
            1 where it was left, else 0. A shop that was away at that hour tells when it is back
            on the same day; one that opens for the first time begins the next day.
        """
        shop = self._c.shelf.catalog.shop
        now = self._c.clock.now()
        here = _local(now, ZoneInfo(shop.timezone))
        if shop.summary_hour is None or here.hour < shop.summary_hour:
            return 0
        today = here.date().isoformat()
        known = await self._c.store.read(lambda tx: tx.notes.get(_SUMMED))
        if known == today:
            return 0
        report = await self._sum_up(now - _DAY, now, [])
        details = {
            "problem": SUMMARY,
            "day": str(now),
            "orders": str(report.orders),
            "revenue": str(report.revenue.minor),
            "currency": report.revenue.currency,
        } | _named(report.best[:1])

        def work(tx: Transaction) -> int:
            before = tx.notes.get(_SUMMED)
            tx.notes.set(_SUMMED, today)
            if before is None or before == today:
                return 0
            tell_owners(tx, self._c.owners, MessageKind.OWNER_ALERT, now, details=details)
            return 1

        done = await self._c.store.write(work)
        self._c.outbox_bell.ring()
        return done

    async def table(self, span: Span | None) -> tuple[bytes, int]:
        """Return paid orders as CSV, and how many they are; None: since the beginning.

        Raises:
            RefusedError: ``owner.table_large``: more than a chat takes; the program's own command
                writes it to a file.
        """
        zone = ZoneInfo(self._c.shelf.catalog.shop.timezone)
        after = await self._before(span, zone)
        parts = [(BYTE_ORDER_MARK + csv_text([COLUMNS])).encode()]
        size = count = 0
        while page := await self._c.store.read(partial(_page, after=after)):
            wanted = [order for order in page if order.payment]
            parts.append(csv_text(row(order, zone) for order in wanted).encode())
            after, count, size = page[-1].id, count + len(wanted), size + len(parts[-1])
            if size > LARGEST_TABLE:
                raise RefusedError("owner.table_large")
        return b"".join(parts), count

    async def _before(self, span: Span | None, zone: ZoneInfo) -> OrderId:
        """Return the number after which a span's orders begin."""
        if span is None:
            return OrderId(0)
        now = self._c.clock.now()
        first = _local(now, zone).date() - timedelta(days=_length(span) - 1)
        since = int(datetime.combine(first, time(), zone).timestamp())
        order_id = await self._c.store.read(lambda tx: tx.orders.first_since(since))
        return OrderId(order_id - 1) if order_id else OrderId(2**62)

    async def _sum_up(self, since: int, until: int, begun: Sequence[datetime]) -> Report:
        """Sum up a period; its parts are those that begin at these local times."""
        shop = self._c.shelf.catalog.shop

        def look(tx: Transaction) -> Sales:
            return tx.orders.sales(since, until, shop.currency, _BEST)

        sales = await self._c.store.read(look)
        zone = ZoneInfo(shop.timezone)
        parts = dict.fromkeys(begun, 0)
        for placed_at, net in sales.paid:
            here = _local(placed_at, zone).replace(tzinfo=None)
            part = begun[bisect_right(begun, here) - 1] if begun else here
            parts[part] = parts.get(part, 0) + net
        revenue, orders = sum(net for _, net in sales.paid), len(sales.paid)
        return Report(
            orders=orders,
            revenue=Money(revenue, shop.currency),
            average=Money(round(revenue / orders), shop.currency) if orders else None,
            best=sales.best,
            conversion=round(100 * sales.buyers / sales.shoppers) if sales.shoppers else None,
            parts={part: Money(net, shop.currency) for part, net in parts.items()},
        )


def _named(best: Sequence[Seller]) -> dict[str, str]:
    """Return what sold most as a message's details; its reader's language names it."""
    return {
        key: value
        for one in best
        for key, value in (
            ("best", one.title),
            ("best_product", one.product_id),
            ("best_variant", one.variant_id),
        )
    }


def _length(span: Span) -> int:
    match span:
        case Span.TODAY:
            return 1
        case Span.WEEK:
            return 7
        case Span.MONTH:
            return 30
        case _:
            assert_never(span)


def _local(seconds: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(zone)


def _page(tx: Transaction, after: OrderId) -> tuple[Order, ...]:
    return tx.orders.page(after, _PAGE)
