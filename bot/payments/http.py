"""Stripe's aiohttp client, with its answers let go of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import stripe


class HttpClient(stripe.AIOHTTPClient):
    """As the package's own, but a slow or cut answer does not leave its connection lying about.

    The package (16.1) never closes a response whose body it could not read, so that the
    connection stays out of the pool until the garbage collector finds it.
    """

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Send a request and read its answer whole; aiohttp's errors are let through."""
        arguments, options = self._get_request_args_kwargs(method, url, headers, post_data)
        async with self._session.request(*arguments, **options) as response:
            return await response.read(), response.status, response.headers
