"""The catalog's text: how it is decoded, and where in it each value stands.

Places come from tree-sitter's tree of the text, which is made only when a place is asked for: a
catalog without faults never pays for it. A path is a tuple of keys and positions, such as
``("products", 3, "price")``. Broken text is the business of `catalog_syntax`.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

import tree_sitter_json
from tree_sitter import Language, Node, Parser

from bot.catalog_file.syntax import Edit
from bot.ports.catalog import LARGEST_CATALOG, Fault, fault

Path = tuple[str | int, ...]

_BOM = "\ufeff"
_BLOCK = 4096
_CONTINUATION = bytes(range(0x80, 0xC0))
_LANGUAGE = Language(tree_sitter_json.language())


@dataclass(frozen=True, slots=True)
class Span:
    """Where something stands, in bytes of the UTF-8 text from 0."""

    start: int
    end: int


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
        self._starts = [0]
        at = text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = text.find("\n", at + 1)

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and column of a character."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


class Source:
    """A text that is valid JSON, and where its values stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.data = text.encode()
        self._children: dict[int, dict[str | int, Node]] = {}

    @cached_property
    def _root(self) -> Node:
        tree = Parser(_LANGUAGE).parse(self.data)
        return next(node for node in tree.root_node.named_children if node.type != "comment")

    def span(self, path: Path) -> Span | None:
        """Return where the value at a path stands; None where there is none."""
        node = self._root
        for step in path:
            entry = self._entries(node).get(step)
            if entry is None:
                return None
            node = _value(entry)
        return Span(node.start_byte, node.end_byte)

    def nearest(self, path: Path, *, key: bool = False) -> Span:
        """Return where a path leads, or where the last part of it that exists does.

        Args:
            path: Where to.
            key: The place of the member's name is wanted, not of its value.
        """
        node = self._root
        for depth, step in enumerate(path, start=1):
            entry = self._entries(node).get(step)
            if entry is None:
                break
            name = entry.child_by_field_name("key")
            if key and depth == len(path) and name is not None:
                return Span(name.start_byte, name.end_byte)
            node = _value(entry)
        return Span(node.start_byte, node.end_byte)

    def members(self, path: Path) -> list[tuple[str, Span, Span]]:
        """Return the members of the object at a path: name, span of the name, span of the value."""
        node = self._root
        for step in path:
            node = _value(self._entries(node)[step])
        found = []
        for pair in node.named_children:
            name = pair.child_by_field_name("key")
            if name is not None:
                value = _value(pair)
                found.append((
                    _key(name),
                    Span(name.start_byte, name.end_byte),
                    Span(value.start_byte, value.end_byte),
                ))  # fmt: skip
        return found

    def repeated_keys(self) -> list[tuple[Path, Span, Span]]:
        """Return each name that an object has twice: its path, this place and the one before."""
        found: list[tuple[Path, Span, Span]] = []
        waiting: list[tuple[Path, Node]] = [((), self._root)]
        while waiting:
            path, node = waiting.pop()
            first: dict[str, Span] = {}
            for position, entry in enumerate(_named(node)):
                name = entry.child_by_field_name("key")
                step: str | int = position
                if name is not None:
                    step = _key(name)
                    span = Span(name.start_byte, name.end_byte)
                    if step in first:
                        found.append(((*path, step), span, first[step]))
                    first.setdefault(step, span)
                value = _value(entry)
                if value.type in {"object", "array"}:
                    waiting.append(((*path, step), value))
        return sorted(found, key=lambda one: one[1].start)

    def offset(self, byte: int) -> int:
        """Return the character that begins at a byte of the text."""
        block = byte // _BLOCK
        rest = self.data[block * _BLOCK : byte]
        return self._counted[block] + len(rest.translate(None, _CONTINUATION))

    @cached_property
    def _counted(self) -> list[int]:
        """How many characters begin before each block of bytes."""
        counts = [0]
        for start in range(0, len(self.data), _BLOCK):
            block = self.data[start : start + _BLOCK]
            counts.append(counts[-1] + len(block.translate(None, _CONTINUATION)))
        return counts

    def _entries(self, node: Node) -> dict[str | int, Node]:
        known = self._children.get(node.id)
        if known is None:
            known = {}
            for position, entry in enumerate(_named(node)):
                name = entry.child_by_field_name("key")
                known[position if name is None else _key(name)] = entry
            self._children[node.id] = known
        return known


class Places:
    """Where values of a mended text stand in the text as the owner wrote it."""

    def __init__(self, written: str, source: Source, edits: list[Edit]) -> None:
        self._lines = Lines(written)
        self._source = source
        self._edits = edits
        self._shifts: list[tuple[int, int, Edit]] = []
        shift = 0
        for edit in edits:
            start = edit.start + shift
            shift += len(edit.new) - (edit.end - edit.start)
            self._shifts.append((start, shift, edit))
        self._starts = [start for start, _, _ in self._shifts]

    def place(self, span: Span) -> tuple[int, int]:
        """Return line and column, from 1, of a span of the mended text."""
        offset = self._source.offset(span.start)
        known = bisect_right(self._starts, offset)
        if known:
            start, shift, edit = self._shifts[known - 1]
            mended = offset < start + len(edit.new)
            offset = edit.start if mended else offset - shift
        return self._lines.place(offset)

    def is_mended(self, span: Span) -> bool:
        """Return whether the value at a span is our mending, not the owner's word."""
        offset = self._source.offset(span.start)
        known = bisect_right(self._starts, offset)
        if not known:
            return False
        start, _, edit = self._shifts[known - 1]
        return offset < start + len(edit.new)


def _named(node: Node) -> list[Node]:
    if node.type not in {"object", "array"}:
        return []
    return [child for child in node.named_children if child.type != "comment"]


def _value(entry: Node) -> Node:
    return entry.child_by_field_name("value") or entry


def _key(name: Node) -> str:
    try:
        return str(json.loads(name.text or b'""', strict=False))
    except ValueError:
        return (name.text or b"").decode("utf-8", "replace").strip('"')
