"""Requests and answers held to the published Bot API specification, unknown fields refused.

The specification lies beside the repository, in ``../shared/specs``, or where ``SHOP_SPECS``
says. Where it is missing, ``specs_missing()`` tells why, for tests to skip with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from kit.specs.folder import SpecError, missing, specs_folder
from shop_sandbox.exchange import Exchange
from shop_sandbox.telegram.request import decode

_FILE = "telegram-bot-api.json"
_OK = 200


def specs_missing() -> str:
    """Return why checks are impossible, empty where they are possible."""
    return missing(_FILE, "the Bot API's")


@cache
def _spec() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = json.loads((specs_folder() / _FILE).read_text("utf-8"))
    return loaded


def check_request(method: str, params: Mapping[str, Any]) -> None:
    """Check a call's parameters.

    Args:
        method: As ``sendMessage``.
        params: By name: strings as they were sent, or parsed values; an uploaded file is bytes.

    Raises:
        SpecError: unknown method or parameter, a missing one, or one of another type.
    """
    known = _spec()["methods"].get(method)
    if known is None:
        raise SpecError(f"no method {method}")
    _check_fields(method, known["fields"], {k: _parsed(known, k, v) for k, v in params.items()})


def check_answer(method: str, result: object) -> None:
    """Check a call's result.

    Raises:
        SpecError: unknown field, a missing one, or one of another type.
    """
    known = _spec()["methods"].get(method)
    if known is None:
        raise SpecError(f"no method {method}")
    _check_any(method, known.get("returns") or ["Boolean"], result)


def check_type(name: str, value: object) -> None:
    """Check a value against one type of the specification, as ``Update``.

    Raises:
        SpecError: it is not of that type.
    """
    _check(name, name, value)


def check_exchange_request(exchange: Exchange) -> None:
    """Check what a bot sent.

    Raises:
        SpecError: the request breaks the specification.
    """
    request = decode(exchange.query, exchange.content_type, exchange.body)
    attached = {
        name: upload.data
        for name, upload in request.files.items()
        if not any(f"attach://{name}" in value for value in request.params.values())
    }
    check_request(exchange.call, {**request.params, **attached})


def check_exchange_answer(exchange: Exchange) -> None:
    """Check what the sandbox answered; a fault's answer is not looked at.

    Raises:
        SpecError: the answer breaks the specification.
    """
    if exchange.played:
        return
    answer = exchange.answer
    if not isinstance(answer, dict) or answer.get("ok") is not (exchange.status == _OK):
        raise SpecError(f"{exchange.call}: no answer of the Bot API's form: {answer!r}")
    if answer["ok"]:
        check_answer(exchange.call, answer["result"])
        return
    if answer.get("error_code") != exchange.status or not answer.get("description"):
        raise SpecError(f"{exchange.call}: a refusal without its number or words: {answer!r}")
    _check(exchange.call, "ResponseParameters", answer.get("parameters", {}))


def _parsed(known: Mapping[str, Any], name: str, value: Any) -> Any:
    """Read a parameter's string as the type that the specification gives it."""
    types = next((f["types"] for f in known["fields"] if f["name"] == name), ["String"])
    if not isinstance(value, str) or "String" in types:
        return value
    try:
        return json.loads(value)
    except ValueError as fault:
        raise SpecError(f"{name}: {value!r} is none of {types}") from fault


def _check_fields(where: str, fields: list[Mapping[str, Any]], given: Mapping[str, Any]) -> None:
    known = {field["name"]: field for field in fields}
    if unknown := given.keys() - known.keys():
        raise SpecError(f"{where}: unknown {sorted(unknown)}")
    for name, field in known.items():
        if name in given:
            _check_any(f"{where}.{name}", field["types"], given[name])
        elif field["required"]:
            raise SpecError(f"{where}: {name} is missing")


def _check_any(where: str, types: list[str], value: object) -> None:
    faults = []
    for kind in types:
        try:
            _check(where, kind, value)
        except SpecError as fault:
            faults.append(str(fault))
        else:
            return
    raise SpecError(" | ".join(faults))


_PLAIN: Mapping[str, Callable[[object], bool]] = {
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "True": lambda value: value is True,
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "InputFile": lambda value: isinstance(value, bytes),
}


def _check(where: str, kind: str, value: object) -> None:
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            raise SpecError(f"{where}: no array: {value!r}")
        for number, item in enumerate(value):
            _check(f"{where}[{number}]", kind.removeprefix("Array of "), item)
        return
    if kind in _PLAIN:
        if not _PLAIN[kind](value):
            raise SpecError(f"{where}: no {kind}: {value!r}")
        return
    known = _spec()["types"][kind]
    if known.get("subtypes"):
        _check_any(where, _narrowed(known["subtypes"], value), value)
        return
    if not isinstance(value, dict):
        raise SpecError(f"{where}: no {kind}: {value!r}")
    _check_fields(f"{where}({kind})", known["fields"] or [], value)


def _narrowed(subtypes: list[str], value: object) -> list[str]:
    """Return the subtypes whose fixed ``type``, ``status`` or ``source`` is the value's own."""
    if not isinstance(value, dict):
        return subtypes
    for discriminator in ("type", "status", "source"):
        said = value.get(discriminator)
        fits = [kind for kind in subtypes if said and said == _fixed(kind, discriminator)]
        if fits:
            return fits
    return subtypes


@cache
def _fixed(kind: str, discriminator: str) -> str | None:
    for field in _spec()["types"][kind]["fields"] or []:
        if field["name"] == discriminator:
            words = field["description"].replace("“", '"').replace("”", '"').split()
            return str(words[-1]).strip("'\".") if words else None
    return None
