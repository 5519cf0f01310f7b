"""What changed between two catalogs, each change named: its product or field, the old, the new.

Fields are called as in the owner's file. What is too long to be told, as descriptions and
pictures, is named without its content.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Final

from bot.domain.catalog.checkout import Shipping, ShippingRate, Zone
from bot.domain.catalog.diff import CatalogDiff
from bot.domain.catalog.model import Catalog, Category, Product, ProductId, Sale, StockId
from bot.domain.catalog.text import Text
from bot.domain.money import Money

#: What a change tells as old and new.
Value = Text | Money | int | str | None


class How(StrEnum):
    """What became of something."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    HIDDEN = "hidden"
    SHOWN = "shown"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class NamedChange:
    """One change.

    Attributes:
        what: A product and perhaps its choice, a category or a rate; empty for the shop.
        field: The key in the file; empty for a price, and for the whole of it.
        before: None: there was none, or it is not told.
        after: None: there is none now, or it is not told.
    """

    how: How
    what: tuple[Text, ...] = ()
    field: str = ""
    before: Value = None
    after: Value = None


def named(before: Catalog, after: Catalog, diff: CatalogDiff) -> Iterator[NamedChange]:
    """Yield every change by name, what costs money first."""
    before, after = before.written, after.written
    yield from _prices(after, diff)
    if before.checkout != after.checkout:
        yield from _checkout(before, after)
    if before.shop != after.shop:
        yield from _fields("shop.", before.shop, after.shop, untold=("banner",))
    yield from _things(How.ADDED, after, diff.added)
    yield from _things(How.REMOVED, before, diff.removed)
    yield from _things(How.HIDDEN, after, diff.hidden)
    yield from _things(How.SHOWN, after, diff.shown)
    for one in diff.counted:
        what = titles(after, one.stock)
        yield NamedChange(How.CHANGED, what, "stock", one.before, one.after)
    for product_id in diff.reworded:
        yield from _reworded(before, after, product_id)
    if before.categories != after.categories:
        yield from _categories(before.categories, after.categories)


def titles(catalog: Catalog, target: StockId) -> tuple[Text, ...]:
    """Return the names of a product and of the choice that a target names."""
    product_id, _, part = target.partition("/")
    product = catalog.product(ProductId(product_id))
    return (Text.of(target),) if product is None else (product.name, *product.part_names(part))


def _prices(after: Catalog, diff: CatalogDiff) -> Iterator[NamedChange]:
    """Yield a price once, however many variants are sold at it."""
    seen = set()
    for one in diff.prices:
        variant = after.variant(one.key)
        if variant is None:
            continue
        mark = variant.price_id, one.before, one.after
        if mark not in seen:
            seen.add(mark)
            what = titles(after, variant.price_id)
            yield NamedChange(How.CHANGED, what, "", one.before, one.after)


def _things(how: How, catalog: Catalog, ids: Iterable[ProductId]) -> Iterator[NamedChange]:
    for product_id in ids:
        yield NamedChange(how, titles(catalog, StockId(product_id)))


_SHIPPING: Final = "checkout.shipping."
#: What of a product is told elsewhere, or never changes.
_ELSEWHERE: Final = ("id", "price", "stock", "hidden", "options", "listed")


def _reworded(before: Catalog, after: Catalog, product_id: ProductId) -> Iterator[NamedChange]:
    was, now = before.product(product_id), after.product(product_id)
    if was is None or now is None:
        return
    untold, what = ("description", "photos", "new", "details"), (now.name,)
    yield from _fields("", was, now, what, untold=untold, skip=_ELSEWHERE)
    if _choices(was) != _choices(now):
        yield NamedChange(How.CHANGED, what, "options")
    if was.listed and now.listed:
        yield from _variants(was, now)
    elif was.listed or now.listed:
        yield NamedChange(How.CHANGED, what, "variants")


def _variants(was: Product, now: Product) -> Iterator[NamedChange]:
    old, new = ({one.id: one for one in product.listed} for product in (was, now))
    for key, one in new.items():
        what = (now.name, *now.part_names(key))
        if key not in old:
            yield NamedChange(How.ADDED, what, "variants", None, one.price)
            continue
        if old[key].hidden != one.hidden:
            yield NamedChange(How.HIDDEN if one.hidden else How.SHOWN, what)
        told_elsewhere = ("id", "price", "stock", "hidden")
        yield from _fields("", old[key], one, what, untold=("photo",), skip=told_elsewhere)
    for key in old:
        if key not in new:
            yield NamedChange(How.REMOVED, (was.name, *was.part_names(key)), "variants")
    if moved(old, new):
        yield NamedChange(How.MOVED, what=(now.name,), field="variants")


