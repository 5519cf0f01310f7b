"""The texts of one language: found by key, filled in, with amounts and dates as written there."""

from __future__ import annotations

import copy
import gettext
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from datetime import date as calendar_date
from functools import cached_property, lru_cache, reduce
from html import escape
from typing import Final, Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    get_datetime_format,
    get_timezone_location,
)
from babel.lists import format_list
from babel.numbers import NumberPattern, format_decimal, get_decimal_symbol
from babel.units import format_unit

from bot.domain.money import Money, exponent, step

#: First strong isolate and its end: keep somebody's words whole within words of ours.
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
#: An invisible letter that makes a line run from right to left.
_RIGHT_TO_LEFT = "\u200f"
#: What is written from right to left, and would carry off the words beside it.
_TURNS = re.compile("[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc]")
#: Where a line begins with somebody's words: by them alone an app may take the line for theirs.
_LED_BY_OTHERS = re.compile(r"^(?!\{\w+\}$)(?=(?:<[^>]*>|[^\w{<\u200f\n])*\{)", re.MULTILINE)


_LETTER_THEN_DIGIT = re.compile(r"(?<=[^\W\d_])(?=\d)")

#: Where a language is written as this shop writes it, if CLDR thinks of another country first: its
#: Portuguese is Portugal's.
_WRITTEN_IN: Final = {"pt": "pt-pt"}
#: Arabic's shorter date has slashes after invisible marks, which Telegram takes for commands: /11.
_DATES: Final[dict[str, Literal["long"]]] = {"ar": "long"}
#: Territories of CLDR's that are no country to send to.
_UNIONS: Final = frozenset({"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"})
#: Whole numbers below this are written the same in every language of the shop.
_UNGROUPED = 1000
_KILOGRAM = 1000


class Html(str):
    """Text that is Telegram HTML already and is not escaped again."""

    __slots__ = ()


