"""Options and variants of a product in the file, changed by the rows of a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.catalog_file.parse import inside, objects
from bot.catalog_file.source import Path
from bot.moving_in.entries import AMOUNTS, variant_of
from bot.moving_in.goods import PRODUCT, Choice, Item, VariantRow, by_value, values_of
from bot.moving_in.putting import FileEdits, PlacedObject, words

#: What ``--update`` changes.
_NEWS: Final = frozenset(["price", "was", "stock"])


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
        mine = _as_named(item, data)
        if mine is None:
            self.refuse(item)
        elif data.get("variants") is None:
            self._values(path, data, mine)
        else:
            self._variants(path, product, mine)

    def _by_sku(self, path: Path, data: Mapping[str, Any], item: Item) -> bool:
        """Change a listed variant that a row without choices names by its sku alone."""
        places = {one.get("sku"): place for place, one in objects(data.get("variants"))}
        rows = [row for row in item.rows if row.keys.get("sku") in places]
        for row in rows:
            variant = (*path, "variants", places[row.keys["sku"]])
            self.file.at(variant, default=data).put_all(self.news(row), row.line)
        return len(rows) == len(item.rows)

    def _variants(self, path: Path, product: PlacedObject, item: Item) -> None:
        """Change and add listed variants."""
        data = product.data
        known: dict[tuple[Any, ...], int] = {}
        for spot, one in objects(data.get("variants")):
            chosen = one.get("options") or {}
            known[tuple(chosen.get(option.id) for option in item.options)] = spot
        new: list[dict[str, Any]] = []
        data = self._with_price(product, known, item)
        apart = {key: one for key, one in data.items() if key not in AMOUNTS}
        for row in item.rows:
            place = known.get(row.ids)
            if place is not None:
                keys = self.news(row)
                if row.shared == PRODUCT:
                    product.put_all({"stock": keys.pop("stock", None)}, row.line)
                    keys["stock"] = None
                default = apart if row.on_sale is False else data
                variant = self.file.at((*path, "variants", place), default=default)
                self._tell_own_price(variant.data, item, row)
                variant.put_all(keys, row.line)
            elif self.update:
                self.file.cells.remark(
                    row.line, "", "table_unknown", id=f"{item.id}: {'.'.join(row.ids)}"
                )
            else:
                new.append(variant_of(item, row, apart=data))
        self.file.append((*path, "variants"), new)
        if not self.update:
            self._add_values(path, data, item)

    def _with_price(
        self, product: PlacedObject, known: Mapping[Any, int], item: Item
    ) -> dict[str, Any]:
        """Put in the new price that all variants without one of their own have, for its sale.

        Returns:
            What holds for the variants.
        """
        listed = objects(product.data.get("variants"))
        apart = {known.get(row.ids) for row in item.rows if row.on_sale is False}
        without = {spot for spot, one in listed if one.get("price") is None} - apart
        rows = [row for row in item.rows if known.get(row.ids) in without]
        prices = {row.keys.get("price") for row in rows}
        if len(rows) < len(without) or len(prices) != 1 or None in prices:
            return product.data
        price = prices.pop()
        product.put_all({"price": price}, item.line)
        return product.data | {"price": price}

    def _tell_own_price(self, data: Mapping[str, Any], item: Item, row: VariantRow) -> None:
        """Tell that a sale does not hold for what has a price of its own in the file."""
        if row.on_sale and not self.update and data.get("price") is not None:
            self.file.cells.remark(row.line, "", "table_sale", id=item.id)

    def _add_values(self, path: Path, data: Mapping[str, Any], item: Item) -> None:
        for place, (_, values) in enumerate(values_of(item)):
            at = (*path, "options", place, "values")
            there = {one.get("id") for _, one in objects(inside(data, at[2:]))}
            new = [{"id": one.id, "name": one.name or one.id} for one in values]
            self.file.append(at, [one for one in new if one["id"] not in there])

    def _values(self, path: Path, data: Mapping[str, Any], item: Item) -> None:
        """Change the prices and counts of options whose values carry them."""
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
        for key in ("price", "stock"):
            if (
                rows
                and all(key in row.keys for row in rows)
                and not self._carried(path, data, item, key)
            ):
                self.refuse(item)
                return
        if not self.update:
            self._named_values(path, item)

    def _carried(self, path: Path, data: Mapping[str, Any], item: Item, key: str) -> bool:
        """Put in what hangs on the values of one option, and on the product; False: it does not."""
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
            if key == "price":
                self._tell_own_price(value or {}, item, row)
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
        if rest:
            self.file.at(path).put_all({key: rest.pop()}, item.line)
        return True

    def _named_values(self, path: Path, item: Item) -> None:
        """Put in the names of options and values that the table tells."""
        data = inside(self.file.parsed.data, path)
        for place, (option, values) in enumerate(values_of(item)):
            at = (*path, "options", place)
            if option.name is not None:
                self.file.at(at).put_all({"name": option.name}, item.line)
            spots = {one.get("id"): n for n, one in objects(inside(data, (*at[2:], "values")))}
            for value in values:
                if value.name is not None and value.id in spots:
                    holder = self.file.at((*at, "values", spots[value.id]))
                    holder.put_all({"name": value.name}, item.line)

    def news(self, row: VariantRow) -> dict[str, Any]:
        """Return what a row tells, as far as it shall be taken."""
        return {key: one for key, one in row.keys.items() if not self.update or key in _NEWS}

    def refuse(self, item: Item) -> None:
        """Tell that a product's options are others in the file."""
        self.file.cells.remark(item.line, "", "table_choices", id=item.id)


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


def _as_named(item: Item, data: Mapping[str, Any]) -> Item | None:
    """Return a product with the file's own ids for its options and values, known by their names.

    None where the file has other options.
    """
    there = objects(data["options"])
    places = [_place(one, data["options"]) for one in item.options]
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
        for made, row in zip(rows, item.rows, strict=True):
            value = row.choices[mine]
            spot = _place(value, values)
            known = value.id if spot is None else str(values[spot].get("id"))
            made.choices += (Choice(known, value.name),)
    return replace(item, options=tuple(options), rows=rows)


def _place(one: Choice, entries: Any) -> int | None:
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
