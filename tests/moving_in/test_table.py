"""Tables as programs write them and spreadsheets leave them: bytes to rows with their lines."""

from __future__ import annotations

import codecs

import pytest

from bot.moving_in.table import read_table
from bot.ports.catalog import CatalogFaultsError
from tests.catalog_file.samples import read
from tests.moving_in.samples import brought, told

ROWS = [(2, ("cup", "Größe M", "9,50")), (4, ("mug", "two\nlines", "8"))]


def _written(separator: str) -> str:
    rows = [("id", "name", "price"), ROWS[0][1], (), ROWS[1][1]]
    return "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_any_usual_separator_and_encoding_is_read(separator: str, encoding: str) -> None:
    """What a spreadsheet saved as CSV or as Unicode text gives the same rows, with their lines."""
    table = read_table(_written(separator).encode(encoding), "goods.csv")

    assert table.header == ("id", "name", "price")
    assert [(row.line, row.cells) for row in table.rows] == ROWS


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1252", "Größe M – süß – Äpfel"),
        ("mac_roman", "Größe M – süß – Äpfel"),
        ("mac_roman", "schön"),
        ("cp1252", "Crème brûlée, l’été à Noël"),
        ("mac_roman", "Crème brûlée, l’été à Noël"),
        ("cp1252", "Niño, ¿año?"),
        ("mac_roman", "Pão de açúcar, Niño"),
        ("cp1252", "9,50 €"),
        ("mac_roman", "9,50 €"),
        ("cp1252", "Ø 5 cm, ±1"),
        ("cp1251", "Футболка «Лиса», размер M"),
        ("cp1251", "Чай № 5 — зелёный"),
        ("mac_cyrillic", "Футболка «Лиса», Чай"),
        ("cp1256", "قميص أحمر، مقاس M"),
    ],
)
def test_what_older_spreadsheets_wrote_is_read_as_it_was(encoding: str, words: str) -> None:
    """On Windows and on the Mac, in the West, in Russian and in Arabic: no letter for another."""
    table = read_table(f'id;name\n1;"{words}"\n'.encode(encoding), "goods.csv")

    assert table.rows[0].cells == ("1", words)


def test_a_mark_of_big_endian_text_is_known() -> None:
    """UTF-16 with its mark, the bytes the other way round."""
    content = codecs.BOM_UTF16_BE + _written(";").encode("utf-16-be")

    assert read_table(content, "goods.csv").rows[0].cells == ROWS[0][1]


def test_a_line_that_tells_the_separator_is_no_row() -> None:
    """Excel's ``sep=`` counts as a line, and as nothing else."""
    table = read_table(b"sep=|\r\nid|name\r\n1|a,b;c", "goods.csv")

    assert table.header == ("id", "name")
    assert [(row.line, row.cells) for row in table.rows] == [(3, ("1", "a,b;c"))]


def test_cells_that_are_missing_at_a_rows_end_are_empty() -> None:
    """Programs leave them out; asking for one is no fault."""
    row = read_table(b"id,name,price\ncup", "goods.csv").rows[0]

    assert (row[0], row[2], row[None]) == ("cup", "", "")


@pytest.mark.parametrize(
    ("content", "kind", "line"),
    [
        (b"", "table_empty", 1),
        (b"\r\n ;\r\n", "table_empty", 1),
        (b'id,name\n1,"never closed\n2,b', "table_quotes", 2),
        (b'id,name\n1,"a"b\n', "table_quotes", 2),
        (b"id,name\n1,a\n2,b,c\n", "table_wide", 3),
        (b"PK\x03\x04rest of a workbook", "table_workbook", 1),
        (b"id,name\n1,\x81\n", "table_encoding", 2),
        ("id,name\n1,a\n2,Größe\n".encode("cp437"), "table_encoding", 3),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(content: bytes, kind: str, line: int) -> None:
    """A row that swallowed others, a workbook, bytes of no encoding: told, and nothing is read."""
    with pytest.raises(CatalogFaultsError) as caught:
        read_table(content, "goods.csv")

    assert [(one.kind, one.line) for one in caught.value.faults] == [(kind, line)]


@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        ('id;name;price\na;"Two\nlines";5\n', []),
        ("id;name;price\n☕;☕;5\n", []),
        (f"id;name;price\na;{'long ' * 30};5\n", [(2, "table_shortened")]),
        ("id;name;price\na;A;0\nb;B;5\n", [(2, "table_free")]),
        ("id;name;price;price\nb;B;5;6\n", [(1, "table_columns")]),
        ("sku;name;price\nK;K;\nL;;5\nM;M;5\n", [(2, "table_no_price"), (3, "table_no_name")]),
        ("id;name;price\na;=1+1;5\n", []),
        ("id;name;price\na;A;1 234,50 €\n", []),
    ],
)
def test_a_strangers_table_makes_a_sound_file(table: str, kinds: list[tuple[int, str]]) -> None:
    """What our file could not hold is told by the table's line, once, and the rest is taken."""
    taken = brought(table)

    read(taken.source)
    assert told(taken.remarks) == kinds
