"""Broken JSON, told in a person's words, and mended as far as that is safe.

Python's parser stops at the first fault and says what its grammar misses. This reader knows what
it expected, so it can say "a comma is missing at the end of line 12", and it notes the
edit that would mend it: the rest of the file is then checked as well. It runs only when the JSON
did not parse. Where brackets do not match nothing after them can be trusted, and it stops.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from itertools import pairwise

from bot.catalog_file.syntax_quotes import missing_marks
from bot.catalog_file.syntax_tokens import Token, tokens

#: A sound catalog nests eight deep.
MAXIMUM_DEPTH = 40

_CLOSER = {"{": "}", "[": "]"}
_WORDS = {"true": "true", "false": "false", "null": "null", "none": "null", "yes": "true",
          "no": "false", "on": "true", "off": "false", "undefined": "null"}  # fmt: skip
#: Digits between separators of thousands.
_GROUP = 3
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z")


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """A fault at an offset of the text, in characters from 0."""

    offset: int
    kind: str
    params: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters `start` to `end` of the text become `new`."""

    start: int
    end: int
    new: str


@dataclass(slots=True)
class Diagnosis:
    """What is wrong with a text.

    Attributes:
        faults: In the text's order.
        edits: What mends them, in the text's order.
        hopeless: The edits do not suffice.
    """

    faults: list[SyntaxFault] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    hopeless: bool = False


def diagnose(text: str) -> Diagnosis:
    """Find every fault of syntax in a text that is no JSON."""
    missing = tuple(missing_marks(text))
    ends = [0, *(one.offset for one in missing), len(text)]
    reader = _Reader('"'.join(text[start:end] for start, end in pairwise(ends)))
    reader.read()
    found = _without_marks(reader.found, [one.offset for one in missing])
    for one in missing:
        kind = "unopened_text" if one.opens else "unclosed_text"
        found.faults.append(SyntaxFault(one.start, kind, {"written": one.written.strip()}))
    found.faults.sort(key=lambda fault: fault.offset)
    found.edits.sort(key=lambda edit: (edit.start, edit.end))
    return found


def _without_marks(found: Diagnosis, missing: list[int]) -> Diagnosis:
    """Return what was found as if it had been in the text that lacks these quotation marks."""
    placed = [offset + before for before, offset in enumerate(missing)]

    def back(offset: int) -> int:
        return offset - bisect_left(placed, offset)

    edits = [Edit(back(one.start), back(one.end), one.new) for one in found.edits]
    covered = [one for one in found.edits if one.start < one.end]
    edits += [
        Edit(offset, offset, '"')
        for offset, at in zip(missing, placed, strict=True)
        if not any(one.start <= at < one.end for one in covered)
    ]
    faults = [replace(one, offset=back(one.offset)) for one in found.faults]
    return Diagnosis(faults, edits, found.hopeless)


class _Stop(Exception):  # noqa: N818 - control flow inside this module, not an error of anybody
    """Nothing after this place can be trusted."""


