"""A feed as Google's Merchant Center takes it to goods.

Variants are rows of one ``item_group_id``; there is no number of stock in it, only a word (Google's
page "Product data specification").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from itertools import takewhile
from typing import Any, Final

from bot.catalog_file.fields import DETAIL_LENGTH
from bot.domain.amounts import bare
from bot.moving_in.cells import Cells
from bot.moving_in.columns import Columns, found
from bot.moving_in.goods import ImportedGoods, Item, VariantRow
from bot.moving_in.table import Table, TableRow
from bot.moving_in.vendor import Vendor

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id",),
    "title": ("title",),
    "description": ("description",),
    "photo": ("image link",),
    "photos": ("additional image link",),
    "availability": ("availability",),
    "price": ("price",),
    "sale": ("sale price",),
    "sale_dates": ("sale price effective date",),
    "type": ("product type",),
    "category": ("google product category",),
    "brand": ("brand",),
    "barcode": ("gtin",),
    "sku": ("mpn",),
    "group": ("item group id",),
    "weight": ("shipping weight", "product weight"),
    "color": ("color", "colour"),
    "size": ("size",),
    "material": ("material",),
    "pattern": ("pattern",),
}
_OPTIONS: Final = ("size", "color", "material", "pattern")
#: What a product has once, however many variants it has.
_OF_GROUPS: Final = ("description", "brand", "type", "category", "photos")
_SETTLED: Final = ("link", "condition", "availability_date", "identifier_exists", "adult")
_CURRENCY: Final = re.compile(r"\A\s*([A-Za-z]{3})\b|\b([A-Za-z]{3})\s*\Z")


def is_google(table: Table) -> bool:
    """Return whether a table is a feed of Google's."""
    there = table.named()
    return {"id", "title", "price"} <= there.keys() and bool(
        there.keys() & {"image link", "availability", "item group id", "link"}
    )


def currency_of(table: Table) -> str | None:
    """Return the currency of a feed's prices: that of the first that names one."""
    columns = Columns(table, found(table, _NAMES))
    for row in table.rows:
        named = _CURRENCY.search(columns.of(row, "price"))
        if named:
            return str(named[1] or named[2]).casefold()
    return None


def read_google(table: Table, cells: Cells) -> ImportedGoods:
    """Return the goods of a feed. Arguments as `read_shopify`."""
    columns = Columns(table, found(table, _NAMES))
    vendor = Vendor(cells)
    owned = ((columns.of(row, "group") or columns.of(row, "id"), row) for row in table.rows)
    vendor.take(owned, partial(_item, vendor, columns))
    columns.tell_untaken(cells, _SETTLED)
    return vendor.finish()


def _item(vendor: Vendor, columns: Columns, own: str, rows: list[TableRow]) -> Item | None:
    first, cells = rows[0], vendor.cells
    line = first.line
    if not columns.of(first, "title"):
        cells.remark(line, columns.head("title"), "table_no_name", id=own)
        return None
    pictures = [columns.of(first, "photo"), *re.split(r"\s*,\s*", columns.of(first, "photos"))]
    photos = [vendor.picture(line, columns.head("photo"), one) for one in pictures]
    keys: dict[str, Any] = {
        "id": vendor.id_of(own),
        "category": vendor.category([columns.first(first, "type", "category")]),
        "name": vendor.name(line, columns.head("title"), _title(columns, rows)),
        "description": vendor.description(
            line, columns.head("description"), columns.of(first, "description")
        ),
        "brand": vendor.name(line, columns.head("brand"), columns.of(first, "brand")) or None,
        "photos": list(dict.fromkeys(filter(None, photos))),
    }
    names = [one for one in _OPTIONS if len({columns.of(row, one) for row in rows}) > 1]
    details = [_detail(vendor, columns, first, one) for one in _OPTIONS if one not in names]
    keys["details"] = list(filter(None, details)) or None
    item = Item(line, {key: one for key, one in keys.items() if one is not None})
    for row in rows[1:]:  # of a group, the first row's are taken
        others = [one for one in _OF_GROUPS if columns.of(row, one) != columns.of(first, one)]
        columns.tell_left(cells, row, *others)
    for row in rows:
        sold = _keys(vendor, columns, row, item)
        if sold is None:
            continue
        values = [(columns.head(one).capitalize(), columns.of(row, one) or "–") for one in names]
        if len(rows) > 1 and not values:
            values = [(columns.head("title").capitalize(), columns.of(row, "title"))]
        named = [
            (vendor.name(row.line, "", option), vendor.name(row.line, "", value))
            for option, value in values
        ]
        chosen = vendor.chosen(item, row.line, named)
        if chosen is None:
            continue
        photo = vendor.picture(row.line, columns.head("photo"), columns.of(row, "photo"))
        if chosen and photo and photo not in item.keys.get("photos", ())[:1]:
            sold["photo"] = photo
        number = columns.of(row, "id")
        there = "stock" not in sold and bool(columns.of(row, "availability"))
        item.rows.append(VariantRow(row.line, chosen, sold, available=there, number=number))
    return item


