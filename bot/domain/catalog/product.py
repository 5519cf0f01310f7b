"""A product, what can be chosen about it, and the variants that a cart holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product as combinations
from typing import NamedTuple, NewType

from bot.domain.catalog.text import Text
from bot.domain.money import Money

ProductId = NewType("ProductId", str)
CategoryId = NewType("CategoryId", str)
#: The chosen values' ids joined by dots in the options' order; empty without options.
VariantId = NewType("VariantId", str)
#: ``product`` or ``product/value``: what is counted together.
StockId = NewType("StockId", str)


class LineKey(NamedTuple):
    """What a line of a cart or an order is of: a product, and what was chosen about it.

    A tuple, so that it unpacks into the columns of a row and into a button's fields.
    """

    product: ProductId
    variant: VariantId = VariantId("")


@dataclass(frozen=True, slots=True)
class OptionValue:
    """One choice of an option, such as 250 g.

    Attributes:
        price: Replaces the product's price; None: the product's.
        stock: Own count of this choice; None: it shares the product's.
        photo: Path relative to the catalog file, or an https URL.
    """

    id: str
    name: Text
    price: Money | None = None
    stock: int | None = None
    photo: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose about a product, such as its size."""

    id: str
    name: Text
    values: tuple[OptionValue, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Something to buy.

    Attributes:
        was: The old price, shown struck through; always above `price`.
        photos: Paths relative to the catalog file, or https URLs; the first is the main one.
        stock: Units that can be sold, held ones included; None: always available.
        max_per_order: Most units of this product in one order, all variants together.
    """

    id: ProductId
    category: CategoryId
    name: Text
    price: Money
    description: Text | None = None
    was: Money | None = None
    photos: tuple[str, ...] = ()
    stock: int | None = None
    max_per_order: int | None = None
    options: tuple[Option, ...] = ()
    hidden: bool = False
    new: bool = False

    def variants(self) -> Iterator[Variant]:
        """Yield every combination of the options' values; one variant without options."""
        for values in combinations(*(option.values for option in self.options)):
            yield Variant(self, values)

    def variant(self, variant_id: VariantId) -> Variant | None:
        """Return the variant with this id, or None where the product has none such."""
        wanted = variant_id.split(".") if variant_id else []
        if len(wanted) != len(self.options):
            return None
        values = []
        for value_id, option in zip(wanted, self.options, strict=True):
            value = next((one for one in option.values if one.id == value_id), None)
            if value is None:
                return None
            values.append(value)
        return Variant(self, tuple(values))

    def lowest_price(self) -> Money:
        """Return the price of the cheapest variant."""
        return min(self._prices(), key=lambda price: price.minor)

    def has_price_range(self) -> bool:
        """Return whether its variants differ in price."""
        return len(set(self._prices())) > 1

    def is_news(self) -> bool:
        """Return whether it is new or on sale."""
        return self.new or self.was is not None

    def pictures(self) -> Iterator[str]:
        """Yield every picture that it or a choice names."""
        yield from self.photos
        for option in self.options:
            yield from (value.photo for value in option.values if value.photo is not None)

    def stock_counts(self) -> Iterator[tuple[StockId, int | None]]:
        """Yield what is counted for this product, with the file's count."""
        counted = self._carrying(lambda value: value.stock is not None)
        if counted is None:
            yield StockId(self.id), self.stock
            return
        for value in counted.values:
            if value.stock is not None:
                yield StockId(f"{self.id}/{value.id}"), value.stock
        if any(value.stock is None for value in counted.values):
            yield StockId(self.id), self.stock

    def own_prices(self) -> Iterator[tuple[StockId, Money]]:
        """Yield what has a price of its own that is sold at, named as in `stock_counts`.

        Where every value has one, the product's own is not among them.
        """
        priced = self._carrying(lambda value: value.price is not None)
        if priced is None or any(value.price is None for value in priced.values):
            yield StockId(self.id), self.price
        for value in priced.values if priced else ():
            if value.price is not None:
                yield StockId(f"{self.id}/{value.id}"), value.price

    def _prices(self) -> list[Money]:
        priced = self._carrying(lambda value: value.price is not None)
        if priced is None:
            return [self.price]
        return [self.price if value.price is None else value.price for value in priced.values]

    def _carrying(self, has: Callable[[OptionValue], bool]) -> Option | None:
        return next((one for one in self.options if any(map(has, one.values))), None)


@dataclass(frozen=True, slots=True)
class Variant:
    """A product with one value chosen for each of its options: what a cart holds."""

    product: Product
    values: tuple[OptionValue, ...]

    @property
    def id(self) -> VariantId:
        """The values' ids joined by dots, such as ``250g.red``; empty without options."""
        return VariantId(".".join(value.id for value in self.values))

    @property
    def key(self) -> LineKey:
        """What a line of this variant is known by."""
        return LineKey(self.product.id, self.id)

    @property
    def price(self) -> Money:
        """The chosen value's own price, else the product's."""
        return next((v.price for v in self.values if v.price is not None), self.product.price)

    @property
    def price_id(self) -> StockId:
        """What has the price of its own that this variant is sold at."""
        value = next((value for value in self.values if value.price is not None), None)
        return StockId(self.product.id if value is None else f"{self.product.id}/{value.id}")

    @property
    def stock_id(self) -> StockId:
        """What is counted when this variant is sold."""
        value = next((value for value in self.values if value.stock is not None), None)
        return StockId(self.product.id if value is None else f"{self.product.id}/{value.id}")

    @property
    def stock(self) -> int | None:
        """The file's count for `stock_id`; None: always available."""
        return next((v.stock for v in self.values if v.stock is not None), self.product.stock)

    @property
    def photo(self) -> str | None:
        """The chosen value's own picture, else the product's first."""
        own = next((value.photo for value in self.values if value.photo is not None), None)
        return own or next(iter(self.product.photos), None)

    def label(self, language: str | None) -> str:
        """Return the choice in words, such as ``250 g, red``; empty without options."""
        return _comma(language).join(value.name.in_language(language) for value in self.values)

    def title(self, language: str | None) -> str:
        """Return product and choice in words, such as ``House blend, 250 g``."""
        name = self.product.name.in_language(language)
        return f"{name}{_comma(language)}{self.label(language)}" if self.values else name


def _comma(language: str | None) -> str:
    return "، " if (language or "").startswith("ar") else ", "
