"""What the rows of one product tell together: its sale, the sku that they share, their counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.moving_in.cells import Cells
from bot.moving_in.entries import base_price, carrier
from bot.moving_in.goods import PRODUCT, Item, VariantRow
from bot.moving_in.sheet_columns import SheetColumns


def settle_rows(item: Item, columns: SheetColumns, cells: Cells) -> None:
    """Settle what is the product's and what its rows' own; note what cannot be both."""
    if any(row.on_sale for row in item.rows):
        _settle_sale(item, columns, cells)
    else:
        for row in item.rows:
            row.on_sale = None
    if item.simple:
        _check_simple(item, columns, cells)
    else:
        _share_sku(item)
        _check_counts([row for row in item.rows if row.shared == PRODUCT], columns, cells)


def _settle_sale(item: Item, columns: SheetColumns, cells: Cells) -> None:
    """Note rows whose price is not the one that the sale lowers: a product has one."""
    if "price" not in columns:
        return
    price = base_price(item)
    for row in item.rows:
        if row.on_sale and row.keys["price"] != price:
            cells.remark(row.line, columns.head("sale_price"), "table_sale", id=item.id)
            row.on_sale = False


def _share_sku(item: Item) -> None:
    """Make a sku that several rows have the product's."""
    skus = Counter(row.keys.get("sku") for row in item.rows)
    sku, count = skus.most_common(1)[0] if skus else (None, 0)
    if item.options and count > 1 and None not in skus:
        item.keys["sku"] = sku
        for row in item.rows:
            row.keys["sku"] = None if row.keys["sku"] == sku else row.keys["sku"]


def _check_simple(item: Item, columns: SheetColumns, cells: Cells) -> None:
    """Note prices and counts that options with values of their own cannot have."""
    for key in ("price", "photo"):
        if len({row.keys.get(key) for row in item.rows}) > 1 and carrier(item, key) is None:
            cells.fault(item.line, columns.head(key), "table_options_price")
    for row in item.rows:
        row.shared = row.shared or PRODUCT
    if "shared_stock" in columns:  # else they share as the file has it
        _check_counts(item.rows, columns, cells)


def _check_counts(rows: Sequence[VariantRow], columns: SheetColumns, cells: Cells) -> None:
    """Note counts of rows that share one and disagree."""
    counts: dict[str, Any] = {}
    for row in rows:
        count = row.keys.get("stock")
        if counts.setdefault(row.shared, count) != count:
            first, second = str(counts[row.shared] or ""), str(count or "")
            cells.fault(
                row.line, columns.head("stock"), "table_disagree", first=first, second=second
            )
