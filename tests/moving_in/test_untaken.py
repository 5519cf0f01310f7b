"""Nothing is dropped in silence: a changed cell changes the file, or its line is told."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

from bot.catalog_file.parse import parse
from bot.moving_in.sheet_columns import COLUMNS
from bot.moving_in.sheet_writing import goods_table
from bot.ports.catalog import CatalogFaultsError
from tests.catalog_file.samples import read
from tests.moving_in.samples import brought, products_of, told

_SALE = {"from": "2026-12-01", "until": "2026-12-24 18:00"}
#: A product of each kind, that says as much as it can.
FILE: dict[str, Any] = {
    "shop": {"name": "Lume", "currency": "eur"},
    "categories": [
        {"id": "gear", "name": {"en": "Gear", "de": "Sachen"}, "emoji": "☕"},
        {"id": "shirts", "name": "Shirts"},
    ],
    "products": [
        {
            "id": "cup", "category": "gear", "name": {"en": "Cup", "de": "Becher"},
            "description": "A cup.", "price": "9.50", "was": "12.00",
            "sale": {"price": "8.00", **_SALE}, "photos": ["a.jpg", "b.jpg"], "stock": 5,
            "sku": "CUP", "barcode": "4006381333931", "brand": "Lume", "weight": 300,
            "details": [{"label": "Material", "text": "Clay"}, {"label": "From", "text": "Porto"}],
            "tax_code": "txcd_20030000", "min_per_order": 1, "max_per_order": 9, "new": True,
        },
        {
            "id": "tee", "category": "shirts", "name": "Tee", "price": "19.00", "was": "25.00",
            "sale": {"price": "18.00", **_SALE}, "sku": "TEE", "weight": 180, "photo": "t.jpg",
            "stock": 7,
            "options": [
                {"id": "size", "name": "Size",
                 "values": [{"id": "m", "name": "M"}, {"id": "l", "name": "L"}]},
                {"id": "colour", "name": "Colour",
                 "values": [{"id": "r", "name": "Red"}, {"id": "b", "name": "Blue"}]},
            ],
            "variants": [
                {"options": {"size": "m", "colour": "r"}, "stock": 4, "sku": "TEE-M-R",
                 "barcode": "4006381333955", "weight": 170, "photo": "m.jpg"},
                {"options": {"size": "l", "colour": "r"}, "price": "21.00", "was": "26.00"},
                {"options": {"size": "l", "colour": "b"}},
            ],
        },
        {
            "id": "tea", "category": "gear", "name": "Tea", "price": "7.00", "was": "9.00",
            "sku": "TEA", "barcode": "036000291452", "weight": 100, "photo": "tea.jpg", "stock": 8,
            "sale": {"price": "6.50", **_SALE},
            "options": [
                {"id": "size", "name": "Size", "values": [
                    {"id": "s", "name": "100 g"},
                    {"id": "m", "name": "250 g", "price": "15.00", "stock": 3, "photo": "m.jpg"},
                ]},
                {"id": "grind", "name": "Grind",
                 "values": [{"id": "w", "name": "Whole"}, {"id": "f", "name": "Fine"}]},
            ],
        },
    ],
}  # fmt: skip
TEXT = json.dumps(FILE, ensure_ascii=False, indent=2)
#: The lines of each product in its table.
LINES = {"product": (2,), "variants": (3, 4, 5), "simple options": (6, 7, 8, 9)}
#: What a cell of another sort is changed to; the others get a word more.
_OTHERS = {
    "price": "16.00", "was": "18.00", "sale_price": "5.00", "sale_from": "2026-12-02",
    "sale_until": "2026-12-25", "tax_code": "txcd_10000000", "variant_photo": "z.jpg",
    "barcode": "9780141439686",
}  # fmt: skip
_NUMBERS = {"stock", "weight", "min_per_order", "max_per_order"}
_TRUTHS = {"hidden", "variant_hidden", "new", "simple_options"}


def table_of(text: str) -> list[list[str]]:
    """Return the goods of a file as rows, in every column that there is."""
    written = goods_table(parse(text).data, comma=False).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(written, newline="")))


def saved(rows: list[list[str]]) -> bytes:
    """Return rows as a table's bytes."""
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


