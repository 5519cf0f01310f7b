"""WooCommerce's table of products to goods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from bot.catalog_file.fields import DETAIL_LABEL_LENGTH, DETAIL_LENGTH
from bot.catalog_file.shape import MOST_DETAILS
from bot.moving_in.cells import Cells
from bot.moving_in.columns import Columns
from bot.moving_in.goods import PRODUCT, ImportedGoods, Item, VariantRow
from bot.moving_in.plain import one_line
from bot.moving_in.table import Table, TableRow
from bot.moving_in.vendor import Vendor
from bot.moving_in.woocommerce_columns import UNIT, attributes, named, places, weight_at

_TYPES: Final = frozenset(["simple", "variable", "variation", "grouped", "external"])
_SETTLED: Final = frozenset(["Position"])
_BY_ID: Final = re.compile(r"id:\s*([0-9]+)\Z")
#: Commas inside of a category's or a value's name are written so.
_COMMA: Final = re.compile(r"(?<!\\),\s*")


def is_woocommerce(table: Table) -> bool:
    """Return whether a table comes from WooCommerce, in whatever language its header is."""
    if {"type", "price"} <= named(table).keys():
        return True
    types = {kind.strip() for row in table.rows for kind in row[1].casefold().split(",")}
    return weight_at(table) is not None and bool(types & _TYPES)


def read_woocommerce(table: Table, cells: Cells) -> ImportedGoods:
    """Return the goods of WooCommerce's table. Arguments as `read_shopify`."""
    return _Reading(table, cells).goods()


