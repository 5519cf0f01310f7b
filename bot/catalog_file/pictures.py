"""Whether the catalog's pictures can be shown by Telegram; the facts come from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.catalog_file.findings import Finding, Findings
from bot.catalog_file.source import Path

#: Bot API, `sendPhoto`: 10 MB, width and height together 10000, one at most 20 times the other.
MAXIMUM_BYTES = 10_000_000
MAXIMUM_SIDES = 10_000
MAXIMUM_RATIO = 20


@dataclass(frozen=True, slots=True)
class PictureFact:
    """What is known of a picture file.

    Attributes:
        size: In bytes.
        format: jpeg, png, webp or gif; None where it is no picture that we know.
        width: In pixels; None where the file's head does not say.
        height: In pixels.
        inside: Whether the file lies in the catalog's folder, links followed.
    """

    size: int
    format: str | None = None
    width: int | None = None
    height: int | None = None
    inside: bool = True


#: Tells about the file at a path relative to the catalog; None: there is none.
PictureLookup = Callable[[str], PictureFact | None]


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
