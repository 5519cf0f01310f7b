"""The owner's quick edits of the catalog file: price, stock, hidden, picture.

They implement `bot.ports.CatalogEditor`: each takes the file's bytes and gives the file's bytes, in
which only the one value differs: order, indentation, line ends and byte order mark stay.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from bot.catalog_file.amounts import read_amount
from bot.catalog_file.parse import Parsed, applied, inside, objects, parse
from bot.catalog_file.source import Entry, Path, Source, decoded
from bot.catalog_file.syntax import Edit
from bot.domain.catalog.model import StockId
from bot.domain.errors import RefusedError
from bot.domain.money import Money
from bot.ports.catalog import CatalogFaultsError, Fault

_BOM = b"\xef\xbb\xbf"
#: What a new member is written behind, the first that is there; else behind the last.
_AFTER = {
    "price": ("name", "category", "id", "options"),
    "stock": ("photos", "photo", "was", "price", "name", "options"),
    "hidden": (),
    "photo": ("was", "price", "name", "options"),
}


def set_price(source: bytes, target: str, price: Money) -> bytes:
    """Set a price, written as a text or as a number, as it was before."""
    return _edited(source, target, "price", lambda entry: _price(entry, price))


def _price(entry: _Object, price: Money) -> Edit:
    amount = f"{price.to_decimal():f}"
    old = entry.data.get("price")
    is_number = old is not None and not isinstance(old, str)
    return entry.put("price", amount if is_number else json.dumps(amount))


def set_prices(source: bytes, prices: Mapping[StockId, Money]) -> bytes:
    """Set several prices at once; a ``was`` or ``sale`` on the wrong side goes with it."""
    text, parsed = _parsed(source)
    places = {one.get("id"): place for place, one in objects(inside(parsed.data, ("products",)))}
    syntax, edits = parsed.places()[0], []
    for target, price in prices.items():
        path = _path_of(parsed.data, target, "price", places)
        if path is None:
            raise RefusedError("refused.unknown_target", target=target)
        entry = _Object(syntax, path, inside(parsed.data, path))
        edits.append(_price(entry, price))
        was = entry.data.get("was")
        if was is not None and read_amount(was, price.currency, zero=False) <= price:
            edits += filter(None, [entry.take("was")])
        sale = inside(entry.data, ("sale", "price"))
        if sale is not None and read_amount(sale, price.currency, zero=False) >= price:
            edits += filter(None, [entry.take("sale")])
    return _written(source, text, sorted(edits, key=lambda one: one.start))


def set_currency(source: bytes, currency: str) -> bytes:
    """Set the currency of all prices; their numbers stay."""
    text, parsed = _parsed(source)
    entry = _Object(parsed.places()[0], ("shop",), inside(parsed.data, ("shop",)))
    return _written(source, text, (entry.put("currency", json.dumps(currency)),))


def set_stock(source: bytes, target: str, count: int | None) -> bytes:
    """Count anew, held units included; None: it is always available."""

    def change(entry: _Object) -> Edit | None:
        return entry.take("stock") if count is None else entry.put("stock", json.dumps(count))

    return _edited(source, target, "stock", change)


def set_hidden(source: bytes, product: str, hidden: bool) -> bytes:
    """Hide a product from customers, or show it."""

    def change(entry: _Object) -> Edit | None:
        known = bool(entry.data.get("hidden", False))
        return None if known is hidden else entry.put("hidden", json.dumps(hidden))

    return _edited(source, product, "hidden", change)


def set_photo(source: bytes, target: str, photo: str) -> bytes:
    """Set the main picture: a path relative to the file, or an https URL."""
    written = json.dumps(photo, ensure_ascii=False)

    def change(entry: _Object) -> Edit:
        photos = entry.data.get("photos")
        if isinstance(photos, list) and photos:
            return entry.put_first("photos", written)
        return (
            entry.put("photo", written) if photos is None else entry.put("photos", f"[{written}]")
        )

    return _edited(source, target, "photo", change)


def _edited(
    source: bytes, target: str, key: str, change: Callable[[_Object], Edit | None]
) -> bytes:
    text, parsed = _parsed(source)
    path = _path_of(parsed.data, target, key)
    if path is None:
        raise RefusedError("refused.unknown_target", target=target)
    edit = change(_Object(parsed.places()[0], path, inside(parsed.data, path)))
    return source if edit is None else _written(source, text, (edit,))


def _parsed(source: bytes) -> tuple[str, Parsed]:
    text = decoded(source)
    if isinstance(text, Fault):
        raise CatalogFaultsError("catalog.json", (text,))
    parsed = parse(text)
    if parsed.faults:
        raise CatalogFaultsError("catalog.json", parsed.faults)
    return text, parsed


def _written(source: bytes, text: str, edits: Sequence[Edit]) -> bytes:
    changed = applied(text, edits).encode()
    return _BOM + changed if source.startswith(_BOM) else changed


class _Object:
    """The product, or the option's value, that is edited."""

    def __init__(self, source: Source, path: Path, data: dict[str, Any]) -> None:
        self.data = data
        self._source = source
        self._span = source.nearest(path)
        self._members = source.entries(self._span)
        self._places = {one.step: place for place, one in enumerate(self._members)}

    def put(self, key: str, value: str) -> Edit:
        """Replace the value of a member, or add the member as its neighbours are written."""
        if key in self._places:
            return _replaced(self._members[self._places[key]], value)
        name = json.dumps(key)
        if not self._members:
            start = self._span.start + 1
            return Edit(start, start, f"{name}: {value}")
        behind = (self._places[one] for one in _AFTER[key] if one in self._places)
        place = next(behind, len(self._places) - 1)
        anchor = self._members[place]
        colon = self._source.text[anchor.name.end : anchor.value.start]
        end = anchor.value.end
        return Edit(end, end, f"{self._separator(place)}{name}{colon}{value}")

    def put_first(self, key: str, value: str) -> Edit:
        """Replace the first element of a list that is not empty."""
        holder = self._members[self._places[key]]
        return _replaced(self._source.entries(holder.value)[0], value)

    def take(self, key: str) -> Edit | None:
        """Take a member away, and its comma; None where there is none."""
        if key not in self._places:
            return None
        place = self._places[key]
        own = self._members[place]
        if place:
            return Edit(self._members[place - 1].value.end, own.value.end, "")
        end = self._members[1].name.start if len(self._members) > 1 else own.value.end
        return Edit(own.name.start, end, "")

    def _separator(self, place: int) -> str:
        """Return what stands between members near a place: comma and white space."""
        text, members = self._source.text, self._members
        between = [
            text[before.value.end : following.name.start] for before, following in pairwise(members)
        ]
        if not between:
            lead = text[self._span.start + 1 : members[0].name.start]
            return "," + (lead if "\n" in lead else " ")
        inline = [one for one in between if "\n" not in one]
        return inline[0] if inline else between[max(place - 1, 0)]


