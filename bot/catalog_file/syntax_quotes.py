"""One quotation mark that a line lacks: found by which place lets the line be JSON again.

Without it all that follows on the line is read inside out, and three faults tell of one. Only a
line with an odd number of marks is looked at, and only what fits in one way of reading is mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: Lines longer than this, and more of them than this, are not tried: each way is read once.
_LONGEST, _MOST = 1_000, 20
_ESCAPED = re.compile(r"\\.")
_WORD = re.compile(
    r"""[ \t]*(?:(?P<key>"(?:[^"\\]|\\.)*"(?=[ \t]*:))
      | (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<plain>-?[0-9][0-9.eE+-]*|true|false|null)(?![\w"])
      | (?P<mark>[{}\[\],:]))""",
    re.VERBOSE,
)
#: Where a mark may be missing: before a text, and after one.
_PLACE = re.compile(r'(?:(?<=[{\[,:])|^)[ \t]*(?=[^\s"{}\[\],:])|(?=[ \t]*(?:[,:}\]]|$))')
#: What may follow a line that is whole.
_NEXT = re.compile(r'\s*(?:["{}\[\],\d-]|//|#|(?:true|false|null)\b|\Z)')
_OPENER = {"}": "{", "]": "["}
_VALUE = ("text", "plain", "{", "[")
_OVER = (",", "}", "]", "")
#: What may stand after what; "" is where a line ends, and what is not known before it.
_AFTER = {
    "": ("key", *_VALUE, *_OVER),
    "key": (":",),
    ":": (*_VALUE, ""),
    ",": ("key", *_VALUE, ""),
    "{": ("key", "}", ""),
    "[": (*_VALUE, "]", ""),
    **dict.fromkeys(("text", "plain", "}", "]"), _OVER),
}
#: In what a line stands, by the last sign before it.
_INSIDE = {":": "{", "{": "{", "[": "["}


@dataclass(frozen=True, slots=True)
class MissingMark:
    """A quotation mark that is missing.

    Attributes:
        offset: Where it belongs, in characters from 0.
        start: Where the text begins that lacks it, with its other mark or without.
        written: The text.
        opens: Whether it is the first of the two.
    """

    offset: int
    start: int
    written: str
    opens: bool


def missing_marks(text: str) -> Iterator[MissingMark]:
    """Yield the marks that lines lack, in the text's order."""
    end, tried, broken = -1, 0, False
    for line in text.split("\n"):
        start, end = end + 1, end + 1 + len(line)
        if _is_closed(line):
            continue
        if broken or len(line) > _LONGEST or tried == _MOST:
            broken = not broken
            continue
        tried += 1
        found = _found(line, text[:start].rstrip()[-1:], start) if _NEXT.match(text, end) else None
        broken = found is None  # a text in several lines: it ends in the next with an odd number
        if found is not None:
            yield found


def _found(line: str, before: str, start: int) -> MissingMark | None:
    for place in _PLACE.finditer(line):
        at = place.end()
        if not _fits(f'{line[:at]}"{line[at:]}', before):
            continue
        if _is_closed(line[:at]):
            return MissingMark(start + at, start + at, line[at : line.index('"', at)], opens=True)
        first = line.rindex('"', 0, at)
        return MissingMark(start + at, start + first, line[first + 1 : at], opens=False)
    return None


def _is_closed(line: str) -> bool:
    return _ESCAPED.sub("", line).count('"') % 2 == 0


def _fits(line: str, before: str) -> bool:
    """Return whether a line can stand in JSON; `before` is the last sign of the lines before."""
    opened = [_INSIDE.get(before, "")]
    last = before if before in _AFTER else ""
    for word in _words(line):
        if word not in _AFTER[last]:
            return False
        if word in _OPENER:
            if opened.pop() not in {"", _OPENER[word]}:
                return False
            opened = opened or [""]
        elif word not in {",", ":"} and last != ":":
            within = "{" if word == "key" else "["
            if opened[-1] not in {"", within}:
                return False
            opened[-1] = within
        if word in {"{", "["}:
            opened.append(word)
        last = word
    return "" in _AFTER[last]


def _words(line: str) -> Iterator[str]:
    """Yield the kinds of a line's words, a mark as itself; an unknown one is the last."""
    at, line = 0, line.rstrip()
    while at < len(line):
        found = _WORD.match(line, at)
        kind = str(found.lastgroup) if found else "unknown"
        yield found.group("mark") if found and kind == "mark" else kind
        at = found.end() if found else len(line)
