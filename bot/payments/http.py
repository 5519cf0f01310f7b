"""Stripe's aiohttp client, with its answers let go of and redirects not followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import stripe

from bot.domain.services import is_redirect


class StripeMovedError(Exception):
    """A redirect came, which is not followed: by one, a POST becomes a GET."""

    def __init__(self, asked: str, location: str) -> None:
        super().__init__("redirected")
        self.asked = asked
        self.location = location


class HttpClient(stripe.AIOHTTPClient):
    """As the package's own, but a slow or cut answer does not leave its connection lying about.

    The package (16.1) never closes a response whose body it could not read, so that the
    connection stays out of the pool until the garbage collector finds it.

    Args:
        timeout: Seconds for a whole request.
        proxy: URL of an HTTP proxy, None for a direct way.
        dated: Told each answer's `Date` as soon as it comes.
    """

    def __init__(
        self, *, timeout: float, proxy: str | None = None, dated: Callable[[str], None]
    ) -> None:
        super().__init__(timeout=timeout)
        self._through = proxy
        self._dated = dated

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Send a request and read its answer whole; aiohttp's errors are let through."""
        arguments, options = self._get_request_args_kwargs(method, url, headers, post_data)
        async with self._session.request(
            *arguments, **options, allow_redirects=False, proxy=self._through
        ) as response:
            self._dated(response.headers.get("Date", ""))
            if is_redirect(response.status):
                raise StripeMovedError(url, response.headers.get("Location", ""))
            return await response.read(), response.status, response.headers
