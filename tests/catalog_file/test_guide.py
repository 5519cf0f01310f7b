"""docs/catalog.md: every example read by the shop's own reader, and the reference complete."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from bot.catalog_file.file import read_catalog, schema
from bot.ports.catalog import CatalogFaultsError, PictureFact

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "catalog.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(
    r"^## ([^\n]+)\n(?:(?!^## ).)*?```json\n(.*?)```", GUIDE, re.MULTILINE | re.DOTALL
)


def _whole(example: str) -> dict[str, Any]:
    """Return the file that an example stands in."""
    found: dict[str, Any] = json.loads(example if example.startswith("{") else f"{{{example}}}")
    if "products" in found:
        return found
    base: dict[str, Any]
    (base,) = (json.loads(text) for _, text in EXAMPLES if '"products"' in text)
    return base | ({"products": [found]} if "id" in found else found)


def _read(catalog: dict[str, Any]) -> tuple[str, ...]:
    reading = read_catalog(
        json.dumps(catalog).encode(),
        file="catalog.json",
        picture=lambda _: PictureFact(1000, "jpeg", 100, 100),
    )
    return tuple(one.kind for one in reading.warnings)


@pytest.mark.parametrize(
    "example", [text for _, text in EXAMPLES], ids=[name for name, _ in EXAMPLES]
)
def test_an_example_is_a_shop_without_fault_or_doubt(example: str) -> None:
    """As it stands, in its place in the whole shop of the first example."""
    assert _read(_whole(example)) == ()


def test_an_example_that_were_wrong_would_be_found() -> None:
    """The control: a field that is spelt wrongly does not pass."""
    with pytest.raises(CatalogFaultsError):
        _read(_whole('"checkout": {"promotion_code": true}'))


def test_every_example_is_read() -> None:
    """No block is left out: each stands alone under its heading."""
    assert len(EXAMPLES) == GUIDE.count("```json") == 18


def test_the_reference_is_that_of_the_schema() -> None:
    """After a change of the models: python docs/reference.py."""
    script = runpy.run_path(str(DOCS / "reference.py"))
    kinds = [schema(), *schema()["$defs"].values()]
    rows = re.findall(r"^\| `([^`]+)`", script["reference"](), re.MULTILINE)

    assert script["page"]() == GUIDE
    assert len(rows) == sum(len(kind["properties"]) - 1 for kind in kinds) > 50


def test_every_field_but_the_notes_is_shown_by_task() -> None:
    """What the reference lists is met above it, in an example or in words."""
    above = GUIDE.partition("<!-- reference -->")[0]
    kinds = [schema(), *schema()["$defs"].values()]
    fields = {name for kind in kinds for name in kind["properties"]}

    assert (
        sorted(name for name in fields if f'"{name}"' not in above and f"`{name}`" not in above)
        == []
    )
