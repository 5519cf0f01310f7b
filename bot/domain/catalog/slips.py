"""Prices that changed so much that their owner is asked first whether they are meant."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.domain.catalog.diff import compare
from bot.domain.catalog.model import Catalog, StockId, Variant
from bot.domain.money import Money

_FAR = 2
_DIGEST = 12


@dataclass(frozen=True, slots=True)
class Slip:
    """A price that halved or doubled, or a sale at less than half of its product's price.

    Attributes:
        target: What has the price in the file: a product, or one of its options' values.
        before: What it is sold at until an owner has answered.
        after: What the file says.
        sale: Whether it is a sale, which waits as a whole.
    """

    target: StockId
    before: Money
    after: Money
    sale: bool = False


@dataclass(frozen=True, slots=True)
class NewCurrency:
    """A file whose prices are in another currency than what is sold: it waits as a whole."""

    before: str
    after: str


#: What an owner is asked about before it is taken in.
Doubt = Slip | NewCurrency


def new_currency(before: Catalog, after: Catalog) -> NewCurrency | None:
    """Return the change of currency between two catalogs; None where there is none."""
    old, new = before.shop.currency, after.shop.currency
    return NewCurrency(old, new) if old != new else None


def slips(before: Catalog, after: Catalog) -> tuple[Slip, ...]:
    """Return what costs half as much or less now, or twice as much or more, in the file's order."""
    before, after = before.written, after.written
    found: dict[StockId, Slip] = {}
    prices = compare(before, after).prices
    far = [one for one in prices if _is_far(one.before, one.after)]
    replaced = Counter(one.key.product for one in far if one.replaced)
    for one in far:
        old, new = before.variant(one.key), after.variant(one.key)
        if new is None:
            continue
        # Of choices in the place of all others some cost more than others: a bag's price may stay
        # with the small one. A slip is where none is near what was paid.
        if one.replaced and replaced[one.key.product] < sum(1 for _ in new.product.variants()):
            continue
        target = _target(old, new) if old else new.price_id
        known = found.get(target)
        if known is None or known.before < one.before:
            found[target] = Slip(target, one.before, one.after)
    return *found.values(), *_sales(before, after, found)


def _sales(before: Catalog, after: Catalog, waiting: Mapping[StockId, Slip]) -> Iterator[Slip]:
    """Yield the new sales at less than half of what their products cost; half price is common."""
    for product in map(after.goods.at, sorted(after.goods.sales)):
        sale, old, target = product.sale, before.product(product.id), StockId(product.id)
        if sale is None or (old and old.sale and old.sale.price == sale.price):
            continue
        price = waiting[target].before if target in waiting else product.price
        if sale.price.minor * _FAR < price.minor:
            yield Slip(target, price, sale.price, sale=True)


def _target(old: Variant, new: Variant) -> StockId:
    """Return what gets the price from before; what has lost its own gets it back for as long."""
    if "/" in new.price_id or "/" not in old.price_id:
        return new.price_id
    if new.own is not None:
        return StockId(f"{new.product.id}/{new.id}")
    return new.price_id if old.own is not None else old.price_id


def _is_far(before: Money, after: Money) -> bool:
    if before.currency != after.currency:
        return False
    return after.minor * _FAR <= before.minor or after.minor >= before.minor * _FAR


def mark_of(some: Iterable[Doubt]) -> str:
    """Return what a button knows these by: another when one of them is another."""
    said = repr([_plain(one) for one in some])
    return hashlib.sha256(said.encode()).hexdigest()[:_DIGEST]


def _plain(one: Doubt) -> tuple[object, ...]:
    if isinstance(one, NewCurrency):
        return one.before, one.after
    told = one.target, one.before.minor, one.after.minor
    return (*told, "sale") if one.sale else told