ROWS = table_of(TEXT)


def another_of(name: str, old: str) -> str:
    """Return another text for a cell of a column than it has."""
    if name in _NUMBERS:
        return str(int(old or 0) + 1)
    if name in _TRUTHS:
        return "no" if old else "yes"
    if name.startswith("photo"):
        return "z.jpg"
    if name == "category":
        return "shirts" if old == "gear" else "gear"
    if name == "shared_stock":
        return "" if old else "product"
    return _OTHERS.get(name, f"{old} more".strip())


#: Each product alone in its file, and the table of that.
ALONE = {
    kind: json.dumps(FILE | {"products": [product]}, ensure_ascii=False)
    for kind, product in zip(LINES, FILE["products"], strict=True)
}
TABLES = {kind: table_of(text) for kind, text in ALONE.items()}


def _told_or_taken(rows: list[list[str]], kind: str, *, update: bool = False) -> bool:
    """Return whether the file is another one, or a line of the table is told."""
    text = ALONE[kind]
    try:
        taken = brought(saved(rows), text, update=update)
    except CatalogFaultsError as error:
        return bool(error.faults)
    return bool(taken.remarks) or taken.source.decode() != text


def test_the_samples_have_every_column() -> None:
    """The control: none of them is left out below, and as they are the tables change nothing."""
    here = {name.partition(" (")[0] for rows in TABLES.values() for name in rows[0]}
    later = {one for one in COLUMNS if re.search("[3-9]|10", one)}  # as the first two of a kind

    assert set(COLUMNS) - later - here == {"hidden", "variant_hidden"}
    assert [_told_or_taken(rows, kind) for kind, rows in TABLES.items()] == [False] * 3


@pytest.mark.parametrize("kind", LINES)
@pytest.mark.parametrize("column", [*ROWS[0], "hidden", "variant_hidden"])
def test_a_changed_cell_is_taken_or_told(column: str, kind: str) -> None:
    """In each column, in the first and the last row of each kind of product; by --update too."""
    silent = []
    for line, update in {(1, False), (len(LINES[kind]), False), (1, True)}:
        rows = [[*row] for row in TABLES[kind]]
        if column not in rows[0]:
            rows = [[*row, ""] for row in rows]
            rows[0][-1] = column
        at, row = rows[0].index(column), rows[line]
        old, row[at] = row[at], another_of(column.partition(" (")[0], row[at])
        if column == "shared_stock" and kind == "simple options" and old == "product":
            continue  # where nothing is said they share it
        if column == "simple_options" and kind == "simple options" and row[at] == "yes":
            continue  # another row says so
        if not _told_or_taken(rows, kind, update=update):
            silent.append((line, update))
    assert silent == []


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (column, kind)
        for kind, rows in TABLES.items()
        for column in rows[0]
        if not re.match("id|option|value", column)
    ],
)
def test_an_emptied_column_is_taken_or_told(column: str, kind: str) -> None:
    """In all rows of a product; what has an id keeps its name, and the other way round."""
    rows = [[*row] for row in TABLES[kind]]
    at = rows[0].index(column)
    for row in rows[1:]:
        row[at] = ""

    assert _told_or_taken(rows, kind) or rows == TABLES[kind]


def test_simple_options_take_what_all_of_their_rows_tell() -> None:
    """An old price, codes, a weight; a picture by value: as a product with such options has it."""
    rows = [[*row] for row in ROWS]
    told_anew = {"was": "18.00", "sku": "T-1", "barcode": "9780141439686", "weight": "120"}
    for line in LINES["simple options"]:
        for name, said in told_anew.items():
            if name != "was" or line in {6, 7}:  # the other choices have prices of their own
                rows[line - 1][rows[0].index(name)] = said
        if line in {6, 7}:
            rows[line - 1][rows[0].index("variant_photo")] = "s.jpg"
    taken = brought(saved(rows), TEXT)
    tea = products_of(taken)["tea"]

    assert {name: str(tea[name]) for name in told_anew} == told_anew
    assert [one.get("photo") for one in tea["options"][0]["values"]] == ["s.jpg", "m.jpg"]
    assert taken.remarks == ()
    read(taken.source)


