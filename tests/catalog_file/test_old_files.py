"""Files of earlier versions are read unchanged: no fault, no doubt, every value as it was."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.catalog_file.file import read_catalog
from bot.domain.catalog.model import Option, Product
from tests.catalog_file.samples import any_picture

FILES = Path(__file__).parent / "files"


def _plain(product: Product) -> dict[str, Any]:
    """Return a product as an old file says it, by the fields that old files had."""
    photos = list(product.photos)
    said = {
        "id": product.id,
        "category": product.category,
        "name": _words(product.name.wordings),
        "description": _words(product.description.wordings) if product.description else None,
        "price": product.price.to_decimal(),
        "was": product.was.to_decimal() if product.was else None,
        "photos": photos or None,
        "stock": product.stock,
        "max_per_order": product.max_per_order,
        "options": [_option(one) for one in product.options] or None,
        "hidden": product.hidden or None,
        "new": product.new or None,
    }
    return {key: value for key, value in said.items() if value is not None}


def _option(option: Option) -> dict[str, Any]:
    values = [
        {
            "id": one.id,
            "name": _words(one.name.wordings),
            "price": one.price.to_decimal() if one.price else None,
            "stock": one.stock,
            "photo": one.photo,
        }
        for one in option.values
    ]
    known = [{key: value for key, value in one.items() if value is not None} for one in values]
    return {"id": option.id, "name": _words(option.name.wordings), "values": known}


def _words(wordings: tuple[tuple[str, str], ...]) -> Any:
    return wordings[0][1] if wordings[0][0] == "" else dict(wordings)


def _as_read(entry: dict[str, Any]) -> dict[str, Any]:
    """Return a file's entry with amounts as numbers, one picture as a list, and no notes."""
    read = {key: value for key, value in entry.items() if key != "comment"}
    for key in ("price", "was"):
        if key in read:
            read[key] = Decimal(str(read[key]))
    if "photo" in read and "values" not in read:
        read["photos"] = [read.pop("photo")]
    for option in read.get("options", []):
        for value in option["values"]:
            if "price" in value:
                value["price"] = Decimal(str(value["price"]))
    return read


@pytest.mark.parametrize(("version", "doubts"), [("0.1", ["free_over_cheapest"]), ("0.2", [])])
def test_a_file_of_an_earlier_version_is_read_unchanged(version: str, doubts: list[str]) -> None:
    """The sample shop as that version shipped it: what it says is what is sold."""
    text = (FILES / f"catalog-{version}.json").read_text(encoding="utf-8")
    said = json.loads(text)

    reading = read_catalog(text, file="catalog.json", picture=any_picture)

    assert [one.kind for one in reading.warnings] == doubts
    assert [_plain(one) for one in reading.catalog.products] == [
        _as_read(one) for one in said["products"]
    ]
    assert len(said["products"]) == 19
    assert reading.catalog.goods.sales == {}
