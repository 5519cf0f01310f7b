"""A product, what can be chosen about it, and the variants that a cart holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations as pairs_of
from itertools import permutations
from itertools import product as combinations
from typing import NamedTuple, NewType

from bot.domain.catalog.choices import (
    ListedVariant,
    Option,
    OptionValue,
    VariantId,
    in_id_order,
    joined_id,
)
from bot.domain.catalog.sale import Sale
from bot.domain.catalog.text import Detail, Text
from bot.domain.money import Money

ProductId = NewType("ProductId", str)
CategoryId = NewType("CategoryId", str)
#: ``product``, ``product/value`` or ``product/variant``: what is counted together.
StockId = NewType("StockId", str)


#: What can have a price and a count of its own.
Part = ListedVariant | OptionValue


class LineKey(NamedTuple):
    """What a line of a cart or an order is of: a product, and what was chosen about it.

    A tuple, so that it unpacks into the columns of a row and into a button's fields.
    """

    product: ProductId
    variant: VariantId = VariantId("")


@dataclass(frozen=True, slots=True)
class Product:
    """Something to buy.

    Attributes:
        was: The old price, shown struck through while it is above `price`.
        photos: Paths relative to the catalog file, or https URLs; the first is the main one.
        stock: Units that can be sold, held ones included; None: always available.
        tax_code: Stripe Tax's code for what it is; None: the account's default.
        max_per_order: Most units of this product in one order, all variants together.
        listed: The variants that are sold, where not every combination of the options is.
        sku: The owner's own number for it.
        barcode: GTIN, EAN, UPC or ISBN.
        weight: Grams.
        min_per_order: Fewest units of this product in one order, all variants together.
        sale: As the file has it; of a catalog at a moment, the one that runs, whose price is then
            `price` (see `at`).
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
    tax_code: str | None = None
    listed: tuple[ListedVariant, ...] = ()
    sku: str | None = None
    barcode: str | None = None
    weight: int | None = None
    brand: str | None = None
    details: tuple[Detail, ...] = ()
    min_per_order: int | None = None
    sale: Sale | None = None

    def at(self, now: int) -> Product:
        """Return it as it is sold at a moment: at its sale's price, or as if there were none."""
        if self.sale is None:
            return self
        if self.sale.span.holds(now):
            return replace(self, price=self.sale.price, was=self.was or self.price)
        return replace(self, sale=None, was=self.was if self._was_more() else None)

    def _was_more(self) -> bool:
        return self.was is not None and self.was > self.price

    def variants(self) -> Iterator[Variant]:
        """Yield what is sold: the variants that it lists, else every combination of its options.

        There is at least one; without options, exactly one.
        """
        if not self.listed:
            for values in combinations(*(option.values for option in self.options)):
                yield Variant(self, values)
            return
        named = {option.id: {one.id: one for one in option.values} for option in self.options}
        order = in_id_order(self.options)
        for own in self.listed:
            if not own.hidden:
                ids = zip(order, own.id.split("."), strict=True)
                chosen = {option.id: named[option.id][value_id] for option, value_id in ids}
                yield Variant(self, tuple(chosen[option.id] for option in self.options), own)

    def variant(self, variant_id: VariantId) -> Variant | None:
        """Return the variant with this id, a hidden one too, or None where there is none such."""
        values = self.values_of(variant_id)
        return None if values is None else self.combination(values)

    def combination(self, values: Sequence[OptionValue]) -> Variant | None:
        """Return the variant of these values, in the options' order; None where none is listed."""
        if not self.listed:
            return Variant(self, tuple(values))
        wanted = self.id_of(values)
        own = next((one for one in self.listed if one.id == wanted), None)
        return None if own is None else Variant(self, tuple(values), own)

    def values_of(self, variant_id: VariantId) -> tuple[OptionValue, ...] | None:
        """Return the values that an id names, in the options' order, sold or not.

        An id that was made while the options stood in another order still finds them, but not where
        several values of two options share ids: there it could be read as another choice.
        """
        wanted = variant_id.split(".") if variant_id else []
        if len(wanted) != len(self.options):
            return None
        made_in = in_id_order(self.options) if self.listed else self.options
        for order in permutations(made_in):
            named = {
                option.id: option.value(one) for option, one in zip(order, wanted, strict=True)
            }
            values = tuple(one for option in self.options if (one := named[option.id]) is not None)
            if len(values) == len(wanted):
                return values
            if self._share_ids():
                break
        return None

    def id_of(self, values: Sequence[OptionValue]) -> VariantId:
        """Return the id of a combination, whether it is sold or not.

        Of what is listed it is in the order of the options' ids, so that the options can be written
        in another order; of others in the file's order.
        """
        if self.listed:
            return joined_id(self.options, values)
        return VariantId(".".join(value.id for value in values))

    def part_names(self, part: str, *, counted: bool = False) -> tuple[Text, ...]:
        """Return what a listed variant or a value is called, by what a `StockId` ends with.

        Args:
            part: The end of the id.
            counted: Whether it is named for its count, not its price: of two values with one id
                these may be different ones.
        """
        if self.listed:
            return tuple(one.name for one in self.values_of(VariantId(part)) or ())
        option = self.option_with(lambda one: (one.stock if counted else one.price) is not None)
        first = option.values if option else ()
        values = (*first, *(value for option in self.options for value in option.values))
        return tuple(one.name for one in values if one.id == part)[:1]

    def lowest_price(self) -> Money:
        """Return the price of the cheapest variant."""
        return min(self._prices(), key=lambda price: price.minor)

    def has_price_range(self) -> bool:
        """Return whether its variants differ in price."""
        return len(set(self._prices())) > 1

    def is_news(self) -> bool:
        """Return whether it is new or on sale."""
        reduced = (one.was for one in self.listed if not one.hidden)
        return self.new or self._was_more() or any(reduced)

    def reduced(self, free: Mapping[StockId, int | None]) -> Variant | None:
        """Return the cheapest variant that costs less than it did and can be had; else None.

        Args:
            free: The free units of each of its stock ids; None: always available.
        """
        if self.falls_short(free):
            return None
        has = (one for one in self.variants() if free.get(one.stock_id, 0) != 0)
        some = (one for one in has if one.was is not None)
        return min(some, key=lambda one: one.price.minor, default=None)

    def together(self, free: Mapping[StockId, int | None]) -> int | None:
        """Return how many there are of all that is sold of it; None: any number.

        Args:
            free: As in `reduced`.
        """
        parts = _shown(self._parts(lambda part: part.stock is not None))
        own = {f"{self.id}/{one.id}" if one.stock is not None else self.id for one in parts}
        counts = [free.get(StockId(one), 0) for one in own or {self.id}]
        return None if None in counts else sum(one for one in counts if one is not None)

    def falls_short(self, free: Mapping[StockId, int | None]) -> bool:
        """Return whether there are fewer of it, all choices together, than one order needs."""
        there = self.together(free)
        return there is not None and there < (self.min_per_order or 1)

    def pictures(self) -> Iterator[str]:
        """Yield every picture that it, a choice or a variant names."""
        yield from self.photos
        for option in self.options:
            yield from (value.photo for value in option.values if value.photo is not None)
        yield from (one.photo for one in self.listed if one.photo is not None)

    def stock_counts(self) -> Iterator[tuple[StockId, int | None]]:
        """Yield what is counted for this product, with the file's count."""
        parts = self._parts(lambda part: part.stock is not None)
        for part in parts:
            if part.stock is not None:
                yield StockId(f"{self.id}/{part.id}"), part.stock
        if not parts or any(part.stock is None for part in parts):
            yield StockId(self.id), self.stock

    def countable(self) -> Iterator[StockId]:
        """Yield each part that can have a count of its own: listed variants, else all values."""
        values = (value for option in self.options for value in option.values)
        for part in self.listed or values:
            yield StockId(f"{self.id}/{part.id}")

    def own_prices(self) -> Iterator[tuple[StockId, Money]]:
        """Yield what has a price of its own that is sold at, named as in `stock_counts`.

        Where every part has one, the product's own is not among them.
        """
        parts = self._parts(lambda part: part.price is not None)
        if not parts or any(part.price is None for part in parts):
            yield StockId(self.id), self.price
        for part in parts:
            if part.price is not None:
                yield StockId(f"{self.id}/{part.id}"), part.price

    def _share_ids(self) -> bool:
        every = ({value.id for value in option.values} for option in self.options)
        return any(len(one & other) > 1 for one, other in pairs_of(every, 2))

    def _prices(self) -> list[Money]:
        parts = self._parts(lambda part: part.price is not None)
        prices = [self.price if one.price is None else one.price for one in _shown(parts)]
        return prices or [self.price]

    def option_with(self, has: Callable[[Part], bool]) -> Option | None:
        """Return the option of whose values one has something, such as a count; None for none."""
        return next((one for one in self.options if any(map(has, one.values))), None)

    def _parts(self, has: Callable[[Part], bool]) -> tuple[Part, ...]:
        """Return the listed variants, else the values of the option of which one has something."""
        option = None if self.listed else self.option_with(has)
        return option.values if option else self.listed