def test_simple_options_tell_what_one_row_cannot_have_alone() -> None:
    """A weight of one choice, and where it would have its place."""
    rows = [[*row] for row in ROWS]
    rows[6][rows[0].index("weight")] = "130"
    taken = brought(saved(rows), TEXT)

    assert taken.source.decode() == TEXT
    assert told(taken.remarks) == [(7, "table_left")]
    assert taken.remarks[0].params == {"written": "130", "present": 100}


def test_simple_options_tell_what_another_shops_rows_have_of_their_own() -> None:
    """A number for each choice, where the file has one for the product."""
    table = (
        "Title,URL handle,Option1 name,Option1 value,Option2 name,Option2 value,SKU,Price\n"
        "Tea,tea,Size,100 g,Grind,Whole,TEA,7.00\n,tea,,100 g,,Fine,TEA-2,7.00\n"
        ",tea,,250 g,,Whole,TEA-3,15.00\n,tea,,250 g,,Fine,TEA-4,15.00\n"
    )
    taken = brought(table, TEXT)

    assert told(taken.remarks) == [(line, "table_columns") for line in (2, 3, 4, 5)]
    assert taken.remarks[0].params["columns"] == "sku"


def test_a_price_is_not_taken_where_the_counts_beside_it_cannot_be() -> None:
    """What is told to stay stays, all of it."""
    rows = [[*row] for row in ROWS]
    for line in (8, 9):
        rows[line - 1][rows[0].index("price")] = "16.00"
        rows[line - 1][rows[0].index("stock")] = str(line)
        rows[line - 1][rows[0].index("shared_stock")] = f"x{line}"
    taken = brought(saved(rows), TEXT)

    assert taken.source.decode() == TEXT
    assert told(taken.remarks) == [(6, "table_choices")]


def test_variants_take_new_names_and_lose_what_all_have_lost() -> None:
    """A size called otherwise keeps its id; a weight that no row has goes from the product too."""
    rows = [[*row] for row in ROWS]
    for line in LINES["variants"]:
        rows[line - 1][rows[0].index("weight")] = ""
        if line != 3:
            rows[line - 1][rows[0].index("value1")] = "Large"
    rows[2][rows[0].index("option1")] = "Sizes"
    taken = brought(saved(rows), TEXT)
    tee = products_of(taken)["tee"]

    assert (tee["options"][0]["name"], tee["options"][0]["values"][1]) == (
        "Sizes",
        {"id": "l", "name": "Large"},
    )
    assert "weight" not in tee
    assert taken.remarks == ()


def test_a_variant_may_get_a_count_of_its_own() -> None:
    """Its row shares the product's no more, though the number is the same."""
    rows = [[*row] for row in ROWS]
    rows[4][rows[0].index("shared_stock")] = ""
    tee = products_of(brought(saved(rows), TEXT))["tee"]

    assert (tee["stock"], tee["variants"][2]["stock"]) == (7, 7)


def test_a_table_for_a_file_with_faults_is_no_error() -> None:
    """The file's own faults are told by whoever reads the result."""
    text = TEXT.replace('"colour": "b"', '"colour": "x"')

    assert '"price": "9.75"' in brought("id;price\ncup;9,75\n", text).source.decode()


def test_a_row_without_choices_and_without_a_number_is_told() -> None:
    """It names a product that has variants, and none of them."""
    taken = brought("id;price\ntee;20,00\n", TEXT)

    assert taken.source.decode() == TEXT
    assert told(taken.remarks) == [(2, "table_choices")]


def test_an_old_price_that_no_row_shows_stays() -> None:
    """A sale's product keeps it, though each of its variants has a price of its own."""
    prices = [{"options": {"size": "m", "colour": "r"}, "price": "19.00"}]
    tee = FILE["products"][1] | {"variants": prices}
    text = json.dumps(FILE | {"products": [tee]}, indent=2)

    assert brought(saved(table_of(text)), text).source.decode() == text
