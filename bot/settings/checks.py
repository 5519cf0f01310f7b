"""The forms of the settings' values: each check returns the value as it is used, or says why not.

What is wrong is raised with the key of its words, and never quotes a secret.
"""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from bot.domain.order import UserId
from bot.settings.faults import UnusableError
from bot.settings.proxies import LOOPBACK

_TOKEN: Final = re.compile(r"[0-9]{1,16}:[A-Za-z0-9_-]{20,}\Z")
_KEY: Final = re.compile(r"(?:sk|rk)_(?:test|live)_[A-Za-z0-9_]{3,}\Z")
_SECRET: Final = re.compile(r"whsec_[\x21-\x7e]{3,}\Z")
_HOST: Final = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?)+\Z|[0-9A-Fa-f:.]+\Z")
_SECRETS: Final = re.compile(r"[0-9]+:|(?:sk|rk|pk)_|whsec_")
_NAME: Final = re.compile(r"(?:(?:https?://)?t(?:elegram)?\.me/|@)(\w{1,40})")
_PHONE: Final = re.compile(r"\+[0-9]")
_GROUP: Final = re.compile(r"-[0-9]{1,20}\Z")
#: A server as libpq's keywords or half an address name it, of which a file's name would be made.
_SERVER: Final = re.compile(
    r"\s*(?:postgres(?:ql)?:(?!//)|(?:host|hostaddr|port|dbname|user|password|service)\s*=)",
    re.IGNORECASE,
)
_OWNER: Final = "123456789"
#: Telegram's ids have at most 52 bits ("User" in the Bot API).
_LARGEST_ID: Final = 2**52 - 1
_ADDRESS: Final = "https://shop.example"
_WANTED: Final = "sk_…, rk_…"
_DEFAULT_PORT: Final = {"http": 80, "https": 443}


def bot_token(value: str) -> None:
    """Raise UnusableError where this cannot be a bot's token."""
    if not _TOKEN.match(value):
        raise UnusableError("settings.token", example="123456789:AA…")


def stripe_key(value: str) -> None:
    """Raise UnusableError where this cannot be a key that may make payments."""
    if value.startswith("pk_"):
        raise UnusableError("settings.publishable", wanted=_WANTED)
    if value.startswith("whsec_"):
        raise UnusableError("settings.signing", wanted=_WANTED)
    if not _KEY.match(value):
        raise UnusableError("settings.key", wanted="sk_test_, rk_test_, sk_live_, rk_live_")


def webhook_secret(value: str) -> None:
    """Raise UnusableError where this cannot be a webhook's signing secret."""
    if not _SECRET.match(value):
        raise UnusableError("settings.secret", wanted="whsec_")


def is_live(key: str) -> bool:
    """Return whether a Stripe key moves real money."""
    return key.startswith(("sk_live_", "rk_live_"))


def owner_ids(value: str, *, bot_id: str | None = None) -> tuple[UserId, ...]:
    """Return the ids of a comma-separated list, each once, in its order.

    Args:
        value: The list.
        bot_id: The bot's own id, where its token is known.

    Raises:
        UnusableError: something in it is no person's Telegram id.
    """
    parts = [part for part in re.split(r"[,;\s]+", value) if part]
    for part in parts:
        _refuse_what_is_nobody(part, bot_id)
    return tuple(dict.fromkeys(UserId(int(part)) for part in parts))


def _refuse_what_is_nobody(part: str, bot_id: str | None) -> None:
    """Raise UnusableError where this is not a person's id, and tell what it is."""
    if _SECRETS.match(part):
        raise UnusableError("settings.owner_secret", example=_OWNER)
    if name := _NAME.match(part):
        raise UnusableError("settings.owner_name", owner=f"@{name[1]}")
    if _PHONE.match(part):
        raise UnusableError("settings.owner_phone")
    if _GROUP.match(part):
        raise UnusableError("settings.owner_group", owner=part)
    if not part.isascii() or not part.isdigit() or not 0 < int(part[:20]) <= _LARGEST_ID:
        raise UnusableError("settings.owner", owner=repr(part[:40]), example=f"{_OWNER}, 987654321")
    if part.lstrip("0") == bot_id:
        raise UnusableError("settings.owner_bot", owner=part)


def public_url(value: str, *, live: bool) -> str:
    """Return a public address as scheme, host and, where it is not the usual one, port.

    Raises:
        UnusableError: it has more than that, or is http with a live key.
    """
    parts = _split(value)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise UnusableError("settings.path", example=_ADDRESS)
    if live and parts.scheme != "https":
        raise UnusableError("settings.address_live")
    return _origin(parts)


def heartbeat_url(value: str) -> None:
    """Raise UnusableError where this cannot be a monitor's address; it may have a path and a query.

    It is a secret: whoever knows it can say that all is well.
    """
    _split(value)


def database_address(value: str) -> str:
    """Return a database's file as `file_path` does, or a server's address as it is.

    Raises:
        UnusableError: it is neither a file nor a server whose driver is installed.
    """
    if _SERVER.match(value):
        raise UnusableError("settings.database", example="postgresql://…")
    if "://" not in value:
        return str(file_path(Path(value)))
    if not value.startswith(("postgresql://", "postgres://")):
        raise UnusableError("settings.database", example="postgresql://…")
    if find_spec("psycopg") is None:
        raise UnusableError("settings.no_driver", command="pip install 'psycopg[binary]'")
    return value


def file_path(value: Path) -> Path:
    """Return a file's path; ``~`` is somebody's home, as in a shell.

    Raises:
        UnusableError: a folder stands in its place.
    """
    path = Path(os.path.expanduser(value))  # noqa: PTH111 - Path's own raises for "~backup"
    if not path.name or path.is_dir():
        raise UnusableError("settings.folder", path=str(value))
    return path


def service_url(value: str, *, live: bool = False) -> str:
    """Return a service's base address without a trailing slash.

    Raises:
        UnusableError: it is no http(s) address, or a live key would cross a network in the clear.
    """
    parts = _split(value)
    if parts.query or parts.fragment:
        raise UnusableError("settings.query")
    if live and parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise UnusableError("settings.service_live")
    return _origin(parts) + parts.path.rstrip("/")


def _split(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    whole = host and parts.scheme in _DEFAULT_PORT and "@" not in parts.netloc
    if not whole or not _HOST.match(host or "") or port == 0:
        raise UnusableError("settings.address", example=_ADDRESS)
    return parts


def _origin(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    port = "" if parts.port in {None, _DEFAULT_PORT[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
