"""Small changes to a JSON text that leave every other byte as its owner wrote it."""

from __future__ import annotations

import json
from itertools import pairwise

from bot.catalog_file.source import Path, Source, Span


def replaced(source: Source, path: Path, value: str) -> str:
    """Return the text with the value at a path replaced.

    Args:
        source: Valid JSON.
        path: Of a value that exists.
        value: As JSON.

    Raises:
        KeyError: nothing stands at the path.
    """
    span = source.span(path)
    if span is None:
        raise KeyError(path)
    return _cut(source, span, value)


def with_member(
    source: Source, path: Path, key: str, value: str, *, after: tuple[str, ...] = ()
) -> str:
    """Return the text with a member added to the object at a path, written as its neighbours are.

    Args:
        source: Valid JSON.
        path: Of the object, which does not have the member yet.
        key: The member's name.
        value: As JSON.
        after: Names to put it behind: the first that the object has, else its last.
    """
    members = source.members(path)
    name = json.dumps(key, ensure_ascii=False)
    if not members:
        start = source.nearest(path).start + 1
        return _cut(source, Span(start, start), f"{name}: {value}")
    names = [known for known, _, _ in members]
    place = next((names.index(wanted) for wanted in after if wanted in names), len(names) - 1)
    _, anchor, end = members[place]
    colon = source.data[anchor.end : end.start].decode()
    added = f"{_separator(source, path, place)}{name}{colon}{value}"
    return _cut(source, Span(end.end, end.end), added)


def without_member(source: Source, path: Path, key: str) -> str:
    """Return the text without a member of the object at a path, and without its comma.

    Raises:
        KeyError: the object does not have it.
    """
    members = source.members(path)
    names = [known for known, _, _ in members]
    if key not in names:
        raise KeyError(key)
    place = names.index(key)
    _, own, value = members[place]
    if place:
        return _cut(source, Span(members[place - 1][2].end, value.end), "")
    if len(members) > 1:
        return _cut(source, Span(own.start, members[1][1].start), "")
    return _cut(source, Span(own.start, value.end), "")


def _separator(source: Source, path: Path, place: int) -> str:
    """Return what stands between members near a place: comma and white space."""
    members = source.members(path)
    between = [
        source.data[before[2].end : following[1].start].decode()
        for before, following in pairwise(members)
    ]
    if not between:
        opened = source.nearest(path).start + 1
        lead = source.data[opened : members[0][1].start].decode()
        return "," + (lead if "\n" in lead else " ")
    inline = [one for one in between if "\n" not in one]
    return inline[0] if inline else between[max(place - 1, 0)]


def _cut(source: Source, span: Span, value: str) -> str:
    return (source.data[: span.start] + value.encode() + source.data[span.end :]).decode()
