"""What a table does not tell of the present file stays: comments, languages, days and lists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.catalog_file.parse import parse
from bot.ports.catalog import CatalogFaultsError
from tests.moving_in.samples import brought, products_of, told
from tests.moving_in.test_untaken import ALONE, LINES, TABLES, another_of, saved, table_of

#: The dicts of a product and of its category that may have a comment.
_NOTED = ("categories", "products", "sale", "details", "options", "values", "variants")


def _noted(entry: Any, path: str) -> Any:
    """Return an entry with a comment of its own in each object within that may have one."""
    if isinstance(entry, list):
        return [_noted(one, f"{path}/{place}") for place, one in enumerate(entry)]
    if not isinstance(entry, dict):
        return entry
    inner = {
        key: _noted(one, f"{path}/{key}") if key in _NOTED else one
        for key, one in entry.items()
        if not (key == "options" and isinstance(one, dict))
    }
    return entry | inner | {"comment": path}


def _comments(entry: Any) -> set[str]:
    return set(re.findall(r'"comment": "([^"]*)"', json.dumps(entry)))


def _emptied(rows: list[list[str]], at: int) -> list[list[str]]:
    return [rows[0], *([*row[:at], "", *row[at + 1 :]] for row in rows[1:])]


def _changes(rows: list[list[str]]) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield a table with each cell changed, and with each column emptied, after its name."""
    for at, name in enumerate(rows[0]):
        for line in range(1, len(rows)):
            changed = [[*row] for row in rows]
            changed[line][at] = another_of(name.partition(" (")[0], changed[line][at])
            yield name, changed
        yield name, _emptied(rows, at)


@pytest.mark.parametrize("kind", LINES)
def test_comments_stay_on_what_stays_and_others_are_told(kind: str) -> None:
    """Whatever cell changes; only a sale or a detail that goes takes its comment with it."""
    data = json.loads(ALONE[kind])
    data |= {key: _noted(data[key], key) for key in ("categories", "products")}
    source = json.dumps(data, ensure_ascii=False)
    before, gone_of = _comments(data), {}

    for name, changed in _changes(table_of(source)):
        try:
            taken = brought(saved(changed), source)
        except CatalogFaultsError:
            continue
        gone = before - _comments(parse(taken.source.decode()).data)
        said = {one.params["written"] for one in taken.remarks if one.kind == "table_comment"}
        assert gone == said
        if gone:
            gone_of[name] = gone

    own = "products/0"
    first, second = {f"{own}/details/0"}, {f"{own}/details/1"}
    assert gone_of == {"sale_price": {f"{own}/sale"}} | (
        {"detail1": first, "detail_label1": first, "detail2": second, "detail_label2": second}
        if kind == "product"
        else {}
    )


@pytest.mark.parametrize("kind", LINES)
def test_a_column_that_is_not_there_says_nothing(kind: str) -> None:
    """Of whatever kind; CONTROL: emptied, most of them change the file."""
    rows = TABLES[kind]
    changed, emptied = [], []
    for at, name in enumerate(rows[0]):
        left = [[*row[:at], *row[at + 1 :]] for row in rows]
        if name != "id" and brought(saved(left), ALONE[kind]).source.decode() != ALONE[kind]:
            changed.append(name)
        if re.match("sale|photo|detail|description|was|weight", name):
            anew = brought(saved(_emptied(rows, at)), ALONE[kind])
            emptied += [name] * (anew.source.decode() != ALONE[kind])

    assert changed == []
    assert {"sale_price", "sale_from", "sale_until", "was"} <= set(emptied)


def test_a_detail_keeps_the_languages_that_the_table_has_no_columns_for() -> None:
    """A text in no language does not replace one in two; what is not taken is told."""
    material = {"en": "Material", "de": "Stoff"}
    data = json.loads(ALONE["product"])
    data["products"][0]["details"] = [
        {"label": material, "text": {"en": "Clay", "de": "Ton"}, "comment": "check"}
    ]
    source = json.dumps(data)
    english = "id,price,detail_label1 (en),detail1 (en)\ncup,9.50,Material,Wood\n"
    plain = "id,price,detail_label1,detail1\ncup,9.50,Material,Wood\n"

    assert products_of(brought(english, source))["cup"]["details"] == [
        {"label": material, "text": {"en": "Wood", "de": "Ton"}, "comment": "check"}
    ]
    assert brought(plain, source).source.decode() == source
    assert (2, "table_languages") in told(brought(plain, source).remarks)
