"""WooCommerce's table of products to goods.

Its header is translated into the site's language, but its columns always stand in one order
(`class-wc-product-csv-exporter.php`): four with a unit in brackets, weight to height, tell where
they are, in any language. A table of chosen columns is read by their English names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from bot.moving_in.cells import Cells
from bot.moving_in.columns import Columns, found
from bot.moving_in.goods import PRODUCT, ImportedGoods, Item, VariantRow, choices
from bot.moving_in.table import Table, TableRow
from bot.moving_in.vendor import Vendor

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id",),
    "type": ("type",),
    "sku": ("sku",),
    "barcode": ("gtin, upc, ean, or isbn",),
    "name": ("name",),
    "published": ("published",),
    "visibility": ("visibility in catalog",),
    "short": ("short description",),
    "description": ("description",),
    "sale_from": ("date sale price starts",),
    "sale_until": ("date sale price ends",),
    "in_stock": ("in stock?",),
    "stock": ("stock",),
    "backorders": ("backorders allowed?",),
    "weight": ("weight",),
    "sale": ("sale price",),
    "price": ("regular price",),
    "categories": ("categories",),
    "photos": ("images",),
    "parent": ("parent",),
    "position": ("position",),
}
#: Where columns stand beside the weight's, in every language.
_BESIDE: Final[Mapping[str, int]] = {
    "name": -15, "published": -14, "visibility": -12, "short": -11, "description": -10,
    "sale_from": -9, "sale_until": -8, "in_stock": -5, "stock": -4, "backorders": -2, "weight": 0,
    "sale": 6, "price": 7, "categories": 8, "photos": 11, "parent": 14, "position": 20,
}  # fmt: skip
_FIRST: Final[Mapping[str, int]] = {"id": 0, "type": 1, "sku": 2}
_NAME_WITH_BARCODE: Final = 4
_UNIT: Final = re.compile(r"[^()]+\(([^()\s]{1,5})\)\Z")
_SIDES: Final = 4
_TYPES: Final = frozenset(["simple", "variable", "variation", "grouped", "external"])
_ATTRIBUTE: Final = re.compile(r"[0-9]{1,2}(?![0-9])")
_SETTLED: Final = frozenset(["Position", "Is featured?", "Tax status"])
_BY_ID: Final = re.compile(r"id:\s*([0-9]+)\Z")
#: Commas inside of a category's or a value's name are written so.
_COMMA: Final = re.compile(r"(?<!\\),\s*")


def is_woocommerce(table: Table) -> bool:
    """Return whether a table comes from WooCommerce, in whatever language its header is."""
    named = table.named()
    if {"type", "regular price"} <= named.keys():
        return True
    types = {kind.strip() for row in table.rows for kind in row[1].casefold().split(",")}
    return _weight_at(table) is not None and bool(types & _TYPES)


def read_woocommerce(table: Table, cells: Cells) -> ImportedGoods:
    """Return the goods of WooCommerce's table. Arguments as `read_shopify`."""
    return _Reading(table, cells).goods()


def _weight_at(table: Table) -> int | None:
    """Return where the weight stands: the first of four columns with a unit in brackets."""
    units = [_UNIT.match(name) is not None for name in table.header]
    starts = range(len(units) - _SIDES + 1)
    return next((at for at in starts if all(units[at : at + _SIDES])), None)


def _places(table: Table) -> dict[str, int]:
    named = found(table, _NAMES)
    at = _weight_at(table)
    if at is None:
        starts = [name.casefold().startswith("weight (") for name in table.header]
        return named | ({"weight": starts.index(True)} if True in starts else {})
    places = {name: at + beside for name, beside in _BESIDE.items()} | dict(_FIRST)
    if at + _BESIDE["name"] == _NAME_WITH_BARCODE:
        places["barcode"] = _NAME_WITH_BARCODE - 1
    if at + _BESIDE["name"] < len(_FIRST):  # a table of chosen columns
        return named | {"weight": at}
    return {name: place for name, place in places.items() if place < len(table.header)}


@dataclass(frozen=True, slots=True)
class _Attribute:
    """The columns of an attribute's name and its values."""

    name: int
    value: int


def _attributes(table: Table) -> list[_Attribute]:
    """Return attributes in their order: columns that have one number, behind all others."""
    groups: dict[str, list[int]] = {}
    for place, name in enumerate(table.header):
        number = _ATTRIBUTE.search(name)
        if number and not name.casefold().startswith("meta:"):
            groups.setdefault(number[0], []).append(place)
    pairs = (places for places in groups.values() if len(places) > 1)
    return [_Attribute(first, second) for first, second, *_ in pairs]


