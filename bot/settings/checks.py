"""The forms of the settings' values: each check returns the value as it is used, or says why not.

A message is what follows the variable's name, and never quotes a secret.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from bot.domain.order import UserId

_TOKEN: Final = re.compile(r"[0-9]{1,16}:[A-Za-z0-9_-]{20,}\Z")
_KEY: Final = re.compile(r"(?:sk|rk)_(?:test|live)_[A-Za-z0-9_]{3,}\Z")
_SECRET: Final = re.compile(r"whsec_[\x21-\x7e]{3,}\Z")
_HOST: Final = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?)+\Z|[0-9A-Fa-f:.]+\Z")
#: Telegram's ids have at most 52 bits ("User" in the Bot API).
_LARGEST_ID: Final = 2**52 - 1
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_DEFAULT_PORT: Final = {"http": 80, "https": 443}


def bot_token(value: str) -> None:
    """Raise ValueError where this cannot be a bot's token."""
    if not _TOKEN.match(value):
        raise ValueError(
            "does not look like a bot token. @BotFather's have digits, a colon and about 35 "
            "letters, digits, - or _, such as 123456789:AA…."
        )


def stripe_key(value: str) -> None:
    """Raise ValueError where this cannot be a key that may make payments."""
    if value.startswith("pk_"):
        raise ValueError(
            "is a publishable key (pk_…), which belongs into browsers. The shop needs the secret "
            "key that stands beside it (sk_…), or a restricted one (rk_…)."
        )
    if value.startswith("whsec_"):
        raise ValueError(
            "is a webhook's signing secret, which belongs into STRIPE_WEBHOOK_SECRET. The shop "
            "needs a secret key here (sk_… or rk_…)."
        )
    if not _KEY.match(value):
        raise ValueError(
            "does not look like a Stripe key. It begins with sk_test_, rk_test_, sk_live_ or "
            "rk_live_."
        )


def webhook_secret(value: str) -> None:
    """Raise ValueError where this cannot be a webhook's signing secret."""
    if not _SECRET.match(value):
        raise ValueError(
            "does not look like a signing secret. It begins with whsec_, and Stripe's Dashboard "
            "shows it at the webhook endpoint."
        )


def is_live(key: str) -> bool:
    """Return whether a Stripe key moves real money."""
    return key.startswith(("sk_live_", "rk_live_"))


def owner_ids(value: str) -> tuple[UserId, ...]:
    """Return the ids of a comma-separated list, each once, in its order.

    Raises:
        ValueError: something in it is no Telegram id.
    """
    parts = [part for part in re.split(r"[,\s]+", value) if part]
    for part in parts:
        if part.startswith("@"):
            raise ValueError(
                f"has {part}, which is a name. The shop needs the number: send the bot /start to "
                "learn yours."
            )
        if not part.isascii() or not part.isdigit() or not 0 < int(part[:20]) <= _LARGEST_ID:
            raise ValueError(
                f"has {part[:40]!r}, which is no Telegram id. Ids are whole numbers, separated by "
                "commas, such as 123456789, 987654321."
            )
    return tuple(dict.fromkeys(UserId(int(part)) for part in parts))


def public_url(value: str, *, live: bool) -> str:
    """Return a public address as scheme, host and, where it is not the usual one, port.

    Raises:
        ValueError: it has more than that, or is http with a live key.
    """
    parts = _split(value)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(
            "has a path or a query. Give only the address, such as https://shop.example; the "
            "pages lie at its root."
        )
    if live and parts.scheme != "https":
        raise ValueError(
            "is http, but STRIPE_API_KEY is a live key. With real money it must be https."
        )
    return _origin(parts)


def no_folder(value: Path) -> None:
    """Raise ValueError where a folder stands in a file's place."""
    if not value.name or value.is_dir():
        raise ValueError(f"is a folder ({value}). Name a file in it.")


def service_url(value: str, *, live: bool = False) -> str:
    """Return a service's base address without a trailing slash.

    Raises:
        ValueError: it is no http(s) address, or a live key would cross a network in the clear.
    """
    parts = _split(value)
    if parts.query or parts.fragment:
        raise ValueError("has a query. Give only the base address.")
    if live and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise ValueError("is http: a live key would be sent unencrypted. It must be https.")
    return _origin(parts) + parts.path.rstrip("/")


def _split(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    whole = host and parts.scheme in _DEFAULT_PORT and "@" not in parts.netloc
    if not whole or not _HOST.match(host or "") or port == 0:
        raise ValueError("is no web address such as https://shop.example.")
    return parts


def _origin(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    port = "" if parts.port in {None, _DEFAULT_PORT[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
