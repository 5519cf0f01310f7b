"""The books: orders in lists and sums, for the owner's questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.domain.catalog.model import LineKey
from bot.domain.money import Money
from bot.domain.order import Order, OrderId, OrderState


@dataclass(frozen=True, slots=True)
class Seller:
    """How many of a variant were sold; the title is what the latest buyer read."""

    key: LineKey
    title: str
    units: int


@dataclass(frozen=True, slots=True)
class Sales:
    """What was sold in a period, by when its orders were placed.

    Attributes:
        paid: (placed at, minor units less what was refunded or lost in a dispute) of every paid
            order, oldest first.
        best: What sold most, the most first.
        shoppers: Chats that ordered, or have something in the cart since the period began.
        buyers: Chats that paid.
        others: What was paid in each other currency, less the same.
        other_orders: How many orders that was for.
    """

    paid: tuple[tuple[int, int], ...] = ()
    best: tuple[Seller, ...] = ()
    shoppers: int = 0
    buyers: int = 0
    others: tuple[Money, ...] = ()
    other_orders: int = 0


class Books(Protocol):
    """What was ordered and sold. Every look-up is by an index."""

    def count_by_state(self) -> Mapping[OrderState, int]:
        """Return how many orders are in each state, from counters."""
        ...

    def in_state(
        self, state: OrderState, limit: int, before: OrderId | None = None
    ) -> tuple[Order, ...]:
        """Return orders of a state, newest first, those numbered below ``before`` where given."""
        ...

    def page(self, after: OrderId, limit: int) -> tuple[Order, ...]:
        """Return the orders numbered above one, in their order: a million of them, bit by bit."""
        ...

    def to_ship(self, limit: int, before: OrderId | None = None) -> tuple[Order, ...]:
        """Return paid orders neither packed, shipped nor refunded whole, newest first."""
        ...

    def packed(self, limit: int, before: OrderId | None = None) -> tuple[Order, ...]:
        """Return paid orders that are packed, neither shipped nor refunded whole, newest first."""
        ...

    def to_collect(self, limit: int, before: OrderId | None = None) -> tuple[Order, ...]:
        """Return paid pick-ups that are ready, neither handed over nor refunded whole."""
        ...

    def newest(self, limit: int, before: OrderId | None = None) -> tuple[Order, ...]:
        """Return orders of every state, newest first."""
        ...

    def sales(self, since: int, until: int, currency: str, best: int) -> Sales:
        """Sum up the orders placed from a moment up to another, in one currency; name others."""
        ...

    def first_since(self, since: int) -> OrderId | None:
        """Return the number of the first order placed at a moment or later."""
        ...

    def bought_by(self, name: str, limit: int) -> tuple[Order, ...]:
        """Return orders whose buyer's name holds these words in any case, newest first.

        Only the latest orders are looked through, so that the cost has a bound.
        """
        ...
