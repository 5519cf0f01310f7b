"""Options and variants of a product in the file, changed by the rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.catalog_file.parse import inside, objects
from bot.catalog_file.source import Path
from bot.moving_in.entries import AMOUNTS, variant_of
from bot.moving_in.goods import PRODUCT, Choice, Item, filled, values_of
from bot.moving_in.joining import words
from bot.moving_in.merging_values import ValueMerging, inherited, named_values, news, refuse
from bot.moving_in.putting import FileEdits, PlacedObject


@dataclass(frozen=True, slots=True)
class ChoiceMerging:
    """Puts rows into a product that has options.

    Attributes:
        file: Takes the edits.
        update: Change prices and stock alone, and add nothing.
    """

    file: FileEdits
    update: bool

    def take(self, path: Path, product: PlacedObject, item: Item) -> None:
        """Note the edits; what the product's options cannot hold is told and left."""
        data = product.data
        if not item.options and self._by_sku(path, data, item):
            return
        mine = as_named(item, data)
        if mine is None:
            refuse(self.file, item)
        elif data.get("variants") is None:
            ValueMerging(self.file, self.update).take(path, data, mine)
        else:
            self._variants(path, product, mine)

    def _by_sku(self, path: Path, data: Mapping[str, Any], item: Item) -> bool:
        """Change a listed variant that a row without choices names by its sku alone."""
        listed = objects(data.get("variants"))
        places = {one["sku"]: place for place, one in listed if one.get("sku")}
        rows = [row for row in item.rows if row.keys.get("sku") in places]
        for row in rows:
            variant = (*path, "variants", places[row.keys["sku"]])
            self.file.at(variant, default=data).put_all(news(row, update=self.update), row.line)
        return len(rows) == len(item.rows)

    def _variants(self, path: Path, product: PlacedObject, item: Item) -> None:
        """Change and add listed variants."""
        data = product.data
        known: dict[tuple[Any, ...], int] = {}
        for spot, one in objects(data.get("variants")):
            chosen = one.get("options") or {}
            known[tuple(chosen.get(option.id) for option in item.options)] = spot
        new: list[dict[str, Any]] = []
        data = self._with_own(product, known, item)
        apart = {key: one for key, one in data.items() if key not in AMOUNTS}
        for row in item.rows:
            place = known.get(row.ids)
            if place is not None:
                keys = news(row, update=self.update)
                if row.shared == PRODUCT and "stock" in keys:
                    product.put_all({"stock": keys.pop("stock")}, row.line)
                    keys["stock"] = None
                default = dict(apart if row.on_sale is False else data)
                if row.counted:
                    default.pop("stock", None)
                self.file.at((*path, "variants", place), default).put_all(keys, row.line)
            elif self.update:
                self.file.cells.remark(
                    row.line, "", "table_unknown", id=f"{item.id}: {'.'.join(row.ids)}"
                )
            else:
                new.append(variant_of(item, row, apart=data))
        self.file.append((*path, "variants"), new)
        if not self.update:
            self._add_values(path, data, item)
            if item.renames:
                named_values(self.file, path, item)

    def _with_own(
        self, product: PlacedObject, known: Mapping[Any, int], item: Item
    ) -> dict[str, Any]:
        """Put in the new price that all variants without one of their own have, for its sale.

        What all of them have lost, the product loses.

        Returns:
            What holds for the variants.
        """
        told = [news(row, update=self.update) for row in item.rows]
        gone: dict[str, Any] = {}
        if known.keys() <= {row.ids for row in item.rows}:
            mine = inherited(item, product.data)
            gone = {key: None for key in mine if all(one.get(key, "") is None for one in told)}
        listed = objects(product.data.get("variants"))
        apart = {known.get(row.ids) for row in item.rows if row.on_sale is False}
        without = {spot for spot, one in listed if one.get("price") is None} - apart
        rows = [row for row in item.rows if known.get(row.ids) in without]
        prices = {row.keys.get("price") for row in rows}
        if len(rows) < len(without) or len(prices) != 1 or None in prices:
            product.put_all(gone, item.line)
            return product.data
        price = prices.pop()
        product.put_all({"price": price} | gone, item.line)
        return product.data | {"price": price}

    def _add_values(self, path: Path, data: Mapping[str, Any], item: Item) -> None:
        for place, (_, values) in enumerate(values_of(item)):
            at = (*path, "options", place, "values")
            there = {one.get("id") for _, one in objects(inside(data, at[2:]))}
            new = [filled({"id": one.id, "name": one.name or one.id}) for one in values]
            self.file.append(at, [one for one in new if one["id"] not in there])


def as_named(item: Item, data: Mapping[str, Any]) -> Item | None:
    """Return a product with the file's own ids for its options and values, known by their names.

    None where the file has other options.
    """
    there = objects(data["options"])
    places = [place_of(one, data["options"]) for one in item.options]
    if all(one.name is None for one in item.options) and set(places) == {None}:
        places = list(range(len(places)))  # a table that names values alone
    if None in places or len(set(places)) != len(there):
        return None
    order = sorted(range(len(places)), key=lambda n: places[n] or 0)
    options = []
    rows = [replace(row, choices=()) for row in item.rows]
    for (_, option), mine in zip(there, order, strict=True):
        own = item.options[mine]
        options.append(Choice(str(option.get("id")), own.name))
        values = [one for _, one in objects(option.get("values"))]
        ids = {str(one.get("id")) for one in values}
        for made, row in zip(rows, item.rows, strict=True):
            value = row.choices[mine]
            spot = None if value.id in ids else place_of(value, values)
            known = value.id if spot is None else str(values[spot].get("id"))
            made.choices += (value if known == value.id else Choice(known, value.name),)
    return replace(item, options=tuple(options), rows=rows)


def place_of(one: Choice, entries: Any) -> int | None:
    """Return where a choice stands by its id, else by its name."""
    known = objects(entries)
    by_id = next((place for place, entry in known if entry.get("id") == one.id), None)
    if by_id is not None or one.name is None:
        return by_id
    names = {word.casefold() for word in words(one.name)}
    return next(
        (
            place
            for place, entry in known
            if any(word.casefold() in names for word in words(entry.get("name")))
        ),
        None,
    )
