"""Texts of other shops made plain: without HTML, and as long as ours may be."""

from __future__ import annotations

import hashlib
import re
from html.parser import HTMLParser
from typing import Final

_BLOCKS: Final = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote br dd div dl dt figure footer h1 h2 h3 h4 h5 h6 header hr"
        " li main nav ol p pre section table tr ul",
    )
)
#: Of these nothing ends.
_BEGINNINGS: Final = frozenset(["li", "br", "hr"])
_UNSEEN: Final = frozenset(["script", "style", "head", "template", "noscript"])
_HTML: Final = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
_SPACE: Final = re.compile(r"[^\S\n]+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SENTENCE: Final = re.compile(r"[.!?…。](?=\s)")
_MARK: Final = "…"
_HASH: Final = 5


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        if tag in _BLOCKS:
            self.parts.append("\n")
        if tag == "li":
            self.parts.append("• ")
        elif tag in {"td", "th"}:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        if tag in _BLOCKS and tag not in _BEGINNINGS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)


def plain_text(written: str) -> str:
    """Return a text without HTML: paragraphs and list items are lines."""
    if _HTML.search(written):
        words = _Words()
        # In HTML a line break is a space.
        words.feed(written.replace("\r", " ").replace("\n", " "))
        words.close()
        written = "".join(words.parts)
    return tidy(written)


def tidy(written: str) -> str:
    """Return a text of lines with no white space around them, one empty line at most between."""
    text = re.sub(r"\r\n?|[\x0b\x0c\u2028\u2029]", "\n", written)
    text = _CONTROL.sub(" ", text)
    lines = (_SPACE.sub(" ", line).strip() for line in text.split("\n"))
    kept = [line for line in lines if line != "•"]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def one_line(written: str) -> str:
    """Return a text on one line, without HTML."""
    return " ".join(plain_text(written).split())


def shortened(text: str, limit: int) -> str:
    """Return a text of at most so many characters: it ends at a sentence or a word where it can."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    ends = [found.end() for found in _SENTENCE.finditer(head)]
    if ends and ends[-1] > limit // 2:
        return f"{head[: ends[-1]]} {_MARK}" if ends[-1] + 2 <= limit else head[: ends[-1]]
    words = head.rsplit(None, 1)[0]
    return f"{words if len(words) > limit // 2 else head}{_MARK}"


def short_id(slug: str, written: str, limit: int) -> str:
    """Return an id of at most so many characters, always the same for what was written.

    Args:
        slug: The id as it would be with room enough; it may lack letters that are none of ours.
        written: What the id is made of.
        limit: Most characters.
    """
    whole = sum(map(str.isalnum, slug)) >= sum(map(str.isalnum, written))
    if slug and whole and len(slug) <= limit:
        return slug
    mark = hashlib.sha256(written.encode()).hexdigest()
    room = limit - _HASH - 1
    if not slug or room < 1:
        return f"{slug[:1]}{mark}"[:limit]
    return f"{slug[:room].strip('-')}-{mark[:_HASH]}"
