"""How many taps it takes to Stripe's page, counted by a robot in every language."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.locales import Languages
from kit import open_kit
from kit.robot import LIMITS, Robot

_EVERY = Languages.load(strict=True)


@pytest.mark.parametrize("code", _EVERY.codes)
async def test_it_takes_few_taps_to_stripes_page(tmp_path: Path, code: str) -> None:
    """Five from /start; from a receipt or a product's link two, three where nothing is known."""
    async with open_kit(tmp_path) as kit:
        counts = await Robot(kit, _EVERY.texts(code)).count()
    assert counts == {"start": 5, "again": 2, "link": 2, "first link": 3}
    assert all(counts[name] <= most for name, most in LIMITS.items())


def test_the_buttons_are_called_as_people_know_them() -> None:
    """In English, to the letter: what they read in every other shop."""
    english = _EVERY.texts("en")
    keys = ("add", "buy_now", "buy_again", "checkout", "deliver", "pickup")
    assert [english.text(f"button.{key}") for key in keys] == [
        "Add to cart", "Buy now", "Buy again", "Checkout", "Send it to me", "Pick up",
    ]  # fmt: skip
