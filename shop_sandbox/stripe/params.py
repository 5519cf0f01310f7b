"""Schemas of parameters: coerce a decoded form as Stripe does, or refuse it in Stripe's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from shop_sandbox.exchange import Json
from shop_sandbox.stripe.errors import ApiError, not_built

_INTEGER: Final = re.compile(r"-?[0-9]{1,18}\Z")
_CURRENCY: Final = re.compile(r"[A-Za-z]{3}\Z")
_URL_LIMIT: Final = 5000
_PAIRS: Final = 50
_PAIR_KEY: Final = 40
_PAIR_VALUE: Final = 500
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Text:
    """A string of at most ``limit`` characters, one of ``choices`` where there are any."""

    limit: int = 5000
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number within bounds, both included."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """``true`` or ``false``."""


@dataclass(frozen=True, slots=True)
class Url:
    """An absolute http or https address."""


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency code; read into lower case."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Metadata: 50 keys of 40 characters with values of 500, as Stripe's "Metadata" says."""


@dataclass(frozen=True, slots=True)
class Unbuilt:
    """Known to Stripe, not imitated here."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of one kind."""

    item: Kind
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A group of named parameters; what it does not name is unknown."""

    fields: Mapping[str, Kind]
    required: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Either:
    """A group, or a plain value in its place: ``created=1`` or ``created[gte]=1``."""

    group: Record
    plain: Kind


Kind = Text | Integer | Flag | Url | Currency | Pairs | Unbuilt | Listing | Record | Either


def read(kind: Kind, value: Any, param: str) -> Any:
    """Return the value as its kind has it.

    Raises:
        ApiError: with Stripe's code, naming the parameter.
    """
    match kind:
        case Record():
            return _record(kind, value, param)
        case Listing():
            return _listing(kind, value, param)
        case Either():
            return read(kind.group if isinstance(value, dict) else kind.plain, value, param)
        case Pairs():
            return _pairs(value, param)
        case Unbuilt():
            raise not_built(param)
        case _:
            return _plain(kind, value, param)


def _plain(kind: Text | Integer | Flag | Url | Currency, value: Any, param: str) -> Any:
    if not isinstance(value, str):
        raise _refused(f"Invalid string: {_short(str(value))}", param)
    if not value:
        raise _refused(
            f"You passed an empty string for '{param}'. We assume empty values are an attempt to "
            f"unset a parameter; however '{param}' cannot be unset. You should remove '{param}' "
            "from your request or supply a non-empty value.",
            param,
            "parameter_invalid_empty",
        )
    match kind:
        case Integer():
            return _integer(kind, value, param)
        case Flag():
            if value not in ("true", "false"):
                raise _refused(f"Invalid boolean: {_short(value)}", param)
            return value == "true"
        case Url():
            return url(value, param)
        case Currency():
            if not _CURRENCY.match(value):
                raise _refused(f"Invalid currency: {_short(value)}.", param)
            return value.lower()
        case Text():
            return _text(kind, value, param)


def url(value: str, param: str, *, secure: bool = False) -> str:
    """Return an address that a browser can open, or refuse it with ``url_invalid``."""
    try:
        parts = urlsplit(value)
        good = bool(parts.hostname) and parts.scheme in ({"https"} if secure else {"http", "https"})
    except ValueError:
        good = False
    if not good or any(c.isspace() for c in value):
        raise _refused("Not a valid URL", param, "url_invalid")
    if len(value) > _URL_LIMIT:
        raise _refused(f"URL must be {_URL_LIMIT} characters or less.", param, "url_invalid")
    return value


def _text(kind: Text, value: str, param: str) -> str:
    if kind.choices and value not in kind.choices:
        allowed = " or ".join(filter(None, (", ".join(kind.choices[:-1]), kind.choices[-1])))
        name = re.findall(r"[^\[\]]+", param)[-1]
        raise _refused(f"Invalid {name}: must be one of {allowed}", param)
    if len(value) > kind.limit:
        raise _refused(
            f"Invalid string: {_short(value)}; must be at most {kind.limit} characters", param
        )
    return value


def _integer(kind: Integer, value: str, param: str) -> int:
    code = "parameter_invalid_integer"
    if not _INTEGER.match(value):
        raise _refused(f"Invalid integer: {_short(value)}", param, code)
    number = int(value)
    if kind.least is not None and number < kind.least:
        raise _refused(f"This value must be greater than or equal to {kind.least}.", param, code)
    if kind.most is not None and number > kind.most:
        raise _refused(f"This value must be less than or equal to {kind.most}.", param, code)
    return number


def _record(kind: Record, value: Any, param: str) -> Json:
    if not isinstance(value, dict):
        raise _refused("Invalid object", param)
    unknown = [_join(param, key) for key in value if key not in kind.fields]
    if unknown:
        plural = "s" if len(unknown) > 1 else ""
        raise _refused(
            f"Received unknown parameter{plural}: {', '.join(unknown)}",
            unknown[0],
            "parameter_unknown",
        )
    for key in kind.required:
        if key not in value:
            name = _join(param, key)
            raise _refused(f"Missing required param: {name}.", name, "parameter_missing")
    return {key: read(kind.fields[key], item, _join(param, key)) for key, item in value.items()}


def _listing(kind: Listing, value: Any, param: str) -> list[Any]:
    if not isinstance(value, dict) or not all(key.isdecimal() for key in value):
        raise _refused("Invalid array", param)
    if kind.most is not None and len(value) > kind.most:
        raise _refused(f"Array {param} exceeded maximum {kind.most} allowed elements.", param)
    numbered = sorted(value.items(), key=lambda entry: int(entry[0]))
    return [read(kind.item, item, f"{param}[{key}]") for key, item in numbered]


def _pairs(value: Any, param: str) -> dict[str, str]:
    if value == "":
        return {}
    if not isinstance(value, dict):
        raise _refused("Invalid object", param)
    if len(value) > _PAIRS:
        raise _refused(f"Metadata can have at most {_PAIRS} keys.", param)
    for key, item in value.items():
        name = _join(param, key)
        if not isinstance(item, str):
            raise _refused("Metadata keys cannot contain brackets.", name)
        if len(key) > _PAIR_KEY:
            raise _refused(f"Metadata keys can have up to {_PAIR_KEY} characters.", name)
        if len(item) > _PAIR_VALUE:
            raise _refused(
                f"Metadata values can have up to {_PAIR_VALUE} characters, but you passed in a "
                f"value that is {len(item)} characters. Invalid value: {_short(item)}",
                name,
            )
    return {key: item for key, item in value.items() if item}


def _join(param: str, key: str) -> str:
    return f"{param}[{key}]" if param else key


def _short(value: str) -> str:
    return value if len(value) <= _SHOWN else value[:20] + "..." + value[-15:]


def _refused(message: str, param: str, code: str | None = None) -> ApiError:
    return ApiError(message, code=code, param=param, early=True)
