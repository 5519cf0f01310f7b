"""The products of a catalog in the file's order, and where each stands.

Only the places are kept ready: a product itself may be made when somebody looks at it, so that a
shop of 10,000 takes little memory. Every look-up costs the same in a large shop as in a small one.
"""

from __future__ import annotations

from abc import abstractmethod
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import eq
from typing import Final, overload

from bot.domain.catalog.product import (
    CategoryId,
    LineKey,
    Product,
    ProductId,
    StockId,
    Variant,
)

#: Variants kept ready: a tap in the cart looks at each of its lines' several times.
_VARIANTS: Final = 2048
#: Of each product: its id, its category, whether it is hidden, and whether it is news.
Facts = Iterable[tuple[ProductId, CategoryId, bool, bool]]


class Shown(Sequence[Product]):
    """Some of the products, in the file's order; each is made when it is looked at."""

    def __init__(self, goods: Goods, places: Sequence[int]) -> None:
        self._goods: Final = goods
        self._places: Final = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Product: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Product, ...]: ...
    def __getitem__(self, index: int | slice) -> Product | tuple[Product, ...]:
        if isinstance(index, slice):
            return tuple(map(self._goods.at, self._places[index]))
        return self._goods.at(self._places[index])

    def __iter__(self) -> Iterator[Product]:
        return map(self._goods.at, self._places)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and _are_the_same(self, other)

    def __hash__(self) -> int:
        return hash(tuple(self._places))

    def index_of(self, place: int) -> int:
        """Return the position among these of the product at a place in the file; 0 for another."""
        position = bisect_left(self._places, place)
        there = position < len(self._places) and self._places[position] == place
        return position if there else 0


def _are_the_same(some: Sequence[Product], others: Sequence[object]) -> bool:
    return len(some) == len(others) and all(map(eq, some, others))


class Goods(Sequence[Product]):
    """A catalog's products."""

    def __init__(self, facts: Facts) -> None:
        self._place: Final[dict[ProductId, int]] = {}
        visible, news, others = array("I"), array("I"), array("I")
        shelves: dict[CategoryId, array[int]] = {}
        for place, (product_id, category, hidden, is_news) in enumerate(facts):
            self._place[product_id] = place
            if not hidden:
                visible.append(place)
                (news if is_news else others).append(place)
                shelves.setdefault(category, array("I")).append(place)
        self.visible: Final = Shown(self, visible)
        #: The visible ones, what is new or on sale before the rest.
        self.news_first: Final = Shown(self, news + others)
        self._shelves: Final = {key: Shown(self, places) for key, places in shelves.items()}
        self._empty: Final = Shown(self, ())
        #: Return a variant of a product, or None where either is gone.
        self.variant: Final = lru_cache(_VARIANTS)(self._variant)

    @abstractmethod
    def at(self, place: int) -> Product:
        """Return the product at a place in the file, from 0."""

    @abstractmethod
    def trace(self, place: int) -> object:
        """Return what is equal for equal products, and quicker to compare."""

    @abstractmethod
    def stock_counts(self) -> Mapping[StockId, int | None]:
        """Return the file's count of everything that is counted; None: always available."""

    @abstractmethod
    def pictures(self) -> frozenset[str]:
        """Return every picture that a product or a choice names."""

    @property
    def ids(self) -> Mapping[ProductId, int]:
        """Every product's place by its id, in the file's order."""
        return self._place

    def find(self, product_id: ProductId) -> Product | None:
        """Return the product with this id, or None."""
        place = self._place.get(product_id)
        return None if place is None else self.at(place)

    def _variant(self, key: LineKey) -> Variant | None:
        product = self.find(key.product)
        return None if product is None else product.variant(key.variant)

    def in_category(self, category_id: CategoryId) -> Shown:
        """Return the visible products of a category; none for an unknown one."""
        return self._shelves.get(category_id, self._empty)

    def __len__(self) -> int:
        return len(self._place)

    @overload
    def __getitem__(self, index: int) -> Product: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Product, ...]: ...
    def __getitem__(self, index: int | slice) -> Product | tuple[Product, ...]:
        places = range(len(self))[index]
        return self.at(places) if isinstance(places, int) else tuple(map(self.at, places))

    def __iter__(self) -> Iterator[Product]:
        return map(self.at, range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and _are_the_same(self, other)

    def __hash__(self) -> int:
        return hash(tuple(self._place))


class MadeGoods(Goods):
    """Products that are all made already."""

    def __init__(self, products: Iterable[Product]) -> None:
        self._products: Final = tuple(products)
        super().__init__(map(_facts_of, self._products))

    def at(self, place: int) -> Product:
        """Return the product at a place."""
        return self._products[place]

    def trace(self, place: int) -> object:
        """Return the product itself."""
        return self._products[place]

    def stock_counts(self) -> Mapping[StockId, int | None]:
        """Return the file's counts."""
        return {key: count for one in self._products for key, count in one.stock_counts()}

    def pictures(self) -> frozenset[str]:
        """Return every picture that is named."""
        return frozenset(picture for one in self._products for picture in one.pictures())


def _facts_of(product: Product) -> tuple[ProductId, CategoryId, bool, bool]:
    return product.id, product.category, product.hidden, product.is_news()
