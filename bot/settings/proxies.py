"""Which way calls to the outside go: through a proxy or directly, as the environment says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import SplitResult, urlsplit

from bot.settings.faults import SettingFault

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_EXAMPLE: Final = "http://proxy.example:3128"


@dataclass(frozen=True, slots=True)
class Proxies:
    """The proxies, as ``HTTP_PROXY``, ``HTTPS_PROXY`` and ``NO_PROXY`` name them.

    Attributes:
        http: For plain addresses; like the next one with its password, where it has one.
        https: For all others.
        bypass: Hosts, with all below them, that are reached directly; separated by commas.
    """

    http: str | None = None
    https: str | None = None
    bypass: str = ""

    @classmethod
    def of(cls, env: Mapping[str, str | None]) -> tuple[Self, tuple[SettingFault, ...]]:
        """Read the variables, in small letters before large ones, and say what is wrong with them.

        Args:
            env: The environment.
        """
        ways: dict[str, str | None] = {}
        faults: list[SettingFault] = []
        for scheme in ("http", "https"):
            name, given = _given(env, f"{scheme}_proxy")
            ways[scheme] = _with_scheme(given) if given else None
            if given and _split(given) is None:
                faults.append(SettingFault(name, "settings.proxy", {"example": _EXAMPLE}))
        return cls(ways["http"], ways["https"], _given(env, "no_proxy")[1]), tuple(faults)

    def way(self, url: str) -> str | None:
        """Return the URL of the proxy for an address; None: it is reached directly.

        This machine's own addresses always are: no proxy could lead back to them.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        proxy = self.https if parts.scheme == "https" else self.http
        if proxy is None or host in LOOPBACK:
            return None
        return None if self._bypassed(host, parts.port) else proxy

    def _bypassed(self, host: str, port: int | None) -> bool:
        for one in self.bypass.lower().replace(",", " ").split():
            name = one.removesuffix(f":{port}").lstrip("*").lstrip(".").strip("[]")
            if one == "*" or (name and (host == name or host.endswith(f".{name}"))):
                return True
        return False

    @property
    def passwords(self) -> tuple[str, ...]:
        """What must stand in no log."""
        parts = [_split(proxy) for proxy in (self.http, self.https) if proxy]
        return tuple(one.password for one in parts if one and one.password)


def shown(proxy: str) -> str:
    """Return a proxy's address without who it is used as."""
    parts = _split(proxy)
    if parts is None:
        return "?"
    host = parts.hostname or ""
    return f"{parts.scheme}://{host}:{parts.port}" if parts.port else f"{parts.scheme}://{host}"


def _given(env: Mapping[str, str | None], name: str) -> tuple[str, str]:
    """Return the variable that is set, and its value; empty where neither is."""
    for written in (name, name.upper()):
        if value := (env.get(written) or "").strip():
            return written, value
    return name.upper(), ""


def _with_scheme(proxy: str) -> str:
    return proxy if "://" in proxy else f"http://{proxy}"


def _split(proxy: str) -> SplitResult | None:
    try:
        parts = urlsplit(_with_scheme(proxy))
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if sound else None
