"""A screen as a value: text in Telegram's HTML, rows of buttons, maybe a picture.

Telegram's limits are kept here: what a person wrote is cut to fit, and always before it is escaped,
so that a tag or an entity is never cut in two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Final, Literal, TypeVar

from bot.chat.actions import Action

#: Bot API, sendMessage and sendPhoto: characters after entities are parsed. Counted in UTF-16
#: units, as Telegram counts offsets, which is never fewer.
TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
#: Bot API, answerCallbackQuery.
TOAST_LIMIT: Final = 200
#: Telegram's server: buttons of one keyboard, and of one of its rows.
BUTTON_LIMIT: Final = 100
ROW_LIMIT: Final = 8

Style = Literal["primary", "success", "danger"]
T = TypeVar("T")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Button:
    """A button that does something in the chat (`action`) or opens a link (`url`)."""

    text: str
    action: Action | None = None
    url: str | None = None
    style: Style | None = None

    def __post_init__(self) -> None:
        if (self.action is None) == (self.url is None):
            raise ValueError("a button either acts or opens a link")


Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """What a message shows.

    Attributes:
        text: Telegram HTML; a picture's caption where there is a picture.
        rows: Buttons, row by row.
        picture: A path relative to the catalog file, or an https URL.
    """

    text: str
    rows: tuple[Row, ...] = ()
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is shown; `number` counts from 1."""

    number: int
    of: int


def units(words: str) -> int:
    """Return the length of plain words in UTF-16 code units."""
    return len(words) + sum(mark > "\uffff" for mark in words)


def visible(html: str) -> int:
    """Return the length of HTML as Telegram counts it, in UTF-16 code units."""
    return units(unescape(_TAG.sub("", html)))


def clip(words: str, most: int) -> str:
    """Return plain words cut to at most this many UTF-16 units, with an ellipsis where cut."""
    if units(words) <= most:
        return words
    if most <= 0:
        return ""
    kept, room = [], most - 1
    for mark in words:
        room -= 2 if mark > "\uffff" else 1
        if room < 0:
            break
        kept.append(mark)
    return "".join(kept).rstrip() + "…"


def safe(words: str, most: int = 200) -> str:
    """Return somebody's words cut to a length in UTF-16 units and escaped for Telegram's HTML."""
    return escape(clip(words, most), quote=False)


def bold(words: str, most: int = 200) -> str:
    """Return somebody's words in bold, cut and escaped."""
    return f"<b>{safe(words, most)}</b>"


def paragraphs(*blocks: str | None) -> str:
    """Join the blocks that there are by an empty line."""
    return "\n\n".join(block for block in blocks if block)


def lines(*parts: str | None) -> str:
    """Join the parts that there are, a line each."""
    return "\n".join(part for part in parts if part)


def page_of(items: Sequence[T], number: int, size: int) -> tuple[tuple[T, ...], Page]:
    """Return a page of a list; a number beyond the ends is the nearest page that exists."""
    pages = max(1, -(-len(items) // size))
    shown = min(max(1, number), pages)
    return tuple(items[(shown - 1) * size : shown * size]), Page(shown, pages)


def in_rows(buttons: Iterable[Button], width: int = 30, most: int = 3) -> tuple[Row, ...]:
    """Lay buttons out in rows of at most `most`, fewer where their words are long.

    Args:
        buttons: In order.
        width: Characters that a row has room for, all its buttons together.
        most: Buttons a row.
    """
    rows: list[list[Button]] = []
    used = 0
    for button in buttons:
        need = units(button.text) + 4
        if rows and len(rows[-1]) < most and used + need <= width:
            rows[-1].append(button)
            used += need
        else:
            rows.append([button])
            used = need
    return tuple(tuple(row) for row in rows)