class _Reading:
    def __init__(self, table: Table, cells: Cells) -> None:
        self._columns = Columns(table, places(table))
        self._attributes = attributes(table)
        self._cells = cells
        self._vendor = Vendor(cells)
        unit = UNIT.match(self._columns.head("weight"))
        self._unit = unit[1] if unit else "kg"
        self._items: dict[str, Item] = {}
        self._by_id: dict[str, str] = {}
        self._rows: dict[str, TableRow] = {}
        self._names: set[str] = set()
        self._stock: dict[str, int] = {}
        self._weights: dict[str, int | None] = {}

    def goods(self) -> ImportedGoods:
        rows = self._columns.table.rows
        for row in rows:
            if "variation" not in self._types(row):
                self._product(row)
        for row in rows:
            if "variation" in self._types(row):
                self._variation(row)
        for handle, item in self._items.items():
            self._describe(item, self._rows[handle])
        self._vendor.goods.items = list(self._items.values())
        self._columns.tell_untaken(self._cells, self._settled())
        return self._vendor.finish()

    def _settled(self) -> Iterator[str]:
        yield from _SETTLED
        for one in self._attributes:
            yield from (self._columns.table.header[place] for place in one.places)

    def _types(self, row: TableRow) -> set[str]:
        return {one.strip() for one in self._columns.of(row, "type").casefold().split(",")}

    def _cell(self, row: TableRow, name: str) -> tuple[int, str, str]:
        return row.line, self._columns.head(name), self._columns.of(row, name)

    def _product(self, row: TableRow) -> None:
        kinds, vendor = self._types(row), self._vendor
        number = self._columns.of(row, "id") or f"line {row.line}"  # made by hand, without one
        handle = self._columns.of(row, "sku") or f"id:{number}"
        written = self._columns.of(row, "name")
        refused = kinds & {"grouped", "external", "downloadable"}
        if refused:
            told = {"word": min(refused), "name": written or handle}
            self._cells.remark(row.line, self._columns.head("type"), "table_kind", **told)
            return
        if not written:
            self._cells.remark(row.line, self._columns.head("name"), "table_no_name", id=handle)
            return
        hidden = (
            self._columns.of(row, "published") not in {"", "1"}
            or self._columns.of(row, "visibility").casefold() == "hidden"
        )
        categories = _COMMA.split(self._columns.of(row, "categories"))
        if len(categories) > 1:
            self._cells.remark(row.line, self._columns.head("categories"), "table_categories")
        text = self._columns.first(row, "description", "short").replace("\\n", "\n")
        photos = _COMMA.split(self._columns.of(row, "photos"))
        pictures = (vendor.picture(row.line, self._columns.head("photos"), one) for one in photos)
        keys: dict[str, Any] = {
            "id": vendor.id_of(self._handle(written, handle)),
            "category": vendor.category([one.replace("\\,", ",") for one in categories]),
            "name": vendor.name(row.line, self._columns.head("name"), written),
            "description": vendor.description(row.line, self._columns.head("description"), text),
            "brand": vendor.name(*self._cell(row, "brand")) or None,
            "photos": list(filter(None, pictures)),
            "hidden": hidden,
            "max_per_order": 1 if self._columns.of(row, "alone") == "1" else None,
        }  # fmt: skip
        item = Item(row.line, {key: one for key, one in keys.items() if one is not None})
        self._items[handle], self._rows[handle] = item, row
        self._by_id[self._columns.of(row, "id")] = handle
        if "variable" in kinds:
            count = self._cells.count(*self._cell(row, "stock"))
            if count is not None:
                self._stock[handle] = max(count, 0)
            self._weights[item.id] = self._weight(row)
            self._columns.tell_left(self._cells, row, "sku", "barcode")
        else:
            sold = self._keys(row, item)
            if sold is not None:
                there = self._is_available(row, sold)
                item.rows.append(VariantRow(row.line, (), sold, available=there))

    def _describe(self, item: Item, row: TableRow) -> None:
        """Make details of the attributes that customers are shown and that nobody chooses by."""
        chosen = {one.name for one in item.options}
        details: list[dict[str, str]] = []
        left: list[str] = []
        for one in self._attributes:
            head = self._columns.table.header[one.name]
            name, values = one_line(row[one.name]), filter(None, _COMMA.split(row[one.value]))
            text = ", ".join(value.replace("\\,", ",") for value in values)
            if not text or name in chosen:
                continue
            if row[one.shown] == "0" or len(details) == MOST_DETAILS:
                left.append(name)
                continue
            short = self._vendor.name
            label = short(row.line, head, name, DETAIL_LABEL_LENGTH)
            details.append({"label": label, "text": short(row.line, head, text, DETAIL_LENGTH)})
        if left:
            self._cells.untaken(row.line, left)
        if details:
            item.keys["details"] = details

    def _handle(self, name: str, number: str) -> str:
        """Return what a product's id is made of: its name, and its number where that is taken."""
        is_taken = name in self._names
        self._names.add(name)
        return f"{name} {number}" if is_taken else name

    def _variation(self, row: TableRow) -> None:
        parent = self._columns.of(row, "parent")
        numbered = _BY_ID.match(parent)
        handle = self._by_id.get(numbered[1], "") if numbered else parent
        item = self._items.get(handle)
        if item is None:
            self._cells.remark(row.line, self._columns.head("parent"), "table_parent", id=parent)
            return
        chosen_by = []
        for pair in self._attributes:
            name, value = row[pair.name], row[pair.value].replace("\\,", ",")
            if name and value:
                chosen_by.append((self._vendor.name(row.line, "", name),
                              self._vendor.name(row.line, "", value)))  # fmt: skip
            elif name:
                self._cells.remark(row.line, self._columns.table.header[pair.value], "table_any",
                                   name=name)  # fmt: skip
                return
        keys = self._keys(row, item)
        if keys is None:
            return
        chosen = self._vendor.chosen(item, row.line, chosen_by)
        if chosen is None:
            return
        if self._columns.of(row, "published") not in {"", "1"}:
            keys["hidden"] = True
        pictures = [*filter(None, _COMMA.split(self._columns.of(row, "photos"))), ""]
        photo = self._vendor.picture(row.line, self._columns.head("photos"), pictures[0])
        more = ["photos"] if len(pictures) > 2 else []  # noqa: PLR2004 - one, and none
        self._columns.tell_left(self._cells, row, "description", "short", *more)
        if photo:
            keys["photo"] = photo
        there = self._is_available(row, keys)
        one = VariantRow(row.line, chosen, keys, available=there)
        if "stock" not in keys and handle in self._stock:
            one.shared, one.keys["stock"] = PRODUCT, self._stock[handle]
        item.rows.append(one)

    def _keys(self, row: TableRow, item: Item) -> dict[str, Any] | None:
        """Return what is sold of a row; None where it has no price."""
        cells = self._cells
        regular, sale = (cells.amount(*self._cell(row, one)) for one in ("price", "sale"))
        price = regular or sale
        if price is None or not Decimal(price) or (sale and not Decimal(sale)):
            if not self._columns.of(row, "price") or price is not None:
                kind = "table_no_price" if price is None else "table_free"
                cells.remark(row.line, self._columns.head("price"), kind, id=item.id)
            return None
        dates = {
            key: cells.day(*self._cell(row, f"sale_{key}"), ends=key == "until")
            for key in ("from", "until")
        }
        dated = {key: one for key, one in dates.items() if one}
        if sale and Decimal(sale) >= Decimal(price):
            sale = None
        if sale and dated:
            self._vendor.sale(row.line, self._columns.head("sale"), {"price": sale, **dated})
            keys: dict[str, Any] = {"price": price}
        else:
            known = "sale" in self._columns
            keys = self._vendor.prices(sale or price, price if sale else None, known=known)
        told = {
            "sku": cells.code(*self._cell(row, "sku")),
            "barcode": cells.code(*self._cell(row, "barcode")),
            "weight": self._weight(row) or self._weights.get(item.id),
        }
        return keys | {key: one for key, one in told.items() if one is not None} | self._count(row)

    def _weight(self, row: TableRow) -> int | None:
        return self._cells.grams(*self._cell(row, "weight"), self._unit)

    def _count(self, row: TableRow) -> dict[str, int | None]:
        written = self._columns.of(row, "stock")
        if self._columns.of(row, "backorders").casefold() in {"1", "notify", "yes"}:
            self._cells.remark(row.line, self._columns.head("backorders"), "table_oversold")
            return {"stock": None}
        if written.casefold() == "parent":
            return {}
        count = self._cells.count(*self._cell(row, "stock"))
        if count is not None:
            return {"stock": max(count, 0)}
        return {"stock": 0} if self._columns.of(row, "in_stock") == "0" else {}

    def _is_available(self, row: TableRow, keys: dict[str, Any]) -> bool:
        """Return whether it is in stock there, without a number."""
        counted = self._columns.of(row, "stock") or "stock" in keys
        return not counted and self._columns.of(row, "in_stock") == "1"
