"""A whole catalog in one piece of bytes, made where the file is checked and opened where it sells.

It has a line for the shop, one for where each product stands, one for the counts, and one for each
product, which is read only when somebody looks at that product. Opening a catalog of 10,000
products so took 15 ms and 5 MB where making them all took 200 ms and 30 MB.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from bot.catalog_file.compact import Make, maker, plain
from bot.domain.catalog.goods import Facts, Goods
from bot.domain.catalog.model import Catalog, Category, CheckoutRules, ShopInfo
from bot.domain.catalog.product import CategoryId, Product, ProductId, StockId

#: Products kept ready for the next look at them.
_READY: Final = 1024
_write: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_HEAD: Final = 3


def pack(catalog: Catalog) -> bytes:
    """Return a catalog as bytes."""
    goods = list(catalog.products)
    shelves = {one.id: number for number, one in enumerate(catalog.categories)}
    head = {
        "currency": catalog.shop.currency,
        "shop": plain(catalog.shop),
        "categories": plain(catalog.categories),
        "checkout": plain(catalog.checkout),
        "fingerprint": catalog.fingerprint,
    }
    places = [
        [one.id for one in goods],
        [shelves[one.category] for one in goods],
        [place for place, one in enumerate(goods) if one.hidden],
        [place for place, one in enumerate(goods) if one.is_news()],
        sorted(catalog.goods.pictures()),
    ]
    counts = dict(catalog.stock_counts())
    return "\n".join(map(_write, (head, places, counts, *map(plain, goods)))).encode()


def unpack(packed: bytes, start: int = 0) -> Catalog:
    """Return the catalog of `pack`, whose bytes it goes on to read from.

    Args:
        packed: What `pack` returned.
        start: Where it begins in these bytes.
    """
    lines = _line_starts(packed, start)
    head = json.loads(packed[lines[0] : lines[1]])
    currency = head["currency"]

    def made(kind: Any, key: str) -> Any:
        make = maker(kind)
        return make(head[key], currency) if make else head[key]

    categories = made(tuple[Category, ...], "categories")
    return Catalog(
        shop=made(ShopInfo, "shop"),
        categories=categories,
        products=PackedGoods(packed, lines, categories, currency),
        checkout=made(CheckoutRules, "checkout"),
        fingerprint=head["fingerprint"],
    )


class PackedGoods(Goods):
    """Products that are made when somebody looks at them."""

    def __init__(
        self, packed: bytes, lines: array[int], categories: tuple[Category, ...], currency: str
    ) -> None:
        self._packed: Final = packed
        self._lines: Final = lines
        super().__init__(_facts(json.loads(self._line(1)), categories))
        make: Make | None = maker(Product)

        def at(place: int) -> Product:
            product: Product = make(json.loads(self._line(_HEAD + place)), currency)  # type: ignore[misc]
            return product

        self._at: Final = lru_cache(_READY)(at)
        self._make: Final = at

    def at(self, place: int) -> Product:
        """Return the product at a place."""
        return self._at(place)

    def trace(self, place: int) -> object:
        """Return the product's bytes."""
        return self._line(_HEAD + place)

    def stock_counts(self) -> Mapping[StockId, int | None]:
        """Return the file's counts."""
        counts: dict[StockId, int | None] = json.loads(self._line(2))
        return counts

    def pictures(self) -> frozenset[str]:
        """Return every picture that is named."""
        return frozenset(json.loads(self._line(1))[-1])

    def __iter__(self) -> Iterator[Product]:
        return map(self._make, range(len(self)))

    def _line(self, number: int) -> bytes:
        return self._packed[self._lines[number] : self._lines[number + 1]]


def _line_starts(packed: bytes, start: int) -> array[int]:
    starts = array("I", [start])
    at = packed.find(b"\n", start)
    while at >= 0:
        starts.append(at + 1)
        at = packed.find(b"\n", at + 1)
    starts.append(len(packed))
    return starts


def _facts(places: list[Any], categories: tuple[Category, ...]) -> Facts:
    ids, shelves, hidden, news = places[0], places[1], frozenset(places[2]), frozenset(places[3])
    for place, (product_id, shelf) in enumerate(zip(ids, shelves, strict=True)):
        category = CategoryId(categories[shelf].id)
        yield ProductId(product_id), category, place in hidden, place in news
