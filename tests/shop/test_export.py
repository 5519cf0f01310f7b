"""Orders as rows of a table: amounts, times and hostile texts as a spreadsheet takes them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.money import Money
from bot.domain.order import Chosen, Order, OrderState, Payment, SessionId
from bot.locales import Languages
from bot.shop.orders.export import (
    COLUMNS,
    Decimals,
    Form,
    Period,
    body,
    csv_text,
    days,
    head,
    row,
    text_cell,
)
from kit.samples import BEANS, MUG, NOW, new_order, order_line

ROOT = Path(__file__).parents[2]
LISBON = ZoneInfo("Europe/Lisbon")
FORM = Form(LISBON, Languages.load().texts("en"))


def _paid(currency: str = "eur", total: int = 3140) -> Order:
    def money(minor: int) -> Money:
        return Money(minor, currency)

    payment = Payment(money(total), money(0), money(640), money(0), "pi_1", "ch_1", "visa", "4242")
    return replace(
        new_order(lines=(order_line(BEANS, 2), order_line(MUG, 1))),
        state=OrderState.PAID,
        subtotal=money(total - 640),
        payment=payment,
        refunded=money(500),
        session_id=SessionId("cs_test_1"),
        ended_at=NOW + 60,
    )


def _cells(order: Order) -> dict[str, str]:
    return dict(zip(COLUMNS, row(order, FORM), strict=True))


def test_a_paid_order_has_its_amounts_as_decimals_and_its_times_twice() -> None:
    """A row tells what was paid, given back and left, and when, in UTC and in the shop's zone."""
    cells = _cells(_paid())

    assert (cells["order"], cells["state"], cells["mode"]) == ("1001", "paid", "test")
    assert (cells["placed_utc"], cells["placed_local"]) == (
        "2026-09-21 14:13:20",
        "2026-09-21 15:13:20",
    )
    assert (cells["goods"], cells["shipping"], cells["total"]) == ("25.00", "6.40", "31.40")
    assert (cells["refunded"], cells["net"], cells["currency"]) == ("5.00", "26.40", "EUR")
    assert cells["items"] == (
        "2 × House <blend> & Кофе ☕ (ground); 1 × House <blend> & Кофе ☕ (ground)"
    )
    waits = _cells(replace(_paid(), refund_pending=Money(200, "eur")))
    back = [waits[name] for name in ("refunded", "refund_pending", "net")]
    assert back == ["3.00", "2.00", "26.40"]
    assert (cells["units"], cells["card"], cells["pick_up"]) == ("3", "visa 4242", "yes")
    assert (cells["payment"], cells["session"]) == ("pi_1", "cs_test_1")


@pytest.mark.parametrize(
    ("currency", "shown"), [("jpy", "3140"), ("kwd", "3.14"), ("usd", "31.40")]
)
def test_amounts_have_the_decimals_of_their_currency(currency: str, shown: str) -> None:
    """No currency's amount is shown a hundred times too large or small."""
    assert _cells(_paid(currency))["total"] == shown


def test_a_reader_with_a_decimal_comma_gets_numbers_and_not_dates() -> None:
    """Columns are parted by semicolons then; 12.50 would be the 12th of some month there."""
    order = _paid(total=1250)
    form = replace(FORM, decimals=Decimals.COMMA)
    (line,) = csv.DictReader(
        io.StringIO((head(form) + body([order], form)).decode("utf-8-sig")),
        delimiter=";",
    )

    assert (line["total"], line["refunded"], line["units"]) == ("12,50", "5,00", "3")
    assert line["items"].startswith("2 × House <blend> & Кофе ☕ (ground); 1 ×")
    assert line["placed_utc"] == "2026-09-21 14:13:20"


def test_what_the_buyer_chose_has_cells_of_its_own() -> None:
    """Delivery by name and by the catalog's id, the code, and what was paid in another currency."""
    order = _paid()
    assert order.payment
    chosen = Chosen("courier", "Courier; =fast", "=WELCOME10", Money(3450, "usd"))
    cells = _cells(replace(order, payment=replace(order.payment, chosen=chosen)))
    assert (cells["delivery"], cells["delivery_id"]) == ("Courier; =fast", "courier")
    assert (cells["code"], cells["paid_as"]) == ("'=WELCOME10", "34.50 USD")
    assert {_cells(order)[name] for name in ("delivery", "delivery_id", "code", "paid_as")} == {""}
    assert {_cells(new_order())[name] for name in ("delivery", "code", "paid_as")} == {""}


def test_an_unpaid_order_leaves_amounts_paid_empty() -> None:
    """Nothing paid is not zero paid."""
    cells = _cells(new_order())
    assert {
        cells[name] for name in ("total", "discount", "shipping", "tax", "refunded", "net")
    } == {""}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+351 912", "'+351 912"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("  =1", "'=1"),
        ("＝1", "'＝1"),
        ("\r\n@x", "'@x"),
        ("00340434", "'00340434"),
        ("123456789012345678", "'123456789012345678"),
        ("Ann\nO'Hara", "Ann O'Hara"),
        ('Ann, "the" cook; a=b', 'Ann, "the" cook; a=b'),
        ("", ""),
    ],
)
def test_no_text_becomes_a_formula_or_loses_digits(typed: str, shown: str) -> None:
    """What a customer calls themselves is shown and does nothing."""
    assert text_cell(typed) == shown


def test_every_text_of_an_order_is_guarded() -> None:
    """Whatever comes from people or from outside cannot begin a formula in any column."""
    evil = "=HYPERLINK(1)"
    order = replace(
        _paid(),
        buyer_name=evil,
        lines=(replace(order_line(), title=evil),),
        dispute=evil,
        review_reason=evil,
        tracking=evil,
        session_id=SessionId(evil),
    )
    assert [cell for cell in row(order, FORM) if cell.startswith("=")] == []


def test_what_is_written_reads_back() -> None:
    """Quotes, commas and semicolons in texts move no cell."""
    order = replace(_paid(), buyer_name='Ann, "the" cook;\nLondon')
    text = csv_text([COLUMNS, row(order, FORM)])

    rows = list(csv.DictReader(io.StringIO(text)))
    assert [one["buyer"] for one in rows] == ['Ann, "the" cook; London']
    assert rows[0]["session"] == "cs_test_1"
    assert text.endswith("\r\n")


def test_days_are_those_of_the_shop_also_when_clocks_change() -> None:
    """The last day counts whole; a day of 25 hours is one day.

    Summer time ends on the last Sunday of October (Directive 2000/84/EC).
    """
    autumn = days(date(2026, 10, 25), date(2026, 10, 25), LISBON)
    assert autumn.start is not None
    assert autumn.end is not None
    assert autumn.end - autumn.start == 25 * 3600
    assert days(None, None, LISBON) == Period(None, None)


def test_a_period_holds_its_first_moment_and_not_its_last() -> None:
    """Two periods side by side hold each order once."""
    order = new_order()
    assert Period(NOW, NOW + 1).holds(order)
    assert not Period(NOW - 1, NOW).holds(order)
    assert not Period(NOW + 1, None).holds(order)
