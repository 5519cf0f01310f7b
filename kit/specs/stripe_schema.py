"""OpenAPI's schemas as JSON Schema, forms coerced by schema, and the package's types by name."""

from __future__ import annotations

import re
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Final

import typing_extensions
from typing_extensions import evaluate_forward_ref

from kit.specs.folder import SpecError

_INTEGER: Final = re.compile(r"-?[0-9]+\Z")
_DROPPED: Final = frozenset(
    ["nullable", "description", "x-expandableFields", "x-stripeBypassValidation", "x-resourceId"]
)
#: What a schema would ask of null as well; the rest asks it of one type alone.
_ABOUT_NULL_TOO: Final = frozenset(["$ref", "allOf", "anyOf", "enum"])
_WRAPPERS: Final = (typing_extensions.NotRequired, typing_extensions.Required)


def json_schema(schema: Any) -> Any:
    """Return OpenAPI 3.0's dialect as JSON Schema; objects with fields know no others."""
    if isinstance(schema, list):
        return [json_schema(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: json_schema(part) for key, part in schema.items() if key not in _DROPPED}
    if isinstance(schema.get("properties"), dict):
        plain["properties"] = {k: json_schema(part) for k, part in schema["properties"].items()}
    if isinstance(plain.get("properties"), dict) and plain.get("type") == "object":
        plain.setdefault("additionalProperties", False)
    if schema.get("nullable") is True:
        if "type" in plain and plain.keys().isdisjoint(_ABOUT_NULL_TOO):
            return {**plain, "type": [plain["type"], "null"]}
        return {"anyOf": [plain, {"type": "null"}]}
    return plain


def coerce(schema: Mapping[str, Any], value: Any, name: str) -> Any:
    """Return a form's value as its schema has it.

    Raises:
        SpecError: unknown, missing, too long, no choice, or of another kind.
    """
    if "anyOf" in schema:
        return _any_of(schema["anyOf"], value, name)
    match schema.get("type"):
        case "object":
            return _object(schema, value, name)
        case "array":
            if not isinstance(value, dict) or not all(key.isdecimal() for key in value):
                raise SpecError(f"{name}: no list")
            return [coerce(schema["items"], item, f"{name}[{key}]") for key, item in value.items()]
        case "integer":
            if not isinstance(value, str) or not _INTEGER.match(value):
                raise SpecError(f"{name}: no integer")
            return int(value)
        case "boolean":
            if value not in ("true", "false"):
                raise SpecError(f"{name}: no boolean")
            return value == "true"
        case _:
            return _string(schema, value, name)


def _any_of(schemas: list[Any], value: Any, name: str) -> Any:
    refusals: list[str] = []
    for schema in schemas:
        try:
            return coerce(schema, value, name)
        except SpecError as refused:
            refusals.append(str(refused))
    raise SpecError(" and ".join(refusals))


def _object(schema: Mapping[str, Any], value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SpecError(f"{name}: no group")
    fields = schema.get("properties", {})
    others = schema.get("additionalProperties", False)
    for required in schema.get("required", []):
        if required not in value:
            raise SpecError(f"{name}[{required}]: missing")
    coerced = {}
    for key, item in value.items():
        inner = fields.get(key, others)
        if not isinstance(inner, dict):
            raise SpecError(f"{name}[{key}]: unknown")
        coerced[key] = coerce(inner, item, f"{name}[{key}]")
    return coerced


def _string(schema: Mapping[str, Any], value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise SpecError(f"{name}: no string")
    if len(value) > schema.get("maxLength", len(value)):
        raise SpecError(f"{name}: longer than {schema['maxLength']}")
    if "enum" in schema and value not in schema["enum"]:
        raise SpecError(f"{name}: {value!r} is no choice")
    return value


def unknown_names(params: Any, data: Any, name: str = "") -> Iterator[str]:
    """Yield the names in coerced data that the package's typed dictionary does not know."""
    if typing_extensions.is_typeddict(params):
        space = vars(sys.modules[params.__module__])
        for key, item in data.items() if isinstance(data, dict) else ():
            if key not in params.__annotations__:
                yield f"{name}[{key}]"
                continue
            for kind in _alternatives(params.__annotations__[key], space):
                yield from unknown_names(kind, item, f"{name}[{key}]")
    elif typing.get_origin(params) is list and isinstance(data, list):
        for at, item in enumerate(data):
            yield from unknown_names(typing.get_args(params)[0], item, f"{name}[{at}]")


def _alternatives(hint: Any, space: dict[str, Any]) -> Iterator[Any]:
    """Yield what a hint allows, its names looked up in a module."""
    if isinstance(hint, str | typing.ForwardRef):
        reference = typing.ForwardRef(hint) if isinstance(hint, str) else hint
        yield from _alternatives(evaluate_forward_ref(reference, globals=space), space)
    elif typing.get_origin(hint) in _WRAPPERS:
        yield from _alternatives(typing.get_args(hint)[0], space)
    elif typing.get_origin(hint) in (typing.Union, types.UnionType):
        for part in typing.get_args(hint):
            yield from _alternatives(part, space)
    elif typing.get_origin(hint) is list:
        (inner,) = typing.get_args(hint)
        for part in _alternatives(inner, space):
            yield list[part]  # type: ignore[valid-type]
    else:
        yield hint
