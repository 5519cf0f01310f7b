"""Stripe's rate limit, where a test asks for one ("Rate limits": 25 a second in sandboxes)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from shop_sandbox.stripe.errors import outage


class RateLimit:
    """Refuses what comes above ``per_second`` requests within one second.

    Args:
        clock: Seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.per_second: int | None = None
        self.refused = 0
        self._clock = clock
        self._taken: deque[float] = deque()

    def take(self) -> None:
        """Count one request.

        Raises:
            ApiError: 429.
        """
        if self.per_second is None:
            return
        now = self._clock()
        while self._taken and self._taken[0] <= now - 1:
            self._taken.popleft()
        if len(self._taken) >= self.per_second:
            self.refused += 1
            raise outage(429)
        self._taken.append(now)
