"""New entries of our file: a product of a table as the file writes it, and as text."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from bot.moving_in.goods import (
    PRODUCT,
    Choice,
    Item,
    VariantRow,
    by_value,
    counted_by,
    filled,
    values_of,
)

#: The order in which a product, and a variant, is written; what is not named here comes last.
_ORDER: Final = (
    "id", "category", "name", "description", "price", "was", "sale", "photo", "photos", "stock",
    "sku", "barcode", "brand", "weight", "details", "tax_code", "min_per_order", "max_per_order",
    "hidden", "new", "comment", "options", "variants",
)  # fmt: skip
#: What all variants have alike is written once, with the product.
_ALIKE: Final = ("was", "weight")
AMOUNTS: Final = frozenset(["price", "was"])
_WIDTH: Final = 100
_encoded: Final = json.JSONEncoder(ensure_ascii=False).encode


def entry_of(item: Item) -> dict[str, Any]:
    """Return a product as a new entry."""
    made = said(item.keys)
    photos = made.pop("photos", None)
    if photos:
        made |= {"photos": photos} if len(photos) > 1 else {"photo": photos[0]}
    if not item.options:
        made = said(item.rows[0].keys) | made
    else:
        made |= _simple(item) if item.simple else _listed(item)
    return _ordered(filled(made))


def said(keys: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is there to say."""
    return {key: value for key, value in keys.items() if value is not None and value is not False}


def variant_of(item: Item, row: VariantRow, *, apart: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as a listed variant, without what its product says already."""
    chosen = {one.id: value.id for one, value in zip(item.options, row.choices, strict=True)}
    own = {
        key: value
        for key, value in said(row.keys).items()
        if not (same_amount(apart.get(key), value) if key in AMOUNTS else apart.get(key) == value)
        or (key in AMOUNTS and row.on_sale is False)
    }
    if row.shared:
        own.pop("stock", None)
    elif row.keys.get("stock") is not None:
        own["stock"] = row.keys["stock"]
    return {"options": chosen, **_ordered(own)}


def _listed(item: Item) -> dict[str, Any]:
    """Return options, and each combination that is sold."""
    own: dict[str, Any] = {}
    own["price"] = price = base_price(item)
    for row in item.rows:
        if item.keys.get("sale") and row.keys["price"] != price:
            row.on_sale = False
    for key in _ALIKE:
        values = {
            row.keys.get(key) for row in item.rows if key != "was" or row.on_sale is not False
        }
        if len(values) == 1 and None not in values:
            own[key] = values.pop()
    apart = dict(own)
    shared = (row.keys.get("stock") for row in item.rows if row.shared == PRODUCT)
    own["stock"] = next(shared, None)
    options = [
        {**_named(option), "values": [_named(value) for value in values]}
        for option, values in values_of(item)
    ]
    variants = [variant_of(item, row, apart=apart) for row in item.rows]
    return {**said(own), "options": options, "variants": variants}


def _simple(item: Item) -> dict[str, Any]:
    """Return options whose values carry prices, stock and pictures."""
    own = said({key: item.rows[0].keys.get(key) for key in ("sku", "barcode", *_ALIKE)})
    own |= said({"was": shared_was(item)})
    own["price"] = base_price(item)
    carried = {key: carrier(item, key) for key in ("price", "photo")}
    if carried["photo"] is None and item.rows[0].keys.get("photo"):
        carried["photo"] = 0  # a product's pictures are others
    counted_at = _counted_at(item)
    options = []
    for place, (option, values) in enumerate(values_of(item)):
        made = []
        for value in values:
            entry = _named(value)
            for key, at in carried.items():
                told = (by_value(item, key, place) or {}) if at == place else {}
                carries, stays = told.get(value.id, (None, False))
                if carries is not None and (stays or carries != own.get(key)):
                    entry[key] = carries
            counted_as = counted_by(option.id, value.id)
            counted = next((row for row in item.rows if row.shared == counted_as), None)
            if counted is not None and counted_at == place:
                entry |= said({"stock": counted.keys.get("stock")})
            made.append(entry)
        options.append({**_named(option), "values": made})
    shared = (row.keys.get("stock") for row in item.rows if row.shared == PRODUCT)
    return {**own, **said({"stock": next(shared, None)}), "options": options}


def _counted_at(item: Item) -> int | None:
    """Return the option whose values share stock; values of another may have the same ids."""
    counted = {row.shared for row in item.rows} - {PRODUCT}
    for place, option in enumerate(item.options) if counted else ():
        own = ((counted_by(option.id, row.ids[place]), row.shared) for row in item.rows)
        if all(shared == (one if one in counted else PRODUCT) for one, shared in own):
            return place
    return None


def carrier(item: Item, key: str) -> int | None:
    """Return the first option on whose values alone something hangs; None where on none.

    What is the same for all hangs on none.
    """
    if len({row.told(key) for row in item.rows}) <= 1:
        return None
    places = range(len(item.options))
    return next((place for place in places if by_value(item, key, place) is not None), None)


def base_price(item: Item) -> str:
    """Return the product's own price: that of the rows on sale, else the most common one.

    An old price that simple options share is above it.
    """
    rows = [row for row in item.rows if row.on_sale]
    if item.simple and not rows:
        rows = [row for row in item.rows if row.keys.get("was")]
    prices = Counter(row.keys["price"] for row in rows or item.rows)
    return str(prices.most_common(1)[0][0])


def shared_was(item: Item) -> str | None:
    """Return the old price that simple options have of their product.

    It is shown with every choice that costs less, beside a sale with those alone that are on it:
    None where one of them has none.
    """
    told = [row.keys["was"] for row in item.rows if row.keys.get("was")]
    if not told:
        return None
    without = (row.keys for row in item.rows if not row.keys.get("was"))
    prices = (Decimal(keys["price"]) for keys in without if keys.get("price"))
    shown = not item.keys.get("sale") and any(price < Decimal(told[0]) for price in prices)
    return None if shown else str(told[0])


def same_amount(old: Any, new: Any) -> bool:
    """Return whether an amount of the file, which may be none, is a table's."""
    number = decimal_of(old)
    return number is not None and number == decimal_of(new)


def decimal_of(written: Any) -> Decimal | None:
    """Return an amount of the file; None where it is none."""
    try:
        return Decimal(str(written).strip())
    except InvalidOperation:
        return None


def _named(choice: Choice) -> dict[str, Any]:
    return {"id": choice.id, "name": choice.id if choice.name is None else choice.name}


def _ordered(keys: Mapping[str, Any]) -> dict[str, Any]:
    return {key: keys[key] for key in (*_ORDER, *keys) if key in keys}


def text_of(value: Any, indent: str = "") -> str:
    """Return a value as the file writes it: on a line where it fits, else a line an entry."""
    inner = indent + "  "
    if isinstance(value, dict):
        (opened, closed), entries = "{}", value.items()
        parts = [f"{_encoded(key)}: {text_of(one, inner)}" for key, one in entries]
    elif isinstance(value, list):
        (opened, closed), parts = "[]", [text_of(one, inner) for one in value]
    else:
        return _encoded(value)
    line = f"{opened}{', '.join(parts)}{closed}"
    if len(indent) + len(line) <= _WIDTH and "\n" not in line:
        return line
    body = ",\n".join(inner + one for one in parts)
    return f"{opened}\n{body}\n{indent}{closed}"
