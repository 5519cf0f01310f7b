"""Any colour that an owner chooses can be seen and read, by day and by night."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.colours import EDGE, GROUNDS, contrast, letters_on, on_ground


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#ffffff", "#000000", 21.0), ("#777777", "#ffffff", 4.48), ("#767676", "#ffffff", 4.54)],
)
def test_contrast_is_the_one_of_wcag(one: str, other: str, ratio: float) -> None:
    """Black on white is 21; of greys on white, 119 is the darkest that misses 4.5."""
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.01)


def test_a_colour_that_stands_out_stays_as_it_is() -> None:
    """Only what could not be seen is made darker or lighter."""
    assert on_ground("#1f6f54", "#ffffff") == "#1f6f54"
    assert on_ground("#ffd400", "#211f1b") == "#ffd400"


@given(st.integers(0, 0xFFFFFF), st.sampled_from(GROUNDS))
def test_every_colour_becomes_a_button_that_can_be_read(number: int, ground: str) -> None:
    """It stands out from its ground, and its letters from it."""
    button = on_ground(f"#{number:06x}", ground)
    assert contrast(button, ground) >= EDGE
    assert contrast(letters_on(button), button) >= 4.5
