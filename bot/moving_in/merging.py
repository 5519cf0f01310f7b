"""Goods of a table put into the text of the present file; every other byte stays.

A product is known by its id, else by its sku. What the table does not tell stays as it is, and what
it does not name stays too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from bot.catalog_file.members import ObjectText
from bot.catalog_file.parse import Parsed, applied, inside, objects, parse
from bot.catalog_file.source import Path, decoded
from bot.catalog_file.syntax import Edit
from bot.moving_in.cells import Cells
from bot.moving_in.entries import entry_of, text_of, variant_of
from bot.moving_in.goods import (
    PRODUCT,
    Choice,
    ImportedGoods,
    Item,
    VariantRow,
    by_value,
    new_category,
    values_of,
)
from bot.moving_in.plain import tidy
from bot.ports.catalog import CatalogFaultsError, Fault

_BOM: Final = b"\xef\xbb\xbf"
_AMOUNTS: Final = frozenset(["price", "was"])
#: What ``--update`` changes.
_NEWS: Final = frozenset(["price", "was", "stock"])
_AFTER: Final = {
    "price": ("name", "category", "id", "options"),
    "was": ("price", "name", "options"),
    "stock": ("photos", "photo", "was", "price", "name", "options"),
    "options": (),
}


def merge(
    source: bytes, goods: ImportedGoods, cells: Cells, *, update: bool, category: str, file: str
) -> bytes:
    """Return the file's text with the goods of a table in it.

    Args:
        source: The present file.
        goods: What the table tells of.
        cells: Notes what could not be taken.
        update: Change prices and stock alone, and add nothing.
        category: The name of the category of new products that have none.
        file: The file's name, for messages.

    Raises:
        CatalogFaultsError: the present file is no JSON.
    """
    text = decoded(source)
    if isinstance(text, Fault):
        raise CatalogFaultsError(file, (text,))
    parsed = parse(text)
    if parsed.faults:
        raise CatalogFaultsError(file, parsed.faults)
    merging = _Merging(parsed, cells, update, category)
    merging.take(goods)
    changed = applied(text, sorted(merging.edits, key=lambda one: (one.start, one.end)))
    if "\r\n" in text:
        changed = changed.replace("\r\n", "\n").replace("\n", "\r\n")
    return (_BOM if source.startswith(_BOM) else b"") + changed.encode()


@dataclass(slots=True)
class _Merging:
    parsed: Parsed
    cells: Cells
    update: bool
    otherwise: str
    edits: list[Edit] = field(default_factory=list)

    def take(self, goods: ImportedGoods) -> None:
        """Note the edits that put everything in."""
        ids, skus = self._known()
        places: list[int | None] = []
        for item in goods.items:
            mine = (row.keys.get("sku") for row in item.rows)
            places.append(ids.get(item.id, next((skus[one] for one in mine if one in skus), None)))
            if places[-1] is None and "category" not in item.keys:
                item.keys["category"] = goods.category(self.otherwise)
        renamed = self._categories(goods)
        new: list[dict[str, Any]] = []
        for item, place in zip(goods.items, places, strict=True):
            category = item.keys.get("category")
            if category in renamed:
                item.keys["category"] = renamed[str(category)]
            if place is not None:
                self._product(("products", place), item)
            elif self.update:
                self.cells.remark(item.line, "", "table_unknown", id=item.id)
            elif is_whole(item, self.cells):
                new.append(entry_of(item))
        self._append(("products",), new)

    def _known(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return where each product stands, by its id and by its skus."""
        ids: dict[str, int] = {}
        skus: dict[str, int] = {}
        for place, one in objects(inside(self.parsed.data, ("products",))):
            ids.setdefault(str(one.get("id")), place)
            for holder in (one, *(variant for _, variant in objects(one.get("variants")))):
                if isinstance(holder.get("sku"), str):
                    skus.setdefault(holder["sku"], place)
        return ids, skus

    def _categories(self, goods: ImportedGoods) -> Mapping[str, str]:
        """Put in what categories are missing; return ids that the file has others for."""
        if self.update:
            return {}
        known = objects(inside(self.parsed.data, ("categories",)))
        places = {one.get("id"): place for place, one in known}
        names = {
            word.casefold(): str(one.get("id"))
            for _, one in known
            for word in _words(one.get("name"))
        }
        renamed: dict[str, str] = {}
        new = []
        for own, category in goods.categories.items():
            called = category.get("name", category.get("called"))
            same = next(
                (names[one.casefold()] for one in _words(called) if one.casefold() in names), None
            )
            if own in places:
                told = {key: one for key, one in category.items() if key not in {"id", "called"}}
                self._object(("categories", places[own])).put_all(told, 1)
            elif same is not None:
                renamed[own] = same
            else:
                new.append(new_category(category))
        used = {item.keys.get("category") for item in goods.items}
        self._append(("categories",), [one for one in new if one["id"] in used])
        return renamed

    def _product(self, path: Path, item: Item) -> None:
        product = self._object(path)
        if not self.update:
            product.put_all({key: one for key, one in item.keys.items() if key != "id"}, item.line)
        data = product.data
        if not data.get("options"):
            if not item.options:
                product.put_all(self._news(item.rows[0]), item.line)
            elif self.update:
                self._other_choices(item)
            else:
                made = entry_of(replace(item, keys={}))
                product.put_all(made, item.line)
            return
        if not item.options and self._by_sku(path, data, item):
            return
        mine = _as_named(item, data)
        if mine is None:
            self._other_choices(item)
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
            self._object(variant, default=data).put_all(self._news(row), row.line)
        return len(rows) == len(item.rows)

    def _variants(self, path: Path, product: _Put, item: Item) -> None:
        """Change and add listed variants."""
        data = product.data
        known: dict[tuple[Any, ...], int] = {}
        for spot, one in objects(data.get("variants")):
            chosen = one.get("options") or {}
            known[tuple(chosen.get(option.id) for option in item.options)] = spot
        new: list[dict[str, Any]] = []
        for row in item.rows:
            place = known.get(row.ids)
            if place is not None:
                keys = self._news(row)
                if row.shared == PRODUCT:
                    product.put_all({"stock": keys.pop("stock", None)}, row.line)
                    keys["stock"] = None
                variant = self._object((*path, "variants", place), default=data)
                variant.put_all(keys, row.line)
            elif self.update:
                self.cells.remark(
                    row.line, "", "table_unknown", id=f"{item.id}: {'.'.join(row.ids)}"
                )
            else:
                new.append(variant_of(item, row, apart=data))
        self._append((*path, "variants"), new)
        if not self.update:
            self._add_values(path, data, item)

    def _add_values(self, path: Path, data: Mapping[str, Any], item: Item) -> None:
        for place, (_, values) in enumerate(values_of(item)):
            at = (*path, "options", place, "values")
            there = {one.get("id") for _, one in objects(inside(data, at[2:]))}
            new = [{"id": one.id, "name": one.name or one.id} for one in values]
            self._append(at, [one for one in new if one["id"] not in there])

    def _values(self, path: Path, data: Mapping[str, Any], item: Item) -> None:
        """Change the prices and counts of options whose values carry them."""
        there = [
            {value.get("id") for _, value in objects(option.get("values"))}
            for _, option in objects(data["options"])
        ]
        for row in item.rows:
            if any(own not in known for own, known in zip(row.ids, there, strict=True)):
                self.cells.remark(
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
                self._other_choices(item)
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
        alike = {row.keys[key] for row in item.rows}
        if place is None and len(alike) > 1 and key == "price":
            every = range(len(item.options))
            place = next((one for one in every if by_value(item, key, one) is not None), None)
        own: dict[str, Any] = {}
        rest: set[Any] = set()
        for row in item.rows:
            value = None if place is None else _value_at(data, place, row)
            if value is None or (key == "stock" and key not in value):
                rest.add(row.keys[key])
            elif own.setdefault(row.ids[place or 0], row.keys[key]) != row.keys[key]:
                return False
        if len(rest) > 1:
            return False
        for value_id, amount in own.items():
            at = (*path, "options", place or 0, "values")
            spot = next(n for n, one in objects(inside(data, at[2:])) if one.get("id") == value_id)
            self._object((*at, spot), default=data).put_all({key: amount}, item.line)
        if rest:
            self._object(path).put_all({key: rest.pop()}, item.line)
        return True

    def _named_values(self, path: Path, item: Item) -> None:
        """Put in the names of options and values that the table tells."""
        data = inside(self.parsed.data, path)
        for place, (option, values) in enumerate(values_of(item)):
            at = (*path, "options", place)
            if option.name is not None:
                self._object(at).put_all({"name": option.name}, item.line)
            spots = {one.get("id"): n for n, one in objects(inside(data, (*at[2:], "values")))}
            for value in values:
                if value.name is not None and value.id in spots:
                    holder = self._object((*at, "values", spots[value.id]))
                    holder.put_all({"name": value.name}, item.line)

    def _news(self, row: VariantRow) -> dict[str, Any]:
        """Return what a row tells, as far as it shall be taken."""
        return {key: one for key, one in row.keys.items() if not self.update or key in _NEWS}

    def _other_choices(self, item: Item) -> None:
        self.cells.remark(item.line, "", "table_choices", id=item.id)

    def _object(self, path: Path, default: Mapping[str, Any] | None = None) -> _Put:
        data = inside(self.parsed.data, path)
        text = ObjectText(self.parsed.places()[0], path, data)
        return _Put(text, data, self, default or {})

    def _append(self, path: Path, new: Sequence[Mapping[str, Any]]) -> None:
        """Add entries to a list, written as those that are there."""
        if not new:
            return
        source = self.parsed.places()[0]
        span = source.span(path)
        if span is None:
            raise CatalogFaultsError("", ())
        there, text = source.entries(span), source.text
        at = there[0].value.start if there else span.start
        line = text[text.rfind("\n", 0, at) + 1 : at]
        indent = line[: len(line) - len(line.lstrip())]
        if not there:
            inner = indent + "  "
            body = ",\n".join(inner + text_of(one, inner) for one in new)
            self.edits.append(Edit(span.start, span.end, f"[\n{body}\n{indent}]"))
            return
        between = f"\n{indent}" if not line.strip() else " "
        body = "".join(f",{between}{text_of(one, indent)}" for one in new)
        self.edits.append(Edit(there[-1].value.end, there[-1].value.end, body))


def is_whole(item: Item, cells: Cells) -> bool:
    """Return whether a product can stand by itself; note what is missing."""
    if "name" not in item.keys:
        cells.remark(item.line, "", "table_no_name", id=item.id)
        return False
    if not all("price" in row.keys for row in item.rows):
        cells.remark(item.line, "", "table_no_price", id=item.id)
        return False
    return True


@dataclass(slots=True)
class _Put:
    """An object of the file that takes what a table tells, where it tells something else."""

    text: ObjectText
    data: dict[str, Any]
    merging: _Merging
    default: Mapping[str, Any]

    def put_all(self, keys: Mapping[str, Any], line: int) -> None:
        """Put in each value that is another one than the present one."""
        keys = dict(keys)
        if "photos" in keys:
            self._photos(keys.pop("photos") or [])
        for key, value in keys.items():
            old = self.data.get(key, self.default.get(key))
            if value is None or value is False:
                if self.data.get(key) is not None and self.data[key] is not False:
                    self._take(key)
            elif not _same(key, old, value):
                if isinstance(old, dict) and isinstance(value, str):
                    self.merging.cells.remark(line, key, "table_languages")
                else:
                    self._put(key, value)
        self._mind_the_old_price(keys)

    def _mind_the_old_price(self, keys: Mapping[str, Any]) -> None:
        """Take away an old price that is not above the new one any more."""
        old, new = self.data.get("was"), keys.get("price")
        if "was" not in keys and new is not None and old is not None:
            was = _decimal(old)
            if was is not None and was <= Decimal(new):
                self._take("was")

    def _photos(self, photos: list[str]) -> None:
        one = self.data.get("photo")
        present = self.data.get("photos") or ([one] if one else [])
        if not photos or photos == present:
            return
        if self.data.get("photos") is not None or len(photos) > 1:
            if one is not None:
                self._take("photo")
            self._put("photos", photos)
        else:
            self._put("photo", photos[0])

    def _put(self, key: str, value: Any) -> None:
        was = self.data.get(key)
        is_number = isinstance(was, (int, Decimal)) and key in _AMOUNTS
        written = str(value) if is_number else json.dumps(value, ensure_ascii=False)
        self.merging.edits.append(self.text.put(key, written, _AFTER.get(key, ())))

    def _take(self, key: str) -> None:
        edit = self.text.take(key)
        if edit is not None:
            self.merging.edits.append(edit)


def _same(key: str, old: Any, new: Any) -> bool:
    """Return whether a value says the same as the present one."""
    if key in _AMOUNTS:
        return old is not None and _decimal(old) == Decimal(new)
    if key == "sale" and isinstance(old, dict) and isinstance(new, dict):
        rest = {one: {**sale, "price": None} for one, sale in (("old", old), ("new", new))}
        return rest["old"] == rest["new"] and _same("price", old.get("price"), new["price"])
    if isinstance(new, str):
        return any(tidy(one) == tidy(new) for one in _words(old))
    if isinstance(new, dict) and isinstance(old, dict):
        return {tag: tidy(str(one)) for tag, one in old.items()} == {
            tag: tidy(str(one)) for tag, one in new.items()
        }
    return bool(old == new)


def _decimal(written: Any) -> Decimal | None:
    try:
        return Decimal(str(written).strip())
    except InvalidOperation:
        return None


def _words(name: Any) -> Iterator[str]:
    """Yield a text in each language that it has."""
    if isinstance(name, str):
        yield name
    elif isinstance(name, dict):
        yield from (one for one in name.values() if isinstance(one, str))


def _value_at(data: Mapping[str, Any], place: int, row: VariantRow) -> dict[str, Any] | None:
    values = objects(inside(data, ("options", place, "values")))
    return next((one for _, one in values if one.get("id") == row.ids[place]), None)


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
    names = {word.casefold() for word in _words(one.name)}
    return next(
        (
            place
            for place, entry in known
            if any(word.casefold() in names for word in _words(entry.get("name")))
        ),
        None,
    )
