"""The hosted page's words and figures in the buyer's language."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_timedelta
from babel.numbers import format_currency, format_percent

from bot.domain.money import Money

LANGUAGES: Final = ("en", "de", "es", "pt", "fr", "ru", "ar")
_FOLDER: Final = Path(__file__).parent / "messages"
_TAG: Final = re.compile(r"\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\s*(?:;\s*q=([0-9.]+))?\s*\Z")
#: Babel's own lengths, so that it finds the unit again.
_LENGTHS: Final = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
}
#: A threshold that no larger unit reaches.
_NEVER: Final = 1_000_000
_HOME: Final = {"pt": "pt_PT"}


class Speech:
    """One language: its words, its direction, its figures.

    Args:
        language: One of ``LANGUAGES``.
        region: The locale that figures follow: ``pt_BR``.
    """

    def __init__(self, language: str, region: str) -> None:
        self.language = language
        self.words = words(language)
        self.locale = Locale.parse(region)

    @property
    def direction(self) -> str:
        """Return ``ltr`` or ``rtl``."""
        return str(self.locale.text_direction)

    def say(self, key: str, **parts: str) -> str:
        """Return a message with its parts filled in."""
        return self.words[key].format(**parts)

    def money(self, minor: int, currency: str) -> str:
        """Return an amount of minor units as people here write it."""
        number = Money(minor, currency).to_decimal()
        return format_currency(number, currency.upper(), locale=self.locale)

    def percent(self, percent: int) -> str:
        """Return a share of a hundred as people here write it."""
        return format_percent(percent / 100, locale=self.locale)

    def date(self, seconds: int) -> str:
        """Return a day, in UTC."""
        return format_date(datetime.fromtimestamp(seconds, UTC), "long", locale=self.locale)

    def country(self, code: str) -> str:
        """Return a country's name."""
        return str(self.locale.territories.get(code, code))

    def span(self, least: Mapping[str, Any] | None, most: Mapping[str, Any] | None) -> str:
        """Return a delivery estimate: ``2–4 days``."""
        end = most or least
        if end is None:
            return ""
        unit, count = end["unit"], str(end["value"])
        same = least is not None and most is not None and least["unit"] == unit
        if same and least is not None and least["value"] != end["value"]:
            count = f"{least['value']}–{count}"
        if unit == "business_day":
            return self.say("working_day" if count == "1" else "working_days", count=count)
        length = _LENGTHS[unit] * end["value"]
        text = format_timedelta(length, granularity=unit, threshold=_NEVER, locale=self.locale)
        return text.replace(str(end["value"]), count, 1)


@cache
def words(language: str) -> Mapping[str, str]:
    """Return a language's messages."""
    loaded: dict[str, str] = json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))
    return loaded


def choose(locale: str | None, accepted: str) -> Speech:
    """Return the language of a session, or where it leaves that open, of the browser.

    Args:
        locale: The session's.
        accepted: The browser's ``Accept-Language``.
    """
    wanted = [locale] if locale and locale != "auto" else _accepted(accepted)
    for tag in wanted:
        base = tag.partition("-")[0].lower()
        if base in LANGUAGES:
            return Speech(base, _region(tag, base))
    return Speech("en", "en")


def _region(tag: str, base: str) -> str:
    plain = _HOME.get(base, base)
    if "-" not in tag:
        return plain
    try:
        return str(Locale.parse(tag, sep="-"))
    except (UnknownLocaleError, ValueError):
        return plain


def _accepted(header: str) -> list[str]:
    weighed: list[tuple[float, str]] = []
    for part in header.split(","):
        match = _TAG.match(part)
        if match:
            try:
                weighed.append((-float(match[2] or 1), match[1]))
            except ValueError:
                continue
    return [tag for _, tag in sorted(weighed, key=lambda entry: entry[0])]
