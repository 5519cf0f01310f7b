"""What a table tells put into the objects and lists of the file's text, as edits of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from bot.catalog_file.members import ObjectText
from bot.catalog_file.parse import Parsed, inside
from bot.catalog_file.source import Path
from bot.catalog_file.syntax import Edit
from bot.moving_in.cells import Cells
from bot.moving_in.entries import AMOUNTS, decimal_of, text_of
from bot.moving_in.joining import comments, joined, same

#: What a new member is written behind, the first that is there; else behind the last.
_AFTER: Final = {
    "price": ("name", "category", "id", "options"),
    "was": ("price", "name", "options"),
    "stock": ("photos", "photo", "was", "price", "name", "options"),
}


@dataclass(slots=True)
class FileEdits:
    """The edits of a catalog file's text that have been found so far.

    Attributes:
        parsed: The text as it is.
        cells: Notes what could not be taken.
    """

    parsed: Parsed
    cells: Cells
    edits: list[Edit] = field(default_factory=list)

    def at(self, path: Path, default: Mapping[str, Any] | None = None) -> PlacedObject:
        """Return the object at a path.

        Args:
            path: Where it stands.
            default: What holds for it where it says nothing itself.
        """
        data = inside(self.parsed.data, path)
        return PlacedObject(path, data, self, default or {})

    def in_order(self) -> list[Edit]:
        """Return the edits in the text's order; what two rows tell alike is one."""
        return sorted(dict.fromkeys(self.edits), key=lambda one: (one.start, one.end))

    def append(self, path: Path, new: Sequence[Mapping[str, Any]]) -> None:
        """Add entries to a list, written as those that are there."""
        if not new:
            return
        source = self.parsed.places()[0]
        span = source.span(path)
        if span is None:  # a fault that whoever reads the result is told of
            return
        there, text = source.entries(span), source.text
        at = there[0].value.start if there else span.start
        line = text[text.rfind("\n", 0, at) + 1 : at]
        indent = line[: len(line) - len(line.lstrip())]
        if not there:
            inner = indent + "  "
            body = ",\n".join(inner + text_of(one, inner) for one in new)
            self.edits.append(Edit(span.start, span.end, f"[\n{body}\n{indent}]"))
            return
        between = f"\n{indent}" if not line.strip() else " "
        body = "".join(f",{between}{text_of(one, indent)}" for one in new)
        self.edits.append(Edit(there[-1].value.end, there[-1].value.end, body))


@dataclass(slots=True)
class PlacedObject:
    """An object of the file that takes what a table tells, where it tells something else."""

    path: Path
    data: dict[str, Any]
    file: FileEdits
    default: Mapping[str, Any]

    def put_all(self, keys: Mapping[str, Any], line: int) -> None:
        """Put in each value that is another one than the present one."""
        keys = dict(keys)
        if keys.get("photos", ()) is None:
            keys["photo"] = None
        elif "photos" in keys:
            self._photos(keys.pop("photos"))
        for key, value in keys.items():
            old = self.data.get(key, self.default.get(key))
            if value is None or value is False:
                if self.data.get(key) is not None and self.data[key] is not False:
                    self._tell_gone(key, None, line)
                    self._take(key)
            elif not same(key, old, value):
                made = joined(key, old, value)
                if made != old:
                    self._tell_gone(key, made, line)
                    self._put(key, made)
                if not same(key, made, value):
                    self.file.cells.remark(line, key, "table_languages")
        self._mind_the_old_price(keys)

    def _tell_gone(self, key: str, made: Any, line: int) -> None:
        """Note comments that go with what they stand on."""
        for one in Counter(comments(self.data.get(key))) - Counter(comments(made)):
            self.file.cells.remark(line, key, "table_comment", written=one)

    def _mind_the_old_price(self, keys: Mapping[str, Any]) -> None:
        """Take away an old price that is not above the new one any more."""
        old, new = self.data.get("was"), keys.get("price")
        if "was" not in keys and new is not None and old is not None:
            was, sale = decimal_of(old), decimal_of(inside(self.data, ("sale", "price")))
            ends = sale is None or self._text().take("sale") in self.file.edits
            # Beside a sale it may be below the price, as the lowest of 30 days is.
            if was is not None and was <= (Decimal(new) if sale is None or ends else sale):
                self._take("was")

    def _photos(self, photos: list[str]) -> None:
        one = self.data.get("photo")
        present = self.data.get("photos") or ([one] if one else [])
        if not photos or photos == present:
            return
        if self.data.get("photos") is not None or len(photos) > 1:
            if one is not None:
                self._take("photo")
            self._put("photos", photos)
        else:
            self._put("photo", photos[0])

    def _put(self, key: str, value: Any) -> None:
        was = self.data.get(key)
        is_number = isinstance(was, (int, Decimal)) and key in AMOUNTS
        written = str(value) if is_number else json.dumps(value, ensure_ascii=False)
        self.file.edits.append(self._text().put(key, written, _AFTER.get(key, ())))

    def _take(self, key: str) -> None:
        edit = self._text().take(key)
        if edit is not None:
            self.file.edits.append(edit)

    def _text(self) -> ObjectText:
        """Return where it stands, which is looked for once something changes."""
        return ObjectText(self.file.parsed.places()[0], self.path, self.data)
