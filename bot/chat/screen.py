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

#: Characters that a row of buttons has room for on a phone, and what each button's border takes.
_WIDTH, _BORDER = 44, 3

Style = Literal["primary", "success", "danger"]
T = TypeVar("T")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Button:
    """A button that acts in the chat (`action`), opens a link (`url`), shares or browses.

    `share` and `browse` hold words that Telegram searches the shop for: in a chat that it asks for,
    or in this one.
    """

    text: str
    action: Action | None = None
    url: str | None = None
    style: Style | None = None
    share: str | None = None
    browse: str | None = None

    def __post_init__(self) -> None:
        ways = (self.action, self.url, self.share, self.browse)
        if sum(way is not None for way in ways) != 1:
            raise ValueError("a button either acts, opens a link, shares or browses")


Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """What a message shows.

    Attributes:
        text: Telegram HTML; a picture's caption where there is a picture.
        rows: Buttons, row by row.
        picture: A path relative to the catalog file, or an https URL.
        carried: Telegram's id of a photo that somebody sent; for messages sent anew.
        album: Such ids of several, which have no buttons.
    """

    text: str
    rows: tuple[Row, ...] = ()
    picture: str | None = None
    carried: str | None = None
    album: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageNumber:
    """Which part of a list is shown; `number` counts from 1."""

    number: int
    of: int


def units(words: str) -> int:
    """Return the length of plain words in UTF-16 code units."""
    if words.isascii():
        return len(words)
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


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


def page_of(items: Sequence[T], number: int, size: int) -> tuple[tuple[T, ...], PageNumber]:
    """Return a page of a list; a number beyond the ends is the nearest page that exists."""
    pages = max(1, -(-len(items) // size))
    shown = min(max(1, number), pages)
    return tuple(items[(shown - 1) * size : shown * size]), PageNumber(shown, pages)


def in_rows(buttons: Iterable[Button], most: int = 3, widest: int = 0) -> tuple[Row, ...]:
    """Lay buttons out as a grid, in as many columns as the longest of them leaves room for.

    Telegram gives the buttons of a row the same width; `_WIDTH` is what a phone shows uncut.

    Args:
        buttons: In their order.
        most: Columns.
        widest: UTF-16 units of the longest label that one of them may come to have.
    """
    every = tuple(buttons)
    need = max((units(button.text) for button in every), default=0)
    need = max(need, widest) + _BORDER
    columns = max(1, min(most, _WIDTH // need))
    return tuple(every[at : at + columns] for at in range(0, len(every), columns))