@dataclass(frozen=True, slots=True)
class Variant:
    """A product with one value chosen for each of its options: what a cart holds.

    Attributes:
        values: In the options' order.
        own: What it is listed with; None where the product lists no variants.
    """

    product: Product
    values: tuple[OptionValue, ...]
    own: ListedVariant | None = None

    @property
    def id(self) -> VariantId:
        """The values' ids joined by dots, such as ``250g.red``; empty without options."""
        return self.product.id_of(self.values) if self.own is None else self.own.id

    @property
    def key(self) -> LineKey:
        """What a line of this variant is known by."""
        return LineKey(self.product.id, self.id)

    @property
    def hidden(self) -> bool:
        """Whether customers do not see it."""
        return self.product.hidden or (self.own is not None and self.own.hidden)

    @property
    def price(self) -> Money:
        """Its own price, else the product's."""
        part = self._part(lambda part: part.price is not None)
        return self.product.price if part is None or part.price is None else part.price

    @property
    def was(self) -> Money | None:
        """The old price, its own or else the product's; None where it is not above the price."""
        own = self.own.was if self.own else None
        was = self.product.was if own is None else own
        if own is None and self.product.sale != self.sale:
            return None  # what the product costs without its sale is no old price of this one
        return was if was is not None and was > self.price else None

    @property
    def sale(self) -> Sale | None:
        """The sale at whose price this variant is sold: one of the product's own price."""
        return self.product.sale if "/" not in self.price_id else None

    @property
    def price_id(self) -> StockId:
        """What has the price of its own that this variant is sold at."""
        return self._target(self._part(lambda part: part.price is not None))

    @property
    def stock_id(self) -> StockId:
        """What is counted when this variant is sold."""
        return self._target(self._part(lambda part: part.stock is not None))

    @property
    def stock(self) -> int | None:
        """The file's count for `stock_id`; None: always available."""
        part = self._part(lambda part: part.stock is not None)
        return self.product.stock if part is None else part.stock

    @property
    def least(self) -> int:
        """Fewest units that have to be there to be bought; other choices may make up for some."""
        return 1 if self.values else self.product.min_per_order or 1

    def is_enough(self, free: Mapping[StockId, int | None]) -> bool:
        """Return whether so many of it can be had as one order needs, without other choices.

        Args:
            free: The free units of each of the product's stock ids; None: always available.
        """
        had = free.get(self.stock_id, 0)
        return had is None or had >= (self.product.min_per_order or 1)

    def is_sold_out(self, free: Mapping[StockId, int | None]) -> bool:
        """Return whether none of it can be bought, or too few of its product for one order.

        Args:
            free: The free units of each of the product's stock ids; None: always available.
        """
        return free.get(self.stock_id, 0) == 0 or self.product.falls_short(free)

    @property
    def sku(self) -> str | None:
        """What the shop's own books call it."""
        return (self.own and self.own.sku) or self.product.sku

    @property
    def barcode(self) -> str | None:
        """What stands on its package, such as an EAN or ISBN."""
        return (self.own and self.own.barcode) or self.product.barcode

    @property
    def weight(self) -> int | None:
        """Grams; None: not known."""
        return (self.own and self.own.weight) or self.product.weight

    @property
    def photo(self) -> str | None:
        """Its own picture, else a chosen value's, else the product's first."""
        return next(iter(self.pictures()), None)

    def pictures(self) -> tuple[str, ...]:
        """Return the pictures to turn through: its own or a chosen value's, then the product's."""
        own = self.own.photo if self.own else None
        chosen = own or next((one.photo for one in self.values if one.photo is not None), None)
        return tuple(dict.fromkeys([*([chosen] if chosen else []), *self.product.photos]))

    def label(self, language: str | None) -> str:
        """Return the choice in words, such as ``250 g, red``; empty without options."""
        return _comma(language).join(value.name.in_language(language) for value in self.values)

    def title(self, language: str | None) -> str:
        """Return product and choice in words, such as ``House blend, 250 g``."""
        name = self.product.name.in_language(language)
        return f"{name}{_comma(language)}{self.label(language)}" if self.values else name

    def titles(self) -> Text:
        """Return product and choice in words, in each language that any of them has."""
        names = (self.product.name, *(value.name for value in self.values))
        tags = dict.fromkeys(tag for name in names for tag, _ in name.wordings)
        return Text(tuple((tag, self.title(tag)) for tag in tags))

    def is_called(self, titles: Text) -> bool:
        """Return whether it is called as it was in one language at least."""
        return any(self.title(tag) == title for tag, title in titles.wordings)

    def _part(self, has: Callable[[Part], bool]) -> Part | None:
        """Return what carries something of its own: the listing, or one of the values."""
        parts: tuple[Part, ...] = self.values if self.own is None else (self.own,)
        return next(filter(has, parts), None)

    def _target(self, part: Part | None) -> StockId:
        return StockId(self.product.id if part is None else f"{self.product.id}/{part.id}")


def _shown(parts: Iterable[Part]) -> list[Part]:
    return [one for one in parts if not (isinstance(one, ListedVariant) and one.hidden)]


def _comma(language: str | None) -> str:
    return "، " if (language or "").startswith("ar") else ", "
