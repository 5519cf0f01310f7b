"""A clock that was ahead and was set right delays nothing.

Times that were stored meanwhile lie in the future; each is brought to the longest wait of its kind.
"""

from __future__ import annotations

import structlog

from bot.ports import Transaction
from bot.shop import Context
from bot.shop.payment.inbox import LONGEST_WAIT
from bot.shop.people.ownership import LINK_SECONDS
from bot.workers.events import not_since_later
from bot.workers.outbox import LONGEST_PAUSE

_log = structlog.get_logger(__name__)

_EVERY = 30.0


class DueTimes:
    """Looks at the start and now and then for what waits longer than its kind may."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def work(self) -> int:
        """Bring what is due too late to its limit."""
        now = self._context.clock.now()

        def work(tx: Transaction) -> dict[str, int]:
            not_since_later(tx, now)
            return {
                "messages": tx.outbox.none_after(now + LONGEST_PAUSE),
                "events": tx.inbox.none_after(now + LONGEST_WAIT),
                "orders": tx.orders.none_after(now),
                "carts": tx.carts.none_after(now),
                "owner_links": tx.owners.no_link_after(now + LINK_SECONDS),
            }

        late = await self._context.store.write(work)
        if any(late.values()):
            _log.warning("the clock was ahead: what would have waited for it does not", **late)
            self._context.outbox_bell.ring()
            self._context.inbox_bell.ring()
        return 0

    @staticmethod
    async def idle() -> float:
        """Return how long to wait before the next look, in seconds."""
        return _EVERY
