"""An object of the file's text, and the edits that change, add and take away its members.

Every other byte stays: a new member is written as its neighbours are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from bot.catalog_file.source import Entry, Path, Source
from bot.catalog_file.syntax import Edit


class ObjectText:
    """An object of the file's text, such as a product, and the edits that change its members."""

    def __init__(self, source: Source, path: Path, data: dict[str, Any]) -> None:
        self.data = data
        self._source = source
        self._span = source.nearest(path)
        self._members = source.entries(self._span)
        self._places = {one.step: place for place, one in enumerate(self._members)}

    def put(self, key: str, value: str, after: Sequence[str] = ()) -> Edit:
        """Replace the value of a member, or add the member as its neighbours are written.

        Args:
            key: The member's name.
            value: As JSON.
            after: What a new member stands behind, the first that is there; else behind the last.
        """
        if key in self._places:
            return _replaced(self._members[self._places[key]], value)
        name = json.dumps(key)
        if not self._members:
            start = self._span.start + 1
            return Edit(start, start, f"{name}: {value}")
        behind = (self._places[one] for one in after if one in self._places)
        place = next(behind, len(self._places) - 1)
        anchor = self._members[place]
        colon = self._source.text[anchor.name.end : anchor.value.start]
        end = anchor.value.end
        return Edit(end, end, f"{self._separator(place)}{name}{colon}{value}")

    def put_first(self, key: str, value: str) -> Edit:
        """Replace the first element of a list that is not empty."""
        holder = self._members[self._places[key]]
        return _replaced(self._source.entries(holder.value)[0], value)

    def take(self, key: str) -> Edit | None:
        """Take a member away, and its comma; None where there is none."""
        if key not in self._places:
            return None
        place = self._places[key]
        own = self._members[place]
        if place:
            return Edit(self._members[place - 1].value.end, own.value.end, "")
        end = self._members[1].name.start if len(self._members) > 1 else own.value.end
        return Edit(own.name.start, end, "")

    def _separator(self, place: int) -> str:
        """Return what stands between members near a place: comma and white space."""
        text, members = self._source.text, self._members
        between = [
            text[before.value.end : following.name.start] for before, following in pairwise(members)
        ]
        if not between:
            lead = text[self._span.start + 1 : members[0].name.start]
            return "," + (lead if "\n" in lead else " ")
        inline = [one for one in between if "\n" not in one]
        return inline[0] if inline else between[max(place - 1, 0)]


def _replaced(entry: Entry, value: str) -> Edit:
    return Edit(entry.value.start, entry.value.end, value)
