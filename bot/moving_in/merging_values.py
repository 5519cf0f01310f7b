"""Simple options of a product in the file, whose values have prices and stock, changed by rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any, Final

from bot.catalog_file.goods_rules import is_sale_unused
from bot.catalog_file.parse import Data, inside, objects
from bot.catalog_file.source import Path
from bot.moving_in.entries import shared_was
from bot.moving_in.goods import Item, VariantRow, by_value, values_of
from bot.moving_in.putting import FileEdits

#: What choices have of their product where they have none of their own.
_INHERITED: Final = frozenset(["was", "sku", "barcode", "weight"])
_TOLD: Final = ("was", "sku", "barcode", "weight", "photo")
#: What ``--update`` changes.
NEWS: Final = frozenset(["price", "was", "stock", "shared_stock"])
_UNTOLD: Final = object()


@dataclass(frozen=True, slots=True)
class ValueMerging:
    """Puts rows into a product whose options have values of their own. As `ChoiceMerging`."""

    file: FileEdits
    update: bool

    def take(self, path: Path, data: Data, item: Item) -> None:
        """Note the edits; what the values cannot hold is told and left."""
        there = [
            {value.get("id") for _, value in objects(option.get("values"))}
            for _, option in objects(data["options"])
        ]
        for row in item.rows:
            if any(own not in known for own, known in zip(row.ids, there, strict=True)):
                self.file.cells.remark(
                    row.line, "", "table_unknown", id=f"{item.id}: {'.'.join(row.ids)}"
                )
        rows = [
            row
            for row in item.rows
            if all(own in known for own, known in zip(row.ids, there, strict=True))
        ]
        item = replace(item, rows=rows)
        whole = len({row.ids for row in rows}) == prod(map(len, there))
        own = beside = self._of_product(item, data) if whole else {}
        before = len(self.file.edits)
        for key in ("price", "stock"):
            if rows and all(key in row.keys for row in rows):
                if not self._carried(path, data, item, key, beside):
                    del self.file.edits[before:]
                    refuse(self.file, item)
                    return
                beside = {}
        self.file.at(path).put_all(beside, item.line)
        if not self.update:
            self._pictured(path, data, item)
            named_values(self.file, path, item)
        if not item.renames:  # another shop's: no cell of it is looked for in the result
            self._tell_left(item, own)

    def _tell_left(self, item: Item, own: Mapping[str, Any]) -> None:
        """Tell what another shop's rows have that a product with simple options has not."""
        hangs = any(by_value(item, "photo", at) is not None for at in range(len(item.options)))
        taken = {*own, "photo"} if hangs else set(own)
        for row in item.rows:
            told = news(row, update=self.update)
            left = [key for key in _TOLD if told.get(key) is not None and key not in taken]
            if left:
                self.file.cells.remark(row.line, "", "table_columns", columns=", ".join(left))

    def _of_product(self, item: Item, data: Data) -> dict[str, Any]:
        """Return what is the same in all rows, as a product with simple options has it.

        An old price stands in those rows alone whose price is below it.
        """
        own: dict[str, Any] = {}
        for key in inherited(item, data):
            told = [news(row, update=self.update).get(key, _UNTOLD) for row in item.rows]
            some = {one for one in told if key != "was" or one is not None} or {None}
            if _UNTOLD not in told and len(some) == 1:
                one = some.pop()
                if key == "was" and one and not data.get("sale") and not shared_was(item):
                    continue
                own[key] = one
        return own

    def _pictured(self, path: Path, data: Mapping[str, Any], item: Item) -> None:
        """Put in the pictures that hang on the values of one option."""
        if not any("photo" in row.keys for row in item.rows):
            return
        lists = [objects(option.get("values")) for _, option in objects(data["options"])]
        places = sorted(  # those that have pictures first
            range(len(lists)), key=lambda at: not any("photo" in one for _, one in lists[at])
        )
        place = next((at for at in places if by_value(item, "photo", at) is not None), 0)
        told = by_value(item, "photo", place) or {}
        for spot, value in lists[place]:
            if value.get("id") in told:
                at = (*path, "options", place, "values", spot)
                self.file.at(at).put_all({"photo": told[value["id"]][0]}, item.line)

    def _carried(
        self, path: Path, data: Data, item: Item, key: str, beside: dict[str, Any]
    ) -> bool:
        """Put in what hangs on the values of one option, and on the product; False: it does not.

        Args:
            path: The product's.
            data: What it says.
            item: What the table tells of it.
            key: Of what.
            beside: What else to put in with the product.
        """
        carriers = [
            place
            for place, option in objects(data["options"])
            if any(key in value for _, value in objects(option.get("values")))
        ]
        place = carriers[0] if carriers else None
        alike = {row.told(key) for row in item.rows}
        if place is None and len(alike) > 1 and key == "price":
            every = range(len(item.options))
            place = next((one for one in every if by_value(item, key, one) is not None), None)
        own: dict[str, Any] = {}
        rest: set[Any] = set()
        apart = {row.ids[place or 0] for row in item.rows if row.told(key)[1]}
        shares = key == "stock" or _has_one_price(data, place, item, apart)
        for row in item.rows:
            value = None if place is None else _value_at(data, place, row)
            if value is None or (key not in value and shares and row.ids[place or 0] not in apart):
                rest.add(row.keys[key])
            elif own.setdefault(row.ids[place or 0], row.keys[key]) != row.keys[key]:
                return False
        if len(rest) > 1:
            return False
        for value_id, amount in own.items():
            at = (*path, "options", place or 0, "values")
            spot = next(n for n, one in objects(inside(data, at[2:])) if one.get("id") == value_id)
            default = {} if value_id in apart else data
            self.file.at((*at, spot), default=default).put_all({key: amount}, item.line)
        more = {key: rest.pop()} if rest else {}
        self.file.at(path).put_all(more | beside, item.line)
        return True


