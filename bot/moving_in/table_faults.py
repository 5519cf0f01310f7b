"""Faults of the file that came of a table, told at the lines of the table.

Whoever sent the table has that before them, and not the text that would have come of it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from bot.catalog_file.parse import Data, inside
from bot.moving_in.goods import ImportedGoods, Item
from bot.moving_in.merging_choices import as_named
from bot.ports.catalog import CatalogFaultsError, Fault

_PLACE: Final = re.compile(
    r"(?P<list>products|categories)\[(?P<at>\d+)\]"
    r"(?:\.variants\[(?P<variant>\d+)\]|\.options\[(?P<option>\d+)\]\.values\[(?P<value>\d+)\])?"
)


def at_table_lines(
    error: CatalogFaultsError, file: str, goods: ImportedGoods, data: Any
) -> CatalogFaultsError:
    """Return the faults of what a table tells of, at its lines; as they are where there are none.

    Args:
        error: What is wrong with the file that came of the table.
        file: The table's name.
        goods: What the table tells of.
        data: What the file says.
    """
    items = {one.present or one.id: one for one in goods.items}
    placed = [
        replace(one, line=line, column=1, field=one.within or one.field)
        for one in error.faults
        if (line := _line(one, items, goods, data))
    ]
    if not placed:
        return error
    return CatalogFaultsError(file, tuple(sorted(placed, key=lambda one: one.line)))


def _line(one: Fault, items: dict[str, Item], goods: ImportedGoods, data: Any) -> int | None:
    found = _PLACE.match(one.field)
    entry = inside(data, (found["list"], int(found["at"]))) if found else None
    if found is None or not isinstance(entry, dict):
        return None
    if found["list"] == "categories":
        within = (one for one in goods.items if one.keys.get("category") == entry.get("id"))
        return next((item.line for item in within), None)
    item = items.get(str(entry.get("id")))
    if item is None:
        return None
    chosen = _chosen(found, entry)
    named = as_named(item, entry) if item.options and entry.get("options") else None
    rows = zip(item.rows, (named or item).rows, strict=True)
    lines = (row.line for row, mine in rows if chosen and chosen <= set(mine.ids))
    return next(lines, item.line)


def _chosen(found: re.Match[str], product: Data) -> set[str]:
    """Return the ids of the values that a fault is about; none where it is the product's."""
    if found["variant"]:
        options = inside(product, ("variants", int(found["variant"]), "options"))
        return set(map(str, options.values())) if isinstance(options, dict) else set()
    if found["value"]:
        spot = ("options", int(found["option"]), "values", int(found["value"]), "id")
        return {str(inside(product, spot))}
    return set()
