"""A whole catalog in one piece of bytes, made where the file is checked and opened where it sells.

It has a line for the shop, one for where each product stands, one for the counts, and one for each
product, which is read only when somebody looks at that product. Values are written as plain lists
of their own fields, so that a new field needs nothing here: amounts as minor units, since a catalog
has one currency, and fields at the end that are at their default are left out.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from itertools import chain
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Final, NewType, Union, get_args, get_origin, get_type_hints

from pydantic_core import to_json

from bot.domain.catalog.goods import Facts, Goods
from bot.domain.catalog.model import Catalog, Category, CheckoutRules, ShopInfo
from bot.domain.catalog.product import Product
from bot.domain.catalog.sale import TimeSpan
from bot.domain.catalog.text import Text
from bot.domain.money import Money

#: Makes a value of what a `Write` made, with amounts in a currency.
Make = Callable[[Any, str], Any]
#: Makes lists, texts and numbers of a value.
Write = Callable[[Any], Any]

#: Products kept ready for the next look at them.
_READY: Final = 1024
#: Lines before the first product's.
_HEAD: Final = 3
#: Where the pictures' names stand among the places.
_PICTURES: Final = 4


def pack(catalog: Catalog) -> bytes:
    """Return a catalog as bytes."""
    goods = list(catalog.products)
    numbers = {one.id: number for number, one in enumerate(catalog.categories)}
    head = [
        catalog.shop.currency,
        writer(ShopInfo)(catalog.shop),
        writer(tuple[Category, ...])(catalog.categories),
        writer(CheckoutRules)(catalog.checkout),
        catalog.fingerprint,
    ]
    places = [
        [one.id for one in goods],
        [numbers[one.category] for one in goods],
        [place for place, one in enumerate(goods) if one.hidden],
        [place for place, one in enumerate(goods) if one.is_news()],
        sorted(catalog.goods.pictures()),
        [[place, one.start, one.end] for place, one in catalog.goods.sales.items()],
    ]
    counts = dict(catalog.stock_counts())
    return b"\n".join(map(to_json, (head, places, counts, *map(writer(Product), goods))))


def unpack(packed: bytes, start: int = 0) -> Catalog:
    """Return the catalog of `pack`, whose bytes it goes on to read from.

    Args:
        packed: What `pack` returned.
        start: Where it begins in these bytes.
    """
    starts = array("I", [start])
    while at := packed.find(b"\n", starts[-1]) + 1:
        starts.append(at)
    starts.append(len(packed))

    def line(number: int) -> bytes:
        return packed[starts[number] : starts[number + 1]]

    def product(place: int) -> Product:
        made: Product = maker(Product)(json.loads(line(_HEAD + place)), currency)
        return made

    currency, shop, categories, checkout, fingerprint = json.loads(line(0))
    known, places = maker(tuple[Category, ...])(categories, currency), json.loads(line(1))
    goods = Goods(
        _facts(places, known),
        lru_cache(_READY)(product),
        trace=lambda place: line(_HEAD + place),
        counts=lambda: json.loads(line(2)),
        pictures=lambda: frozenset(json.loads(line(1))[_PICTURES]),
        sales={place: TimeSpan(start, end) for place, start, end in places[_PICTURES + 1]},
    )
    return Catalog(
        shop=maker(ShopInfo)(shop, currency),
        categories=known,
        products=goods,
        checkout=maker(CheckoutRules)(checkout, currency),
        fingerprint=fingerprint,
    )


def _facts(places: list[Any], categories: tuple[Category, ...]) -> Facts:
    ids, numbers, hidden, news = places[0], places[1], frozenset(places[2]), frozenset(places[3])
    for place, (product_id, number) in enumerate(zip(ids, numbers, strict=True)):
        yield product_id, categories[number].id, place in hidden, place in news


def _wordings(text: Text) -> str | list[str]:
    pairs = text.wordings
    one_for_all = len(pairs) == 1 and not pairs[0][0]
    return pairs[0][1] if one_for_all else [*chain.from_iterable(pairs)]


def _as_it_is(value: Any) -> Any:
    return value


_WRITERS: Final[dict[Any, Write]] = {
    str: _as_it_is, int: _as_it_is, bool: _as_it_is, Text: _wordings, Money: attrgetter("minor")
}  # fmt: skip


@cache
def writer(kind: Any) -> Write:
    """Return what makes lists, texts and numbers of a type's values."""
    kind = _real(kind)
    if kind in _WRITERS:
        return _WRITERS[kind]
    if get_origin(kind) is tuple:
        each = writer(get_args(kind)[0])
        return lambda values: [*map(each, values)]
    known, hints = _fields(kind), get_type_hints(kind)
    writers = [(place, writer(hints[name])) for place, (name, _) in enumerate(known)]
    needed = [(place, write) for place, write in writers if write is not _as_it_is]
    defaults = [default for _, default in known]
    values = attrgetter(*(name for name, _ in known), "__class__")  # of one name it gives no tuple

    def whole(value: Any) -> list[Any]:
        written = [*values(value)]
        end = len(defaults)
        while end and written[end - 1] == defaults[end - 1]:
            end -= 1
        del written[end:]
        for place, write in needed:
            if place >= len(written):
                break
            if written[place] is not None:
                written[place] = write(written[place])
        return written

    return whole


@cache
def _fields(kind: Any) -> list[tuple[str, Any]]:
    if not is_dataclass(kind):
        raise TypeError(f"{kind} has no plain form")
    return [(one.name, one.default) for one in fields(kind)]


@cache
def form() -> str:
    """Return a digest of the fields that packed bytes hold: others open only bytes of the same."""
    shapes = [_shape(one) for one in (ShopInfo, Category, CheckoutRules, Product)]
    return hashlib.sha256(json.dumps(shapes).encode()).hexdigest()


def _shape(kind: Any) -> Any:
    kind = _real(kind)
    if get_origin(kind) is tuple:
        return [_shape(get_args(kind)[0])]
    if kind in _MAKERS:
        return kind.__name__
    hints = get_type_hints(kind)
    return {name: _shape(hints[name]) for name, _ in _fields(kind)}


def _same(written: Any, _: str) -> Any:
    return written


def _text(written: str | list[str], _: str) -> Text:
    if isinstance(written, str):
        return Text((("", written),))
    return Text(tuple(zip(written[::2], written[1::2], strict=True)))


_MAKERS: Final[dict[Any, Make]] = {
    str: _same, int: _same, bool: _same, Text: _text, Money: Money
}  # fmt: skip


@cache
def maker(kind: Any) -> Make:
    """Return what makes values of a type of what its `writer` wrote, with amounts in a currency."""
    kind = _real(kind)
    if kind in _MAKERS:
        return _MAKERS[kind]
    if get_origin(kind) is tuple:
        each = maker(get_args(kind)[0])
        return lambda written, currency: tuple([each(one, currency) for one in written])
    places, hints = enumerate(_fields(kind)), get_type_hints(kind)
    makers = [(place, maker(hints[name])) for place, (name, _) in places]
    needed = [(place, make) for place, make in makers if make is not _same]

    def whole(written: list[Any], currency: str) -> Any:
        for place, make in needed:
            if place >= len(written):
                break
            if written[place] is not None:
                written[place] = make(written[place], currency)
        return kind(*written)

    return whole


def _real(kind: Any) -> Any:
    """Return a type without its other names and without None."""
    if isinstance(kind, NewType):
        return _real(kind.__supertype__)
    if get_origin(kind) in {Union, UnionType}:
        (kind,) = (one for one in get_args(kind) if one is not NoneType)
        return _real(kind)
    return kind
