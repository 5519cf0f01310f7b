"""The columns of our own table, a row a variant: what each is, by the names that people give it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from bot.catalog_file.shape import MOST_OPTIONS, MOST_PHOTOS
from bot.moving_in.spoilt import unkept
from bot.moving_in.table import Table, TableRow, plain_name

MOST_DETAILS: Final = 10
#: Texts that may be one a language, each in a column such as ``name (de)``.
WORDS: Final = (
    "category_name", "name", "description",
    *(f"{kind}{n}" for n in range(1, MOST_OPTIONS + 1) for kind in ("option", "value")),
    *(f"{kind}{n}" for n in range(1, MOST_DETAILS + 1) for kind in ("detail_label", "detail")),
)  # fmt: skip
#: The columns in the order in which they are written; those of words have more, one a language.
COLUMNS: Final = (
    "id", "category", "category_name", "category_emoji", "name", "description",
    *(f"{kind}{n}{part}" for n in range(1, MOST_OPTIONS + 1)
      for kind in ("option", "value") for part in ("_id", "")),
    "price", "was", "stock", "shared_stock", "sku", "barcode", "weight", "brand",
    *(f"photo{n}" for n in range(1, MOST_PHOTOS + 1)),
    "variant_photo", "hidden", "variant_hidden", "new", "min_per_order", "max_per_order",
    "sale_price", "sale_from", "sale_until", "tax_code",
    *(f"{kind}{n}" for n in range(1, MOST_DETAILS + 1) for kind in ("detail_label", "detail")),
    "simple_options",
)  # fmt: skip
#: Other names for them, as other shops' tables and people have them.
_HABITS: Final[Mapping[str, str]] = {
    "handle": "id", "slug": "id", "product id": "id", "title": "name", "product": "name",
    "product name": "name", "type": "category", "product type": "category", "text": "description",
    "details": "description", "compare at price": "was", "compare-at price": "was",
    "old price": "was", "list price": "was", "quantity": "stock", "qty": "stock",
    "inventory": "stock", "in stock": "stock", "gtin": "barcode", "ean": "barcode",
    "upc": "barcode", "isbn": "barcode", "article number": "sku", "vendor": "brand",
    "manufacturer": "brand", "grams": "weight", "photo": "photo1", "image": "photo1",
    "picture": "photo1", "image url": "photo1", "image link": "photo1", "option": "option1",
    "value": "value1",
}  # fmt: skip
_BRACKETS: Final = re.compile(r"(.+?) ?\(([^()]+)\)\Z")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*\Z")


@dataclass(slots=True)
class SheetColumns:
    """Where the columns of our own table stand.

    Attributes:
        places: By name; of words also by name and language.
        heads: The table's own names, for messages.
        languages: In which the table has a text, by its name.
        unit: Of the column of weights.
        unknown: Names of the other columns, with where they stand.
    """

    table: Table
    places: dict[tuple[str, str], int] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)
    languages: dict[str, list[str]] = field(default_factory=dict)
    unit: str = "g"
    unknown: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place, written in enumerate(self.table.header):
            name, tag = self._known(written)
            if name is None:
                self.unknown[place] = written
                continue
            if self.places.setdefault((name, tag), place) != place:
                self.unknown[place] = written
            elif tag:
                self.languages.setdefault(name, []).append(tag)
            self.heads.setdefault(name, written)

    def __contains__(self, name: str) -> bool:
        return name in self.heads

    def of(self, row: TableRow, name: str, tag: str = "") -> str:
        """Return a row's cell; empty where there is no such column."""
        return row[self.places.get((name, tag))]

    def text(self, row: TableRow, name: str, tag: str = "") -> str:
        """Return the text of a row's cell, as a spreadsheet left it."""
        place = self.places.get((name, tag))
        if place is None:
            return ""
        cell = row[place]
        if cell.startswith("'"):
            cell = unkept(cell)
        return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell

    def head(self, name: str) -> str:
        """Return how the table calls a column."""
        return self.heads.get(name, name)

    def count(self, *names: str) -> int:
        """Return how many there are, from the first on without a gap, of a column with a number."""
        return next(n for n in count() if any(f"{one}{n + 1}" not in self for one in names))

    def untaken(self) -> list[str]:
        """Return the other columns that hold something."""
        rows = self.table.rows
        return [one for at, one in self.unknown.items() if one and any(row[at] for row in rows)]

    def _known(self, written: str) -> tuple[str | None, str]:
        name = plain_name(written)
        brackets = _BRACKETS.match(written.strip())
        if name in _BY_NAME:
            return _BY_NAME[name], ""
        inner = _BY_NAME.get(plain_name(brackets[1])) if brackets else None
        if brackets and inner == "weight":
            self.unit = brackets[2]
            return inner, ""
        if brackets and inner in WORDS and _LANGUAGE.match(brackets[2]):
            return inner, brackets[2]
        return None, ""


_BY_NAME: Final = {**{plain_name(one): one for one in COLUMNS}, **_HABITS}


def is_sheet(table: Table) -> bool:
    """Return whether a table can be read as ours: it tells what things are, and something of it."""
    columns = SheetColumns(table)
    known = {"id", "name", "sku"} & columns.heads.keys()
    return bool(known) and len(columns.heads) > 1
