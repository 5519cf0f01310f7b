"""One call to Stripe: its time, its retries, its errors. The only retry layer there is.

Stripe's package never retries a 429 and neither a cut nor a slow body, so its own retries are
off and ours cover all of them. A chat waits for the answer, so everything together has a budget.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import stripe
import structlog

from bot.domain.errors import TransientError
from bot.domain.services import WrongServiceError
from bot.payments.errors import FOREIGN, RetryableError, translate

T = TypeVar("T")
#: Stripe's largest page of a list.
PAGE = 100
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call may take, in seconds.

    Attributes:
        attempt: One request, connecting included.
        total: All attempts and the waits between them.
        attempts: How often the same request is sent at most.
        first_wait: Mean wait before the second attempt; each later one is twice as long.
    """

    attempt: float = 4.0
    total: float = 7.0
    attempts: int = 4
    first_wait: float = 0.4


class Caller:
    """Makes calls with patience, and remembers when Stripe last answered."""

    def __init__(
        self,
        key: str,
        patience: Patience,
        jitter: Callable[[], float],
        called: Callable[[str], None],
    ) -> None:
        self._key = key
        self._patience = patience
        self._jitter = jitter
        self._called = called
        self.answered_at: float | None = None

    async def call(self, request: Callable[[], Awaitable[T]]) -> T:
        """Send a request until it is answered, refused, or patience ends.

        Args:
            request: Sends it anew each time it is called, under the same key where it has one.

        Raises:
            TransientError: no usable answer in time; whether it took effect is not known.
            PaymentsRefusedError: as `translate` says.
        """
        deadline = time.monotonic() + self._patience.total
        for attempt in range(1, self._patience.attempts + 1):
            try:
                async with asyncio.timeout_at(_loop_time(deadline)):
                    answer = await request()
            except FOREIGN as error:
                told = translate(error, key=self._key)
            else:
                self.answered_at = time.time()
                self._called("answered")
                return answer
            if isinstance(told, WrongServiceError):
                self._called("unanswered")
                raise told from None
            if not isinstance(told, RetryableError):
                self.answered_at = time.time()
                self._called("refused")
                raise told from None
            self._called("unanswered")
            wait = self._wait(attempt, told.after)
            if attempt == self._patience.attempts or time.monotonic() + wait >= deadline:
                raise told.final() from None
            _log.info("stripe asked again", attempt=attempt, why=str(told), seconds=round(wait, 2))
            await asyncio.sleep(wait)
        raise TransientError("Stripe was not asked")

    async def read(
        self,
        request: Callable[[], Awaitable[stripe.StripeObject]],
        reader: Callable[[Mapping[str, Any]], T],
    ) -> T:
        """Send a request as `call` does, and return its answer as read.

        Raises:
            TransientError: also where the answer cannot be read: nothing is known then.
        """
        answer = await self.call(request)
        try:
            return reader(answer.to_dict())
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            told = f"an answer that is not understood: {type(error).__name__}"
            raise WrongServiceError("Stripe", told) from error

    def _wait(self, attempt: int, asked: float | None) -> float:
        # Half to one and a half times the mean, so that many chats do not come back together.
        wait = self._patience.first_wait * 2.0 ** (attempt - 1) * (0.5 + self._jitter())
        return max(wait, asked or 0.0)


def _loop_time(deadline: float) -> float:
    return asyncio.get_running_loop().time() + deadline - time.monotonic()
