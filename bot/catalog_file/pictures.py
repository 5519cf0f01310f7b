"""Whether the catalog's pictures can be shown by Telegram; the facts come from outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.catalog_file.findings import Finding, Findings
from bot.catalog_file.source import Path
from bot.ports.catalog import PictureFact, PictureLookup

#: Bot API, `sendPhoto`: 10 MB, width and height together 10000, one at most 20 times the other.
MAXIMUM_BYTES = 10_000_000
MAXIMUM_SIDES = 10_000
MAXIMUM_RATIO = 20


def any_picture(_: str) -> PictureFact:
    """Say of any picture that it can be shown."""
    return PictureFact(size=1, format="jpeg", width=1, height=1)


def check_pictures(data: dict[str, Any], picture: PictureLookup, findings: Findings) -> None:
    """Note every picture that is missing or that Telegram would not take."""
    told: dict[str, tuple[str, dict[str, object]] | None] = {}
    for path, written in _pictures(data):
        if written.lower().startswith("https://"):
            continue
        if written not in told:
            told[written] = _fault_of(written, picture(written))
        found = told[written]
        if found is not None:
            kind, params = found
            findings.found.append(Finding(kind, path, params))


def _fault_of(  # noqa: PLR0911 - a list of checks reads best as one
    path: str, fact: PictureFact | None
) -> tuple[str, dict[str, object]] | None:
    if fact is None:
        return "picture_missing", {"file": path}
    if not fact.inside:
        return "picture_outside", {"file": path}
    if fact.format is None:
        return "picture_format", {"file": path}
    if fact.size > MAXIMUM_BYTES:
        size = f"{fact.size / 1_000_000:.1f}"
        return "picture_size", {"file": path, "size": size, "limit": MAXIMUM_BYTES // 1_000_000}
    if not fact.width or not fact.height:
        return None
    known: dict[str, object] = {"file": path, "width": fact.width, "height": fact.height}
    if fact.width + fact.height > MAXIMUM_SIDES:
        return "picture_sides", {**known, "limit": MAXIMUM_SIDES}
    if max(fact.width, fact.height) > MAXIMUM_RATIO * min(fact.width, fact.height):
        return "picture_ratio", {**known, "limit": MAXIMUM_RATIO}
    return None


def _pictures(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    banner = (data.get("shop") or {}).get("banner")
    if banner is not None:
        yield ("shop", "banner"), banner
    for position, product in _objects(data.get("products")):
        path: Path = ("products", position)
        if product.get("photo") is not None:
            yield (*path, "photo"), product["photo"]
        for place, photo in enumerate(product.get("photos") or ()):
            if photo is not None:
                yield (*path, "photos", place), photo
        for place, option in _objects(product.get("options")):
            for spot, value in _objects(option.get("values")):
                if value.get("photo") is not None:
                    yield (*path, "options", place, "values", spot, "photo"), value["photo"]


def _objects(entries: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    for position, entry in enumerate(entries or ()):
        if isinstance(entry, dict):
            yield position, entry