def named_values(file: FileEdits, path: Path, item: Item) -> None:
    """Put in the names of options and values that the table tells."""
    data = inside(file.parsed.data, path)
    for place, (option, values) in enumerate(values_of(item)):
        at = (*path, "options", place)
        if option.name is not None:
            file.at(at).put_all({"name": option.name}, item.line)
        spots = {one.get("id"): n for n, one in objects(inside(data, (*at[2:], "values")))}
        for value in values:
            if value.name is not None and value.id in spots:
                holder = file.at((*at, "values", spots[value.id]))
                holder.put_all({"name": value.name}, item.line)


def inherited(item: Item, data: Data) -> frozenset[str]:
    """Return what choices show of their product, as far as no other column tells of that.

    Where all have prices of their own, none of them need show its old price.
    """
    hidden = {"was"} if is_sale_unused(data) else set()
    return _INHERITED - item.keys.keys() - hidden


def news(row: VariantRow, *, update: bool) -> dict[str, Any]:
    """Return what a row tells, as far as it shall be taken."""
    return {key: one for key, one in row.keys.items() if not update or key in NEWS}


def refuse(file: FileEdits, item: Item) -> None:
    """Tell that a product's options are others in the file."""
    file.cells.remark(item.line, "", "table_choices", id=item.id)


def _value_at(data: Mapping[str, Any], place: int, row: VariantRow) -> dict[str, Any] | None:
    values = objects(inside(data, ("options", place, "values")))
    return next((one for _, one in values if one.get("id") == row.ids[place]), None)


def _has_one_price(
    data: Mapping[str, Any], place: int | None, item: Item, apart: Collection[str]
) -> bool:
    """Return whether all values without a price of their own are told, with one price."""
    values = objects(inside(data, ("options", place or 0, "values")))
    without = {one.get("id") for _, one in values if "price" not in one}.difference(apart)
    rows = [row for row in item.rows if row.ids[place or 0] in without]
    told = {row.ids[place or 0] for row in rows}
    return told == without and len({row.keys["price"] for row in rows}) == 1
