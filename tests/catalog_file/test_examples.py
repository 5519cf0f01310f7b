"""The example that has every field: sound, whole, and what the schema shows beside each field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.catalog_file.examples import WHOLE, ZONED, at
from bot.catalog_file.file import read_catalog, schema
from bot.catalog_file.structure import MODELS
from tests.catalog_file.samples import any_picture

_FIELDS = [
    (path, info.alias or name)
    for path, model in MODELS.items()
    for name, info in model.model_fields.items()
]


@pytest.mark.parametrize("example", [WHOLE, ZONED], ids=["countries", "zones"])
def test_the_example_is_a_shop_without_fault_or_doubt(example: dict[str, Any]) -> None:
    """What the guide and the editor show can be copied."""
    text = json.dumps(example)
    assert read_catalog(text, file="catalog.json", picture=any_picture).warnings == ()
    Draft202012Validator(schema()).validate(example)


@pytest.mark.parametrize(("path", "field"), _FIELDS, ids=[".".join((*p, f)) for p, f in _FIELDS])
def test_a_field_has_a_description_and_an_example(path: tuple[str, ...], field: str) -> None:
    """Every field of the file, the old ones too, in the schema that editors explain it with."""
    made = schema()
    kind = made["$defs"].get(MODELS[path].__name__, made)
    about = kind["properties"][field]
    assert about["examples"] == [next(one[field] for one in at(path) if field in one)]
    described = about.get("description") or made["$defs"][_kind(about)]["description"]
    assert described.endswith((".", "address."))


def _kind(about: dict[str, str]) -> str:
    return about["$ref"].rpartition("/")[2]


def test_the_fields_of_the_example_are_known() -> None:
    """The control: a field that the shape does not have is found."""
    wrong = WHOLE | {"shop": WHOLE["shop"] | {"color": "red"}}
    assert [one.message for one in Draft202012Validator(schema()).iter_errors(wrong)]


def test_the_reference_shows_each_short_example() -> None:
    """An owner reads in docs/catalog.md how a field is written."""
    guide = (Path(__file__).parents[2] / "docs" / "catalog.md").read_text(encoding="utf-8")
    rows = [row for row in guide.splitlines() if row.startswith("| `")]
    shown = [row for row in rows if not row.endswith("|  |")]
    assert "| `sku` | a text, 64 characters |" in guide
    assert '`"CO-GUJI"` |' in guide
    assert len(shown) > 60
