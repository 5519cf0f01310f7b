"""Idempotency keys: the first answer is kept and given again ("Idempotent requests").

Kept for 24 hours, server errors included. What is refused before an endpoint begins (a wrong shape,
a wrong API key, a rate limit, a request in flight under the same key) keeps nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from shop_sandbox.stripe.errors import ApiError, outage

_KEPT: Final = 24 * 3600
_LONGEST: Final = 255
_Request = tuple[str, str, bytes]


@dataclass(slots=True)
class Kept:
    """The answer to a key's first request.

    Attributes:
        request: Verb, path and body that the key belongs to.
        since: When it was first used, in seconds.
        status: Of the answer; 0 while the request is in flight.
        body: Of the answer.
    """

    request: _Request
    since: float
    status: int = 0
    body: bytes = b""


class IdempotencyKeys:
    """The keys of one account and mode.

    Args:
        clock: Seconds since the epoch.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: dict[str, Kept] = {}

    def begin(self, key: str, request: _Request) -> Kept | None:
        """Return the answer that is kept for a key; nothing where the request is its first.

        Raises:
            ApiError: the key belongs to another request, is in flight, or is too long.
        """
        if len(key) > _LONGEST:
            raise ApiError(
                f"Idempotency keys can be at most {_LONGEST} characters long.", early=True
            )
        self._forget()
        kept = self._kept.get(key)
        if kept is None:
            self._kept[key] = Kept(request, self._clock())
            return None
        if kept.request != request:
            raise ApiError(
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}' if you meant to execute a "
                "different request.",
                type="idempotency_error",
                early=True,
            )
        if not kept.status:
            raise outage(409)
        return kept

    def keep(self, key: str, status: int, body: bytes) -> None:
        """Keep the answer of a key's first request."""
        kept = self._kept[key]
        kept.status, kept.body = status, body

    def drop(self, key: str) -> None:
        """Forget a key whose request never began."""
        self._kept.pop(key, None)

    def _forget(self) -> None:
        oldest = self._clock() - _KEPT
        while self._kept:
            key = next(iter(self._kept))
            if self._kept[key].since > oldest:
                return
            del self._kept[key]
