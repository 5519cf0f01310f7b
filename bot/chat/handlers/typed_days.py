"""Days as an owner types them behind /stats and /export, in any of the shop's languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from bot.locales import Languages

#: Letters of a year, and of a month with its year.
_YEAR, _MONTH = 4, 7
#: Nobody sold anything here before, or will have after.
_YEARS: Final = range(2000, 2101)
_DAY: Final = timedelta(days=1)
#: Texts with the words for some days, apart by commas, and which they are, the last included.
_WORDS: Final[dict[str, Callable[[date], tuple[date, date]]]] = {
    "days.today": lambda today: (today, today),
    "days.yesterday": lambda today: (today - _DAY, today - _DAY),
    "days.week": lambda today: (today - 6 * _DAY, today),
    "days.month": lambda today: (today - 29 * _DAY, today),
    "days.this_month": lambda today: (today.replace(day=1), today),
    "days.last_month": lambda today: _month(today.replace(day=1) - _DAY),
    "days.this_year": lambda today: (today.replace(month=1, day=1), today),
    "days.last_year": lambda today: _year(today.year - 1),
}
_ALL: Final = "days.all"
#: A day as many write it, with the month in the middle.
_DOTTED: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})\Z")
#: What stands between the first day and the last.
_TO: Final = re.compile(r" ?(?:–|—|\.\.\.?|…| - ) ?")


def days_of(
    typed: str, today: date, languages: Languages
) -> tuple[date | None, date | None] | None:
    """Return the first and the last day that are meant; None where that cannot be told.

    Args:
        typed: Words for some days, a year, a month (2026-03), a day (2026-03-01, 1.3.2026), or two.
        today: Where the shop is.
        languages: Whose words are understood.

    Returns:
        A last day of None stands for a single day, with which its asker does what it means there;
        a first one for everything.
    """
    words = " ".join(typed.lower().replace("'", "’").split())  # aujourd'hui
    words = _TO.sub(" ", words)
    known = _known(languages).get(words)
    if known == _ALL:
        return None, None
    if known is not None:
        return _WORDS[known](today)
    try:
        first, last = _dates(words)
    except (ValueError, OverflowError):
        return None
    if first.year not in _YEARS or (last or first).year not in _YEARS or (last or first) < first:
        return None
    return first, last


def _dates(words: str) -> tuple[date, date | None]:
    match words.split():
        case [year] if len(year) == _YEAR:
            return _year(int(year))
        case [month] if len(month) == _MONTH:
            return _month(date.fromisoformat(f"{month}-01"))
        case [day]:
            return _day(day), None
        case [day, end]:
            return _day(day), _day(end)
        case _:
            raise ValueError(words)


def _day(written: str) -> date:
    dotted = _DOTTED.match(written)
    if dotted:
        day, month, year = map(int, dotted.groups())
        return date(year, month, day)
    return date.fromisoformat(written)


def _month(day: date) -> tuple[date, date]:
    """Return the first and the last day of a day's month."""
    first = day.replace(day=1)
    return first, (first + 31 * _DAY).replace(day=1) - _DAY


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


@lru_cache(maxsize=8)
def _known(languages: Languages) -> dict[str, str]:
    return {
        word.strip().lower(): key
        for code in languages.codes
        for key in (*_WORDS, _ALL)
        for word in languages.texts(code).text(key).split(",")
    }
