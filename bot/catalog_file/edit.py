"""The owner's quick edits of the catalog file: price, stock, hidden, picture.

They implement `bot.ports.CatalogEditor`: each takes the file's bytes and gives the file's bytes, in
which only the one value differs: order, indentation, line ends and byte order mark stay.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from bot.catalog_file.amounts import read_amount
from bot.catalog_file.members import ObjectText
from bot.catalog_file.parse import Parsed, applied, inside, objects, parse
from bot.catalog_file.source import Path, Source, decoded
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
    "photo": ("was", "price", "name", "options"),
}


def set_price(source: bytes, target: str, price: Money) -> bytes:
    """Set a price, written as a text or as a number, as it was before."""
    return _edited(source, target, "price", lambda entry: _price(entry, price))


def _price(entry: ObjectText, price: Money) -> Edit:
    amount = f"{price.to_decimal():f}"
    old = entry.data.get("price")
    is_number = old is not None and not isinstance(old, str)
    return entry.put("price", amount if is_number else json.dumps(amount), _AFTER["price"])


def set_prices(
    source: bytes, prices: Mapping[StockId, Money], unsold: Collection[StockId] = ()
) -> bytes:
    """Set several prices at once; a ``was`` or ``sale`` on the wrong side goes with it."""
    text, parsed = _parsed(source)
    places = {one.get("id"): place for place, one in objects(inside(parsed.data, ("products",)))}
    syntax, edits = parsed.places()[0], []
    for target in dict.fromkeys((*prices, *unsold)):
        price = prices.get(target)
        path = _path_of(parsed.data, target, "price", places)
        if path is None:
            raise RefusedError("refused.unknown_target", target=target)
        entry = ObjectText(syntax, path, inside(parsed.data, path))
        if price is None:
            price = _money(entry.data["price"], parsed)
        else:
            edits.append(_price(entry, price))
            for one in _at_price_of(entry, syntax, path):
                edits += filter(None, [_without_was(one, price)])
        written = inside(entry.data, ("sale", "price"))
        sale = None if written is None else _money(written, parsed)
        if sale is not None and (target in unsold or sale >= price):
            edits += filter(None, [entry.take("sale")])
            sale = None
        # Beside a sale an old price may be below the price, as the lowest of 30 days is.
        edits += filter(None, [_without_was(entry, sale or price)])
    return _written(source, text, sorted(edits, key=lambda one: one.start))


def _at_price_of(entry: ObjectText, syntax: Source, path: Path) -> Iterator[ObjectText]:
    """Yield a product's variants that have no price of their own."""
    for place, variant in objects(entry.data.get("variants")):
        if variant.get("price") is None:
            yield ObjectText(syntax, (*path, "variants", place), variant)


def _money(written: Any, parsed: Parsed) -> Money:
    """Return an amount of the file in its currency."""
    currency = str(inside(parsed.data, ("shop", "currency"))).strip().lower()
    return read_amount(written, currency, zero=False)


def _without_was(entry: ObjectText, price: Money) -> Edit | None:
    """Take an old price away that is not above the new one; None where there is none such."""
    was = entry.data.get("was")
    if was is None or read_amount(was, price.currency, zero=False) > price:
        return None
    return entry.take("was")


def set_currency(source: bytes, currency: str) -> bytes:
    """Set the currency of all prices; their numbers stay."""
    text, parsed = _parsed(source)
    entry = ObjectText(parsed.places()[0], ("shop",), inside(parsed.data, ("shop",)))
    return _written(source, text, (entry.put("currency", json.dumps(currency)),))


def set_stock(source: bytes, target: str, count: int | None) -> bytes:
    """Count anew, held units included; None: it is always available."""

    def change(entry: ObjectText) -> Edit | None:
        return (
            entry.take("stock")
            if count is None
            else entry.put("stock", json.dumps(count), _AFTER["stock"])
        )

    return _edited(source, target, "stock", change)


def set_hidden(source: bytes, target: str, hidden: bool) -> bytes:
    """Hide a product, or one of its variants, from customers, or show it."""

    def change(entry: ObjectText) -> Edit | None:
        known = bool(entry.data.get("hidden", False))
        return None if known is hidden else entry.put("hidden", json.dumps(hidden))

    return _edited(source, target, "hidden", change)


def set_photo(source: bytes, target: str, photo: str) -> bytes:
    """Set the main picture: a path relative to the file, or an https URL."""
    written = json.dumps(photo, ensure_ascii=False)

    def change(entry: ObjectText) -> Edit:
        photos = entry.data.get("photos")
        if isinstance(photos, list) and photos:
            return entry.put_first("photos", written)
        return (
            entry.put("photo", written, _AFTER["photo"])
            if photos is None
            else entry.put("photos", f"[{written}]")
        )

    return _edited(source, target, "photo", change)


def _edited(
    source: bytes, target: str, key: str, change: Callable[[ObjectText], Edit | None]
) -> bytes:
    text, parsed = _parsed(source)
    path = _path_of(parsed.data, target, key)
    if path is None:
        raise RefusedError("refused.unknown_target", target=target)
    edit = change(ObjectText(parsed.places()[0], path, inside(parsed.data, path)))
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
