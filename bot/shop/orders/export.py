"""Orders as rows of a table that a spreadsheet opens rightly: pure, a row an order.

The file is CSV (RFC 4180) in UTF-8 with a byte order mark, which is how Excel knows it. Where
numbers are written 12,50, spreadsheets want columns parted by semicolons, and would take 12.50 for
a text or for the 12th of some month: so a table has its reader's decimals, and its headers and
states are in their language. The English ones never change, so that an import set up once goes on
working. What people typed never begins a formula ("CSV Injection" at OWASP).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from bot.domain.money import Money
from bot.domain.order import Chosen, Order, OrderLine

#: Stands at the file's beginning, once.
BYTE_ORDER_MARK: Final = "\ufeff"

COLUMNS: Final = (
    "order",
    "state",
    "mode",
    "placed_utc",
    "placed_local",
    "ended_utc",
    "ended_local",
    "buyer",
    "items",
    "units",
    "currency",
    "goods",
    "discount",
    "shipping",
    "tax",
    "total",
    "refunded",
    "net",
    "card",
    "dispute",
    "review",
    "shipped_utc",
    "shipped_local",
    "tracking",
    "pick_up",
    "ready_utc",
    "ready_local",
    "collected_utc",
    "collected_local",
    "payment",
    "session",
    "delivery",
    "delivery_id",
    "code",
    "paid_as",
    "skus",
    "barcodes",
    "grams",
    "packed_utc",
    "packed_local",
    "arrived_utc",
    "arrived_local",
    "refund_pending",
)

#: First characters that make a cell a formula, also as wide forms that some spreadsheets take.
_FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠]")
#: Digits that a spreadsheet would spoil as a number: a zero lost, a long one rounded.
_SPOILT: Final = re.compile(r"0[0-9]+\Z|[0-9]{12,}\Z")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


class Decimals(StrEnum):
    """How amounts are written, and with that what parts the columns."""

    POINT = "point"
    COMMA = "comma"

    @classmethod
    def of(cls, *, comma: bool) -> Decimals:
        """Return how people write who have a decimal comma, or none."""
        return cls.COMMA if comma else cls.POINT

    @property
    def separator(self) -> str:
        """What stands between two columns."""
        return ";" if self is Decimals.COMMA else ","


class TableTexts(Protocol):
    """A language's texts, as far as a table needs them."""

    def __contains__(self, key: str) -> bool: ...
    def text(self, key: str, /) -> str:
        """Return a text."""
        ...


@dataclass(frozen=True, slots=True)
class Form:
    """How a table is written.

    Attributes:
        zone: Of the local times.
        texts: The reader's language.
        decimals: Of the amounts.
    """

    zone: ZoneInfo
    texts: TableTexts
    decimals: Decimals = Decimals.POINT

    def word(self, key: str, otherwise: str) -> str:
        """Return a text that may not be there."""
        return self.texts.text(key) if key in self.texts else otherwise


@dataclass(frozen=True, slots=True)
class Period:
    """Moments from ``start`` up to but not including ``end``, seconds UTC; None: without bound."""

    start: int | None = None
    end: int | None = None

    def holds(self, order: Order) -> bool:
        """Return whether an order was placed within the period."""
        if self.start is not None and order.placed_at < self.start:
            return False
        return self.end is None or order.placed_at < self.end


def days(first: date | None, last: date | None, zone: ZoneInfo) -> Period:
    """Return the period of whole days in a time zone, the last one included."""

    def midnight(day: date) -> int:
        return int(datetime.combine(day, time(), zone).timestamp())

    return Period(
        None if first is None else midnight(first),
        None if last is None else midnight(last + timedelta(days=1)),
    )


def row(order: Order, form: Form) -> tuple[str, ...]:
    """Return an order's cells, in the order of `COLUMNS`."""
    zone, texts = form.zone, form.texts

    def amount(money: Money | None) -> str:
        written = "" if money is None else f"{money.to_decimal():f}"
        return written.replace(".", ",") if form.decimals is Decimals.COMMA else written

    paid, refunded, pending = order.payment, order.refunded, order.refund_pending
    chosen = paid.chosen if paid else Chosen()
    currency = order.subtotal.currency
    reason = order.review_reason or ""
    card = f"{paid.card_brand or ''} {paid.card_last4 or ''}".strip() if paid else ""
    return (
        str(order.id),
        texts.text(f"order.state.{order.told_as}"),
        texts.text("table.live" if order.livemode else "table.test"),
        *_moments(order.placed_at, zone),
        *_moments(order.ended_at, zone),
        text_cell(order.buyer_name),
        text_cell("; ".join(map(_item, order.lines))),
        str(sum(line.quantity for line in order.lines)),
        currency.upper(),
        amount(order.subtotal),
        amount(paid.discount if paid else None),
        amount(paid.shipping if paid else None),
        amount(paid.tax if paid else None),
        amount(paid.total if paid else None),
        amount(refunded - pending if refunded and pending else refunded),
        amount(order.net),
        text_cell(card),
        text_cell(form.word(f"dispute.{order.dispute}", order.dispute or "")),
        text_cell(form.word(f"review.{reason.partition(' ')[0]}", reason)),
        *_moments(None if order.pickup else order.shipped_at, zone),
        text_cell(order.tracking or ""),
        texts.text("table.yes" if order.pickup else "table.no"),
        *_moments(order.shipped_at if order.pickup else None, zone),
        *_moments(order.collected_at if order.pickup else None, zone),
        text_cell((paid.intent_id if paid else None) or ""),
        text_cell(order.session_id or ""),
        text_cell(chosen.delivery or ""),
        text_cell(chosen.rate or ""),
        text_cell(chosen.code or ""),
        f"{amount(chosen.presentment)} {chosen.presentment.currency.upper()}"
        if chosen.presentment
        else "",
        _codes((line.quantity, line.sku) for line in order.lines),
        _codes((line.quantity, line.barcode) for line in order.lines),
        "" if order.weight is None else str(order.weight),
        *_moments(order.packed_at, zone),
        *_moments(None if order.pickup else order.collected_at, zone),
        amount(pending),
    )


def _codes(lines: Iterable[tuple[int, str | None]]) -> str:
    return text_cell("; ".join(f"{units} × {code}" for units, code in lines if code))


def _item(line: OrderLine) -> str:
    note = f" ({line.note})" if line.note else ""
    return f"{line.quantity} × {line.title}{note}"


def csv_text(rows: Iterable[Sequence[str]], decimals: Decimals = Decimals.POINT) -> str:
    """Return rows as CSV, each with its line end."""
    written = io.StringIO()
    csv.writer(written, delimiter=decimals.separator).writerows(rows)
    return written.getvalue()


def head(form: Form) -> bytes:
    """Return what a table begins with."""
    names = [form.texts.text(f"table.{name}") for name in COLUMNS]
    return (BYTE_ORDER_MARK + csv_text([names], form.decimals)).encode()


def body(orders: Iterable[Order], form: Form) -> bytes:
    """Return the lines of some orders."""
    return csv_text((row(order, form) for order in orders), form.decimals).encode()


def text_cell(text: str) -> str:
    """Return a text as a cell that shows it and does nothing else.

    An apostrophe goes before what would be a formula or would be changed as a number; line breaks
    and other control characters become spaces.
    """
    plain = _CONTROL.sub(" ", text).strip()
    return f"'{plain}" if _FORMULA.match(plain) or _SPOILT.match(plain) else plain


def _moments(seconds: int | None, zone: ZoneInfo) -> tuple[str, str]:
    if seconds is None:
        return "", ""
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{at:%Y-%m-%d %H:%M:%S}", f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
