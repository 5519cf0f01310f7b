"""What every screen must keep to, whoever named things: Telegram's limits and sound HTML."""

from __future__ import annotations

from bot.chat.routes import decode, encode
from bot.chat.screen import BUTTON_LIMIT, CAPTION_LIMIT, ROW_LIMIT, TEXT_LIMIT, Screen, units
from tests.chat.telegram_html import plain

#: Styles that lead on; a screen has one way that it would have people go, or none.
STANDS_OUT = frozenset({"primary", "success"})


def looks_right(screen: Screen) -> str:
    """Check a screen and return its text as a reader sees it."""
    seen = plain(screen.text)
    assert seen.strip()
    assert units(seen) <= (CAPTION_LIMIT if screen.picture else TEXT_LIMIT)
    buttons = [button for row in screen.rows for button in row]
    assert len(buttons) <= BUTTON_LIMIT
    assert all(1 <= len(row) <= ROW_LIMIT for row in screen.rows)
    assert len([button for button in buttons if button.style in STANDS_OUT]) <= 1
    for button in buttons:
        assert button.text.strip()
        assert units(button.text) <= 80
        if button.action is not None:
            assert decode(encode(button.action)) == button.action
    return seen


def labels(screen: Screen) -> list[list[str]]:
    """Return the buttons' words, row by row."""
    return [[button.text for button in row] for row in screen.rows]


def data(screen: Screen) -> list[list[str]]:
    """Return what the buttons carry, row by row: data or a link."""
    return [
        [encode(button.action) if button.action else str(button.url) for button in row]
        for row in screen.rows
    ]
