"""Amounts as people write them: which are plain, and which can be read in two ways.

A point before three digits stands before decimals for one reader and before hundreds for another,
so nothing is guessed there. Only currencies of three decimals are written so every day.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from bot.domain.errors import InvalidMoneyError
from bot.domain.money import Money, decimals, exponent

#: Most decimals that a plain amount is written with, where the currency has fewer too.
_WRITTEN_DECIMALS: Final = 2
_THREE: Final = 3
_SEPARATORS: Final = str.maketrans("٫٬،’ʼ´`", ".,,''''")
_MARK = r"(?:[^\W\d_]{1,4}\.?|[^\w\s.,'+−-])"
_MARKS: Final = re.compile(rf"(?:{_MARK}\s*)?(.*?)(?:\s*{_MARK})?\Z", re.DOTALL)
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
    ascii_digits = "".join(
        str(unicodedata.decimal(sign, sign)) for sign in unicodedata.normalize("NFKC", written)
    )
    text = ascii_digits.translate(_SEPARATORS).strip()
    found = _MARKS.match(text)
    return found[1].strip() if found else text


def plain(written: str, currency: str) -> str:
    """Return an amount as it is written in the file: ``1250.50`` for ``€ 1.250,50``.

    Raises:
        TwoWaysError: three digits follow its one separator.
        InvalidMoneyError: it is no amount.
    """
    text = bare(written)
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
