"""Rules of delivery by weight: what it needs to know of the goods, and what nothing carries."""

from __future__ import annotations

from bot.catalog_file.findings import Findings
from bot.catalog_file.parse import Data, objects
from bot.catalog_file.source import Path


def check_weights(data: Data, findings: Findings) -> None:
    """Warn of goods without a weight where rates go by it, and of what is too heavy for each.

    The first product without one is named, with how many there are: it may be every one.
    """
    checkout = data.get("checkout") or {}
    shipping = checkout.get("shipping") or {}
    zones = [zone for _, zone in objects(shipping.get("zones"))] or [shipping]
    rates = [rate for zone in zones for _, rate in objects(zone.get("rates"))]
    limits = [rate.get("max_weight") for rate in rates]
    known = [limit for limit in limits if limit is not None]
    if not known:
        return
    bounded = len(known) == len(limits) and checkout.get("pickup") is None
    unknown: list[Path] = []
    for place, product in objects(data.get("products")):
        if product.get("hidden") is True:
            continue
        for path, weight in _weights(product, ("products", place)):
            if weight is None:
                unknown.append(path)
                break
            if bounded and weight > max(known):
                findings.warning("too_heavy", *path, "weight", weight=weight, limit=max(known))
    if unknown:
        findings.warning("no_weight", *unknown[0], count=len(unknown))


def _weights(product: Data, path: Path) -> list[tuple[Path, int | None]]:
    """Return what a product weighs, or each of its variants that customers see."""
    own = product.get("weight")
    listed = [
        ((*path, "variants", place), variant["weight"])
        if variant.get("weight") is not None
        else (path, own)
        for place, variant in objects(product.get("variants"))
        if variant.get("hidden") is not True
    ]
    return list(dict.fromkeys(listed)) or [(path, own)]
