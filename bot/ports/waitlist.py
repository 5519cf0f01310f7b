"""Who waits for something that is sold out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from bot.domain.catalog.model import LineKey, StockId
from bot.domain.order import UserId


@dataclass(frozen=True, slots=True)
class Waiting:
    """A person who waits, and what they will be told of."""

    user_id: UserId
    key: LineKey


class WaitlistStore(Protocol):
    """People by what they wait for, the first who asked first; it goes with `ChatStore.forget`."""

    def ask(self, stock_id: StockId, one: Waiting, now: int) -> None:
        """Let a person wait; who waits already keeps their place, who was told waits anew."""
        ...

    def leave(self, stock_id: StockId, user_id: UserId) -> None:
        """Let a person wait no more."""
        ...

    def has(self, stock_id: StockId, user_id: UserId) -> bool:
        """Return whether a person waits, untold."""
        ...

    def anyone(self) -> bool:
        """Return whether anybody waits, or was told and is not forgotten yet."""
        ...

    def goods(self) -> tuple[tuple[StockId, LineKey], ...]:
        """Return what anybody waits for, untold, each with the goods that they are told of."""
        ...

    def move(self, stock_id: StockId, key: LineKey, to: StockId) -> None:
        """Let all who wait for goods wait where these are counted now, in their turn."""
        ...

    def first(
        self, stock_id: StockId, keys: Collection[LineKey], limit: int
    ) -> tuple[Waiting, ...]:
        """Return who waits for any of these goods, untold, in turn."""
        ...

    def told(self, stock_id: StockId, user_id: UserId, now: int) -> None:
        """Record that it is a person's turn."""
        ...

    def turns(self, stock_id: StockId) -> int:
        """Return how many have been told and are not forgotten yet."""
        ...

    def forget(self, told_until: int, asked_until: int) -> None:
        """Forget who was told, or asked, at these times or before; seconds UTC."""
        ...