def _choices(product: Product) -> list[Any]:
    """Return what can be chosen, without prices and counts."""
    return [
        (option.id, option.name, [(one.id, one.name, one.photo) for one in option.values])
        for option in product.options
    ]


def _categories(was: tuple[Category, ...], now: tuple[Category, ...]) -> Iterator[NamedChange]:
    old, new = {one.id: one for one in was}, {one.id: one for one in now}
    for key, one in new.items():
        if key not in old:
            yield NamedChange(How.ADDED, (one.name,), "categories")
        else:
            yield from _fields("", old[key], one, (one.name,))
    for key, one in old.items():
        if key not in new:
            yield NamedChange(How.REMOVED, (one.name,), "categories")
    if moved(old, new):
        yield NamedChange(How.MOVED, field="categories")


def _checkout(before: Catalog, after: Catalog) -> Iterator[NamedChange]:
    was, now = before.checkout, after.checkout
    old, new = _zones(was.shipping), _zones(now.shipping)
    for key in dict.fromkeys((*new, *old)):
        gone, come = old.get(key), new.get(key)
        if not key or (gone and come):
            yield from _zone(gone, come)
        elif come:
            yield NamedChange(How.ADDED, _called(come), "zones")
        else:
            yield NamedChange(How.REMOVED, _called(gone), "zones")
    yield from _fields("checkout.", was, now, untold=("questions",), skip=("shipping",))


def _zones(shipping: Shipping | None) -> dict[str, Zone]:
    return {zone.id: zone for zone in shipping.zones} if shipping else {}


def _called(zone: Zone | None) -> tuple[Text, ...]:
    return (zone.name,) if zone and zone.name else ()


def _zone(was: Zone | None, now: Zone | None) -> Iterator[NamedChange]:
    """Yield what changed about a zone: its rates, its countries, its name."""
    what = _called(now or was)
    for change in _rates(was.rates if was else (), now.rates if now else ()):
        yield replace(change, what=(*what, *change.what))
    countries = [", ".join(one.countries) if one else None for one in (was, now)]
    if countries[0] != countries[1]:
        yield NamedChange(How.CHANGED, what, _SHIPPING + "countries", *countries)
    if was and now and was.name != now.name:
        yield NamedChange(How.CHANGED, what, "name", was.name, now.name)


def _rates(was: tuple[ShippingRate, ...], now: tuple[ShippingRate, ...]) -> Iterator[NamedChange]:
    old, new = {one.id: one for one in was}, {one.id: one for one in now}
    for key, one in new.items():
        if key not in old:
            yield NamedChange(How.ADDED, (one.name,), "rates", None, one.price)
            continue
        before = old[key]
        if before.price != one.price:
            yield NamedChange(How.CHANGED, (one.name,), "", before.price, one.price)
        yield from _fields("", before, one, (one.name,), skip=("id", "price"))
    for key, one in old.items():
        if key not in new:
            yield NamedChange(How.REMOVED, (one.name,), "rates")
    if moved(old, new):
        yield NamedChange(How.MOVED, field="rates")


def moved(old: Iterable[Any], new: Iterable[Any]) -> bool:
    """Return whether what is in both stands in another order."""
    before, after = dict.fromkeys(old), dict.fromkeys(new)
    return [one for one in before if one in after] != [one for one in after if one in before]


def _fields(
    prefix: str,
    was: Any,
    now: Any,
    what: tuple[Text, ...] = (),
    *,
    untold: tuple[str, ...] = (),
    skip: tuple[str, ...] = (),
) -> Iterator[NamedChange]:
    """Yield the fields in which two values differ."""
    for one in fields(was):
        old, new = getattr(was, one.name), getattr(now, one.name)
        if one.name in skip or old == new:
            continue
        told = (None, None) if one.name in untold else (_told(old), _told(new))
        yield NamedChange(How.CHANGED, what, prefix + one.name, *told)


def _told(value: Any) -> Value:
    """Return a field's value as it is told: yes and no as the file writes them."""
    match value:
        case bool():
            return "true" if value else "false"
        case None | Text() | Money() | int() | str():
            return value
        case Sale():
            return value.price
        case _:
            return "–".join(map(str, value))
