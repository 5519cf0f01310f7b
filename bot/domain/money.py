"""Money as Stripe counts it: whole minor units of one currency, never floats.

Exponents, steps and minimum charges are Stripe's (its pages "Supported currencies" and "Minimum
and maximum charge amounts"), which differ from CLDR's. How an amount is written for a reader is
not decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from bot.domain.errors import InvalidMoneyError

_ZERO_DECIMAL = frozenset(
    [
        "bif",
        "clp",
        "djf",
        "gnf",
        "jpy",
        "kmf",
        "krw",
        "mga",
        "pyg",
        "rwf",
        "vnd",
        "vuv",
        "xaf",
        "xof",
        "xpf",
    ]
)
_THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])
#: Sent with two decimals that must be 00: a step of 100 minor units.
_WHOLE_ONLY = frozenset(["isk", "ugx"])

#: Minimum charges in minor units, by currency.
_MINIMUM = {
    "usd": 50, "aed": 200, "aud": 50, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250,
    "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "krw": 50, "mxn": 1000,
    "myr": 200, "nok": 300, "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
    "ars": 50, "cop": 50, "idr": 50, "ils": 50, "php": 50, "rub": 50, "zar": 50,
}  # fmt: skip

#: More than any amount that `_AMOUNT` takes.
_MOST_DIGITS = 18

#: Stripe takes at most twelve digits, by card.
MAXIMUM_MINOR = 999_999_999_999
#: What most other payment methods take, by currency: eight digits where none stands here.
_USUAL_MOST = {"idr": MAXIMUM_MINOR, "cop": 9_999_999_999, "inr": 999_999_999}

_CODE = re.compile(r"[a-z]{3}\Z")
#: Codes that were looked at before; there are 26³ at most.
_SEEN: set[str] = set()
_AMOUNT = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?\Z")


def exponent(currency: str) -> int:
    """Return how many decimals Stripe's minor unit of this currency has: 0, 2 or 3."""
    if currency in _ZERO_DECIMAL:
        return 0
    return 3 if currency in _THREE_DECIMAL else 2


def step(currency: str) -> int:
    """Return the smallest amount that Stripe takes a multiple of, in minor units: 1, 10 or 100."""
    if currency in _WHOLE_ONLY:
        return 100
    return 10 if currency in _THREE_DECIMAL else 1


def decimals(currency: str) -> int:
    """Return how many decimals a price in this currency may have."""
    return exponent(currency) - len(str(step(currency))) + 1


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units of a currency, which is a lower-case ISO 4217 code."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in _SEEN:  # an amount is made some fifty times a tap
            if not _CODE.match(self.currency):
                raise InvalidMoneyError(f"{self.currency!r} is not a lower-case currency code")
            _SEEN.add(self.currency)
        if type(self.minor) is not int:  # a float has lost the cents already, True is no amount
            raise InvalidMoneyError(f"{self.minor!r} is not a whole number of minor units")

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Return nothing of a currency."""
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str | Decimal | int, currency: str) -> Money:
        """Read an amount such as ``12.50`` exactly.

        Raises:
            InvalidMoneyError: it is no plain decimal number, or finer than the currency allows;
                a float always, since it may have lost what was written.
        """
        written = _written(text)
        if not _AMOUNT.match(written):
            raise InvalidMoneyError(f"{written!r} is not an amount such as 12.50")
        scaled = Decimal(written).scaleb(exponent(currency))
        minor = int(scaled)
        if scaled != minor or minor % step(currency):
            raise InvalidMoneyError(
                f"{written} {currency.upper()}: at most {decimals(currency)} decimals are allowed"
            )
        return cls(minor, currency)

    def to_decimal(self) -> Decimal:
        """Return the amount in whole units, with the currency's own number of decimals."""
        value = Decimal(self.minor).scaleb(-exponent(self.currency))
        if self.minor % step(self.currency):
            return value
        return value.quantize(Decimal(1).scaleb(-decimals(self.currency)))

    def __str__(self) -> str:
        return f"{self.to_decimal():f} {self.currency.upper()}"

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, count: int) -> Money:
        return Money(self.minor * count, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise InvalidMoneyError(f"{other} cannot be reckoned with {self}")
        return other.minor


def _written(amount: object) -> str:
    match amount:
        case str():
            return amount.strip()
        case Decimal() if amount.is_finite() and abs(amount.adjusted()) <= _MOST_DIGITS:
            return format(amount, "f")
        case int() if not isinstance(amount, bool) and abs(amount) < 10**_MOST_DIGITS:
            return str(amount)
        case _:  # huge numbers too: writing out 1E+999999999 would take a gigabyte
            raise InvalidMoneyError(f"{type(amount).__name__} is not an amount such as 12.50")


@cache
def minimum_charge(currency: str) -> Money:
    """Return Stripe's published minimum charge; one step where none is published."""
    return Money(_MINIMUM.get(currency, step(currency)), currency)


@cache
def usual_maximum(currency: str) -> Money:
    """Return what payment methods other than cards take at most, by what Stripe publishes."""
    return Money(_USUAL_MOST.get(currency, 99_999_999), currency)
