"""The products of a catalog in the file's order, and where each stands.

Only the places are kept ready: a product itself may be made when somebody looks at it, so that a
shop of 10,000 takes little memory. Every look-up costs the same in a large shop as in a small one.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import lru_cache
from operator import eq
from types import MappingProxyType
from typing import Final, overload

from bot.domain.catalog.product import (
    CategoryId,
    LineKey,
    Product,
    ProductId,
    StockId,
    Variant,
)
from bot.domain.catalog.sale import TimeSpan

#: Variants kept ready: a tap in the cart looks at each of its lines' several times.
_VARIANTS: Final = 2048
#: Of each product: its id, its category, whether it is hidden, and whether it is news.
Facts = Iterable[tuple[ProductId, CategoryId, bool, bool]]


class ProductList(Sequence[Product]):
    """Some of the products, in the file's order; each is made when it is looked at.

    Args:
        at: Returns the product at a place in the file, from 0.
        places: Those of the list.
    """

    def __init__(self, at: Callable[[int], Product], places: Sequence[int]) -> None:
        self.at = at
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Product: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Product, ...]: ...
    def __getitem__(self, index: int | slice) -> Product | tuple[Product, ...]:
        if isinstance(index, slice):
            return tuple(map(self.at, self._places[index]))
        return self.at(self._places[index])

    def __iter__(self) -> Iterator[Product]:
        return map(self.at, self._places)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(eq, self, other))

    def __hash__(self) -> int:
        return hash(tuple(self._places))

    def index_of(self, place: int) -> int:
        """Return the position among these of the product at a place in the file; 0 for another."""
        position = bisect_left(self._places, place)
        there = position < len(self._places) and self._places[position] == place
        return position if there else 0


class Goods(ProductList):
    """All products of a catalog.

    Args:
        facts: Of each product, in the file's order.
        at: Returns the product at a place in the file, from 0.
        trace: Returns what is equal for equal products, and quicker to compare.
        counts: Returns the file's count of everything that is counted; None: always available.
        pictures: Returns every picture that a product or a choice names.
        sales: When the products at these places are on sale.
    """

    variant: Callable[[LineKey], Variant | None]

    def __init__(
        self,
        facts: Facts,
        at: Callable[[int], Product],
        *,
        trace: Callable[[int], object],
        counts: Callable[[], Mapping[StockId, int | None]],
        pictures: Callable[[], frozenset[str]],
        sales: Mapping[int, TimeSpan] = MappingProxyType({}),
    ) -> None:
        #: Every product's place by its id, in the file's order.
        self.ids: Final[dict[ProductId, int]] = {}
        self._shown: Final = array("I")
        self._news: Final[set[int]] = set()
        self._by_category: Final[dict[CategoryId, array[int]]] = {}
        for place, (product_id, category, hidden, is_news) in enumerate(facts):
            self.ids[product_id] = place
            if not hidden:
                self._shown.append(place)
                self._by_category.setdefault(category, array("I")).append(place)
            if is_news:
                self._news.add(place)
        self.trace: Final = trace
        self.stock_counts: Final = counts
        self.pictures: Final = pictures
        self.sales: Final = sales
        self._arrange(at, self._news)

    def _arrange(self, at: Callable[[int], Product], first: Container[int]) -> None:
        """Make the lists, whose products come from `at`; `first` are the places that are news."""
        super().__init__(at, range(len(self.ids)))
        self.visible = ProductList(at, self._shown)
        #: The visible ones, what is new or on sale before the rest.
        self.news_first = ProductList(at, sorted(self._shown, key=lambda one: one not in first))
        self._categories = {key: ProductList(at, ones) for key, ones in self._by_category.items()}
        #: Return a variant of a product, or None where either is gone.
        self.variant = lru_cache(_VARIANTS)(self._variant)

    def at_moment(self, now: int) -> Goods:
        """Return the same products at the prices of a moment."""
        if not self.sales:
            return self
        made, written = copy(self), self.at
        running = {place for place, span in self.sales.items() if span.holds(now)}
        made._arrange(lambda place: written(place).at(now), self._news | running)  # noqa: SLF001 - of the same class
        return made

    @classmethod
    def made(cls, products: Iterable[Product]) -> Goods:
        """Return products that are all made already."""
        every = tuple(products)
        return cls(
            ((one.id, one.category, one.hidden, one.is_news()) for one in every),
            every.__getitem__,
            trace=every.__getitem__,
            counts=lambda: {key: count for one in every for key, count in one.stock_counts()},
            pictures=lambda: frozenset(picture for one in every for picture in one.pictures()),
            sales={place: one.sale.span for place, one in enumerate(every) if one.sale},
        )

    def get(self, product_id: ProductId) -> Product | None:
        """Return the product with this id, or None."""
        place = self.ids.get(product_id)
        return None if place is None else self.at(place)

    def _variant(self, key: LineKey) -> Variant | None:
        product = self.get(key.product)
        return None if product is None else product.variant(key.variant)

    def in_category(self, category_id: CategoryId) -> ProductList:
        """Return the visible products of a category; none for an unknown one."""
        return self._categories.get(category_id) or ProductList(self.at, ())
