"""No field of the file without an effect: each changes what is sold, and that is read."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

import pytest

import bot
from bot.catalog_file.examples import WHOLE, ZONED
from bot.catalog_file.structure import MODELS
from bot.domain.catalog import checkout, choices, model, sale, text
from bot.domain.catalog import product as goods
from bot.ports.catalog import CatalogFaultsError
from tests.catalog_file.samples import read

#: What owners write for themselves, and what editors look for.
_NOTES: Final = {"comment", "$schema"}
#: Other values of what would be the same if it were left out of the examples.
_OTHERWISE: Final[dict[str, object]] = {
    "prices": "exclusive", "hold_minutes": 90, "free_over": "70.00", "id": "another",
}  # fmt: skip
_FIELDS: Final = [
    (path, info.alias or name)
    for path, model in MODELS.items()
    for name, info in model.model_fields.items()
    if (info.alias or name) not in _NOTES
]


def _holders(node: Any, path: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield the objects at a path of the file; a list's entries each."""
    if isinstance(node, list):
        for one in node:
            yield from _holders(one, path)
    elif not path:
        yield node
    elif path[0] in node:
        yield from _holders(node[path[0]], path[1:])


def _sold(catalog: object) -> object:
    """Return what a file says to sell; None where it is refused."""
    try:
        found = read(json.dumps(catalog)).catalog
    except CatalogFaultsError:
        return None
    return found.shop, found.categories, tuple(found.products), found.checkout


@pytest.mark.parametrize(("path", "field"), _FIELDS, ids=[".".join((*p, f)) for p, f in _FIELDS])
def test_a_field_changes_what_is_sold(path: tuple[str, ...], field: str) -> None:
    """Taken out, or written otherwise, the shop is another one, or the file is refused."""
    assert any(_sold(other) != _sold(whole) is not None for whole, other in _pairs(path, field))


def _pairs(path: tuple[str, ...], field: str) -> Iterator[tuple[object, object]]:
    """Yield each example that has the field, and the same with another value or none."""
    one_price = copy.deepcopy(WHOLE)  # where no rate is free, the shop's own sum counts
    for rate in one_price["checkout"]["shipping"]["rates"]:
        rate.pop("free_over", None)
    for whole in (WHOLE, ZONED, one_price):
        other = copy.deepcopy(whole)
        for holder in _holders(other, path):
            if field in holder:
                value = holder.pop(field)
                if isinstance(value, bool):
                    holder[field] = not value
                elif field in _OTHERWISE:
                    holder[field] = _OTHERWISE[field]
        if other != whole:
            yield whole, other


@pytest.mark.parametrize("field", sorted(_NOTES))
def test_a_note_changes_nothing(field: str) -> None:
    """The control: what is written for owners alone is seen to have no effect."""
    assert _sold({key: value for key, value in WHOLE.items() if key != field}) == _sold(WHOLE)


def _read_names() -> set[str]:
    """Return the names of all attributes that are read outside the rooms of the file."""
    home = Path(bot.__file__).parent
    rooms = ("chat", "domain", "payments", "shop", "web", "workers")
    files = [path for room in rooms for path in (home / room).rglob("*.py")]
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in files)
    return {
        node.attr
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }


def test_what_a_catalog_holds_is_read_by_somebody() -> None:
    """No fact is carried from the file into the domain and left there; the control is not read."""
    kinds = {
        kind
        for module in (checkout, choices, goods, model, sale, text)
        for kind in vars(module).values()
        if isinstance(kind, type) and is_dataclass(kind)
    }
    names = {f.name for kind in kinds for f in fields(kind) if not f.name.startswith("_")}
    assert {"vat_id", "tax_code", "max_weight", "was"} <= names
    assert (names | {"nobody_reads_this"}) - _read_names() == {"nobody_reads_this"}
