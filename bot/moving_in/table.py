"""A table as a program wrote it, or as a spreadsheet left it: bytes to rows with their lines.

Separators, encodings and line breaks inside of cells are found out here; what the columns mean is
not known.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.moving_in.encodings import older_encoding
from bot.ports.catalog import LARGEST_TABLE, CatalogFaultsError, Fault, fault

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What a workbook, a newer and an older one, and a page begin with.
_NO_TABLES: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
_SEPARATORS: Final = ",;\t|"
#: A line by which Excel is told the separator.
_TOLD: Final = re.compile(r'"?sep=(.)"?[ \t]*\r?\n', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: the line that it begins on, and its cells, no white space around them."""

    line: int
    cells: tuple[str, ...]

    def __getitem__(self, column: int | None) -> str:
        """Return a cell; empty where there is none."""
        return "" if column is None or column >= len(self.cells) else self.cells[column]


@dataclass(frozen=True, slots=True)
class Table:
    """The names of the columns, and the rows that are not empty."""

    header: tuple[str, ...]
    rows: tuple[TableRow, ...]
    line: int = 1

    def named(self) -> Mapping[str, int]:
        """Return where each column stands by its name in small letters; the first of two."""
        places: dict[str, int] = {}
        for place, name in enumerate(self.header):
            places.setdefault(plain_name(name), place)
        return places


def plain_name(written: str) -> str:
    """Return a column's name as names are compared: small, with single spaces."""
    return " ".join(written.replace("_", " ").casefold().split())


def read_table(content: bytes, file: str) -> Table:
    """Read a table of any of the usual separators and encodings.

    Raises:
        CatalogFaultsError: it is no table, or broken.
    """
    text = _decoded(content, file)
    told = _TOLD.match(text)
    skipped = 1 if told else 0
    text = text[told.end() :] if told else text
    separator = told[1] if told else _separator(text)
    rows = [TableRow(row.line + skipped, row.cells) for row in _rows(text, separator, file)]
    rows = [row for row in rows if any(row.cells)]
    if not rows:
        raise _refused(file, fault("table_empty"))
    head, *rest = rows
    for row in rest:
        if any(row.cells[len(head.cells) :]):
            raise _refused(file, fault("table_wide", line=row.line, params={"n": len(head.cells)}))
    return Table(head.cells, tuple(rest), head.line)


def _decoded(content: bytes, file: str) -> str:
    if len(content) > LARGEST_TABLE:
        raise _refused(file, fault("table_large", params={"limit": LARGEST_TABLE // 1_000_000}))
    if content.startswith(_NO_TABLES):
        raise _refused(file, fault("table_workbook"))
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if encoding is None and b"\0" in content[:200]:
        encoding = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        older = None if encoding else older_encoding(content)
        if older is None:
            line = content.count(b"\n", 0, error.start) + 1
            raise _refused(file, fault("table_encoding", line=line)) from error
        text = content.decode(older)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _refused(file, fault("table_encoding", line=line))
    return text


def _separator(text: str) -> str:
    """Return what parts the cells of the header: what gives the most of them."""

    def cells(separator: str) -> int:
        return len(
            next(csv.reader(io.StringIO(text.lstrip(), newline=""), delimiter=separator), ())
        )

    return max(_SEPARATORS, key=cells)


def _rows(text: str, separator: str, file: str) -> Iterator[TableRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:  # a quotation mark that nothing closes, or within a cell
            raise _refused(file, fault("table_quotes", line=line)) from error
        yield TableRow(line, tuple(map(str.strip, cells)))
        line = reader.line_num + 1


def _refused(file: str, one: Fault) -> CatalogFaultsError:
    return CatalogFaultsError(file, (one,))
