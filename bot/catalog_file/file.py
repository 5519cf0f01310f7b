"""The catalog file: its bytes to a `Catalog`, or every fault at once; and its JSON Schema.

Reading is pure: what is known of picture files comes through a callable. A large catalog takes
some tenths of a second, so a program with an event loop reads it in a thread.
"""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.catalog_file.amounts import amount_limits
from bot.catalog_file.build import build
from bot.catalog_file.codes import CURRENCIES
from bot.catalog_file.examples import example
from bot.catalog_file.findings import Findings
from bot.catalog_file.parse import Parsed, inside, parse
from bot.catalog_file.pictures import check_pictures
from bot.catalog_file.rules import check_rules
from bot.catalog_file.shape import CatalogEntry
from bot.catalog_file.source import decoded
from bot.catalog_file.structure import MODELS, tell, whole_text, without
from bot.catalog_file.syntax import MAXIMUM_DEPTH
from bot.ports.catalog import (
    LARGEST_CATALOG,
    CatalogFaultsError,
    Fault,
    PictureLookup,
    Reading,
    Severity,
    fault,
)

#: Of the largest file that is read: from here on its owner is told that it grows too large.
_NEARLY = 0.8


def read_catalog(source: bytes | str, *, file: str, picture: PictureLookup) -> Reading:
    """Read a catalog file.

    Args:
        source: The file's content.
        file: Its name as the owner knows it, for messages only.
        picture: Tells about the picture at a path relative to the file; None: there is none.

    Raises:
        CatalogFaultsError: with every fault that was found.
    """
    with _collector_paused():
        try:
            return _read(source, file, picture)
        except RecursionError:  # as deep as Python goes
            deep = fault("too_deep", params={"limit": MAXIMUM_DEPTH})
            raise CatalogFaultsError(file, (deep,)) from None


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep Python's collector from searching a growing heap for cycles that reading never makes.

    Measured with 10,000 products: 0.6 s instead of 0.9 to 1.4 s.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(source: bytes | str, file: str, picture: PictureLookup) -> Reading:
    text = decoded(source)
    if isinstance(text, Fault):
        raise CatalogFaultsError(file, (text,))
    parsed = parse(text)
    if not parsed.usable:
        raise CatalogFaultsError(file, parsed.faults)
    findings = Findings()
    if len(source) > LARGEST_CATALOG * _NEARLY:
        size, limit = len(source) // 1_000_000, LARGEST_CATALOG // 1_000_000
        findings.warning("nearly_too_large", size=size, limit=limit)
    entry = _check(parsed, picture, findings)
    told = (*parsed.faults, *findings.told(parsed))
    faults = tuple(one for one in told if one.severity is Severity.FAULT)
    warnings = tuple(one for one in told if one.severity is Severity.WARNING)
    if faults or entry is None:
        in_order = tuple(sorted(faults, key=lambda one: (one.line, one.column)))
        raise CatalogFaultsError(file, in_order, warnings)
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    return Reading(build(entry, fingerprint), warnings)


def _check(parsed: Parsed, picture: PictureLookup, findings: Findings) -> CatalogEntry | None:
    data = whole_text(parsed.data, findings) if parsed.has_halves else parsed.data
    currency, entry = _currency(data), None
    if parsed.has_repeated_keys:
        _check_repeated_keys(parsed, findings)
    try:
        entry = CatalogEntry.model_validate(data, context={"currency": currency})
    except ValidationError as error:
        errors = error.errors(include_url=False)
        data = without(data, tell(errors, findings))
    if isinstance(data, dict):
        check_rules(data, currency, findings)
        check_pictures(data, picture, findings)
    return entry


def _check_repeated_keys(parsed: Parsed, findings: Findings) -> None:
    source, places = parsed.places()
    for path, _, before in source.repeated_keys():
        first_line = str(places.place(before)[0])
        findings.fault("repeated_key", *path, at_key=True, key=path[-1], other_line=first_line)


def _currency(data: Any) -> str | None:
    """Return the file's currency before anything is checked, since every amount hangs on it."""
    shop = data.get("shop") if isinstance(data, dict) else None
    written = shop.get("currency") if isinstance(shop, dict) else None
    code = written.strip().lower() if isinstance(written, str) else None
    return code if code in CURRENCIES else None


def time_zone(source: bytes | None) -> ZoneInfo:
    """Return the time zone that a catalog's text names; UTC where there is none to be read."""
    if source is None:
        return ZoneInfo("UTC")
    text = decoded(source)
    data = None if isinstance(text, Fault) else parse(text).data
    try:  # whatever else has become a fault since
        return ZoneInfo(inside(data, ("shop", "timezone")) or "UTC")
    except (ValueError, TypeError, OSError, KeyError):
        return ZoneInfo("UTC")


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the file, for editors."""
    made = CatalogEntry.model_json_schema(by_alias=True)
    _tidy(made)
    for path, model in MODELS.items():
        kind = made["$defs"].get(model.__name__, made)
        for name, about in kind["properties"].items():
            about["examples"] = [example(path, name)]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The catalog of a Telegram shop",
    }
    body = {key: value for key, value in made.items() if key != "title"}
    return head | body | {"allOf": list(_amounts())}


def _amounts() -> Iterator[dict[str, Any]]:
    """Yield what an amount is in each kind of currency."""
    usual = amount_limits("eur", zero=False)
    others: dict[str, list[str]] = {}
    for code in sorted(CURRENCIES):
        if amount_limits(code, zero=False) != usual:
            others.setdefault(str(amount_limits(code, zero=False)), []).append(code)
    for codes in others.values():
        yield {"if": _in(codes), "then": _with_amounts(codes[0])}
    rest = sorted(code for codes in others.values() for code in codes)
    yield {"if": _in(rest), "else": _with_amounts("eur")}


def _in(codes: list[str]) -> dict[str, Any]:
    shop = {"properties": {"currency": {"enum": codes}}, "required": ["currency"]}
    return {"properties": {"shop": shop}, "required": ["shop"]}


def _with_amounts(currency: str) -> dict[str, Any]:
    """Return where amounts stand in the file, and what they are."""
    price, fee = (amount_limits(currency, zero=zero) for zero in (False, True))

    def each(**properties: Any) -> dict[str, Any]:
        return {"items": {"properties": properties}}

    values = each(price=price)
    options = each(values=values)
    rates = each(price=fee, free_over=price)
    zones = each(rates=rates)
    shipping = {"properties": {"rates": rates, "zones": zones, "free_over": price}}
    checkout = {"properties": {"shipping": shipping, "minimum_order": price}}
    variants, sale = each(price=price, was=price), {"properties": {"price": price}}
    products = each(price=price, was=price, options=options, variants=variants, sale=sale)
    return {"properties": {"products": products, "checkout": checkout}}


def schema_text() -> str:
    """Return the JSON Schema as it stands in ``catalog.schema.json``."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _tidy(node: Any) -> None:
    """Close maps of languages to other keys, and drop titles that only repeat a key."""
    if isinstance(node, list):
        for one in node:
            _tidy(one)
    elif isinstance(node, dict):
        if isinstance(node.get("title"), str):
            del node["title"]
        if "patternProperties" in node:
            node["additionalProperties"] = False
        for one in node.values():
            _tidy(one)
