"""Days as an owner types them behind /stats and /export, in any of the shop's languages."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from bot.locales import Languages

#: Letters of a year, and of a month with its year.
_YEAR, _MONTH = 4, 7
#: Nobody sold anything here before, or will have after.
_YEARS: Final = range(2000, 2101)
#: Texts with the words for some days, apart by commas, and how many days before today they begin
#: and end.
_WORDS: Final = {
    "days.today": (0, 0),
    "days.yesterday": (1, 1),
    "days.week": (6, 0),
    "days.month": (29, 0),
}
_ALL: Final = "days.all"


def days_of(
    typed: str, today: date, languages: Languages
) -> tuple[date | None, date | None] | None:
    """Return the first and the last day that are meant; None where that cannot be told.

    Args:
        typed: A word for some days, a year, a month (2026-03), a day, or two days.
        today: Where the shop is.
        languages: Whose words are understood.

    Returns:
        A last day of None stands for a single day, with which its asker does what it means there;
        a first one for everything.
    """
    words = " ".join(typed.lower().replace("'", "’").split())  # aujourd'hui
    known = _known(languages).get(words)
    if known == _ALL:
        return None, None
    if known is not None:
        before, until = _WORDS[known]
        return today - timedelta(days=before), today - timedelta(days=until)
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
            return date(int(year), 1, 1), date(int(year), 12, 31)
        case [month] if len(month) == _MONTH:
            first = date.fromisoformat(f"{month}-01")
            return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        case [day]:
            return date.fromisoformat(day), None
        case [day, end]:
            return date.fromisoformat(day), date.fromisoformat(end)
        case _:
            raise ValueError(words)


@lru_cache(maxsize=8)
def _known(languages: Languages) -> dict[str, str]:
    return {
        word.strip().lower(): key
        for code in languages.codes
        for key in (*_WORDS, _ALL)
        for word in languages.texts(code).text(key).split(",")
    }
