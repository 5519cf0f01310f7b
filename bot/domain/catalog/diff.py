"""What changed between two catalogs, as an owner would say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.domain.catalog.goods import Goods
from bot.domain.catalog.model import Catalog, LineKey, Product, ProductId, StockId, Variant
from bot.domain.money import Money


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A variant that costs something else now.

    Attributes:
        before: What it cost; of one that is new, where all of its product's are, the nearest of
            what those before cost.
        replaced: It is such a new one.
    """

    key: LineKey
    before: Money
    after: Money
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class UnpaidPrice:
    """A price in the file that is another one now, and that nothing is sold at."""

    target: StockId
    before: Money
    after: Money


@dataclass(frozen=True, slots=True)
class StockChange:
    """Something whose count in the file is another one now; None: always available."""

    stock: StockId
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class CatalogDiff:
    """What changed, each in the file's order.

    Attributes:
        prices: By variant, of products in both catalogs.
        unpaid: Of these products, what changed though every choice has a price of its own.
        added: New to the catalog.
        removed: Gone from the catalog.
        counted: Whatever both count, or begin or cease to count, with another number: a new count.
        sold_out: Of these, what had something left and is at 0 now.
        hidden: Shown before, hidden now.
        shown: Hidden before, shown now.
        reworded: In both, and differ in something else: words, pictures, choices, limits.
        shop: The shop's own entry differs.
        categories: Categories differ.
        checkout: How the shop checks out differs.
        moved: The products stand in another order.
    """

    prices: tuple[PriceChange, ...] = ()
    unpaid: tuple[UnpaidPrice, ...] = ()
    added: tuple[ProductId, ...] = ()
    removed: tuple[ProductId, ...] = ()
    counted: tuple[StockChange, ...] = ()
    sold_out: tuple[StockId, ...] = ()
    hidden: tuple[ProductId, ...] = ()
    shown: tuple[ProductId, ...] = ()
    reworded: tuple[ProductId, ...] = ()
    shop: bool = False
    categories: bool = False
    checkout: bool = False
    moved: bool = False


def compare(before: Catalog, after: Catalog) -> CatalogDiff:
    """Tell what changed from one catalog to the next, as their files have it."""
    before, after = before.written, after.written
    old, new = before.goods.ids, after.goods.ids
    pairs = list(changed(before.goods, after.goods))
    counted = _counted(before, after)
    return CatalogDiff(
        prices=tuple(change for was, now in pairs for change in _prices(was, now)),
        unpaid=tuple(change for was, now in pairs for change in _unpaid(was, now)),
        added=tuple(key for key in new if key not in old),
        removed=tuple(key for key in old if key not in new),
        counted=counted,
        sold_out=tuple(one.stock for one in counted if one.after == 0),
        hidden=tuple(now.id for was, now in pairs if now.hidden and not was.hidden),
        shown=tuple(now.id for was, now in pairs if was.hidden and not now.hidden),
        reworded=tuple(now.id for was, now in pairs if _rest(was) != _rest(now)),
        shop=before.shop != after.shop,
        categories=before.categories != after.categories,
        checkout=before.checkout != after.checkout,
        moved=moved(old, new),
    )


def changed(before: Goods, after: Goods) -> Iterator[tuple[Product, Product]]:
    """Yield what both have and is not the same; only products with another trace are made."""
    for key, place in after.ids.items():
        was_at = before.ids.get(key)
        if was_at is not None and before.trace(was_at) != after.trace(place):
            was, now = before.at(was_at), after.at(place)
            if was != now:
                yield was, now


def _prices(was: Product, now: Product) -> list[PriceChange]:
    if (was.price, was.options, was.listed) == (now.price, now.options, now.listed):
        return []
    old, new = {variant.id: variant.price for variant in was.variants()}, tuple(now.variants())
    if old and not any(variant.id in old for variant in new):
        return _replaced(set(old.values()), new)
    return [
        PriceChange(variant.key, old[variant.id], variant.price)
        for variant in new
        if variant.id in old and old[variant.id] != variant.price
    ]


def _unpaid(was: Product, now: Product) -> Iterator[UnpaidPrice]:
    old, new = _written_prices(was), _written_prices(now)
    if old == new:
        return
    paid = {variant.price_id for variant in now.variants()}
    for target, price in new.items():
        if target in old and old[target] != price and target not in paid:
            yield UnpaidPrice(target, old[target], price)


def _written_prices(product: Product) -> dict[StockId, Money]:
    """Return each price that the file has for a product, by what it stands at."""
    values = [(one.id, one.price) for option in product.options for one in option.values]
    parts = (*values, *((one.id, one.price) for one in product.listed))
    own = {StockId(f"{product.id}/{part}"): price for part, price in parts if price is not None}
    return {StockId(product.id): product.price, **own}


def _replaced(old: set[Money], new: Sequence[Variant]) -> list[PriceChange]:
    """Compare variants that came in the place of all others with the nearest of those' prices."""
    nearest = {
        variant.key: min(old, key=lambda was: (abs(was.minor - variant.price.minor), was.minor))
        for variant in new
    }
    return [
        PriceChange(variant.key, nearest[variant.key], variant.price, replaced=True)
        for variant in new
        if nearest[variant.key] != variant.price
    ]


def _counted(before: Catalog, after: Catalog) -> tuple[StockChange, ...]:
    """Compare what both catalogs know; what is new or gone is told as such.

    A choice that shared its product's count and has one of its own now, or the other way round, was
    or is counted with it.
    """
    old, new = before.stock_counts(), after.stock_counts()
    changes = [
        StockChange(key, old.get(key, old.get(_product_of(key))), count)
        for key, count in new.items()
        if (old[key] != count if key in old else _is_part(before, key))
    ]
    changes += [
        StockChange(key, count, new.get(_product_of(key)))
        for key, count in old.items()
        if key not in new and _is_part(after, key)
    ]
    return tuple(changes)


def _product_of(key: StockId) -> StockId:
    return StockId(key.partition("/")[0])


def _is_part(catalog: Catalog, key: StockId) -> bool:
    product = catalog.product(ProductId(_product_of(key)))
    return product is not None and key in product.countable()


def _rest(product: Product) -> Product:
    """Return the product without what is told apart: price, stock, hidden."""
    options = tuple(
        replace(
            option,
            values=tuple(replace(value, price=None, stock=None) for value in option.values),
        )
        for option in product.options
    )
    listed = tuple(replace(one, price=None, stock=None) for one in product.listed)
    price = Money.zero(product.price.currency)
    return replace(product, price=price, stock=None, hidden=False, options=options, listed=listed)


def moved(old: Iterable[Any], new: Iterable[Any]) -> bool:
    """Return whether what is in both stands in another order."""
    before, after = dict.fromkeys(old), dict.fromkeys(new)
    return [one for one in before if one in after] != [one for one in after if one in before]
