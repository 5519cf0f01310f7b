"""Ids against the catalog that was sold from: what they stand for there stays."""

from __future__ import annotations

from collections.abc import Iterable

from bot.catalog_file.findings import Findings
from bot.catalog_file.parse import inside, objects, parse
from bot.catalog_file.source import Path, decoded
from bot.domain.catalog.reused import ReusedId
from bot.ports.catalog import Fault

_LISTS = ("products", "options", "values")


def tell_reused(source: bytes, some: Iterable[ReusedId]) -> tuple[Fault, ...]:
    """Return a fault for each id of a sound text that stood for something else until now."""
    text = decoded(source)
    if isinstance(text, Fault):
        return (text,)
    parsed, findings = parse(text), Findings()
    for one in some:
        path: Path = ()
        for entries, wanted in zip(_LISTS, one.where, strict=False):
            known = objects(inside(parsed.data, (*path, entries)))
            path = (*path, entries, next(at for at, entry in known if entry.get("id") == wanted))
        kind = "ids_exchanged" if one.renamed else "id_means_other"
        findings.fault(kind, *path, "id", id=one.id, before=one.before, after=one.after)
    return findings.told(parsed)
