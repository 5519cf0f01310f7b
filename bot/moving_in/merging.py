"""Goods of a table put into the text of the present file; every other byte stays.

A product is known by its id, else by its sku. What the table does not tell stays as it is, and what
it does not name stays too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import replace
from typing import Any, Final

from bot.catalog_file.goods_rules import is_sale_unused
from bot.catalog_file.parse import Data, apart, applied, inside, objects, parse
from bot.catalog_file.shape import MOST_DETAILS
from bot.catalog_file.source import Path, decoded
from bot.moving_in.cells import Cells
from bot.moving_in.entries import entry_of
from bot.moving_in.goods import ABOUT, ImportedGoods, Item, new_category
from bot.moving_in.joining import with_details, words
from bot.moving_in.merging_choices import ChoiceMerging, as_named
from bot.moving_in.merging_values import news, refuse
from bot.moving_in.putting import FileEdits
from bot.ports.catalog import CatalogFaultsError, Fault

_BOM: Final = b"\xef\xbb\xbf"
#: What a product's variants have in its place once it has options.
_MOVED: Final = frozenset(["was", "stock", "sku", "barcode", "weight"])


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
    edits = FileEdits(parsed, cells)
    _Merging(edits, update, category).take(goods)
    changed = applied(text, apart(edits.in_order()))
    if "\r\n" in text:
        changed = changed.replace("\r\n", "\n").replace("\n", "\r\n")
    return (_BOM if source.startswith(_BOM) else b"") + changed.encode()


class _Merging:
    def __init__(self, file: FileEdits, update: bool, otherwise: str) -> None:
        self.file = file
        self.data = file.parsed.data
        self.update = update
        self.otherwise = otherwise
        self.choices = ChoiceMerging(file, update)

    def take(self, goods: ImportedGoods) -> None:
        """Note the edits that put everything in."""
        ids, skus = self._known()
        places: list[int | None] = []
        for item in goods.items:
            self._known_by_number(item, skus)
            mine = (keys.get("sku") for keys in (item.keys, *(row.keys for row in item.rows)))
            places.append(ids.get(item.id, next((skus[one] for one in mine if one in skus), None)))
            if places[-1] is None and "category" not in item.keys:
                item.keys["category"] = goods.category(self.otherwise)
        counts = Counter(places)
        rest_of = {place: item for item, place in zip(goods.items, places, strict=True)}
        rest_of |= {ids[item.id]: item for item in goods.items if item.id in ids}
        for item, place in zip(goods.items, places, strict=True):
            if place is not None and counts[place] > 1:  # an empty cell says nothing then
                item.keys = {key: one for key, one in item.keys.items() if one}
        renamed = self._categories(goods)
        new: list[dict[str, Any]] = []
        for item, place in zip(goods.items, places, strict=True):
            category = item.keys.get("category")
            if category in renamed:
                item.keys["category"] = renamed[str(category)]
            if place is not None:
                self._product(("products", place), item, rest=rest_of[place] is item)
            elif self.update:
                self.file.cells.remark(item.line, "", "table_unknown", id=item.id)
            elif is_whole(item, self.file.cells):
                new.append(entry_of(item))
        self.file.append(("products",), new)

    def _known(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return where each product stands, by its id and by its skus."""
        ids: dict[str, int] = {}
        skus: dict[str, int] = {}
        for place, one in objects(inside(self.data, ("products",))):
            ids.setdefault(str(one.get("id")), place)
            for holder in (one, *(variant for _, variant in objects(one.get("variants")))):
                if isinstance(holder.get("sku"), str):
                    skus.setdefault(holder["sku"], place)
        return ids, skus

    def _known_by_number(self, item: Item, skus: Container[str]) -> None:
        """Make what rows are known by elsewhere their sku where the file has it as that."""
        for row in item.rows:
            own = row.keys.get("sku")
            if row.number not in skus or own in skus:
                continue
            row.keys["sku"] = row.number
            if own:
                told = {"written": own, "present": row.number}
                self.file.cells.remark(row.line, "", "table_left_sku", **told)

    def _categories(self, goods: ImportedGoods) -> Mapping[str, str]:
        """Put in what categories are missing; return ids that the file has others for."""
        if self.update:
            return {}
        known = objects(inside(self.data, ("categories",)))
        places = {one.get("id"): place for place, one in known}
        names = {
            word.casefold(): str(one.get("id"))
            for _, one in known
            for word in words(one.get("name"))
        }
        renamed: dict[str, str] = {}
        new = []
        for own, category in goods.categories.items():
            called = category.get("name", category.get("called"))
            same = next(
                (names[one.casefold()] for one in words(called) if one.casefold() in names), None
            )
            if own in places:
                told = {key: one for key, one in category.items() if key not in ABOUT}
                line = category.get("line", 1)
                self.file.at(("categories", places[own])).put_all(told, line)
            elif same is not None:
                renamed[own] = same
            else:
                new.append(new_category(category))
        used = {item.keys.get("category") for item in goods.items}
        self.file.append(("categories",), [one for one in new if one["id"] in used])
        return renamed

    def _product(self, path: Path, item: Item, *, rest: bool) -> None:
        """Put in a product's rows, and the rest where no other rows tell of it by its id."""
        product = self.file.at(path)
        item.present = str(product.data.get("id"))
        self._tell_sold_out(item, product.data)
        if rest and not self.update:
            keys = {key: one for key, one in item.keys.items() if key != "id"}
            for key in item.columns.keys() & keys.keys():  # the file's others stay
                others = self._beyond(product.data, key, item.columns[key])
                keys[key] = [*(keys[key] or ()), *others] or None
            if "details" in keys and "details" not in item.columns:  # another shop's
                every = with_details(product.data.get("details") or [], keys["details"])
                keys["details"] = every[:MOST_DETAILS]
                if left := [one["label"] for one in every[MOST_DETAILS:]]:
                    self.file.cells.untaken(item.line, left)
            if keys.get("sale") is None and is_sale_unused(product.data):
                keys.pop("sale", None)  # it stands in no row
            product.put_all(keys, item.line)
        if product.data.get("options"):
            self.choices.take(path, product, item)
        elif not item.options:
            product.put_all(news(item.rows[0], update=self.update), item.line)
        elif self.update:
            refuse(self.file, item)
        else:
            for row in item.rows:
                row.keys.setdefault("price", str(product.data.get("price")))
            moved = _MOVED.intersection(*(row.keys for row in item.rows))
            product.put_all(dict.fromkeys(moved) | entry_of(replace(item, keys={})), item.line)

    @staticmethod
    def _beyond(data: Data, key: str, count: int) -> list[Any]:
        """Return what stands in a list of the file behind so many."""
        one = [data["photo"]] if key == "photos" and data.get("photo") else []
        there = data.get(key) or one
        return list(there[count:]) if isinstance(there, list) else []

    def _tell_sold_out(self, item: Item, data: Data) -> None:
        """Tell of rows that are in stock elsewhere, and are counted as none here."""
        mine = as_named(item, data) if item.options and data.get("options") else item
        if mine is None or bool(item.options) != bool(data.get("options")):
            return
        options = [option.id for option in mine.options]
        for row in mine.rows:
            chosen = dict(zip(options, row.ids, strict=True))
            parts = [
                one for _, one in objects(data.get("variants")) if one.get("options") == chosen
            ]
            for _, option in objects(data.get("options")) if "variants" not in data else ():
                values = objects(option.get("values"))
                parts += [
                    one for _, one in values if one.get("id") == chosen.get(str(option.get("id")))
                ]
            if (
                row.available
                and next((p["stock"] for p in parts if "stock" in p), data.get("stock")) == 0
            ):
                self.file.cells.remark(row.line, "", "table_available", id=item.present)


def is_whole(item: Item, cells: Cells) -> bool:
    """Return whether a product can stand by itself; note what is missing."""
    if "name" not in item.keys:
        cells.remark(item.line, "", "table_no_name", id=item.id)
        return False
    if not all("price" in row.keys for row in item.rows):
        cells.remark(item.line, "", "table_no_price", id=item.id)
        return False
    return True
