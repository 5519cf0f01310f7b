"""When chats are reminded of their payment links."""

from __future__ import annotations

from typing import Final, Protocol

from bot.domain.order import OrderId

#: Seconds before its end at which a payment link is recalled to its chat.
REMIND_BEFORE: Final = 900


class LinkStore(Protocol):
    """Reminders of orders that wait to be paid; each is set where the link is stored."""

    def ending(self, now: int, limit: int) -> tuple[OrderId, ...]:
        """Return unpaid orders whose reminder is due, the longest waiting first."""
        ...

    def reminded(self, order_id: OrderId) -> bool:
        """Let an order's reminder go; False where it had none to go."""
        ...
