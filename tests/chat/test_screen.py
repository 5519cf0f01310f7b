"""The parts that screens are made of: cutting, counting, pages, rows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.actions import Home, Nothing
from bot.chat.screen import (
    Button,
    PageNumber,
    clip,
    in_rows,
    lines,
    page_of,
    paragraphs,
    safe,
    units,
    visible,
)
from tests.chat.telegram_html import plain


@given(st.text(max_size=60), st.integers(0, 70))
def test_cut_words_fit_and_begin_as_the_whole(words: str, most: int) -> None:
    """A cut never exceeds its bound in UTF-16 units and never splits a character."""
    cut = clip(words, most)
    assert units(cut) <= most
    assert cut == words or words.startswith(cut.removesuffix("…"))
    assert len(cut.encode("utf-16-le")) // 2 == units(cut)


@given(st.text(max_size=60), st.integers(0, 70))
def test_cutting_comes_before_escaping(words: str, most: int) -> None:
    """An entity is never cut in two, whatever somebody wrote."""
    assert plain(safe(words, most)) == clip(words, most)
    assert visible(safe(words, most)) == units(clip(words, most))


@pytest.mark.parametrize(
    ("html", "length"),
    [("", 0), ("<b>a</b>", 1), ("&lt;&amp;", 2), ("🛒", 2), ('<a href="x">é</a>', 1)],
)
def test_length_is_counted_as_telegram_counts_it(html: str, length: int) -> None:
    """Tags count nothing, an entity one, an emoji beyond the basic plane two."""
    assert visible(html) == length


@pytest.mark.parametrize(
    ("number", "shown", "page"),
    [
        (1, (0, 1, 2), PageNumber(1, 3)),
        (3, (6,), PageNumber(3, 3)),
        (4, (6,), PageNumber(3, 3)),
        (99_999, (6,), PageNumber(3, 3)),
        (0, (0, 1, 2), PageNumber(1, 3)),
        (-5, (0, 1, 2), PageNumber(1, 3)),
    ],
)
def test_a_page_beyond_the_ends_is_the_nearest(
    number: int, shown: tuple[int, ...], page: PageNumber
) -> None:
    """An old button's page still shows something once the list has shrunk."""
    assert page_of(range(7), number, 3) == (shown, page)


def test_an_empty_list_has_one_page() -> None:
    """Nothing is shown, and nothing breaks."""
    assert page_of([], 1, 8) == ((), PageNumber(1, 1))


@pytest.mark.parametrize(
    ("texts", "columns"),
    [
        (["S", "M", "L", "XL"], 3),
        (["✓ Whole beans", "Espresso", "Filter"], 2),
        (["✓ A very long name of a colour", "Red"], 1),
        ([], 0),
    ],
)
def test_buttons_share_a_row_only_where_all_are_read_whole(texts: list[str], columns: int) -> None:
    """The longest button decides, since Telegram gives all of a row the same width."""
    rows = in_rows(Button(text, Home()) for text in texts)
    assert max((len(row) for row in rows), default=0) == columns
    assert [button.text for row in rows for button in row] == texts


def test_a_button_does_one_thing() -> None:
    """Telegram takes exactly one action a button."""
    with pytest.raises(ValueError, match="either"):
        Button("both", Nothing(), url="https://example.org")
    with pytest.raises(ValueError, match="either"):
        Button("neither")


def test_missing_parts_leave_no_gap() -> None:
    """Only what there is is joined."""
    assert paragraphs("a", None, "", "b") == "a\n\nb"
    assert lines(None, "a", "", "b") == "a\nb"
