"""Cells of a table: amounts, counts, weights, days and codes as spreadsheets write them.

A cell that can be read in two ways is not guessed at: it is a fault, until somebody has answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from bot.catalog_file.fields import CODE_LENGTH, MAXIMUM_COUNT, MAXIMUM_GRAMS
from bot.domain.amounts import TwoWaysError, bare, plain
from bot.domain.errors import InvalidMoneyError
from bot.domain.money import MAXIMUM_MINOR, Money
from bot.moving_in.convention import Convention, Numbers
from bot.moving_in.spoilt import unkept
from bot.ports.catalog import LONGEST_SHOWN, Fault, Severity, TableAnswers, fault, fitting

#: What a spreadsheet makes of a long number.
_SCIENTIFIC: Final = re.compile(r"[0-9](?:[.,][0-9]+)?[eE][+]?[0-9]{1,2}\Z")
_WHOLE: Final = re.compile(r"([+-]?[0-9]{1,9})(?:[.,]0{1,2})?\Z")
_GROUPS: Final = re.compile(r"([1-9][0-9]{0,2})[., '’]([0-9]{3})\Z")
_DAY: Final = re.compile(
    r"(?P<a>[0-9]{1,4})(?P<mark>[./-])\s?(?P<b>[0-9]{1,2})(?P=mark)\s?(?P<c>[0-9]{2,4})"
    r"(?:[T ,]+(?P<time>[0-9]{1,2}:[0-9]{2})(?::[0-9]{2})?\s?(?P<half>[ap]m)?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?\Z",
    re.IGNORECASE,
)
#: Days since the end of 1899, as spreadsheets count them: the years 2009 to 2064.
_SERIAL: Final = re.compile(r"([4-5][0-9]{4}|60000)(?:[.,]0+)?\Z")
_NIGHT: Final = date(1899, 12, 30)
_YES: Final = frozenset(
    re.split(" ", "yes y true 1 x ja wahr sí si verdadero sim verdadeiro oui vrai да истина نعم")
)
_NO: Final = frozenset(
    re.split(" ", " no n false 0 nein falsch falso não nao non faux нет ложь لا")
)
_GRAMS: Final[Mapping[str, Decimal]] = {
    "g": Decimal(1), "gr": Decimal(1), "gram": Decimal(1), "grams": Decimal(1),
    "kg": Decimal(1000), "kgs": Decimal(1000), "mg": Decimal("0.001"),
    "lb": Decimal("453.59237"), "lbs": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
}  # fmt: skip
#: The same as WooCommerce calls them in our languages.
_UNITS: Final[Mapping[str, str]] = {
    "кг": "kg", "г": "g", "фунт": "lb", "унция": "oz", "كيلوجرام": "kg", "جرام": "g", "رطل": "lb",
    "أوقية": "oz", "livres": "lb", "onça": "oz",
}  # fmt: skip
_YEAR_DIGITS: Final = 4
_MONTHS: Final = 12
_LAST_MINUTE: Final = time(23, 59)
#: The minor units of an amount that a fault shows as an example.
_EXAMPLE: Final = 1250


@dataclass(slots=True)
class Cells:
    """Reads the cells of one table, and notes what is wrong with them.

    Attributes:
        currency: Of the amounts.
        answers: About cells that can be read in two ways.
        convention: Of the same table, where an earlier reading showed one; it counts more.
        found: What was noted, in the order in which it was.
        shown: The convention that the cells show.
        doubtful: Whether a cell had two readings by itself.
        known: Amounts as they were written, and as they were read: they repeat.
    """

    currency: str
    answers: TableAnswers = field(default_factory=TableAnswers)
    convention: Convention = field(default_factory=Convention)
    found: list[Fault] = field(default_factory=list)
    shown: Convention = field(default_factory=Convention)
    doubtful: bool = False
    known: dict[str, str] = field(default_factory=dict)

    def fault(self, line: int, column: str, kind: str, **params: object) -> None:
        """Note what keeps the table from being taken."""
        self._note(line, column, kind, params, Severity.FAULT)

    def remark(self, line: int, column: str, kind: str, **params: object) -> None:
        """Note what could not be taken."""
        self._note(line, column, kind, params, Severity.WARNING)

    def untaken(self, line: int, columns: Sequence[str]) -> None:
        """Note columns of which something was not taken: by name as far as a remark shows them."""
        shown, more = fitting(columns)
        if more:
            self.remark(line, "", "table_columns_more", columns=shown, more=more)
        else:
            self.remark(line, "", "table_columns", columns=shown)

    def _note(
        self, line: int, column: str, kind: str, params: Mapping[str, object], severity: Severity
    ) -> None:
        one = fault(kind, line=line, field=column, within=column, params=params, severity=severity)
        self.found.append(one)

    def amount(self, line: int, column: str, written: str) -> str | None:
        """Return an amount as our file writes it; None where there is none, or none to read."""
        written = unkept(written)
        if not written or written in self.known:
            return self.known.get(written)
        try:
            money = Money.parse(plain(written, self.currency), self.currency)
            self.shown.number(Numbers.AMOUNTS, bare(written))
        except TwoWaysError as error:
            parted = self._parted(Numbers.AMOUNTS, bare(written))
            if parted is None:
                self.fault(
                    line, column, "table_two_ways",
                    written=written, decimal=error.below, thousands=error.thousands,
                )  # fmt: skip
                return None
            money = error.thousands if parted else error.below
            if not parted and not error.exact:
                return self._unreadable(line, column, written, self._example())
        except InvalidMoneyError:
            return self._unreadable(line, column, written, self._example())
        if money.minor > MAXIMUM_MINOR:
            return self._unreadable(line, column, written, self._example())
        self.known[written] = read = f"{money.to_decimal():f}"
        return read

    def count(self, line: int, column: str, written: str) -> int | None:
        """Return a whole number; None where there is none, or none to read."""
        written = unkept(written)
        if not written:
            return None
        written = bare(written)
        if grouped := _GROUPS.match(written):
            parted = self._parted(Numbers.AMOUNTS, written)
            if parted is None and grouped[2] == "000":
                params = {"decimal": int(grouped[1]), "thousands": int(grouped[1] + grouped[2])}
                self.fault(line, column, "table_two_ways", written=written, **params)
                return None
            whole = parted is not False or grouped[2] != "000"
            return int(grouped[1] + grouped[2]) if whole else int(grouped[1])
        found = _WHOLE.match(written)
        if found is None or int(found[1]) > MAXIMUM_COUNT:
            self._unreadable(line, column, written, "20")
            return None
        return int(found[1])

    def grams(self, line: int, column: str, written: str, unit: str) -> int | None:
        """Return a weight in whole grams; a unit behind the number counts more than the column's.

        None for none, or for nothing.
        """
        written = unkept(written)
        if not written:
            return None
        short = " ".join(written.split())
        parts = re.fullmatch(r"(.*?) ?([^\W\d_]{1,8}\.?)?", short[:LONGEST_SHOWN])
        if parts is None or len(short) > LONGEST_SHOWN:
            self._unreadable(line, column, written, "250")
            return None
        name = (parts[2] or unit).rstrip(".").casefold()
        times = _GRAMS.get(_UNITS.get(name, name))
        number = self._number(line, column, parts[1])
        if number is None:
            return None
        if times is None:
            self._unreadable(line, column, written, "250")
            return None
        grams = int((number * times).to_integral_value(ROUND_HALF_UP))
        if grams > MAXIMUM_GRAMS:
            self._unreadable(line, column, written, "250")
            return None
        return grams or None

    def day(self, line: int, column: str, written: str, *, ends: bool = False) -> str | None:
        """Return a day, or a day and a time, as ISO 8601 writes it; None as `amount`.

        What ends with the last minute of a day, or with midnight, lasts until that day.
        """
        written = unkept(written)
        if not written:
            return None
        if serial := _SERIAL.match(written):
            return (_NIGHT + timedelta(days=int(serial[1]))).isoformat()
        found = _DAY.match(" ".join(written.split()))
        if found is None:
            return self._unreadable(line, column, written, "2026-12-24")
        try:
            return self._dated(line, column, written, found, ends=ends)
        except ValueError:
            return self._unreadable(line, column, written, "2026-12-24")

    def _dated(
        self, line: int, column: str, written: str, found: re.Match[str], *, ends: bool
    ) -> str | None:
        a, b, c, mark = found["a"], found["b"], found["c"], found["mark"]
        if len(a) == _YEAR_DIGITS:
            day = date(int(a), int(b), int(c))
        else:
            year = int(c) if len(c) == _YEAR_DIGITS else 2000 + int(c)
            first, second = int(a), int(b)
            if mark == "." or first > _MONTHS or first == second:
                day = date(year, second, first)
                if mark != "." and first != second:
                    self.shown.orders.add(False)
            elif second > _MONTHS:
                day = date(year, first, second)
                self.shown.orders.add(True)
            elif (month_first := self._month_first()) is None:
                self.fault(
                    line, column, "table_day_two_ways", written=written,
                    first=date(year, second, first).isoformat(),
                    second=date(year, first, second).isoformat(),
                )  # fmt: skip
                return None
            else:
                day = date(year, first, second) if month_first else date(year, second, first)
        if not found["time"]:
            return day.isoformat()
        hour, minute = map(int, found["time"].split(":"))
        if found["half"]:
            hour = hour % 12 + 12 * (found["half"].casefold() == "pm")
        at = time(hour, minute)
        if ends and at == time.min:
            day -= timedelta(days=1)
        whole = at == time.min or (ends and at == _LAST_MINUTE)
        return day.isoformat() if whole else f"{day.isoformat()}T{at:%H:%M}"

    def code(self, line: int, column: str, written: str) -> str | None:
        """Return a number that is a name, such as a barcode; None as `amount`."""
        written = unkept(written)
        if _SCIENTIFIC.match(written) and not written.isdigit():
            self.fault(line, column, "table_long_number", written=written)
            return None
        if len(written) > CODE_LENGTH:
            return self._unreadable(line, column, written, "4006381333931")
        return " ".join(written.split()) or None

    def yes(self, line: int, column: str, written: str) -> bool:
        """Return whether a cell says yes; an empty one says no."""
        said = unkept(written).casefold()
        if said not in _YES and said not in _NO:
            self._unreadable(line, column, written, "yes")
        return said in _YES

    def _number(self, line: int, column: str, written: str) -> Decimal | None:
        if grouped := _GROUPS.match(written):
            parted = self._parted(Numbers.WEIGHTS, written)
            if parted is None:
                decimal, thousands = f"{grouped[1]}.{grouped[2]}", grouped[1] + grouped[2]
                self.fault(
                    line, column, "table_two_ways",
                    written=written, decimal=decimal, thousands=thousands,
                )  # fmt: skip
                return None
            return Decimal(f"{grouped[1]}{'' if parted else '.'}{grouped[2]}")
        try:
            number = Decimal(plain(written, "eur"))
        except InvalidMoneyError:
            self._unreadable(line, column, written, "250")
            return None
        self.shown.number(Numbers.WEIGHTS, bare(written))
        return number

    def _month_first(self) -> bool | None:
        self.doubtful = True
        settled = self.convention.month_first
        return self.answers.month_first if settled is None else settled

    def _parted(self, numbers: Numbers, written: str) -> bool | None:
        """Return whether a mark before three digits parts thousands; None: nobody knows."""
        self.doubtful = True
        settled = self.convention.parted(numbers, written)
        return self.answers.thousands if settled is None else settled

    def _example(self) -> str:
        return f"{Money(_EXAMPLE, self.currency).to_decimal():f}"

    def _unreadable(self, line: int, column: str, written: str, example: str) -> str | None:
        self.fault(line, column, "table_unreadable", written=written, example=example)
        return None