class Texts:
    """One language's texts.

    Attributes:
        language: Tag, lower case, such as ``en`` or ``pt-br``.
    """

    def __init__(
        self, language: str, translations: gettext.GNUTranslations, fallback: Texts | None = None
    ) -> None:
        self.language: Final = language
        self._translations = translations
        self._fallback = fallback
        self.money: Final[Callable[[Money], str]] = lru_cache(maxsize=4096)(self._write_money)
        self._find: Final[Callable[[str, int | None], str | None]] = lru_cache(maxsize=4096)(
            self._look_up
        )

    # CLDR's facts of a language, a megabyte, come with the first thing that is written by them:
    # words alone are compared with those of all languages.

    @cached_property
    def _locale(self) -> Locale:
        return Locale.parse(_WRITTEN_IN.get(self.language, self.language), sep="-")

    @cached_property
    def rtl(self) -> bool:
        """Whether it is written from right to left."""
        return self._locale.text_direction == "rtl"

    @property
    def decimal_comma(self) -> bool:
        """Whether 12.50 is written 12,50."""
        return get_decimal_symbol(self._locale) == ","

    @property
    def name(self) -> str:
        """The language's own name for itself."""
        spoken = Locale.parse(self.language, sep="-")
        own = spoken.get_display_name(spoken) or self.language
        return own[0].upper() + own[1:]

    def __contains__(self, key: str) -> bool:
        return self._find(key, None) is not None

    def text(self, key: str, /, **params: object) -> str:
        """Return a text as plain words, for buttons, toasts and commands.

        Amounts are written with their currency, whole numbers grouped, as people there do. A text
        with plural forms goes by ``n``, or, without it, by its first whole number.

        Raises:
            KeyError: no language has this key, or a placeholder got no value.
        """
        return self._fill(key, params, html=False)

    def html(self, key: str, /, **params: object) -> str:
        """Return a text as Telegram HTML: what stands in `params` is escaped. Raises as `text`."""
        return self._fill(key, params, html=True)

    def lead(self, words: str) -> str:
        """Return HTML that begins a line with somebody's words, read in this language's way."""
        return f"{_RIGHT_TO_LEFT}{self._whole(words)}" if self.rtl else words

    def number(self, value: int) -> str:
        """Return a whole number with its digits grouped."""
        return format_decimal(value, locale=self._locale)

    def countries(self, codes: Iterable[str], *, goes_on: bool = False) -> str:
        """Return countries (ISO 3166 alpha-2) as a list in words; one that goes on has no "and"."""
        names = [self._locale.territories.get(code, code) for code in codes]
        if not goes_on:
            return self.listed(names)
        between = self._locale.list_patterns["standard"]["middle"]
        return str(reduce(between.format, names))

    def country_names(self) -> Iterable[tuple[str, str]]:
        """Return every country's code (ISO 3166 alpha-2) and name."""
        every = self._locale.territories.items()
        return [(code, name) for code, name in every if code.isalpha() and code not in _UNIONS]

    def listed(self, words: Iterable[str]) -> str:
        """Return words as a list that ends with "and"."""
        return format_list(list(words), locale=self._locale)

    def date(self, seconds: int, zone: str = "UTC") -> str:
        """Return the day of a moment (seconds UTC) in a time zone (IANA name)."""
        return self.calendar_day(_moment(seconds, zone).date())

    def day(self, moment: datetime) -> str:
        """Return a moment's day and month where it is, short, as under a chart."""
        return format_skeleton("MMMd", moment, tzinfo=moment.tzinfo, locale=self._locale)

    def day_of(self, seconds: int, now: int, zone: str = "UTC") -> str:
        """Return the day and month of a moment (seconds UTC), short; the year unless it is now's.

        Args:
            seconds: The moment.
            now: Seconds UTC.
            zone: IANA name of the time zone.
        """
        then = _moment(seconds, zone)
        if then.year == _moment(now, zone).year:
            return self.day(then)
        return format_skeleton("yMMMd", then, tzinfo=then.tzinfo, locale=self._locale)

    def month(self, moment: datetime) -> str:
        """Return a moment's month and year where it is, short, as under a chart."""
        return format_skeleton("yMMM", moment, tzinfo=moment.tzinfo, locale=self._locale)

    def year(self, moment: datetime) -> str:
        """Return a moment's year where it is, as under a chart."""
        return format_skeleton("y", moment, tzinfo=moment.tzinfo, locale=self._locale)

    def calendar_day(self, day: calendar_date) -> str:
        """Return a day of the calendar with its year."""
        form = _DATES.get(self.language, "medium")
        return format_date(day, format=form, locale=self._locale)

    def hour(self, moment: datetime) -> str:
        """Return a moment's time of day where it is, as under a chart."""
        return format_time(moment, format="short", tzinfo=moment.tzinfo, locale=self._locale)

    def time(self, seconds: int, zone: str = "UTC") -> str:
        """Return the hour and minute of a moment (seconds UTC) in a time zone (IANA name)."""
        return format_time(_moment(seconds, zone), format="short", locale=self._locale)

    def place(self, zone: str) -> str:
        """Return the city whose clock a time zone (IANA name) is, as people there call it."""
        return get_timezone_location(zone, locale=self._locale, return_city=True).rpartition("/")[2]

    def moment(self, seconds: int, zone: str = "UTC") -> str:
        """Return day and time of a moment (seconds UTC) in a time zone (IANA name)."""
        pattern = str(get_datetime_format("medium", self._locale)).replace("'", "")
        return pattern.format(self.time(seconds, zone), self.date(seconds, zone))

    def weekday(self, moment: datetime) -> str:
        """Return the name of a moment's day of the week where it is."""
        return format_date(moment.date(), "EEEE", locale=self._locale)

    def month_day(self, moment: datetime) -> str:
        """Return a moment's day and month where it is, in full."""
        return format_skeleton("MMMMd", moment, tzinfo=moment.tzinfo, locale=self._locale)

    def weight(self, grams: int) -> str:
        """Return a weight in grams, or in kilograms from one on."""
        unit, amount = ("gram", grams) if grams < _KILOGRAM else ("kilogram", grams / _KILOGRAM)
        return format_unit(amount, f"mass-{unit}", length="short", locale=self._locale)

    def _write_money(self, amount: Money) -> str:
        # Stripe's decimals count, not CLDR's; a currency that only comes in whole units shows none.
        smallest, digits = step(amount.currency), exponent(amount.currency)
        shown = 0 if smallest == 10**digits and amount.minor % smallest == 0 else digits
        pattern: NumberPattern = copy.copy(self._locale.currency_formats["standard"])
        pattern.frac_prec = (shown, shown)
        written: str = pattern.apply(
            amount.to_decimal(),
            self._locale,
            currency=amount.currency.upper(),
            currency_digits=False,
        )
        # CLDR's currency spacing, which Babel leaves out: "ISK 314", not "ISK314".
        return _LETTER_THEN_DIGIT.sub("\u00a0", written)

    def _look_up(self, key: str, n: int | None) -> str | None:
        found = (
            self._translations.gettext(key)
            if n is None
            else self._translations.ngettext(key, key, n)
        )
        if found != key:
            return _LED_BY_OTHERS.sub(_RIGHT_TO_LEFT, found) if self.rtl else found
        return None if self._fallback is None else self._fallback._find(key, n)  # noqa: SLF001 - the same class

    def _fill(self, key: str, params: Mapping[str, object], *, html: bool) -> str:
        counted = params.get("n")
        if counted is None:
            for value in params.values():
                if type(value) is int:
                    counted = value
                    break
        template = self._find(key, counted) if isinstance(counted, int) else None
        if template is None:
            template = self._find(key, None)
        if template is None:
            raise KeyError(key)
        if not params:
            return template
        return template.format_map(
            {name: self._written(value, html=html) for name, value in params.items()}
        )

    def _written(self, value: object, *, html: bool) -> str:
        if isinstance(value, str):
            if not isinstance(value, Html) and html:
                return self._whole(escape(value, quote=False))
            return self._whole(value)
        if isinstance(value, Money):
            return self.money(value)
        if isinstance(value, bool):
            raise TypeError("a placeholder takes words, a number or an amount")
        if isinstance(value, int):
            return str(value) if 0 <= value < _UNGROUPED else self.number(value)
        return ""

    def _whole(self, words: str) -> str:
        if not self.rtl and (words.isascii() or not _TURNS.search(words)):
            return words
        return f"{_ISOLATE}{words}{_END_ISOLATE}"


def _moment(seconds: int, zone: str) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(ZoneInfo(zone))
