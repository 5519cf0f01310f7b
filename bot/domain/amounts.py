"""Amounts as people write them: which are plain, and which can be read in two ways.

A point before three digits stands before decimals for one reader and before hundreds for another,
so nothing is guessed there. Only currencies of three decimals are written so every day.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from typing import Final

from bot.domain.errors import InvalidMoneyError
from bot.domain.money import Money, decimals, exponent

#: Most decimals that a plain amount is written with, where the currency has fewer too.
_WRITTEN_DECIMALS: Final = 2
_THREE: Final = 3
#: No amount is longer; to look for marks around a long text could take minutes.
_LONGEST: Final = 100
_SEPARATORS: Final = str.maketrans("٫٬،’ʼ´`", ".,,''''")
_MARK = r"(?:[^\W\d_]{1,4}\.?|[^\w\s.,'+−-])"
_MARKS: Final = re.compile(rf"(?:({_MARK})\s*)?(.*?)(?:\s*({_MARK}))?\Z", re.DOTALL)
_DOLLARS: Final = (
    "usd aud cad nzd sgd hkd twd mxn ars clp cop uyu brl bbd bmd bnd bsd bzd fjd gyd jmd kyd lrd "
    "nad sbd srd ttd xcd"
)
#: What currencies are called beside an amount, other than by their codes; a cent is none.
_CALLED: Final = {
    name: frozenset(currencies.split())
    for names, currencies in {
        "€ euro": "eur", "$": _DOLLARS, "£": "gbp egp lbp fkp gip shp", "¥": "jpy cny", "円": "jpy",
        "元": "cny twd", "kr": "sek nok dkk isk", "fr sfr": "chf", "zł zl": "pln", "kč kc": "czk",
        "ft": "huf", "lei leu": "ron mdl", "₽ р руб": "rub", "₴ грн": "uah", "₺ tl": "try",
        "₹": "inr", "rs": "inr pkr lkr npr mur", "rp": "idr", "₩ 원": "krw", "฿": "thb",
        "₪": "ils", "₱": "php", "₫ đ": "vnd", "₦": "ngn", "r": "zar", "лв lv": "bgn",
        "дин din": "rsd", "₸ тг": "kzt", "₾": "gel", "dh dhs": "aed mad", "rm": "myr",
        "sr": "sar", "kd": "kwd", "bd": "bhd", "jd": "jod", "ksh": "kes", "¢": "",
    }.items()
    for name in names.split()
}  # fmt: skip
_TWO_WAYS: Final = re.compile(r"([1-9][0-9]{0,2})([., '])([0-9]{3})\Z")
_DECIMAL: Final = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{1,20}))?\Z")
_GROUPED: Final = re.compile(
    r"([0-9]{1,3}(?P<mark>[., '])(?:[0-9]{2,3}(?P=mark))*[0-9]{3})"
    r"(?:(?!(?P=mark))[.,]([0-9]{1,3}))?\Z"
)


class TwoWaysError(InvalidMoneyError):
    """An amount may mean decimals or thousands.

    Attributes:
        below: The decimal reading, or what is next below it where it is too fine.
        above: What is next above it; the same as `below` where it is exact.
        thousands: The other reading.
    """

    def __init__(self, below: Money, above: Money, thousands: Money) -> None:
        super().__init__("an amount that can be read in two ways")
        self.below, self.above, self.thousands = below, above, thousands

    @property
    def readings(self) -> tuple[Money, ...]:
        """What it may mean, the smallest first."""
        return tuple(dict.fromkeys((self.below, self.above, self.thousands)))

    @property
    def exact(self) -> bool:
        """Whether the currency has as many decimals as were written."""
        return self.below == self.above


def bare(written: str) -> str:
    """Return an amount in ASCII digits and signs, without the currency before or behind it."""
    return _parted(written)[1]


@lru_cache(1024)  # prices repeat, and most are looked at more than once
def _parted(written: str) -> tuple[tuple[str, ...], str]:
    """Return what stands before and behind an amount, and the amount in ASCII."""
    ascii_digits = "".join(
        str(unicodedata.decimal(sign, sign)) for sign in unicodedata.normalize("NFKC", written)
    )
    text = ascii_digits.translate(_SEPARATORS).strip()
    found = _MARKS.match(text) if len(text) <= _LONGEST else None
    if found is None:
        return (), text
    return tuple(mark for mark in (found[1], found[3]) if mark), found[2].strip()


def _is_of(mark: str, currency: str) -> bool:
    """Return whether a mark is a name of this currency: 14k, 50 ct, 10 % and $14 are no euros."""
    name = mark.rstrip(".").casefold()
    if name in _CALLED:
        return currency in _CALLED[name]
    return name == currency or unicodedata.category(mark[0]) == "Sc"


def plain(written: str, currency: str) -> str:
    """Return an amount as it is written in the file: ``1250.50`` for ``€ 1.250,50``.

    Raises:
        TwoWaysError: three digits follow its one separator.
        InvalidMoneyError: it is no amount, or one of something else than this currency.
    """
    marks, text = _parted(written)
    if not all(_is_of(mark, currency) for mark in marks):
        raise InvalidMoneyError(f"no amount in {currency.upper()}")
    two = _TWO_WAYS.match(text)
    if two and (two[2] != "." or exponent(currency) != _THREE):
        raise _two_ways(two[1], two[3], currency)
    if one := _DECIMAL.match(text):
        whole, fraction = one[1], one[2]
    elif grouped := _GROUPED.match(text):
        whole, fraction = re.sub(r"[^0-9]", "", grouped[1]), grouped[3]
    else:
        raise InvalidMoneyError("no amount such as 12.50")
    return f"{whole}.{fraction}" if fraction else whole


def _two_ways(whole: str, three: str, currency: str) -> TwoWaysError:
    """Return both readings of two groups of digits."""
    exact, grain = Decimal(f"{whole}.{three}"), Decimal(1).scaleb(-decimals(currency))
    return TwoWaysError(
        Money.parse(exact.quantize(grain, ROUND_FLOOR), currency),
        Money.parse(exact.quantize(grain, ROUND_CEILING), currency),
        Money.parse(whole + three, currency),
    )


def most_decimals(currency: str) -> int:
    """Return with how many decimals an amount may be written: 12.00 is one in whole currencies."""
    return max(_WRITTEN_DECIMALS, exponent(currency))


def read(written: str, currency: str) -> Money:
    """Read an amount as a person types it. Raises as `plain`."""
    text = plain(written, currency)
    if len(text.partition(".")[2]) > most_decimals(currency):
        raise InvalidMoneyError(f"more decimals than {currency.upper()} has")
    return Money.parse(text, currency)
