"""The catalog's text: how it is decoded, and where in it each value stands.

Python's own JSON decoder tells where a value ends, so that a place is found by stepping over what
stands before it; a catalog without faults never pays for that. A path is a tuple of keys and
positions, such as ``("products", 3, "price")``. Broken text is the business of `syntax`.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.catalog_file.syntax import MAXIMUM_DEPTH, Edit
from bot.ports.catalog import LARGEST_CATALOG, Fault, fault

Path = tuple[str | int, ...]

_BOM = "\ufeff"
_SPACE = re.compile(r"[ \t\r\n]*")
#: Numbers stay texts: a long one costs nothing.
_decode = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode


def decoded(source: bytes | str) -> str | Fault:
    """Return the text without a byte order mark, or what keeps it from being read."""
    if isinstance(source, str):
        source = source.encode("utf-8", "surrogatepass")
    if len(source) > LARGEST_CATALOG:
        size = f"{len(source) / 1_000_000:.1f}"
        return fault("too_large", params={"size": size, "limit": LARGEST_CATALOG // 1_000_000})
    if source.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in source[:4]:
        return fault("utf16")
    try:
        text = source.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        before = source[: error.start].decode("utf-8").removeprefix(_BOM)
        line, column = Lines(before).place(len(before))
        return fault("not_utf8", line=line, column=column, params={"byte": source[error.start]})
    return text if text.strip() else fault("empty")


class Lines:
    """The line and column of each character of a text, both from 1."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and column of a character."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


@dataclass(frozen=True, slots=True)
class Span:
    """Where something stands, in characters of the text from 0."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A member of an object, or an element of a list.

    Attributes:
        step: Its name or its position.
        name: Where its name stands; where it stands itself, in a list.
        value: Where its value stands.
    """

    step: str | int
    name: Span
    value: Span


class Source:
    """A text that is valid JSON, and where its values stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._known: dict[int, tuple[Entry, ...]] = {}
        self._root = self._span(_after_space(text, 0))

    def span(self, path: Path) -> Span | None:
        """Return where the value at a path stands; None where there is none."""
        found = [self._root, *(entry.value for entry in self._along(path))]
        return found[-1] if len(found) > len(path) else None

    def nearest(self, path: Path, *, key: bool = False) -> Span:
        """Return where a path leads, or where the last part of it that exists does.

        Args:
            path: Where to.
            key: The place of the member's name is wanted, not of its value.
        """
        found = list(self._along(path))
        if not found:
            return self._root
        return found[-1].name if key and len(found) == len(path) else found[-1].value

    def entries(self, span: Span) -> tuple[Entry, ...]:
        """Return what stands in the object or list at a span; nothing for another value."""
        known = self._known.get(span.start)
        if known is None:
            known = self._known[span.start] = tuple(self._read(span))
        return known

    def repeated_keys(self) -> list[tuple[Path, Span, Span]]:
        """Return each name that an object has twice: its path, this place and the one before."""
        found: list[tuple[Path, Span, Span]] = []
        waiting: list[tuple[Path, Span]] = [((), self._root)]
        while waiting:
            path, span = waiting.pop()
            first: dict[str | int, Span] = {}
            for entry in self._read(span):
                here = (*path, entry.step)
                if entry.step in first:
                    found.append((here, entry.name, first[entry.step]))
                first.setdefault(entry.step, entry.name)
                if self.text[entry.value.start] in "{[" and len(here) <= MAXIMUM_DEPTH:
                    waiting.append((here, entry.value))
        return sorted(found, key=lambda one: one[1].start)

    def _along(self, path: Path) -> Iterator[Entry]:
        """Yield the entries that a path leads through, as far as it does."""
        span = self._root
        for step in path:
            entry = _entry(self.entries(span), step)
            if entry is None:
                return
            yield entry
            span = entry.value

    def _read(self, span: Span) -> Iterator[Entry]:
        at, opened = span.start + 1, self.text[span.start]
        if opened not in "{[":
            return
        number = 0
        while self.text[at := _after_space(self.text, at)] not in "}]":
            if opened == "{":
                step, end = _decode(self.text, at)
                name = Span(at, end)
                value = self._span(_after_space(self.text, _after_space(self.text, end) + 1))
                yield Entry(step, name, value)
            else:
                value = self._span(at)
                yield Entry(number, value, value)
            number += 1
            at = _after_space(self.text, value.end)
            at += self.text[at] == ","

    def _span(self, start: int) -> Span:
        return Span(start, _decode(self.text, start)[1])


def _entry(entries: Sequence[Entry], step: str | int) -> Entry | None:
    """Return the entry with a name or position; of two with one name the last, as JSON reads it."""
    if isinstance(step, int):
        found = entries[step] if step < len(entries) else None
        return found if found and found.step == step else None
    return next((one for one in reversed(entries) if one.step == step), None)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


class Places:
    """Where values of a mended text stand in the text as the owner wrote it."""

    def __init__(self, written: str, edits: Sequence[Edit]) -> None:
        self._lines = Lines(written)
        self._shifts: list[tuple[int, int, Edit]] = []
        shift = 0
        for edit in edits:
            start = edit.start + shift
            shift += len(edit.new) - (edit.end - edit.start)
            self._shifts.append((start, shift, edit))
        self._starts = [start for start, _, _ in self._shifts]

    def place(self, span: Span) -> tuple[int, int]:
        """Return line and column, from 1, of a span of the mended text."""
        offset = span.start
        known = bisect_right(self._starts, offset)
        if known:
            _, shift, edit = self._shifts[known - 1]
            offset = edit.start if self.is_mended(span) else offset - shift
        return self._lines.place(offset)

    def is_mended(self, span: Span) -> bool:
        """Return whether the value at a span is our mending, not the owner's word."""
        known = bisect_right(self._starts, span.start)
        if not known:
            return False
        start, _, edit = self._shifts[known - 1]
        return span.start < start + len(edit.new)
