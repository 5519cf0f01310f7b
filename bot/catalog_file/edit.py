"""The owner's quick edits of the catalog file: price, stock, hidden, picture.

Each takes the file's bytes and gives the file's bytes, in which only the one value differs: order,
indentation, line ends and byte order mark stay. They check no rules of the catalog; whoever writes
the result reads it with `read_catalog` first.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bot.catalog_file.parse import Parsed, parse
from bot.catalog_file.source import Path, Source, decoded
from bot.catalog_file.splice import replaced, with_member, without_member
from bot.domain.errors import RefusedError
from bot.domain.money import Money
from bot.ports.catalog import CatalogFaultsError, Fault

_BOM = b"\xef\xbb\xbf"


def set_price(source: bytes, target: str, price: Money) -> bytes:
    """Set the price of a product, or of one of its options' values.

    Args:
        source: The catalog file.
        target: ``product``, or ``product/value`` as in a `StockId`.
        price: In the file's currency; written as a text or a number, as it was before.

    Raises:
        RefusedError: ``refused.unknown_target``: there is no such product or value.
        CatalogFaultsError: the file is no JSON.
    """
    amount = f"{price.to_decimal():f}"

    def edit(parsed: Parsed, path: Path) -> str:
        old = _value(parsed.data, (*path, "price"))
        is_number = old is not None and not isinstance(old, str)
        return _put(parsed, path, "price", amount if is_number else json.dumps(amount))

    return _edited(source, target, "price", edit)


def set_stock(source: bytes, target: str, count: int | None) -> bytes:
    """Count a product, or one of its options' values, anew; None: it is always available.

    Args:
        source: The catalog file.
        target: ``product``, or ``product/value`` as in a `StockId`.
        count: Units that can be sold, held ones included.

    Raises:
        RefusedError: ``refused.unknown_target``: there is no such product or value.
        CatalogFaultsError: the file is no JSON.
    """

    def edit(parsed: Parsed, path: Path) -> str:
        if count is not None:
            return _put(parsed, path, "stock", json.dumps(count))
        if "stock" in _value(parsed.data, path):
            return without_member(_source(parsed), path, "stock")
        return parsed.written

    return _edited(source, target, "stock", edit)


def set_hidden(source: bytes, product: str, hidden: bool) -> bytes:
    """Hide a product from customers, or show it.

    Raises:
        RefusedError: ``refused.unknown_target``: there is no such product.
        CatalogFaultsError: the file is no JSON.
    """

    def edit(parsed: Parsed, path: Path) -> str:
        if bool(_value(parsed.data, path).get("hidden", False)) is hidden:
            return parsed.written
        return _put(parsed, path, "hidden", json.dumps(hidden))

    return _edited(source, product, "hidden", edit)


def set_photo(source: bytes, target: str, photo: str) -> bytes:
    """Set the main picture of a product, or the picture of one of its options' values.

    Args:
        source: The catalog file.
        target: ``product``, or ``product/value`` as in a `StockId`.
        photo: Path relative to the file, or an https URL.

    Raises:
        RefusedError: ``refused.unknown_target``: there is no such product or value.
        CatalogFaultsError: the file is no JSON.
    """
    written = json.dumps(photo, ensure_ascii=False)

    def edit(parsed: Parsed, path: Path) -> str:
        photos = _value(parsed.data, (*path, "photos"))
        if photos:
            return replaced(_source(parsed), (*path, "photos", 0), written)
        if photos is not None:
            return replaced(_source(parsed), (*path, "photos"), f"[{written}]")
        return _put(parsed, path, "photo", written)

    return _edited(source, target, "photo", edit)


#: What a new member is written behind, the first that is there.
_AFTER = {
    "price": ("name", "category", "id"),
    "stock": ("photos", "photo", "was", "price", "name"),
    "hidden": (),
    "photo": ("was", "price", "name"),
}


def _edited(source: bytes, target: str, key: str, edit: Callable[[Parsed, Path], str]) -> bytes:
    text = decoded(source)
    if isinstance(text, Fault):
        raise CatalogFaultsError("catalog.json", (text,))
    parsed = parse(text)
    if parsed.faults:
        raise CatalogFaultsError("catalog.json", parsed.faults)
    path = _path_of(parsed.data, target, key)
    if path is None:
        raise RefusedError("refused.unknown_target", target=target)
    changed = edit(parsed, path).encode()
    return _BOM + changed if source.startswith(_BOM) else changed


def _put(parsed: Parsed, path: Path, key: str, value: str) -> str:
    source = _source(parsed)
    if source.span((*path, key)) is not None:
        return replaced(source, (*path, key), value)
    return with_member(source, path, key, value, after=_AFTER[key])


def _path_of(data: Any, target: str, key: str) -> Path | None:
    """Return where a target stands; of two values with one id, that whose option has the key."""
    product_id, _, value_id = target.partition("/")
    found = _with_id(_value(data, ("products",)), product_id)
    if found is None or not value_id:
        return None if found is None else ("products", found)
    path: Path = ("products", found, "options")
    candidates = []
    for position, option in enumerate(_value(data, path) or ()):
        values = option.get("values") if isinstance(option, dict) else None
        place = _with_id(values, value_id)
        if place is not None:
            carries = any(isinstance(one, dict) and key in one for one in values or ())
            candidates.append((not carries, (*path, position, "values", place)))
    return min(candidates)[1] if candidates else None


def _with_id(entries: Any, wanted: str) -> int | None:
    for position, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, dict) and entry.get("id") == wanted:
            return position
    return None


def _value(data: Any, path: Path) -> Any:
    for step in path:
        if isinstance(data, dict):
            data = data.get(str(step))
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def _source(parsed: Parsed) -> Source:
    return parsed.places()[0]
