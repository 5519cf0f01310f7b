"""API keys: which mode they open, and what a restricted one may do."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Final

from shop_sandbox.stripe.errors import ApiError

_KEY: Final = re.compile(r"(sk|rk)_(test|live)_[A-Za-z0-9_]{4,240}\Z")
_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Key:
    """The key of one request."""

    text: str
    livemode: bool
    restricted: bool


@dataclass(slots=True)
class Keyring:
    """Which keys the account has.

    Attributes:
        known: The keys that are good; None takes every well-formed one.
        expired: Keys that were rolled.
        lacking: What restricted keys lack, by Stripe's names: ``rak_event_read``.
    """

    known: set[str] | None = None
    expired: set[str] = field(default_factory=set)
    lacking: set[str] = field(default_factory=set)

    def read(self, authorization: str | None) -> Key:
        """Return the key of a request's ``Authorization`` header.

        Raises:
            ApiError: 401: none, or none of this account's.
        """
        text = _token(authorization or "")
        if not text:
            raise ApiError(
                "You did not provide an API key. You need to provide your API key in the "
                "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
                "YOUR_SECRET_KEY').",
                status=401,
                early=True,
            )
        match = _KEY.match(text)
        if match is None or (self.known is not None and text not in self.known):
            raise ApiError(f"Invalid API Key provided: {_masked(text)}", status=401, early=True)
        if text in self.expired:
            raise ApiError(
                f"Expired API Key provided: {_masked(text)}",
                status=401,
                code="api_key_expired",
                early=True,
            )
        return Key(text, livemode=match[2] == "live", restricted=match[1] == "rk")

    def demand(self, key: Key, resource: str, right: str, account: str) -> None:
        """Refuse a restricted key that lacks a right.

        Args:
            key: Of the request.
            resource: Stripe's name of the resource: ``checkout_session``.
            right: ``read`` or ``write``.
            account: The account's id, for the message.

        Raises:
            ApiError: 403, naming the permission that is missing.
        """
        needed = f"rak_{resource}_{right}"
        if key.restricted and needed in self.lacking:
            raise ApiError(
                f"The provided key '{_masked(key.text)}' does not have the required permissions "
                f"for this endpoint on account '{account}'. Having the '{needed}' permission would "
                "allow this request to continue.",
                status=403,
                early=True,
            )


def _token(authorization: str) -> str:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def _masked(text: str) -> str:
    kept = text[:8] if _KEY.match(text) else text[:3]
    return kept + "*" * 12 + text[-_SHOWN:]
