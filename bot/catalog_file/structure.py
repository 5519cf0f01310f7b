"""Faults of the file's shape, as pydantic finds them, turned into a person's words.

After that the offending values are taken out of a copy of the data, so that the rules can still
check everything else: a misspelt key in one product does not hide a double id in another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from bot.catalog_file.fields import LANGUAGES_TAG, ONE_TAG
from bot.catalog_file.findings import Finding, Findings
from bot.catalog_file.habits import nearest, our_key
from bot.catalog_file.parse import inside
from bot.catalog_file.shape import (
    HOLD_MINUTES,
    BusinessEntry,
    CatalogEntry,
    CategoryEntry,
    CheckoutEntry,
    ChoiceEntry,
    DetailEntry,
    OptionEntry,
    ProductEntry,
    QuestionEntry,
    RateEntry,
    SaleEntry,
    ShippingEntry,
    ShopEntry,
    ValueEntry,
    VariantEntry,
    ZoneEntry,
)
from bot.catalog_file.source import Path
from bot.catalog_file.syntax import MAXIMUM_DEPTH
from bot.ports.catalog import fitting

#: What stands in each place of the file.
MODELS: Mapping[tuple[str, ...], type[BaseModel]] = {
    (): CatalogEntry,
    ("shop",): ShopEntry,
    ("shop", "business"): BusinessEntry,
    ("categories",): CategoryEntry,
    ("products",): ProductEntry,
    ("products", "options"): OptionEntry,
    ("products", "options", "values"): ValueEntry,
    ("products", "variants"): VariantEntry,
    ("products", "details"): DetailEntry,
    ("products", "sale"): SaleEntry,
    ("checkout",): CheckoutEntry,
    ("checkout", "questions"): QuestionEntry,
    ("checkout", "questions", "choices"): ChoiceEntry,
    ("checkout", "shipping"): ShippingEntry,
    ("checkout", "shipping", "rates"): RateEntry,
    ("checkout", "shipping", "zones"): ZoneEntry,
    ("checkout", "shipping", "zones", "rates"): RateEntry,
}

#: Our kinds for pydantic's error types; one that is not pydantic's is ours already.
_PYDANTIC = frozenset(get_args(ErrorType))
_KINDS = {
    "missing": "missing",
    "model_type": "object_type",
    "dict_type": "object_type",
    "model_attributes_type": "object_type",
    "list_type": "list_type",
    "string_type": "string_type",
    "string_too_long": "too_long",
    "string_too_short": "blank",
    "too_short": "no_language",
    "string_pattern_mismatch": "language",
    "int_type": "whole_type",
    "int_from_float": "whole_type",
    "bool_type": "bool_type",
    "literal_error": "prices",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_big",
}

_BOUNDS = frozenset(["greater_than_equal", "less_than_equal"])


def tell(errors: Sequence[ErrorDetails], findings: Findings) -> list[Path]:
    """Note pydantic's errors as findings.

    Returns:
        The path of each, for `without`.
    """
    paths = []
    missing: list[Path] = []
    meant: set[Path] = set()
    for error in errors:
        path = tuple(step for step in error["loc"] if step not in {LANGUAGES_TAG, ONE_TAG})
        at_key = path[-1:] == ("[key]",)
        path = path[:-1] if at_key else path
        paths.append(path)
        kind = error["type"]
        if kind == "missing":
            missing.append(path)
        elif kind == "extra_forbidden":
            meant.add(_tell_unknown(path, findings))
        elif path[-1:] == ("hold_minutes",) and kind in _BOUNDS:
            low, high = HOLD_MINUTES
            findings.fault("hold_minutes", *path, minimum=low, maximum=high)
        else:
            ours = _KINDS.get(kind, "value") if kind in _PYDANTIC else kind
            told = Finding(ours, path, _params(error), at_key=at_key)
            findings.found.append(told)
    for path in missing:
        if path not in meant:
            findings.fault("missing", *path, key=path[-1])
    return paths


def without(data: Any, paths: Sequence[Path]) -> Any:
    """Return a copy of the data without the values at some paths; lists keep their positions."""
    kept = _copy(data)
    for path in paths:
        if not path:
            return None
        holder, last = inside(kept, path[:-1]), path[-1]
        if isinstance(holder, dict) and isinstance(last, str):
            holder.pop(last, None)
        elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
            holder[last] = None
    return kept


def whole_text(data: Any, findings: Findings, path: Path = ()) -> Any:
    """Return the data with halves of characters replaced, each noted as a fault.

    JSON's escapes can write one half of a surrogate pair alone; nothing else can.
    """
    if len(path) > MAXIMUM_DEPTH:
        return None
    if isinstance(data, dict):
        made = {}
        for key, value in data.items():
            name = whole_text(key, findings, (*path, key))
            made[name] = whole_text(value, findings, (*path, key))
        return made
    if isinstance(data, list):
        return [whole_text(value, findings, (*path, n)) for n, value in enumerate(data)]
    if isinstance(data, str):
        whole = data.encode("utf-8", "replace").decode()
        if whole != data:
            findings.fault("broken_text", *path)
        return whole
    return data


def known_keys(path: Path) -> list[str]:
    """Return what the object at a path may contain; nothing for an object that is not ours."""
    model = MODELS.get(tuple(step for step in path if isinstance(step, str)))
    if model is None:
        return []
    return [info.alias or name for name, info in model.model_fields.items()]


def _tell_unknown(path: Path, findings: Findings) -> Path:
    key, known = str(path[-1]), known_keys(path[:-1])
    right = our_key(key, known)
    if right is None:
        right = nearest(key.lower(), known)
    if right is None:
        names, more = fitting([name for name in known if not name.startswith("$")])
        kind = "unknown_key_more" if more else "unknown_key"
        findings.fault(kind, *path, at_key=True, key=key, known=names, more=more)
        return path
    findings.fault("unknown_key_near", *path, at_key=True, key=key, right=right)
    return (*path[:-1], right)


def _params(error: ErrorDetails) -> dict[str, object]:
    kind, context = error["type"], error.get("ctx", {})
    if kind in _BOUNDS:
        return {"minimum": context["ge"]} if "ge" in context else {"maximum": context["le"]}
    match kind:
        case "string_too_long":
            return {"limit": context["max_length"], "length": len(error["input"])}
        case "string_pattern_mismatch":
            return {"written": error["input"]}
        case _ if kind in _KINDS:
            return {}
        case _ if kind not in _PYDANTIC:
            return dict(context)
        case _:
            return {"message": error["msg"]}


def _copy(data: Any, depth: int = 0) -> Any:
    """Copy what can be of use: the shape has no place for anything deeper."""
    if depth > MAXIMUM_DEPTH:
        return None
    if isinstance(data, dict):
        return {key: _copy(value, depth + 1) for key, value in data.items()}
    return [_copy(value, depth + 1) for value in data] if isinstance(data, list) else data