def _replaced(entry: Entry, value: str) -> Edit:
    return Edit(entry.value.start, entry.value.end, value)


def _path_of(
    data: Any, target: str, key: str, places: Mapping[Any, int] | None = None
) -> Path | None:
    """Return where a target stands; of two values with one id, that whose option has the key."""
    product_id, _, value_id = target.partition("/")
    if places is None:
        found = _with_id(inside(data, ("products",)), product_id)
    else:
        found = places.get(product_id)
    if found is None or not value_id:
        return None if found is None else ("products", found)
    variants = inside(data, ("products", found, "variants"))
    if variants is not None:
        place = _variant_with_id(variants, value_id)
        return None if place is None else ("products", found, "variants", place)
    path: Path = ("products", found, "options")
    candidates = []
    for position, option in objects(inside(data, path)):
        values = option.get("values")
        place = _with_id(values, value_id)
        if place is not None:
            carries = any(key in one for _, one in objects(values))
            candidates.append((not carries, (*path, position, "values", place)))
    return min(candidates)[1] if candidates else None


def _variant_with_id(variants: Any, wanted: str) -> int | None:
    """Return where a combination is listed, by its values' ids in the order of their options'."""
    for place, one in objects(variants):
        chosen = one.get("options")
        known = chosen if isinstance(chosen, dict) else {}
        if ".".join(str(known[option]) for option in sorted(known)) == wanted:
            return place
    return None


def _with_id(entries: Any, wanted: str) -> int | None:
    return next((place for place, one in objects(entries) if one.get("id") == wanted), None)