class _Reading:
    def __init__(self, table: Table, cells: Cells) -> None:
        self._columns = Columns(table, _places(table))
        self._attributes = _attributes(table)
        self._cells = cells
        self._vendor = Vendor(cells)
        unit = _UNIT.match(self._columns.head("weight"))
        self._unit = unit[1] if unit else "kg"
        self._items: dict[str, Item] = {}
        self._by_id: dict[str, str] = {}
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
        self._vendor.goods.items = list(self._items.values())
        self._columns.tell_untaken(self._cells, self._settled())
        return self._vendor.finish()

    def _settled(self) -> Iterator[str]:
        yield from _SETTLED
        for name in self._columns.table.header:
            if _ATTRIBUTE.search(name) and not name.casefold().startswith("meta:"):
                yield name

    def _types(self, row: TableRow) -> set[str]:
        return {one.strip() for one in self._columns.of(row, "type").casefold().split(",")}

    def _cell(self, row: TableRow, name: str) -> tuple[int, str, str]:
        return row.line, self._columns.head(name), self._columns.of(row, name)

    def _product(self, row: TableRow) -> None:
        kinds, vendor = self._types(row), self._vendor
        handle = self._columns.of(row, "sku") or f"id:{self._columns.of(row, 'id')}"
        refused = kinds & {"grouped", "external", "downloadable"}
        if refused:
            word = refused.pop()
            self._cells.remark(row.line, self._columns.head("type"), "table_kind", word=word)
            return
        written = self._columns.of(row, "name")
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
        texts = [
            self._columns.of(row, one).replace("\\n", "\n") for one in ("description", "short")
        ]
        text = next(filter(None, texts), "")
        photos = _COMMA.split(self._columns.of(row, "photos"))
        pictures = (vendor.picture(row.line, self._columns.head("photos"), one) for one in photos)
        keys: dict[str, Any] = {
            "id": vendor.id_of(self._handle(written, handle)),
            "category": vendor.category([one.replace("\\,", ",") for one in categories]),
            "name": vendor.name(row.line, self._columns.head("name"), written),
            "description": vendor.description(row.line, self._columns.head("description"), text),
            "photos": list(filter(None, pictures)),
            "hidden": hidden,
        }  # fmt: skip
        item = Item(row.line, {key: one for key, one in keys.items() if one is not None})
        self._items[handle] = item
        self._by_id[self._columns.of(row, "id")] = handle
        if "variable" in kinds:
            count = self._cells.count(*self._cell(row, "stock"))
            if count is not None:
                self._stock[handle] = max(count, 0)
            self._weights[item.id] = self._weight(row)
        else:
            sold = self._keys(row, item)
            if sold is not None:
                item.rows.append(VariantRow(row.line, (), sold))

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
        named = []
        for pair in self._attributes:
            name, value = row[pair.name], row[pair.value].replace("\\,", ",")
            if name and value:
                named.append((self._vendor.name(row.line, "", name),
                              self._vendor.name(row.line, "", value)))  # fmt: skip
            elif name:
                self._cells.remark(row.line, self._columns.table.header[pair.value], "table_any",
                                   name=name)  # fmt: skip
                return
        keys = self._keys(row, item)
        if keys is None or not named:
            return
        chosen = choices(named)
        options = tuple(option for option, _ in chosen)
        if item.options and [one.id for one in options] != [one.id for one in item.options]:
            self._cells.remark(row.line, "", "table_choices", id=item.id)
            return
        item.options = options
        if self._columns.of(row, "published") not in {"", "1"}:
            keys["hidden"] = True
        pictures = filter(None, _COMMA.split(self._columns.of(row, "photos")))
        photo = self._vendor.picture(row.line, self._columns.head("photos"), next(pictures, ""))
        if photo:
            keys["photo"] = photo
        one = VariantRow(row.line, tuple(value for _, value in chosen), keys)
        if "stock" not in keys and handle in self._stock:
            one.shared, one.keys["stock"] = PRODUCT, self._stock[handle]
        item.rows.append(one)

    def _keys(self, row: TableRow, item: Item) -> dict[str, Any] | None:
        """Return what is sold of a row; None where it has no price."""
        cells = self._cells
        regular, sale = (cells.amount(*self._cell(row, one)) for one in ("price", "sale"))
        price = regular or sale
        if price is None or not Decimal(price):
            if not self._columns.of(row, "price") or price is not None:
                kind = "table_no_price" if price is None else "table_free"
                cells.remark(row.line, self._columns.head("price"), kind, id=item.id)
            return None
        dates = {key: cells.day(*self._cell(row, f"sale_{key}")) for key in ("from", "until")}
        dated = {key: one for key, one in dates.items() if one}
        if sale and Decimal(sale) >= Decimal(price):
            sale = None
        if sale and dated and not item.rows and "variation" not in self._types(row):
            item.keys["sale"] = {"price": sale, **dated}
            keys: dict[str, Any] = {"price": price}
        elif sale and dated:
            cells.remark(row.line, self._columns.head("sale"), "table_sale", id=item.id)
            keys = {"price": price}
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