class _Reader:
    """Reads tokens one by one and remembers what may come next.

    `_next` is one of: value, first value (a list may end here), key, first key (an object may end
    here), colon, comma (a container may end here), end.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.found = Diagnosis()
        self._next = "value"
        self._open: list[Token] = []
        self._key = ""
        self._last: Token | None = None
        self._before_comma: Token | None = None

    def read(self) -> None:
        try:
            for token in tokens(self.text):
                for kind, offset, params in token.faults:
                    self._fault(offset, kind, **params)
                if token.new is not None:
                    self._edit(token.start, token.end, token.new)
                if token.kind != "comment":
                    self._take(token)
                    self._last = token
            self._finish()
        except _Stop:
            return

    def _take(self, token: Token) -> None:
        match self._next:
            case "comma":
                self._take_comma(token)
            case "key" | "first key":
                self._take_key(token)
            case "colon":
                self._take_colon(token)
            case "end":
                self._take_too_much(token)
            case _:
                self._take_value(token)

    def _take_value(self, token: Token) -> None:
        in_list = bool(self._open) and self._open[-1].kind == "["
        if token.kind in _CLOSER:
            self._open.append(token)
            if len(self._open) > MAXIMUM_DEPTH:
                self._stop(token.start, "too_deep", limit=MAXIMUM_DEPTH)
            self._next = "first key" if token.kind == "{" else "first value"
        elif token.kind in {"string", "number", "word"}:
            self._check_scalar(token)
            self._after_value()
        elif in_list and token.kind == "]":
            if self._next == "value":
                self._trailing_comma()
            self._close(token)
        elif in_list and token.kind == ",":
            self._fault(token.start, "extra_comma")
            self._edit(token.start, token.end, "")
        elif self._open and not in_list and token.kind in ",}":
            self._missing_value(token)
        else:
            self._stop(token.start, "unexpected", found=token.text)

    def _take_key(self, token: Token) -> None:
        last = self._before_comma
        if token.kind == "string":
            self._key, self._next = token.value, "colon"
        elif token.kind == "}":
            if self._next == "key":
                self._trailing_comma()
            self._close(token)
        elif token.kind == ",":
            self._fault(token.start, "extra_comma")
            self._edit(token.start, token.end, "")
        elif token.kind == "number" and last and last.kind == "number" and self._last:
            whole = self.text[last.start : last.end]
            two_ways = self._tell_comma(last.start, whole, token.text)
            self._edit(self._last.start, token.start, "" if two_ways else ".")
            self._next = "comma"
        elif token.kind in {"word", "number"}:
            self._fault(token.start, "unquoted_key", key=token.text)
            self._edit(token.start, token.end, json.dumps(token.text))
            self._key, self._next = token.text, "colon"
        else:
            self._stop(token.start, "unexpected", found=token.text)

    def _tell_comma(self, start: int, whole: str, rest: str) -> bool:
        """Tell of a comma in a number; return whether it may stand between thousands."""
        two_ways, written, right = len(rest) == _GROUP, f"{whole},{rest}", f"{whole}.{rest}"
        if two_ways:
            right = right.removesuffix("0")  # three decimals could be read in two ways, too
            self._fault(start, "comma_two_ways", written=written, right=right, whole=whole + rest)
        else:
            self._fault(start, "decimal_comma", written=written, right=right)
        return two_ways

    def _take_colon(self, token: Token) -> None:
        if token.kind == ":":
            self._next = "value"
        elif token.kind in ",}":
            self._missing_value(token, new=": null")
        elif token.kind in {"string", "number", "word", "{", "["}:
            self._fault(self._end_of_last(), "missing_colon", key=self._key)
            self._edit(self._end_of_last(), self._end_of_last(), ":")
            self._next = "value"
            self._take(token)
        else:
            self._stop(token.start, "unexpected", found=token.text)

    def _take_comma(self, token: Token) -> None:
        in_object = self._open[-1].kind == "{"
        if token.kind == ",":
            self._before_comma = self._last
            self._next = "key" if in_object else "value"
        elif token.kind in "}]":
            self._close(token)
        elif token.kind in {"string", "number", "word", "{", "["}:
            self._fault(self._end_of_last(), "missing_comma")
            self._edit(self._end_of_last(), self._end_of_last(), ",")
            self._before_comma = None
            self._next = "key" if in_object else "value"
            self._take(token)
        else:
            self._stop(token.start, "unexpected", found=token.text)

    def _take_too_much(self, token: Token) -> None:
        if self.text[token.start :].strip(" \t\r\n}]"):
            self._stop(token.start, "after_end", found=token.text)
        self._fault(token.start, "extra_bracket", found=token.text)
        self._edit(token.start, len(self.text), "")
        raise _Stop

    def _close(self, token: Token) -> None:
        opened = self._open[-1]
        right = _CLOSER[opened.kind]
        if token.kind != right:
            line = str(self.text.count("\n", 0, opened.start) + 1)
            self._stop(
                token.start, "wrong_bracket", found=token.kind, opened=opened.kind, right=right,
                opened_line=line,
            )  # fmt: skip
        self._open.pop()
        self._after_value()

    def _after_value(self) -> None:
        self._next = "comma" if self._open else "end"

    def _check_scalar(self, token: Token) -> None:
        if token.kind == "number" and not _NUMBER.match(token.text):
            self._fault(token.start, "bad_number", written=token.text)
            self._edit(token.start, token.end, "null")
        elif token.kind == "word" and token.text not in {"true", "false", "null"}:
            right = _WORDS.get(token.text.lower())
            if right is None:
                self._fault(token.start, "unquoted_text", written=token.text)
                self._edit(token.start, token.end, json.dumps(token.text))
            else:
                self._fault(token.start, "bad_word", written=token.text, right=right)
                self._edit(token.start, token.end, right)

    def _missing_value(self, token: Token, new: str = " null") -> None:
        self._fault(self._end_of_last(), "missing_value", key=self._key)
        self._edit(self._end_of_last(), self._end_of_last(), new)
        self._after_value()
        self._take(token)

    def _trailing_comma(self) -> None:
        if self._last is not None:
            self._fault(self._last.start, "trailing_comma")
            self._edit(self._last.start, self._last.end, "")

    def _finish(self) -> None:
        if self._open:
            opened = self._open[-1]
            line = str(self.text.count("\n", 0, opened.start) + 1)
            self._stop(
                len(self.text.rstrip()), "unclosed", opened=opened.kind,
                right=_CLOSER[opened.kind], opened_line=line,
            )  # fmt: skip
        elif self._next != "end":
            self._stop(0, "empty")

    def _end_of_last(self) -> int:
        return self._last.end if self._last is not None else 0

    def _fault(self, offset: int, kind: str, **params: str | int) -> None:
        self.found.faults.append(SyntaxFault(offset, kind, params))

    def _edit(self, start: int, end: int, new: str) -> None:
        self.found.edits.append(Edit(start, end, new))

    def _stop(self, offset: int, kind: str, **params: str | int) -> None:
        self._fault(offset, kind, **params)
        self.found.hopeless = True
        raise _Stop
