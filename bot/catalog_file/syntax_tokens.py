"""The words of a JSON text that may be broken: tokens, each with what is wrong inside it.

Whether a token may stand where it stands is not known here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_SPACE = re.compile(r"[ \t\r\n]+")
_TOKEN = re.compile(
    r"""(?P<punctuation>[{}\[\],:])
      | (?P<string>"(?:[^"\\\r\n]|\\[^\r\n])*"?)
      | (?P<comment>//[^\r\n]*|\#[^\r\n]*|/\*(?s:.*?)(?:\*/|\Z))
      | (?P<quoted>'(?:[^'\\\r\n]|\\[^\r\n])*'|`[^`\r\n]*`|[“”„‟«][^"“”‟»\r\n]*[“”‟»])
      | (?P<number>[-+.]?[0-9][\w.+-]*)
      | (?P<word>[^\W\d][\w.@-]*)
      | (?P<other>(?s:.))""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|(\\.?)')
_CONTROL = re.compile(r"[\x00-\x1f]")
#: After a closed text on the same line: letters that are no JSON word, or anything glued to it.
_GOES_ON = re.compile(r"(?=[ \t]*[^\W\d])(?![ \t]*(?:true|false|null)\b)|[^\s,:}\]{\[\"'/#]")
#: The quote that really ends a text with quotes inside.
_REAL_END = re.compile(r'"(?=[ \t]*(?:$|[}\]:]|,[ \t]*(?:$|["}\]])))', re.MULTILINE)
#: A line that goes on with JSON, so that the text before it only lacks its closing quote.
_NEW_ENTRY = re.compile(r"\s*(?:[\"}\]{\[,]|\Z)")
#: Marks at the end of a line that belong to JSON rather than to the unclosed text before them.
_TAIL = re.compile(r"[ \t]*[,}\]]*[ \t]*\Z")
_ODD_SPACE = {
    "\u00a0": "U+00A0",
    "\u2007": "U+2007",
    "\u202f": "U+202F",
    "\u200b": "U+200B",
    "\ufeff": "U+FEFF",
    "\u3000": "U+3000",
}

Flaw = tuple[str, int, dict[str, str | int]]


@dataclass(slots=True)
class Token:
    """A word of the text.

    Attributes:
        kind: string, number, word, comment, other, or the punctuation mark itself.
        text: As it stands in the text.
        value: A string's content, as it stands.
        faults: Kind, offset and values of what is wrong inside.
        new: What mends the token; None where nothing has to be.
    """

    kind: str
    start: int
    end: int
    text: str
    value: str = ""
    faults: list[Flaw] = field(default_factory=list)
    new: str | None = None


def tokens(text: str) -> Iterator[Token]:
    """Yield a text's tokens; what is wrong inside one never ends the reading."""
    at = 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
            continue
        found = _TOKEN.match(text, at)
        if found is None:  # cannot be: `other` takes any character
            return
        token = _token(text, found)
        at = token.end
        yield token


def _token(text: str, found: re.Match[str]) -> Token:
    start, end, word = found.start(), found.end(), found.group()
    match found.lastgroup:
        case "string":
            return _string(text, start, end)
        case "punctuation":
            return Token(word, start, end, word)
        case "comment":
            return Token("comment", start, end, word, faults=[("comment", start, {})], new="")
        case "quoted":
            inner = word[1:-1]
            wrong: Flaw = ("wrong_quotes", start, {"found": word[0]})
            return Token("string", start, end, word, inner, [wrong], json.dumps(inner))
        case "other" if word in _ODD_SPACE:
            odd: Flaw = ("odd_space", start, {"found": _ODD_SPACE[word]})
            return Token("comment", start, end, word, faults=[odd], new=" ")
        case kind:
            return Token(str(kind), start, end, word)


def _string(text: str, start: int, end: int) -> Token:
    closed = end - start > 1 and text[end - 1] == '"' and not _escaped(text, start, end - 1)
    if not closed:
        return _unclosed(text, start, end)
    if _GOES_ON.match(text, end):
        real = _REAL_END.search(text, end, _line_end(text, end))
        if real is not None:
            inner = text[start + 1 : real.start()]
            return Token(
                "string", start, real.end(), text[start : real.end()], inner,
                [("inner_quotes", end - 1, {})], json.dumps(inner),
            )  # fmt: skip
    inner = text[start + 1 : end - 1]
    faults = _inside(inner, start + 1)
    new = json.dumps(_CONTROL.sub(" ", inner)) if faults else None
    return Token("string", start, end, text[start:end], inner, faults, new)


def _unclosed(text: str, start: int, end: int) -> Token:
    """Tell a text that lacks its quote from one that was broken into several lines."""
    if not _NEW_ENTRY.match(text, end):
        close = text.find('"', end)
        if close > 0:
            inner = text[start + 1 : close]
            return Token(
                "string", start, close + 1, text[start : close + 1], inner,
                [("line_break", end, {})], json.dumps(inner),
            )  # fmt: skip
    tail = _TAIL.search(text, start, end)
    stop = tail.start() if tail is not None and tail.start() > start else end
    inner = text[start + 1 : stop]
    return Token(
        "string", start, stop, text[start:stop], inner,
        [("unclosed_text", start, {"written": inner.strip()})], json.dumps(inner),
    )  # fmt: skip


def _inside(inner: str, start: int) -> list[Flaw]:
    faults: list[Flaw] = [
        ("bad_escape", start + bad.start(), {"written": bad.group()})
        for bad in _ESCAPE.finditer(inner)
        if bad.group(1)
    ]
    control = _CONTROL.search(inner)
    if control is not None:
        mark = "\\t" if control.group() == "\t" else f"\\u{ord(control.group()):04x}"
        faults.append(("control", start + control.start(), {"right": mark}))
    return faults


def _escaped(text: str, start: int, quote: int) -> bool:
    back = quote
    while back - 1 > start and text[back - 1] == "\\":
        back -= 1
    return (quote - back) % 2 == 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
