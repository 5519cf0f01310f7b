"""Rules of a product's `variants`: each names one value of every option, and no two the same."""

from __future__ import annotations

from typing import Any

from bot.catalog_file.findings import Findings
from bot.catalog_file.habits import nearest
from bot.catalog_file.parse import Data, objects
from bot.catalog_file.shape import MOST_VARIANTS
from bot.catalog_file.source import Path

#: The values' ids of each option, in the file's order.
Known = dict[str, list[str]]


def check_variants(product: Data, path: Path, findings: Findings) -> None:
    """Note every fault and warning of a product that lists its variants."""
    variants, where = product["variants"], (*path, "variants")
    if not variants:
        findings.fault("no_variants", *where)
        return
    if len(variants) > MOST_VARIANTS:
        findings.fault("many_listed", *where, limit=MOST_VARIANTS, count=len(variants))
    if all(one.get("hidden") is True for _, one in objects(variants)):
        findings.fault("no_shown_variant", *where)
    _check_values_have_none(product, path, findings)
    if product.get("stock") is not None and all("stock" in one for _, one in objects(variants)):
        findings.warning("stock_unused", *path, "stock", n=product["stock"])
    known = _known(product.get("options"))
    if known is None or findings.faults_in((*path, "options")):
        return
    if not known:
        findings.fault("variants_without_options", *where)
        return
    _check_combinations(product, path, known, findings)


def _check_combinations(product: Data, path: Path, known: Known, findings: Findings) -> None:
    where = (*path, "variants")
    unsure = {one[: len(where) + 2] for one in findings.faults_in(where)}
    first: dict[tuple[str, ...], Path] = {}
    sure = True
    for place, variant in objects(product["variants"]):
        here: Path = (*where, place, "options")
        chosen = variant.get("options")
        if chosen is None or here in unsure or not _is_choice(chosen, known, here, findings):
            sure = False
            continue
        combination = tuple(chosen[option] for option in known)
        if combination in first:
            said = ", ".join(combination)
            findings.fault("repeated_variant", *here, other=first[combination], id=said)
        first.setdefault(combination, here)
    if sure:
        _check_every_value_is_sold(path, known, list(first), findings)


def _known(options: Any) -> Known | None:
    """Return what there is to choose; None where a fault keeps that from being known."""
    found: Known = {}
    for option in options or []:
        values = option.get("values") if isinstance(option, dict) else None
        if values is None or "id" not in option:
            return None
        ids = [one["id"] for one in values if isinstance(one, dict) and "id" in one]
        if len(ids) < len(values):
            return None
        found[option["id"]] = ids
    return found


def _is_choice(chosen: Data, known: Known, here: Path, findings: Findings) -> bool:
    """Return whether one value of each option is chosen; tell what keeps it from that."""
    told = len(findings.found)
    for option, value in chosen.items():
        if option not in known:
            _tell_unknown("option", option, list(known), (*here, option), findings)
        elif value not in known[option]:
            _tell_unknown("value", value, known[option], (*here, option), findings)
    missing = next((option for option in known if option not in chosen), None)
    if missing is not None and len(findings.found) == told:
        values = ", ".join(known[missing])
        findings.fault("variant_option_missing", *here, option=missing, known=values)
    return len(findings.found) == told


def _tell_unknown(what: str, own: str, known: list[str], here: Path, findings: Findings) -> None:
    at_key = what == "option"
    near = nearest(own.lower(), known)
    if near is None:
        said = ", ".join(known)
        findings.fault(f"unknown_{what}", *here, at_key=at_key, id=own, known=said)
    else:
        findings.fault(f"unknown_{what}_near", *here, at_key=at_key, id=own, right=near)


def _check_values_have_none(product: Data, path: Path, findings: Findings) -> None:
    """Prices and counts stand at the variants or at the values, never at both."""
    told = set()
    for position, option in objects(product.get("options")):
        for place, value in objects(option.get("values")):
            for key in ("price", "stock"):
                if value.get(key) is not None and key not in told:
                    told.add(key)
                    here = (*path, "options", position, "values", place, key)
                    findings.fault(f"variants_value_{key}", *here, other=(*path, "variants"))


def _check_every_value_is_sold(
    path: Path, known: Known, sold: list[tuple[str, ...]], findings: Findings
) -> None:
    for position, (option, values) in enumerate(known.items()):
        used = {combination[position] for combination in sold}
        for place, value in enumerate(values):
            if value not in used:
                here = (*path, "options", position, "values", place, "id")
                findings.warning("unsold_value", *here, id=value, option=option)
