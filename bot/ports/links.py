"""Payment links as they stand in chats."""

from __future__ import annotations

from typing import Final, Protocol

from bot.domain.order import OrderId

#: Seconds before its end at which a payment link is recalled to its chat.
REMIND_BEFORE: Final = 900


class LinkStore(Protocol):
    """The messages that hold an order's link, and when its chat is reminded of it."""

    def shown(self, order_id: OrderId, message_id: int) -> None:
        """Remember that a message of the order's chat holds its link."""
        ...

    def messages(self, order_id: OrderId) -> tuple[int, ...]:
        """Return the messages that hold the order's link, the oldest first."""
        ...

    def forget(self, order_id: OrderId, message_id: int | None = None) -> None:
        """Forget a message that holds the link no more, or every one of the order's."""
        ...

    def ending(self, now: int, limit: int) -> tuple[OrderId, ...]:
        """Return unpaid orders whose reminder is due, the longest waiting first."""
        ...

    def reminded(self, order_id: OrderId) -> bool:
        """Let an order's reminder go; False where it had none to go."""
        ...
