"""Rules of things to choose from: customers tell them apart by name, and carts by id."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from bot.catalog_file.findings import Findings
from bot.catalog_file.parse import Data, objects
from bot.catalog_file.source import Path

_TWO = 2


def check_names(entries: Any, path: Path, findings: Findings) -> None:
    """Warn of two buttons with one name beside each other: nobody knows which is which."""
    first: dict[tuple[str, str], int] = {}
    for position, entry in objects(entries):
        name = entry.get("name")
        wordings = name.items() if isinstance(name, dict) else [("", name)]
        pairs = [(code, one.strip()) for code, one in wordings if isinstance(one, str)]
        if first.keys().isdisjoint(pairs):
            first.update(dict.fromkeys(pairs, position))
            continue
        told = next(pair for pair in pairs if pair in first)
        other = (*path, first[told], "name")
        findings.warning("same_name", *path, position, "name", name=told[1], other=other)
        for pair in pairs:
            first.setdefault(pair, position)


def check_ids_apart(product: Data, path: Path, findings: Findings) -> None:
    """Warn of two options that share ids: a cart holds ids alone, in the options' order."""
    if len(product.get("options") or ()) < _TWO:
        return
    known = [
        (place, {one["id"]: None for _, one in objects(option.get("values")) if "id" in one})
        for place, option in objects(product.get("options"))
    ]
    for (one, ids), (other, others) in combinations(known, 2):
        shared = [written for written in ids if written in others]
        if len(shared) >= _TWO:
            here = (*path, "options", other, "values")
            findings.warning(
                "shared_ids", *here, other=(*path, "options", one), ids=", ".join(shared)
            )
            return
