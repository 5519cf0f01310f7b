"""A clock that was ahead and was set right delays nothing, and one that is wrong is told of.

Times that were stored meanwhile lie in the future; each is brought to the longest wait of its kind.
"""

from __future__ import annotations

import structlog

from bot.ports import CLOCKS_DIFFER, AlertKind, MessageKind, Note, Transaction
from bot.shop import Context
from bot.shop.payment.endings import tell_owners
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
        self._off = False

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
        await self._compare_clocks(now)
        return 0

    async def _compare_clocks(self, now: int) -> None:
        """Tell the owners once that our clock differs from Stripe's, until it does no more."""
        ahead = self._context.payments.clock_ahead
        if ahead is None:
            return
        off = abs(ahead) > CLOCKS_DIFFER
        if off and not self._off:
            _log.warning("our clock differs from Stripe's", seconds_ahead=ahead)
        self._off = off

        def work(tx: Transaction) -> None:
            told = tx.notes.get(Note.CLOCK_OFF)
            if off == (told is not None):
                return
            tx.notes.set(Note.CLOCK_OFF, str(ahead) if off else None)
            if off:
                kind = AlertKind.CLOCK_AHEAD if ahead > 0 else AlertKind.CLOCK_BEHIND
                tell_owners(
                    tx, self._context.owners, MessageKind.OWNER_ALERT, now,
                    details={"problem": kind, "message": str(abs(ahead))},
                )  # fmt: skip

        await self._context.store.write(work)
        self._context.outbox_bell.ring()

    @staticmethod
    async def idle() -> float:
        """Return how long to wait before the next look, in seconds."""
        return _EVERY
