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
    first: dict[tuple[str, str], Path] = {}
    for position, entry in objects(entries):
        name, here = entry.get("name"), (*path, position, "name")
        wordings = name if isinstance(name, dict) else {"": name}
        pairs = [(code, one.strip()) for code, one in wordings.items() if isinstance(one, str)]
        told = next((pair for pair in pairs if pair in first), None)
        if told is not None:
            findings.warning("same_name", *here, name=told[1], other=first[told])
        for pair in pairs:
            first.setdefault(pair, here)


def check_ids_apart(product: Data, path: Path, findings: Findings) -> None:
    """Warn of two options that share ids: a cart holds ids alone, in the options' order."""
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
