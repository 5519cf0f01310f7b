"""Cells as spreadsheets write them: read exactly, or refused where two readings are possible."""

from __future__ import annotations

import pytest

from bot.moving_in.cells import Cells
from bot.moving_in.plain import plain_text, shortened
from bot.ports.catalog import TableAnswers


def _kinds(cells: Cells) -> list[str]:
    return [one.kind for one in cells.found]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("9.5", "9.50"),
        ("9,50", "9.50"),
        ("€ 1.250,50", "1250.50"),
        ("1,250.50 EUR", "1250.50"),
        ("1'250.50", "1250.50"),
        ("12", "12.00"),
        ("'12.50", "12.50"),
        ("١٢٫٥", "12.50"),
        ("", None),
    ],
)
def test_an_amount_is_read_as_people_and_spreadsheets_write_it(
    written: str, read: str | None
) -> None:
    """With a point or a comma, with thousands, with its currency, in other digits."""
    cells = Cells("eur")

    assert cells.amount(2, "price", written) == read
    assert cells.found == []


@pytest.mark.parametrize("written", ["1.400", "1,400", "1 400", "€1.400"])
def test_an_amount_with_two_readings_waits_for_an_answer(written: str) -> None:
    """Nothing is guessed; an answer holds for all of the table."""
    asked = Cells("eur")

    assert asked.amount(2, "price", written) is None
    assert _kinds(asked) == ["table_two_ways"]
    assert Cells("eur", TableAnswers(thousands=True)).amount(2, "price", written) == "1400.00"
    assert Cells("eur", TableAnswers(thousands=False)).amount(2, "price", written) == "1.40"


def test_an_answer_that_the_currency_has_no_money_for_is_refused() -> None:
    """1.405 as decimals is no amount in euros."""
    cells = Cells("eur", TableAnswers(thousands=False))

    assert cells.amount(2, "price", "1.405") is None
    assert _kinds(cells) == ["table_unreadable"]


@pytest.mark.parametrize("written", ["on request", "9.50.1", "-5", "9.505.1", "12.5.0"])
def test_what_is_no_amount_is_refused(written: str) -> None:
    """A price that cannot be read keeps the table out; it is not left away in silence."""
    cells = Cells("eur")

    assert cells.amount(2, "price", written) is None
    assert _kinds(cells) == ["table_unreadable"]


@pytest.mark.parametrize(
    ("written", "read", "kind"),
    [
        ("12", 12, None),
        ("12.0", 12, None),
        ("12,00", 12, None),
        ("1.250", 1250, None),
        ("-2", -2, None),
        ("1.000", None, "table_two_ways"),
        ("1.5", None, "table_unreadable"),
        ("many", None, "table_unreadable"),
        ("", None, None),
    ],
)
def test_a_count_is_whole(written: str, read: int | None, kind: str | None) -> None:
    """Spreadsheets add decimals of nothing and marks between thousands; half a piece is none."""
    cells = Cells("eur")

    assert cells.count(2, "stock", written) == read
    assert _kinds(cells) == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("written", "unit", "grams"),
    [
        ("0.2", "kg", 200),
        ("0,35", "kg", 350),
        ("200 g", "kg", 200),
        ("1.5 lb", "g", 680),
        ("12 oz", "g", 340),
        ("180", "g", 180),
        ("0", "kg", None),
        ("", "kg", None),
    ],
)
def test_a_weight_is_grams(written: str, unit: str, grams: int | None) -> None:
    """The unit behind the number counts more than the column's; pounds and ounces are exact."""
    cells = Cells("eur")

    assert cells.grams(2, "weight", written, unit) == grams
    assert cells.found == []


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-12-24", "2026-12-24"),
        ("2026-12-24 00:00:00", "2026-12-24"),
        ("2026-12-24T23:59:59", "2026-12-24T23:59"),
        ("24.12.2026", "2026-12-24"),
        ("1.2.26", "2026-02-01"),
        ("12/24/2026", "2026-12-24"),
        ("24/12/2026", "2026-12-24"),
        ("12/24/2026 6:30 PM", "2026-12-24T18:30"),
        ("46380", "2026-12-24"),
        ("", None),
    ],
)
def test_a_day_is_read_as_spreadsheets_write_it(written: str, read: str | None) -> None:
    """Year first, day first with points, or where only one reading is a day; and as a number."""
    cells = Cells("eur")

    assert cells.day(2, "sale_until", written) == read
    assert cells.found == []


def test_a_day_with_two_readings_waits_for_an_answer() -> None:
    """1/2 is the first of February or the second of January."""
    asked = Cells("eur")

    assert asked.day(2, "sale_until", "1/2/2026") is None
    assert _kinds(asked) == ["table_day_two_ways"]
    assert Cells("eur", TableAnswers(month_first=True)).day(2, "", "1/2/2026") == "2026-01-02"
    assert Cells("eur", TableAnswers(month_first=False)).day(2, "", "1/2/2026") == "2026-02-01"


def test_a_day_that_no_month_has_is_refused() -> None:
    """31.2. is a slip."""
    cells = Cells("eur")

    assert cells.day(2, "sale_until", "31.2.2026") is None
    assert _kinds(cells) == ["table_unreadable"]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<ul><li>x</li>\n<li>y</li></ul>end", "• x\n• y\nend"),
        ("<style>p{}</style><script>x()</script>Seen", "Seen"),
        ("Salt &amp; pepper", "Salt & pepper"),
        ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
        ("<b>Bold</b> and <i>not", "Bold and not"),
        ("", ""),
    ],
)
def test_html_is_made_plain(written: str, plain: str) -> None:
    """Paragraphs and list items are lines; what nobody sees goes; signs of text stay."""
    assert plain_text(written) == plain


def test_what_is_shortened_ends_at_a_sentence_or_a_word() -> None:
    """It never exceeds the limit, and says that there was more."""
    text = "One sentence here. Another sentence follows and goes on for a while."

    assert shortened(text, 30) == "One sentence here. …"
    assert shortened("word " * 20, 22) == "word word word word…"
    assert shortened("x" * 50, 10) == "x" * 9 + "…"
    assert shortened("short", 10) == "short"


@pytest.mark.parametrize("end", ["2", "x", "kg"])
@pytest.mark.parametrize("filling", [" ", "1,", "("])
def test_a_cell_as_large_as_cells_may_be_is_refused_at_once(filling: str, end: str) -> None:
    """The time that it takes grows with its length, not with the square: that would be hours."""
    cells = Cells("eur")
    long = "1" + filling * (120_000 // len(filling)) + end

    assert cells.amount(2, "price", f"'{long}") is None
    assert cells.count(2, "stock", long) is None
    assert cells.grams(2, "weight", f"'{long}.", "g") is None
    assert cells.day(2, "from", long) is None
    assert {"table_unreadable"} == set(_kinds(cells))


def test_what_cannot_be_read_is_told_with_an_example_of_its_kind() -> None:
    """Somebody who wrote "45,-" learns how an amount is written, in yen without decimals."""
    euros, yen = Cells("eur"), Cells("jpy")

    euros.amount(2, "price", "EUR 45,-")
    yen.amount(2, "price", "on request")
    euros.count(3, "stock", "many")
    euros.grams(4, "weight", "light", "g")
    euros.day(5, "sale_until", "Christmas")
    euros.yes(6, "hidden", "maybe")

    assert yen.found[0].params["example"] == "1250"
    examples = [one.params["example"] for one in euros.found]
    assert examples == ["12.50", "20", "250", "2026-12-24", "yes"]
