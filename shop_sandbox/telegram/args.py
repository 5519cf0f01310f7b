"""Typed access to one call's parameters, with the Bot API's refusals."""

from __future__ import annotations

import json
from typing import Any

from shop_sandbox.telegram.errors import bad_request
from shop_sandbox.telegram.request import Request, Upload

_BIGGEST = 2**52


class Args:
    """The parameters of one call.

    Args:
        request: The call.
        unknown: Names that this server does not know: such parameters are ignored.
    """

    def __init__(self, request: Request, unknown: frozenset[str] = frozenset()) -> None:
        self.unknown = unknown
        self._params = {k: v for k, v in request.params.items() if k not in unknown}
        self.files = request.files

    def __contains__(self, name: str) -> bool:
        return name in self._params

    def text(self, name: str, default: str = "") -> str:
        """Return a parameter as it came."""
        return self._params.get(name, default)

    def flag(self, name: str) -> bool:
        """Return a Boolean; everything but a clear yes is no."""
        return self._params.get(name, "").strip().lower() in ("true", "yes", "1")

    def integer(self, name: str, default: int | None = None) -> int:
        """Return an integer of at most 52 bits.

        Raises:
            ApiError: 400, missing without a default, or no integer.
        """
        found = self.maybe_integer(name)
        if found is not None:
            return found
        if default is None:
            raise bad_request(f'parameter "{name}" is required')
        return default

    def maybe_integer(self, name: str) -> int | None:
        """Return an integer, or None where the parameter is missing or empty.

        Raises:
            ApiError: 400, no integer.
        """
        raw = self._params.get(name, "").strip()
        if not raw:
            return None
        digits = raw.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()) or abs(int(raw)) > _BIGGEST:
            raise bad_request(f'invalid {name} "{raw[:40]}" specified: integer expected')
        return int(raw)

    def json(self, name: str, what: str) -> Any:
        """Return a parameter's parsed JSON, or None where it is missing or empty.

        Raises:
            ApiError: 400, "can't parse ``what``".
        """
        raw = self._params.get(name, "")
        if not raw.strip():
            return None
        try:
            return json.loads(raw)
        except (ValueError, RecursionError) as fault:
            raise bad_request(f"can't parse {what} JSON object") from fault

    def upload(self, name: str) -> Upload | None:
        """Return the file that a parameter carries itself or names as ``attach://part``."""
        named = self._params.get(name, "")
        if named.startswith("attach://"):
            return self.files.get(named.removeprefix("attach://"))
        return self.files.get(name)
