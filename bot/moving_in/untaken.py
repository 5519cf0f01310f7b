"""What a table tells and the file that came of it does not say: told by line and column.

It is looked for in the result, so that nothing is dropped in silence whatever our file can hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot.catalog_file.parse import Data, objects
from bot.moving_in.cells import Cells
from bot.moving_in.differing import MOMENTS, Comparing
from bot.moving_in.goods import PRODUCT, ImportedGoods, Item
from bot.moving_in.merging_choices import as_named, place_of
from bot.moving_in.merging_values import NEWS
from bot.moving_in.sheet_columns import WORDS, SheetColumns
from bot.moving_in.sheet_writing import RowCells, own_cells, variant_cells
from bot.moving_in.table import Table, TableRow

#: What each row tells for itself, where it is empty too.
_OF_ROWS: Final = frozenset(
    ["price", "was", "stock", "shared_stock", "sku", "barcode", "weight", "variant_photo",
     "variant_hidden", "sale_price"]
)  # fmt: skip
_CHOICE: Final = re.compile(r"(option|value)([0-9])(?:_id)?\Z")
_PICTURE: Final = re.compile(r"photo[0-9]+\Z|variant_photo\Z")
#: Columns of which a product has several, in any order: emptied ones are taken away.
_SEVERAL: Final = re.compile(r"(photo|detail|detail_label)[0-9]+\Z")
#: Remarks that leave out all of a row, or of a product.
_WHOLE: Final = frozenset(
    ["table_unknown", "table_no_price", "table_free", "table_twice", "table_no_name",
     "table_choices", "table_choice_missing", "table_variants"]
)  # fmt: skip
#: Remarks that name no column of the table, with the columns that they tell of.
_NAMELESS: Final[Mapping[str, re.Pattern[str]]] = {
    "table_sku_twice": re.compile("sku"),
    "table_languages": re.compile("|".join(WORDS)),
    "table_sale": re.compile("sale_|price"),
    "table_picture": _PICTURE,
    "table_photos": _PICTURE,
}
#: A row, and its choices by the file's ids.
_Placed = tuple[TableRow, tuple[str, ...]]


@dataclass(slots=True)
class Looking:
    """Notes each cell of our own table of which the file says something else.

    Attributes:
        table: What was read.
        data: What the file says now.
        cells: Where to.
        update: Prices and stock alone were to be changed.
        pictures: Files in the place of links to pictures.
    """

    table: Table
    data: Data
    cells: Cells
    update: bool
    pictures: Mapping[str, str]
    columns: SheetColumns = field(init=False)
    of_rows: list[tuple[str, str]] = field(init=False)
    of_choices: dict[tuple[str, str], re.Match[str]] = field(init=False)
    of_products: list[tuple[str, str]] = field(init=False)
    lines: dict[int, TableRow] = field(init=False)
    comparing: Comparing = field(init=False)
    told: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    left: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = SheetColumns(self.table)
        places = list(self.columns.places)
        self.of_rows = [one for one in places if one[0] in _OF_ROWS | MOMENTS]
        self.of_choices = {one: found for one in places if (found := _CHOICE.match(one[0]))}
        apart = {*self.of_rows, *self.of_choices}
        self.of_products = [one for one in places if one not in apart]
        self.lines = {row.line: row for row in self.table.rows}
        quiet = Cells(self.cells.currency, self.cells.answers, self.cells.convention)
        self.comparing = Comparing(quiet, self.columns.unit)
        for one in self.cells.found:
            self.told.setdefault(one.line, []).append((one.kind, one.field))

    def look(self, goods: ImportedGoods) -> None:
        """Look at all that the table was read as, once it stands in the file."""
        products = {str(one.get("id")): one for _, one in objects(self.data.get("products"))}
        known = {str(one.get("id")): one for _, one in objects(self.data.get("categories"))}
        rows_of: dict[str, list[TableRow]] = {}
        for item in goods.items:
            product = products.get(item.present or item.id)
            if product is None or self._is_refused(item.line):
                continue
            category = known.get(str(product["category"]), {})
            rows = [row for row, _ in self._rows(item, product)]
            if rows:
                self._own(item, product, category, rows)
            if item.present:
                rows_of.setdefault(str(product["category"]), []).extend(rows)
        for own, rows in rows_of.items():
            self._category(known.get(own, {}), rows)
        if self.left:
            columns = ", ".join(self.left)
            self.cells.remark(self.table.line, "", "table_update_only", columns=columns)

    def _is_refused(self, line: int) -> bool:
        return any(kind in _WHOLE for kind, _ in self.told.get(line, ()))

    def _rows(self, item: Item, product: Data) -> list[_Placed]:
        """Look at what rows tell for themselves, and return those that are in the file."""
        mine = as_named(item, product) if item.options else None
        there = variant_cells(product)
        placed: list[_Placed] = []
        for place, one in enumerate(item.rows):
            ids = mine.rows[place].ids if mine else _ids_by_sku(product, one.keys.get("sku"))
            kept = there.get(ids)
            if kept is None or self._is_refused(one.line):
                continue
            row = self.lines[one.line]
            placed.append((row, ids))
            for name, tag in self.of_rows:
                if name not in MOMENTS or self._text(row, name, tag):
                    self._row(row, name, kept.get((name, tag)), simple=item.simple)
        self._choices(item, product, placed)
        return placed

    def _row(self, row: TableRow, name: str, value: Any, *, simple: bool) -> None:
        written = self._text(row, name)
        if name == "shared_stock" and simple and not written:
            written = PRODUCT  # which they share where nothing is said
        if self.comparing.differs(name, written, value):
            self._tell(row, name, written, value)

    def _own(self, item: Item, product: Data, category: Data, rows: Sequence[TableRow]) -> None:
        """Look at what is the product's own, in whatever of its rows it stands."""
        kept = own_cells(product, category)
        for name, tag in self.of_products:
            filled = [row for row in rows if self._text(row, name, tag)]
            if name == "id":
                self._ids(item, filled)
                continue
            values = list(_values(name, tag, kept, category))
            for row in filled:
                written = self._text(row, name, tag)
                if all(self.comparing.differs(name, written, one) for one in values or [None]):
                    self._tell(row, name, written, next(iter(values), None))
            many = _SEVERAL.match(name) or name.startswith("category_")
            elsewhere = not tag and name in self.columns.languages and (name, "") not in kept
            if item.present and values and not (filled or many or elsewhere):
                self._tell(rows[0], name, "", values[0])

    def _ids(self, item: Item, rows: Sequence[TableRow]) -> None:
        for row in rows if item.present and item.id != item.present else ():
            self._tell_id(row, "id", item.present)

    def _category(self, category: Data, rows: Sequence[TableRow]) -> None:
        """Look for what the table takes from a category in all of its products."""
        kept = own_cells({}, category)
        for name, tag in self.columns.places:
            value = kept.get((name, tag))
            told = any(self._text(row, name, tag) for row in rows)
            if name.startswith("category_") and value is not None and not told:
                self._tell(rows[0], name, "", value)

    def _choices(self, item: Item, product: Data, placed: Sequence[_Placed]) -> None:
        """Look at the options and the values that rows name."""
        used: dict[str, None] = {}
        lines = [self.lines[row.line] for row in item.rows if item.options]
        for one, found in sorted(self.of_choices.items()):
            known = found[1] == "option" or found[2] in used
            if not known and any(self._text(line, *one) for line in lines):
                used[found[2]] = None
        options = [one for _, one in objects(product.get("options"))]
        spots = {}
        for place, (n, own) in enumerate(zip(used, item.options, strict=False)):
            spot = place_of(own, options)
            spots[n] = place if spot is None else spot  # known by its values alone
        values = [{str(one["id"]): one for _, one in objects(of["values"])} for of in options]
        for one, found in self.of_choices.items():
            spot = spots.get(found[2])
            for row, ids in placed:
                entry: Data = {} if spot is None else options[spot]
                if found[1] == "value" and spot is not None:
                    entry = values[spot][ids[spot]]
                self._choice(row, *one, entry)

    def _choice(self, row: TableRow, name: str, tag: str, entry: Data) -> None:
        """Look at an option, or at a value of one, that a row names."""
        written = self._text(row, name, tag)
        if not written:
            return
        if entry and name.endswith("_id"):
            if written != str(entry["id"]):
                self._tell_id(row, name, str(entry["id"]))
            return
        known = _wordings(entry.get("name")).items()
        same = [one for own, one in known if not tag or own == tag]
        if not any(written.split() == one.split() for one in (*same, str(entry.get("id", "")))):
            self._tell(row, name, written, next(iter(same), None))

    def _text(self, row: TableRow, name: str, tag: str = "") -> str:
        text = self.columns.text(row, name, tag)
        return self.pictures.get(text, text) if self.pictures and _PICTURE.match(name) else text

    def _tell(self, row: TableRow, name: str, written: str, value: Any) -> None:
        head = self.columns.head(name)
        if self.update and name not in NEWS:
            self.left[head] = None
        elif any(
            own == head or (kind in _NAMELESS and _NAMELESS[kind].match(name))
            for kind, own in self.told.get(row.line, ())
        ):
            return
        elif not written:
            present = "yes" if value is True else value
            self.cells.remark(row.line, head, "table_left_empty", present=present)
        elif value is None or value is False:
            self.cells.remark(row.line, head, "table_left_none", written=written)
        else:
            self.cells.remark(row.line, head, "table_left", written=written, present=value)

    def _tell_id(self, row: TableRow, name: str, present: str) -> None:
        head, written = self.columns.head(name), self._text(row, name)
        self.cells.remark(row.line, head, "table_left_id", written=written, present=present)


def _ids_by_sku(product: Data, sku: Any) -> tuple[str, ...]:
    """Return the choices of the listed variant that has a number; none where there is none."""
    options = [str(one.get("id")) for _, one in objects(product.get("options"))]
    for _, one in objects(product.get("variants")) if sku else ():
        if one.get("sku") == sku:
            return tuple(one["options"][option] for option in options)
    return ()


def _values(name: str, tag: str, kept: RowCells, category: Data) -> Iterator[Any]:
    """Yield what the file says of what a column tells, a column without a language in each."""
    if name == "category":
        yield category.get("id")
        yield from _wordings(category.get("name")).values()
        return
    several = _SEVERAL.match(name)
    for (own, language), one in kept.items():
        other = _SEVERAL.match(own)
        same = own == name if several is None else other is not None and other[1] == several[1]
        if same and (not tag or language == tag) and one is not None and one is not False:
            yield one


def _wordings(text: Any) -> dict[str, str]:
    """Return a text of the file by its languages."""
    return text if isinstance(text, dict) else {} if text is None else {"": str(text)}
