"""A message's text and entities as safe HTML for the demo page."""

from __future__ import annotations

from html import escape
from itertools import pairwise

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.html import checked_url

_PLAIN = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}


def render(text: str, entities: list[Json]) -> str:
    """Return HTML with every character of the text escaped and only tags of our own.

    Args:
        text: As Telegram stores it.
        entities: Its entities, offsets in UTF-16 units.
    """
    units = text.encode("utf-16-le")
    cuts = sorted({0, len(units) // 2, *(edge for e in entities for edge in _edges(e))})
    ordered = sorted(entities, key=lambda e: (e["offset"], -e["length"]))
    pieces: list[str] = []
    open_now: list[Json] = []
    for start, stop in pairwise(cuts):
        wanted = [e for e in ordered if _edges(e)[0] <= start and _edges(e)[1] >= stop]
        same = 0
        while same < min(len(open_now), len(wanted)) and open_now[same] is wanted[same]:
            same += 1
        pieces += [_end(e) for e in reversed(open_now[same:])]
        pieces += [_start(e, units) for e in wanted[same:]]
        open_now = wanted
        piece = escape(units[start * 2 : stop * 2].decode("utf-16-le", "replace"))
        in_pre = any(e["type"] == "pre" for e in wanted)
        pieces.append(piece if in_pre else piece.replace("\n", "<br>"))
    pieces += [_end(e) for e in reversed(open_now)]
    return "".join(pieces)


def _edges(entity: Json) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def _start(entity: Json, units: bytes) -> str:
    kind = entity["type"]
    start, stop = _edges(entity)
    inside = units[start * 2 : stop * 2].decode("utf-16-le", "replace")
    match kind:
        case "pre" if entity.get("language"):
            tag = f'<pre class="language-{escape(entity["language"])}">'
        case _ if kind in _PLAIN:
            tag = f"<{_PLAIN[kind]}>"
        case "expandable_blockquote":
            tag = '<blockquote class="expandable">'
        case "spoiler":
            tag = '<span class="tg-spoiler">'
        case "text_link" | "url":
            tag = _link(entity.get("url", inside))
        case "email":
            tag = f'<a href="mailto:{escape(inside)}">'
        case "bot_command":
            tag = f'<span class="command" data-command="{escape(inside)}">'
        case _:
            tag = f'<span class="{escape(kind.replace("_", "-"))}">'
    return tag


def _link(url: str) -> str:
    href = checked_url(url)
    if href is None:
        return "<a>"
    return f'<a href="{escape(href)}" target="_blank" rel="noopener noreferrer">'


def _end(entity: Json) -> str:
    kind = entity["type"]
    if kind in _PLAIN:
        return f"</{_PLAIN[kind]}>"
    match kind:
        case "expandable_blockquote":
            return "</blockquote>"
        case "text_link" | "url" | "email":
            return "</a>"
        case _:
            return "</span>"