def _detail(vendor: Vendor, columns: Columns, row: TableRow, name: str) -> dict[str, str] | None:
    """Return as a detail what is the same for all that there is to choose."""
    head, written = columns.head(name), columns.of(row, name)
    text = vendor.name(row.line, head, written, DETAIL_LENGTH)
    return {"label": head.capitalize(), "text": text} if text else None


def _title(columns: Columns, rows: list[TableRow]) -> str:
    """Return the words that the titles of a group begin with, or the first of the titles."""
    titles = [columns.of(row, "title") for row in rows]
    words = zip(*(one.split() for one in titles), strict=False)
    common = [one[0] for one in takewhile(lambda same: len(set(same)) == 1, words)]
    return " ".join(common).rstrip(" ,-–—|/(") or titles[0]


def _keys(vendor: Vendor, columns: Columns, row: TableRow, item: Item) -> dict[str, Any] | None:
    line, cells = row.line, vendor.cells
    regular, sale = (_amount(cells, columns, row, one) for one in ("price", "sale"))
    if regular is None or not Decimal(regular) or (sale and not Decimal(sale)):
        if not columns.of(row, "price") or regular is not None:
            kind = "table_no_price" if regular is None else "table_free"
            cells.remark(line, columns.head("price"), kind, id=item.id)
        return None
    if sale and Decimal(sale) >= Decimal(regular):
        sale = None
    dates = columns.of(row, "sale_dates")
    if sale and dates:
        said = zip(("from", "until"), dates.split("/"), strict=False)
        head = columns.head("sale_dates")
        days = {key: cells.day(line, head, one, ends=key == "until") for key, one in said}
        own = {"price": sale} | {key: one for key, one in days.items() if one}
        vendor.sale(line, head, own)
        keys: dict[str, Any] = {"price": regular}
    else:
        known = "sale" in columns
        keys = vendor.prices(sale or regular, regular if sale else None, known=known)
    number = "sku" if columns.of(row, "sku") or not columns.of(row, "group") else "id"
    told = {
        "sku": cells.code(line, columns.head(number), columns.of(row, number)),
        "barcode": cells.code(line, columns.head("barcode"), columns.of(row, "barcode")),
        "weight": cells.grams(line, columns.head("weight"), columns.of(row, "weight"), "kg"),
    }
    keys |= {key: one for key, one in told.items() if one is not None}
    available = columns.of(row, "availability").casefold().replace("_", " ")
    if available and available != "in stock":
        if available != "out of stock":
            cells.remark(line, columns.head("availability"), "table_awaited", word=available)
        keys["stock"] = 0
    return keys


def _amount(cells: Cells, columns: Columns, row: TableRow, name: str) -> str | None:
    written = columns.of(row, name)
    named = _CURRENCY.search(written)
    code = str(named[1] or named[2]) if named else ""
    if code and code.casefold() != cells.currency:
        cells.fault(
            row.line, columns.head(name), "table_currency",
            written=code.upper(), currency=cells.currency.upper(),
        )  # fmt: skip
        return None
    return cells.amount(row.line, columns.head(name), bare(written) if named else written)
