"""What other processes changed, and this one keeps in memory: looked at every second.

A look is one small read; a bell across processes would take a lock of the whole server at each
ring, and would have to be looked after when its connection breaks.
"""

from __future__ import annotations

from bot.shop import Shop

_EVERY = 1.0


class Follower:
    """Keeps the catalog and the owners as the database has them."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def work(self) -> int:
        """Look once."""
        await self._shop.current.follow()
        await self._shop.ownership.load()
        return 0

    @staticmethod
    async def idle() -> float:
        """Return how long to wait before the next look, in seconds."""
        return _EVERY
