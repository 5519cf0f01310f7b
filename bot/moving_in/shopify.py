"""Shopify's table of products, in its present and its earlier form, to goods.

Rows of one handle are one product; a row may hold only a further variant, or only a picture
(Shopify's page "Using CSV files to import and export products").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Final

from bot.moving_in.cells import Cells
from bot.moving_in.columns import Columns, found
from bot.moving_in.goods import ImportedGoods, Item, VariantRow
from bot.moving_in.table import Table, TableRow
from bot.moving_in.vendor import NO_OPTION, Vendor

#: Our names for columns: the present name, then the earlier one.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "handle": ("url handle", "handle"),
    "title": ("title",),
    "description": ("description", "body (html)"),
    "vendor": ("vendor",),
    "category": ("product category",),
    "type": ("type",),
    "published": ("published on online store", "published"),
    "status": ("status",),
    "sku": ("sku", "variant sku"),
    "barcode": ("barcode", "variant barcode"),
    "price": ("price", "variant price"),
    "was": ("compare-at price", "variant compare at price"),
    "tracker": ("inventory tracker", "variant inventory tracker"),
    "stock": ("inventory quantity", "variant inventory qty"),
    "oversell": ("continue selling when out of stock", "variant inventory policy"),
    "weight": ("weight value (grams)", "variant grams"),
    "photo": ("product image url", "image src"),
    "variant_photo": ("variant image url", "variant image"),
    "gift_card": ("gift card",),
    **{f"option{n}": (f"option{n} name",) for n in (1, 2, 3)},
    **{f"value{n}": (f"option{n} value",) for n in (1, 2, 3)},
}
#: What says nothing that our file could hold, or says again what another column does.
_SETTLED: Final = (
    "Image position", "Variant Fulfillment Service", "Fulfillment service",
    "Weight unit for display", "Variant Weight Unit",
    *(f"Option{n} Linked To" for n in (1, 2, 3)),
)  # fmt: skip
_HIDDEN: Final = frozenset(["draft", "archived", "unlisted"])


def is_shopify(table: Table) -> bool:
    """Return whether a table has Shopify's header."""
    there = table.named()
    return "url handle" in there or ("handle" in there and "variant price" in there)


def read_shopify(table: Table, cells: Cells) -> ImportedGoods:
    """Return the goods of Shopify's table.

    Args:
        table: What was exported.
        cells: Reads cells and notes what is wrong.
    """
    columns = Columns(table, found(table, _NAMES))
    vendor = Vendor(cells)
    vendor.take(_owned(columns), partial(_item, vendor, columns))
    columns.tell_untaken(cells, _SETTLED)
    return vendor.finish()


def _owned(columns: Columns) -> Iterator[tuple[str, TableRow]]:
    """Yield each row after its product's handle; a row without one goes on with the last."""
    handle = ""
    for row in columns.table.rows:
        handle = columns.of(row, "handle") or handle
        yield handle, row


def _item(vendor: Vendor, columns: Columns, handle: str, rows: Sequence[TableRow]) -> Item | None:
    first = next((row for row in rows if columns.of(row, "title")), rows[0])
    line, cells = first.line, vendor.cells
    if not columns.of(first, "title"):
        cells.remark(line, columns.head("title"), "table_no_name", id=handle)
        return None
    if cells.yes(line, columns.head("gift_card"), columns.of(first, "gift_card")):
        cells.remark(line, columns.head("gift_card"), "table_gift_card", id=handle)
        return None
    photos = [
        vendor.picture(row.line, columns.head("photo"), columns.of(row, "photo")) for row in rows
    ]
    published = columns.of(first, "published")
    hidden = columns.of(first, "status").casefold() in _HIDDEN or (
        published != "" and not cells.yes(line, columns.head("published"), published)
    )
    keys: dict[str, Any] = {
        "id": vendor.id_of(handle),
        "category": vendor.category([columns.first(first, "type", "category")]),
        "name": vendor.name(line, columns.head("title"), columns.of(first, "title")),
        "description": vendor.description(
            line, columns.head("description"), columns.of(first, "description")
        ),
        "brand": vendor.name(line, columns.head("vendor"), columns.of(first, "vendor")) or None,
        "photos": list(dict.fromkeys(filter(None, photos))),
        "hidden": hidden,
    }
    options = [columns.of(first, f"option{n}") for n in (1, 2, 3)]
    item = Item(line, {key: one for key, one in keys.items() if one is not None})
    for row in rows:
        made = _row(vendor, columns, row, item, options)
        if made is not None:
            item.rows.append(made)
    return item


def _row(
    vendor: Vendor, columns: Columns, row: TableRow, item: Item, names: Sequence[str]
) -> VariantRow | None:
    cells, line = vendor.cells, row.line
    values = [columns.of(row, f"value{n}") for n in (1, 2, 3)]
    price = cells.amount(line, columns.head("price"), columns.of(row, "price"))
    if price is None or not Decimal(price):
        if any(values) and not columns.of(row, "price"):
            cells.remark(
                line, columns.head("price"), "table_no_price", id=columns.of(row, "handle")
            )
        elif price is not None:
            cells.remark(line, columns.head("price"), "table_free", id=columns.of(row, "handle"))
        return None
    named = [
        (vendor.name(line, "", name), vendor.name(line, "", value))
        for name, value in zip(names, values, strict=True)
        if name and value and (name.casefold(), value.casefold()) != NO_OPTION
    ]
    chosen = vendor.chosen(item, line, named)
    if chosen is None:
        return None
    was = cells.amount(line, columns.head("was"), columns.of(row, "was"))
    keys = vendor.prices(price, was, known="was" in columns)
    keys |= {
        "sku": cells.code(line, columns.head("sku"), columns.of(row, "sku")),
        "barcode": cells.code(line, columns.head("barcode"), columns.of(row, "barcode")),
        "weight": cells.grams(line, columns.head("weight"), columns.of(row, "weight"), "g"),
        "photo": vendor.picture(
            line, columns.head("variant_photo"), columns.of(row, "variant_photo")
        ),
    }
    if not chosen:
        del keys["photo"]
    return VariantRow(line, chosen, _told(keys, "was") | _stock(cells, columns, row))


def _stock(cells: Cells, columns: Columns, row: TableRow) -> dict[str, int | None]:
    """Return the count of a variant that Shopify counts."""
    line, written = row.line, columns.of(row, "stock")
    if "stock" not in columns or ("tracker" in columns and not columns.of(row, "tracker")):
        return {}
    oversell = columns.of(row, "oversell").casefold()
    if oversell in {"continue", "true"}:
        cells.remark(line, columns.head("oversell"), "table_oversold")
        return {"stock": None}
    count = cells.count(line, columns.head("stock"), written)
    if count is None and not written:
        cells.remark(line, columns.head("stock"), "table_uncounted")
    return {} if count is None else {"stock": max(count, 0)}


def _told(keys: Mapping[str, Any], *always: str) -> dict[str, Any]:
    """Return what a row says; a vendor's empty cell takes nothing of ours away."""
    return {key: one for key, one in keys.items() if one is not None or key in always}
