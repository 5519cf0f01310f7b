"""A screen's text and buttons as the Bot API takes them."""

from __future__ import annotations

from typing import Any

from telegram import InlineKeyboardMarkup

from bot.chat.routes import encode
from bot.chat.screen import Button, Screen


def labelled_keyboard(screen: Screen, label: str) -> dict[str, Any]:
    """Return a screen's buttons with one below that does nothing; Bot API 10.3 has such."""
    rows = (plain_keyboard(screen) or {}).get("inline_keyboard", [])
    return {"inline_keyboard": [*rows, [{"text": label, "disabled": {}}]]}


def plain_keyboard(screen: Screen) -> dict[str, Any] | None:
    """Return a screen's buttons as plain JSON; None where it has none."""
    if not screen.rows:
        return None
    return {"inline_keyboard": [[_button(one) for one in row] for row in screen.rows]}


def keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    """Return a screen's buttons as the library's own object, for calls that take no other."""
    plain = plain_keyboard(screen)
    return None if plain is None else InlineKeyboardMarkup.de_json(plain)


def plain_text(screen: Screen) -> dict[str, Any]:
    """Return a screen as a message of text, as plain JSON."""
    return {
        "text": screen.text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": plain_keyboard(screen),
    }


def _button(button: Button) -> dict[str, str]:
    plain = {"text": button.text}
    if button.share is not None:
        plain["switch_inline_query"] = button.share
    elif button.browse is not None:
        plain["switch_inline_query_current_chat"] = button.browse
    elif button.action is None:
        plain["url"] = button.url or ""
    else:
        plain["callback_data"] = encode(button.action)
    if button.style is not None:
        plain["style"] = button.style
    return plain
