"""People's names among other words, whatever they typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.names import person_name


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("Alice", "Hart"), "Alice Hart"),
        (("Alice", None), "Alice"),
        (("  Ann\n\nLee\t", ""), "Ann Lee"),
        (("<b>Tom</b> & *Jerry*", None), "<b>Tom</b> & *Jerry*"),
        (("\u202eecilA\u202c", None), "ecilA"),
        (("Al\u200bice\u2069", None), "Alice"),
        (("أمير", "Nasser"), "أمير Nasser"),
        (("👩\u200d👩\u200d👧", None), "👩\u200d👩\u200d👧"),
        (("\u3164\u2800", "\u200b"), ""),
        (("\u200d", None), ""),
        (("", None), ""),
        (("x" * 300, None), "x" * 130),
    ],
)
def test_a_name_keeps_what_can_be_read(parts: tuple[str | None, ...], name: str) -> None:
    """Letters, marks and emoji stay; what steers, hides or breaks lines goes."""
    assert person_name(*parts) == name


@given(st.text(max_size=400))
def test_no_name_is_long_or_breaks_a_line(typed: str) -> None:
    """Whatever comes is one line of bounded length, and the same again."""
    name = person_name(typed)
    assert len(name) <= 130
    assert name == name.strip()
    assert len(name.splitlines()) <= 1
    assert person_name(name) == name
