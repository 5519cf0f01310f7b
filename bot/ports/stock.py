"""The stock ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.domain.catalog.model import LineKey, StockId
from bot.domain.order import ChatId, OrderId


class MovementKind(StrEnum):
    """Why units moved in the stock ledger."""

    COUNTED = "counted"
    HELD = "held"
    FREED = "freed"
    SOLD = "sold"
    RETURNED = "returned"
    RESTOCKED = "restocked"


@dataclass(frozen=True, slots=True)
class StockLevel:
    """Units of one stock id; ``counted`` None means that it is not counted."""

    counted: int | None
    held: int
    sold: int

    @property
    def free(self) -> int | None:
        """Units that can be promised now."""
        return None if self.counted is None else max(0, self.counted - self.held - self.sold)


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A line of an order that holds units, and under which id.

    Attributes:
        place: Of the line in its order.
    """

    order_id: OrderId
    place: int
    key: LineKey
    stock_id: StockId
    units: int


class StockStore(Protocol):
    """The ledger: a row of totals a stock id, and every movement beside it."""

    def levels(self, stock_ids: Iterable[StockId]) -> Mapping[StockId, StockLevel]:
        """Return levels by id; an id that was never counted is missing."""
        ...

    def free_for(self, chat_id: ChatId, stock_ids: Iterable[StockId]) -> dict[StockId, int | None]:
        """Return the units that a chat can have: free ones, and those its unpaid order holds.

        None is without end; an id that was never counted is missing.
        """
        ...

    def counted_otherwise(self, counts: Mapping[StockId, int | None]) -> tuple[StockId, ...]:
        """Return the ids of which the ledger has another count than these, or none."""
        ...

    def count(self, stock_id: StockId, counted: int | None, now: int) -> None:
        """Record a new count: units sold before it no longer matter, held ones are in it."""
        ...

    def restock(self, stock_id: StockId, units: int, now: int) -> None:
        """Add units to the count, or take some off with a negative number.

        Raises:
            CorruptError: the stock id is not counted, or fewer than none would be left.
        """
        ...

    def hold(self, stock_id: StockId, units: int, order_id: OrderId, now: int) -> bool:
        """Hold units if that many are free or the id is not counted; False changes nothing.

        An id that the ledger does not know has nothing to hold.
        """
        ...

    def held_lines(self) -> tuple[HeldLine, ...]:
        """Return all lines that hold units, the oldest orders' first."""
        ...

    def hold_elsewhere(self, line: HeldLine, stock_id: StockId, now: int) -> None:
        """Hold a line's units under another id, be they free there or not.

        Raises:
            CorruptError: they are not held under the line's own, or the ledger knows no such id.
        """
        ...

    def settle(
        self, kind: MovementKind, stock_id: StockId, units: int, order_id: OrderId, now: int
    ) -> None:
        """Turn held units into freed or sold ones, or sold ones into returned ones.

        Raises:
            CorruptError: that many are not held, or the kind is none of these three.
        """
        ...
