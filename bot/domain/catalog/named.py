"""What changed between two catalogs, each change named: its product or field, the old, the new.

Fields are called as in the owner's file. A long text is told from where it changed on, in the
languages in which it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from itertools import takewhile
from typing import Any, Final

from bot.domain.catalog.checkout import Question, Shipping, Zone
from bot.domain.catalog.diff import CatalogDiff, moved
from bot.domain.catalog.model import Catalog, Product, ProductId, Sale, StockId
from bot.domain.catalog.text import Text
from bot.domain.money import Money

#: What a change tells as old and new.
Value = Text | Money | int | str | None


class How(StrEnum):
    """What became of something."""

    CHANGED = "changed"
    #: A price that nobody pays.
    UNPAID = "unpaid"
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
    for price in diff.unpaid:
        what = titles(after, price.target)
        yield NamedChange(How.UNPAID, what, "", price.before, price.after)
    if before.checkout != after.checkout:
        yield from _checkout(before, after)
    if before.shop != after.shop:
        yield from _fields("shop.", before.shop, after.shop)
    yield from _things(How.ADDED, after, diff.added)
    yield from _things(How.REMOVED, before, diff.removed)
    yield from _things(How.HIDDEN, after, diff.hidden)
    yield from _things(How.SHOWN, after, diff.shown)
    counts = after.stock_counts() if diff.counted else {}
    for one in diff.counted:
        what = titles(after if one.stock in counts else before, one.stock, counted=True)
        yield NamedChange(How.CHANGED, what, "stock", one.before, one.after)
    for product_id in diff.reworded:
        yield from _reworded(before, after, product_id)
    if before.categories != after.categories:
        yield from _each("categories", before.categories, after.categories)


def titles(catalog: Catalog, target: StockId, *, counted: bool = False) -> tuple[Text, ...]:
    """Return the names of a product and of the choice that has a price, or else a count."""
    product_id, _, part = target.partition("/")
    product = catalog.product(ProductId(product_id))
    if product is None:
        return (Text.of(target),)
    return product.name, *product.part_names(part, counted=counted)


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
#: Letters that are told of what stays before a change in a text: so many, or back to a space.
_LEAD: Final = 8
_STEP: Final = 12
#: What of a product is told elsewhere, or never changes.
_ELSEWHERE: Final = ("id", "price", "stock", "hidden", "options", "listed", "details")


def _reworded(before: Catalog, after: Catalog, product_id: ProductId) -> Iterator[NamedChange]:
    was, now = before.product(product_id), after.product(product_id)
    if was is None or now is None:
        return
    what = (now.name,)
    yield from _fields("", was, now, what, skip=_ELSEWHERE)
    yield from _options(was, now)
    yield from _details(was, now)
    if was.listed and now.listed:
        yield from _variants(was, now)
    elif was.listed or now.listed:
        yield NamedChange(How.CHANGED, what, "variants")


def _options(was: Product, now: Product) -> Iterator[NamedChange]:
    """Yield what changed about what can be chosen; prices and counts are told elsewhere."""
    what, old = (now.name,), {one.id: one for one in was.options}
    yield from _each("options", was.options, now.options, what, skip=("id", "values"))
    for option in now.options:
        if option.id in old:
            values = old[option.id].values
            skip = ("id", "price", "stock")
            yield from _each("values", values, option.values, (*what, option.name), skip=skip)


def _details(was: Product, now: Product) -> Iterator[NamedChange]:
    old, new = ({one.label: one.text for one in product.details} for product in (was, now))
    for label, text in new.items():
        if label not in old:
            yield NamedChange(How.ADDED, (now.name, label), "details", None, text)
        elif old[label] != text:
            yield NamedChange(How.CHANGED, (now.name, label), "details", *_apart(old[label], text))
    for label in old:
        if label not in new:
            yield NamedChange(How.REMOVED, (now.name, label), "details")
    if moved(old, new):
        yield NamedChange(How.MOVED, (now.name,), "details")


def _variants(was: Product, now: Product) -> Iterator[NamedChange]:
    old, new = ({one.id: one for one in product.listed} for product in (was, now))
    for key, one in new.items():
        what = (now.name, *now.part_names(key))
        if key not in old:
            yield NamedChange(How.ADDED, what, "variants", None, one.price)
            continue
        if old[key].hidden != one.hidden:
            yield NamedChange(How.HIDDEN if one.hidden else How.SHOWN, what)
        yield from _fields("", old[key], one, what, skip=("id", "price", "stock", "hidden"))
    for key in old:
        if key not in new:
            yield NamedChange(How.REMOVED, (was.name, *was.part_names(key)), "variants")
    if moved(old, new):
        yield NamedChange(How.MOVED, what=(now.name,), field="variants")


def _each(
    field: str,
    was: Iterable[Any],
    now: Iterable[Any],
    what: tuple[Text, ...] = (),
    *,
    skip: tuple[str, ...] = ("id",),
) -> Iterator[NamedChange]:
    """Yield what came, went, changed or moved among named things with ids."""
    old, new = {one.id: one for one in was}, {one.id: one for one in now}
    for key, one in new.items():
        if key not in old:
            price = getattr(one, "price", None)
            yield NamedChange(How.ADDED, (*what, _name_of(one)), field, None, price)
        else:
            yield from _fields("", old[key], one, (*what, _name_of(one)), skip=skip)
    for key, one in old.items():
        if key not in new:
            yield NamedChange(How.REMOVED, (*what, _name_of(one)), field)
    if moved(old, new):
        yield NamedChange(How.MOVED, what, field)


def _name_of(one: Any) -> Text:
    name: Text = one.label if isinstance(one, Question) else one.name
    return name


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
    yield from _each("questions", was.questions, now.questions)
    yield from _fields("checkout.", was, now, skip=("shipping", "questions"))


def _zones(shipping: Shipping | None) -> dict[str, Zone]:
    return {zone.id: zone for zone in shipping.zones} if shipping else {}


def _called(zone: Zone | None) -> tuple[Text, ...]:
    return (zone.name,) if zone and zone.name else ()


def _zone(was: Zone | None, now: Zone | None) -> Iterator[NamedChange]:
    """Yield what changed about a zone: its rates, its countries, its name."""
    what = _called(now or was)
    yield from _each("rates", was.rates if was else (), now.rates if now else (), what)
    countries = [", ".join(one.countries) if one else None for one in (was, now)]
    if countries[0] != countries[1]:
        yield NamedChange(How.CHANGED, what, _SHIPPING + "countries", *countries)
    if was and now and was.name != now.name:
        yield NamedChange(How.CHANGED, what, "name", was.name, now.name)


def _fields(
    prefix: str,
    was: Any,
    now: Any,
    what: tuple[Text, ...] = (),
    *,
    skip: tuple[str, ...] = (),
) -> Iterator[NamedChange]:
    """Yield the fields in which two values differ; a price needs no name."""
    for one in fields(was):
        old, new = getattr(was, one.name), getattr(now, one.name)
        if one.name not in skip and old != new:
            field = "" if one.name == "price" else prefix + one.name
            yield NamedChange(How.CHANGED, what, field, *_told(old, new))


def _told(old: Any, new: Any) -> tuple[Value, Value]:
    """Return the old and the new as far as they differ."""
    match old, new:
        case Text(), Text():
            return _apart(old, new)
        case Sale(), Sale() if old.price == new.price:
            return None, None  # other days
        case (tuple(), tuple()) if set(old) != set(new) and all(map(_is_str, (*old, *new))):
            return _only(old, new), _only(new, old)
    return _said(old), _said(new)


def _said(value: Any) -> Value:
    """Return a field's value as it is told: yes and no as the file writes them."""
    match value:
        case bool():
            return "true" if value else "false"
        case None | Text() | Money() | int() | str():
            return value
        case Sale():
            return value.price
        case _:
            return (", " if all(map(_is_str, value)) else "–").join(map(str, value))


def _is_str(value: object) -> bool:
    return isinstance(value, str)


def _only(some: Iterable[str], others: Iterable[str]) -> str | None:
    """Return what is among some and not among others, as a picture's path."""
    return ", ".join(one for one in some if one not in set(others)) or None


def _apart(old: Text, new: Text) -> tuple[Value, Value]:
    """Return two texts in the languages in which they differ, from shortly before there on."""
    tags = dict.fromkeys(tag for text in (old, new) for tag, _ in text.wordings)
    pairs = [(tag, old.in_language(tag), new.in_language(tag)) for tag in tags]
    apart = [(tag, *_from_there(was, now)) for tag, was, now in pairs if was != now]
    if not apart:
        return None, None
    return Text(tuple((tag, was) for tag, was, _ in apart)), Text(
        tuple((tag, now) for tag, _, now in apart)
    )


def _from_there(was: str, now: str) -> tuple[str, str]:
    pairs = zip(was, now, strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    if same <= _LEAD + _STEP:
        return was, now
    start = was.rfind(" ", 0, same - _LEAD) + 1
    start = max(start, same - _LEAD - _STEP)
    return "…" + was[start:], "…" + now[start:]
