"""Webhook endpoints: registered by the API, with a secret that is shown once."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.errors import ApiError
from shop_sandbox.stripe.params import Flag, Listing, Pairs, Record, Text, Unbuilt, Url, url
from shop_sandbox.stripe.world import Book, new_id
from shop_sandbox.telegram.media import is_loopback

_EVENT: Final = re.compile(r"\*\Z|[a-z0-9_]+(\.[a-z0-9_]+)+\Z")
_MOST: Final = 16

UPDATE: Final = Record(
    {
        "description": Text(),
        "disabled": Flag(),
        "enabled_events": Listing(Text()),
        "expand": Listing(Text()),
        "metadata": Pairs(),
        "url": Url(),
    }
)
CREATE: Final = Record(
    {
        "api_version": Text(),
        "connect": Unbuilt(),
        "description": Text(),
        "enabled_events": Listing(Text()),
        "expand": Listing(Text()),
        "metadata": Pairs(),
        "url": Url(),
    },
    ("enabled_events", "url"),
)


class Secrets:
    """The signing secrets of registered endpoints, which Stripe never shows again."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}

    def of(self, endpoint: Json) -> str:
        """Return an endpoint's secret, for signing."""
        return self._secrets[endpoint["id"]]

    def create(self, book: Book, params: Json) -> Json:
        """Register an endpoint; only this answer carries its secret.

        Raises:
            ApiError: its address or its events are wrong, or there are 16 already.
        """
        _check(book, params)
        if len(book.endpoints) >= _MOST:
            raise ApiError(f"You have reached the maximum of {_MOST} test webhook endpoints.")
        endpoint = book.endpoints.add(
            {
                "id": new_id("we_"),
                "object": "webhook_endpoint",
                "api_version": params.get("api_version"),
                "application": None,
                "created": book.world.now(),
                "description": params.get("description"),
                "enabled_events": params["enabled_events"],
                "livemode": book.livemode,
                "metadata": params.get("metadata", {}),
                "status": "enabled",
                "url": params["url"],
            }
        )
        secret = self._secrets[endpoint["id"]] = new_id("whsec_", 32)
        return {**endpoint, "secret": secret}


def update(book: Book, endpoint: Json, params: Json) -> Json:
    """Change an endpoint.

    Raises:
        ApiError: its address or its events are wrong.
    """
    _check(book, params)
    for key in ("description", "enabled_events", "metadata", "url"):
        if key in params:
            endpoint[key] = params[key]
    if "disabled" in params:
        endpoint["status"] = "disabled" if params["disabled"] else "enabled"
    return endpoint


def delete(book: Book, endpoint: Json) -> Json:
    """Take an endpoint away."""
    book.endpoints.remove(endpoint["id"])
    return {"id": endpoint["id"], "object": "webhook_endpoint", "deleted": True}


def _check(book: Book, params: Json) -> None:
    if "url" in params:
        url(params["url"], "url", secure=book.livemode)
        if not is_loopback(urlsplit(params["url"]).hostname):
            raise ApiError(
                "Invalid URL: the sandbox calls no address but this machine's.",
                code="url_invalid",
                param="url",
            )
    if "enabled_events" in params and not params["enabled_events"]:
        raise ApiError("You must specify at least one event.", param="enabled_events")
    for at, name in enumerate(params.get("enabled_events", [])):
        if not _EVENT.match(name):
            raise ApiError(
                f"Invalid enabled_events[{at}]: {name} is no event.", param="enabled_events"
            )
