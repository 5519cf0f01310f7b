"""Our own table to goods: a row a variant, in whatever order a spreadsheet left the rows.

What is the product's own may stand in any of its rows; an empty cell takes away what our file has,
and a column that is not there says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from bot.catalog_file.fields import CATEGORY_ID_LENGTH, Words
from bot.catalog_file.moments import PATTERN as MOMENT
from bot.catalog_file.shape import MOST_OPTIONS
from bot.moving_in.cells import Cells
from bot.moving_in.goods import Choice, ImportedGoods, Item, VariantRow, choices, is_id
from bot.moving_in.sheet_columns import SheetColumns
from bot.moving_in.sheet_rows import settle_rows
from bot.moving_in.table import Table, TableRow
from bot.moving_in.vendor import Vendor

_YES_OR_NO: Final = ("hidden", "new")
_COUNTS: Final = ("min_per_order", "max_per_order")
_TEXTS: Final = ("brand", "tax_code")


def read_sheet(table: Table, cells: Cells) -> ImportedGoods:
    """Return the goods of our own table."""
    return _Sheet(table, cells).goods()


class _Sheet:
    def __init__(self, table: Table, cells: Cells) -> None:
        self._columns = columns = SheetColumns(table)
        details = columns.count("detail_label", "detail")
        self._many = {"photos": columns.count("photo"), "details": details}
        self._cells = cells
        self._vendor = Vendor(cells)

    def goods(self) -> ImportedGoods:
        self._vendor.take(self._owned(), self._item)
        if left := self._columns.untaken():
            self._cells.untaken(self._columns.table.line, left)
        return self._vendor.finish()

    def _owned(self) -> Iterator[tuple[str, TableRow]]:
        for row in self._columns.table.rows:
            if own := self._own_of(row):
                yield own, row
            else:
                self._cells.remark(row.line, self._columns.head("name"), "table_no_name", id="")

    def _own_of(self, row: TableRow) -> str:
        """Return what tells whose row it is."""
        columns = self._columns
        own = next(filter(None, (columns.text(row, one) for one in ("id", "name", "sku"))), "")
        return own or columns.text(row, "name", next(iter(columns.languages.get("name", ())), ""))

    def _item(self, own: str, rows: Sequence[TableRow]) -> Item:
        columns = self._columns
        item = Item(rows[0].line, self._keys(own, rows), renames=True)
        item.columns = {key: count for key, count in self._many.items() if count}
        simple = self._own(rows, "simple_options")
        item.simple = self._cells.yes(item.line, columns.head("simple_options"), simple)
        options: dict[int, Choice] = {}
        for n in range(1, MOST_OPTIONS + 1):
            there = f"value{n}" in columns or f"value{n}_id" in columns
            if there and any(self._is_chosen(row, n) for row in rows):
                words = self._words(rows, f"option{n}")
                options[n] = Choice(self._own(rows, f"option{n}_id"), words)
        for row in rows:
            made = self._row(row, options)
            if made is not None:
                item.options, one = made
                item.rows.append(one)
        settle_rows(item, columns, self._cells)
        return item

    def _keys(self, own: str, rows: Sequence[TableRow]) -> dict[str, Any]:
        """Return what the table tells of a product itself."""
        columns, cells, line = self._columns, self._cells, rows[0].line
        ours = any(self._columns.text(row, "id") for row in rows)
        keys: dict[str, Any] = {"id": self._vendor.id_of(own, ours=ours)}
        category = self._own(rows, "category")
        words = self._words(rows, "category_name")
        if category or words:
            emoji = self._own(rows, "category_emoji")
            keys["category"] = self._category(line, category, words, emoji)
        if name := self._words(rows, "name"):
            keys["name"] = self._named(line, name)
        if "description" in columns:
            keys["description"] = self._words(rows, "description")
        read: Mapping[str, Callable[[int, str, str], Any]] = {
            **dict.fromkeys(_TEXTS, lambda _line, _head, written: written or None),
            **dict.fromkeys(_YES_OR_NO, cells.yes),
            **dict.fromkeys(_COUNTS, cells.count),
        }
        for key, reads in read.items():
            if key in columns:
                keys[key] = reads(line, columns.head(key), self._own(rows, key))
        if many := self._many["photos"]:
            photos = (self._own(rows, f"photo{n}") for n in range(1, many + 1))
            keys["photos"] = list(filter(None, photos)) or None
        if "sale_price" in columns:
            keys["sale"] = self._sale(line, rows)
        if self._many["details"]:
            keys["details"] = self._details(rows) or None
        return keys

    def _row(
        self, row: TableRow, options: Mapping[int, Choice]
    ) -> tuple[tuple[Choice, ...], VariantRow] | None:
        """Return the options of a row, and what is sold by it; None where it is not whole."""
        keys = self._sold(row, has_options=bool(options))
        if keys is None:
            return None
        words = {n: self._words([row], f"value{n}") for n in options}
        ids = {n: self._columns.text(row, f"value{n}_id") for n in options}
        if not all(words[n] or ids[n] for n in options):
            self._cells.fault(row.line, "", "table_choice_missing")
            return None
        names = [
            (_one(option.name) or f"option{n}", _one(words[n]) or ids[n])
            for n, option in options.items()
        ]
        derived = choices(names)
        made, values = [], []
        for (n, option), (by_name, value) in zip(options.items(), derived, strict=True):
            made.append(Choice(option.id or by_name.id, option.name))
            values.append(Choice(ids[n] or value.id, words[n]))
        shared = self._columns.text(row, "shared_stock")
        counted = not shared and "shared_stock" in self._columns and keys.get("stock") is not None
        on_sale = self._on_sale(row) if options else None
        one = VariantRow(row.line, tuple(values), keys, shared, counted, on_sale)
        return tuple(made), one

    def _sold(self, row: TableRow, *, has_options: bool) -> dict[str, Any] | None:
        """Return what a row tells of what is sold; None where its price is missing."""
        columns, cells, line = self._columns, self._cells, row.line

        def grams(line: int, head: str, written: str) -> int | None:
            return cells.grams(line, head, written, columns.unit)

        read: dict[str, Callable[[int, str, str], Any]] = {
            "price": cells.amount, "was": cells.amount, "stock": cells.count,
            "sku": cells.code, "barcode": cells.code, "weight": grams,
        }  # fmt: skip
        keys = {
            key: reads(line, columns.head(key), columns.of(row, key))
            for key, reads in read.items()
            if key in columns
        }
        if "price" in columns and keys["price"] is None:
            if not columns.of(row, "price"):
                cells.remark(line, columns.head("price"), "table_no_price", id=self._own_of(row))
            return None
        if "price" in columns and not Decimal(keys["price"]):
            cells.remark(line, columns.head("price"), "table_free", id=self._own_of(row))
            return None
        if has_options and "variant_photo" in columns:
            keys["photo"] = columns.text(row, "variant_photo") or None
        if has_options and "variant_hidden" in columns:
            head = columns.head("variant_hidden")
            keys["hidden"] = cells.yes(line, head, columns.of(row, "variant_hidden"))
        return keys

    def _is_chosen(self, row: TableRow, n: int) -> bool:
        return bool(self._words([row], f"value{n}") or self._columns.text(row, f"value{n}_id"))

    def _category(self, line: int, own: str, name: Words | None, emoji: str) -> str:
        """Return a category's id; the table may have that, or its name alone."""
        goods = self._vendor.goods
        known = own if is_id(own, CATEGORY_ID_LENGTH) else goods.category(own or _one(name))
        entry = goods.categories.setdefault(known, {"id": known, "called": own})
        if name is not None:
            entry |= {"name": name, "line": line}
        if emoji:
            entry["emoji"] = emoji
        return known

    def _sale(self, line: int, rows: Sequence[TableRow]) -> dict[str, str | None] | None:
        columns, cells = self._columns, self._cells
        rows = [row for row in rows if self._on_sale(row)] or rows
        price = cells.amount(line, columns.head("sale_price"), self._own(rows, "sale_price"))
        if price is None:
            return None
        sale: dict[str, str | None] = {"price": price}
        for key in ("from", "until"):
            if f"sale_{key}" not in columns:
                continue
            written = self._own(rows, f"sale_{key}")
            moment = cells.day(line, columns.head(f"sale_{key}"), written)
            # As the file writes it, midnight is no whole day.
            sale[key] = written if re.match(MOMENT, written, re.ASCII) else moment
        return sale

    def _on_sale(self, row: TableRow) -> bool | None:
        """Return whether a row has a sale, which costs less; None where it tells of none."""
        if not self._columns.of(row, "sale_price"):
            return None
        quiet = replace(self._cells, found=[])  # what is wrong with them is noted elsewhere
        sale, price = (
            quiet.amount(row.line, name, self._columns.of(row, name))
            for name in ("sale_price", "price")
        )
        return None if sale is None else price is None or Decimal(sale) < Decimal(price)

    def _named(self, line: int, words: Words) -> Words:
        """Return a name on one line, as long as ours may be."""
        if isinstance(words, str):
            text = re.sub(r"\s*\n\s*", " ", words)
            return self._vendor.short(line, self._columns.head("name"), text)
        return {tag: str(self._named(line, one)) for tag, one in words.items()}

    def _details(self, rows: Sequence[TableRow]) -> list[dict[str, Words]]:
        made = []
        for n in range(1, self._many["details"] + 1):
            label, text = (self._words(rows, f"{one}{n}") for one in ("detail_label", "detail"))
            if label and text:
                made.append({"label": label, "text": text})
        return made

    def _own(self, rows: Sequence[TableRow], name: str, tag: str = "") -> str:
        """Return what is the product's own, in whatever row of its rows it stands."""
        if (name, tag) not in self._columns.places:
            return ""
        told = {self._columns.text(row, name, tag): row.line for row in reversed(rows)}
        told.pop("", None)
        if len(told) > 1:
            (first, _), (second, line) = list(told.items())[::-1][:2]
            column = self._columns.head(name)
            self._cells.fault(line, column, "table_disagree", first=first, second=second)
        return list(told)[-1] if told else ""

    def _words(self, rows: Sequence[TableRow], name: str) -> Words | None:
        """Return a text, or one a language, empty where it has none; None: it says nothing."""
        told = {tag: self._own(rows, name, tag) for tag in self._columns.languages.get(name, ())}
        return told if any(told.values()) else self._own(rows, name) or None


def _one(words: Words | None) -> str:
    """Return a text in one of its languages."""
    if isinstance(words, dict):
        return next(filter(None, words.values()), "")
    return words or ""
