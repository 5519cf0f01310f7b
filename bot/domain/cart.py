"""A chat's cart: what it wants, and how that stands against today's catalog and stock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.catalog.model import Catalog, LineKey, ProductId, StockId, Text, Variant
from bot.domain.money import Money

#: Stripe takes at most this many line items in one Checkout Session.
MAX_LINES = 100
#: No line counts higher than this, whatever the stock.
MAX_QUANTITY = 999
#: Characters of a note as Telegram counts them (UTF-16 units), so that each list shows it whole.
LONGEST_NOTE = 120


@dataclass(frozen=True, slots=True)
class CartLine:
    """What a chat wants of one variant, as stored.

    Attributes:
        seen_unit: The unit price last shown to the chat, so that a change can be pointed out.
        added_by: Name of the member who added it, in a group.
        seen_title: What it was called when it was added; None: not known, of an old line.
        added_at: Seconds UTC.
    """

    key: LineKey
    quantity: int
    seen_unit: Money
    added_at: int
    note: str | None = None
    added_by: str | None = None
    seen_title: Text | None = None


@dataclass(frozen=True, slots=True)
class WantedLine:
    """Goods to be bought by themselves, beside the cart."""

    key: LineKey
    quantity: int = 1
    note: str | None = None


class LineProblem(StrEnum):
    """Why a line cannot be bought as it stands."""

    GONE = "gone"
    SOLD_OUT = "sold_out"
    NO_ROOM = "no_room"
    TOO_MANY = "too_many"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A cart line beside today's catalog.

    Attributes:
        variant: None where the product or option is gone.
        limit: Most units this chat can have of it now, None without any bound but the shop's.
        was: The price last shown, where it differs from today's.
        called: What it was called when it was added, where it has another name today.
    """

    line: CartLine
    variant: Variant | None
    limit: int
    problem: LineProblem | None = None
    was: Money | None = None
    called: Text | None = None

    @property
    def total(self) -> Money | None:
        """Unit price times quantity; None where the line cannot be bought at all."""
        if self.variant is None or self.problem in {LineProblem.SOLD_OUT, LineProblem.NO_ROOM}:
            return None
        return self.variant.price * self.line.quantity


@dataclass(frozen=True, slots=True)
class Cart:
    """A chat's lines as they stand today; ``total`` counts the lines that can be bought."""

    lines: tuple[PricedLine, ...]
    total: Money

    @property
    def units(self) -> int:
        """How many units are in the cart."""
        return sum(priced.line.quantity for priced in self.lines)

    @property
    def weight(self) -> int:
        """What the lines that can be bought weigh, in grams, as far as the file says."""
        return sum(
            (one.variant.weight or 0) * one.line.quantity
            for one in self.lines
            if one.variant is not None and one.total is not None
        )

    @property
    def changed(self) -> bool:
        """Whether something differs from what the chat was last shown, or cannot be bought."""
        return any(one.problem or one.was or one.called for one in self.lines)

    def __bool__(self) -> bool:
        return bool(self.lines)


def price(lines: Iterable[CartLine], catalog: Catalog, free: Mapping[StockId, int | None]) -> Cart:
    """Return the cart as it stands against a catalog and the free stock.

    Lines that share a stock or a product's limit are served in their order.

    Args:
        lines: As stored.
        catalog: Today's.
        free: Units that nobody else holds, by stock id; a missing id counts as nothing left, None
            as uncounted.
    """
    left = _Left(dict(free), {})
    priced = _short([_price_line(line, catalog, free, left) for line in lines])
    total = Money.zero(catalog.shop.currency)
    for one in priced:
        if one.total is not None:
            total += one.total
    return Cart(priced, total)


def units_of(lines: Iterable[PricedLine], product_id: ProductId) -> int:
    """Return how many units of a product some lines have together."""
    return sum(
        one.line.quantity
        for one in lines
        if one.variant is not None and one.variant.product.id == product_id
    )


def _short(lines: list[PricedLine]) -> tuple[PricedLine, ...]:
    """Mark the lines of products of which one order needs more."""
    return tuple(
        replace(one, problem=LineProblem.TOO_FEW)
        if one.problem is None
        and one.variant is not None
        and (one.variant.product.min_per_order or 0) > units_of(lines, one.variant.product.id)
        else one
        for one in lines
    )


@dataclass(frozen=True, slots=True)
class _Left:
    """What the lines before have left for those after."""

    free: dict[StockId, int | None]
    of_product: dict[ProductId, int]

    def limit(self, variant: Variant) -> int:
        product = variant.product
        bounds = [MAX_QUANTITY]
        if product.max_per_order is not None:
            bounds.append(self.of_product.get(product.id, product.max_per_order))
        remaining = self.free.get(variant.stock_id, 0)
        if remaining is not None:
            bounds.append(remaining)
        return max(0, min(bounds))

    def take(self, variant: Variant, units: int) -> None:
        product = variant.product
        if product.max_per_order is not None:
            before = self.of_product.get(product.id, product.max_per_order)
            self.of_product[product.id] = max(0, before - units)
        remaining = self.free.get(variant.stock_id, 0)
        if remaining is not None:
            self.free[variant.stock_id] = max(0, remaining - units)


def _price_line(
    line: CartLine, catalog: Catalog, free: Mapping[StockId, int | None], left: _Left
) -> PricedLine:
    variant = catalog.variant(line.key)
    if variant is None or variant.hidden:
        return PricedLine(line, None, 0, LineProblem.GONE)
    limit = left.limit(variant)
    left.take(variant, line.quantity)
    problem = None
    if limit == 0:  # there may be some, and the lines before it take them all
        gone = free.get(variant.stock_id, 0) == 0
        problem = LineProblem.SOLD_OUT if gone else LineProblem.NO_ROOM
    elif line.quantity > limit:
        problem = LineProblem.TOO_MANY
    was = None if line.seen_unit == variant.price else line.seen_unit
    seen = line.seen_title
    called = None if seen is None or variant.is_called(seen) else seen
    return PricedLine(line, variant, limit, problem, was, called)
