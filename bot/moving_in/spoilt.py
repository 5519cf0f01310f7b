"""Texts that a spreadsheet takes for formulas, numbers or days, and the apostrophe before them.

A formula could do harm ("CSV Injection" at OWASP); a barcode becomes 4.00638E+12, 007 becomes 7 and
1/2 a day of February. An apostrophe before such a text goes into the table with it and is taken
off where it is read.
"""

from __future__ import annotations

import re
from typing import Final

_MONTHS: Final = "jan|feb|mar|mär|apr|avr|abr|may|mai|maj|jun|jui|jul|aug|aoû|ago|sep|set|oct|okt|out|nov|dec|dez|déc|dic|янв|фев|мар|апр|май|мая|июн|июл|авг|сен|окт|ноя|дек"  # noqa: E501 - one pattern
_SPOILT: Final = re.compile(
    r"\s*[=+\-@＝＋－＠]"
    r"|0[0-9]+\Z|[0-9]{12,}\Z"
    r"|(?=[0-9\s.,:/()+\-%eE€$£¥]*\Z)[0-9\s]*[.,:/()+\-%eE€$£¥]"
    r"|(?=[\d\s.,]*(?![0-9])\d)[\d\s.,:/()+\-%٫٬]+\Z"  # digits of other scripts are numbers too
    rf"|(?:[0-9]{{1,4}}[-/. ]*)?(?:{_MONTHS})[^\W\d_]*\.?(?:[-/. ]*[0-9]{{1,4}}){{0,2}}\Z"
    r"|(?:true|false|wahr|falsch|vrai|faux|verdadero|falso|verdadeiro|истина|ложь)\Z",
    re.IGNORECASE,
)


def is_spoilt(text: str) -> bool:
    """Return whether a spreadsheet would change a text, apostrophes before it left aside."""
    return _SPOILT.match(text.lstrip("'")) is not None


def kept(text: str) -> str:
    """Return a cell that a spreadsheet leaves as it is."""
    return f"'{text}" if is_spoilt(text) else text


def unkept(cell: str) -> str:
    """Return the text of a cell, without the apostrophe that kept it."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and is_spoilt(text) else text
