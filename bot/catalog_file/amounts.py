"""Amounts of the catalog file: read exactly, and refused with what would be right."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache

from pydantic_core import PydanticCustomError

from bot.domain.amounts import TwoWaysError, bare, most_decimals, plain
from bot.domain.errors import InvalidMoneyError
from bot.domain.money import MAXIMUM_MINOR, Money, decimals, exponent, step

_PLAIN = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,20})?\Z")
_EXPONENT = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?[eE][+-]?[0-9]{1,2}\Z")
#: Numbers beyond this are no prices, and writing them out would take megabytes.
_MOST_DIGITS = 30


def read_amount(value: object, currency: str | None, *, zero: bool) -> Money:
    """Read an amount of the file, a text or a number.

    Args:
        value: As parsed: str, int or Decimal; anything else is refused.
        currency: None where the file's own is faulty: then only the form is checked.
        zero: Whether nothing is an amount here.

    Raises:
        PydanticCustomError: the fault's kind and values.
    """
    return _read(_written(value), currency, zero=zero)


@lru_cache(2048)  # prices repeat, and each is looked at by its field and by the rules
def _read(written: str, currency: str | None, *, zero: bool) -> Money:
    if currency is None:
        if not _PLAIN.match(written):
            raise _form_fault(written, "xxx")
        return Money.zero("xxx")
    try:
        right = plain(written, currency)
    except TwoWaysError as error:
        raise _two_ways_fault(written, error) from error
    except InvalidMoneyError as error:
        raise _form_fault(written, currency) from error
    if right != written:
        raise _form_fault(written, currency)
    try:
        money = Money.parse(written, currency)
    except InvalidMoneyError as error:
        raise _decimals_fault(written, currency) from error
    if len(written.partition(".")[2]) > most_decimals(currency):
        right = f"{money.to_decimal():f}"
        raise PydanticCustomError("price_zeros", "zeros", {"written": written, "right": right})
    if not money and not zero:
        smallest = Money(step(currency), currency)
        raise PydanticCustomError("price_zero", "zero", {"minimum": smallest})
    if money.minor > MAXIMUM_MINOR:
        largest = Money(MAXIMUM_MINOR // step(currency) * step(currency), currency)
        raise PydanticCustomError("price_maximum", "maximum", {"maximum": largest})
    return money


def _written(value: object) -> str:
    match value:
        case bool() | None | dict() | list():
            raise PydanticCustomError("price_type", "type")
        case str():
            return value.strip()
        case Decimal() if not value.is_finite() or not (
            -_MOST_DIGITS < value.adjusted() < _MOST_DIGITS
            and len(value.as_tuple().digits) <= _MOST_DIGITS
        ):
            raise PydanticCustomError("price_form", "form", {"written": str(value)})
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)


def _form_fault(written: str, currency: str) -> PydanticCustomError:
    if not written:
        return PydanticCustomError("price_empty", "empty")
    if _EXPONENT.match(written):
        right = format(Decimal(written), "f")
        return PydanticCustomError("price_exponent", "form", {"written": written, "right": right})
    core = bare(written)
    if core.startswith(("-", "−")):
        return PydanticCustomError("price_negative", "negative", {"written": written})
    try:
        right = plain(written, currency)
    except InvalidMoneyError:
        return PydanticCustomError("price_form", "form", {"written": written})
    kind = "price_marks" if core == right else "price_comma"
    return PydanticCustomError(kind, "form", {"written": written, "right": right})


def _two_ways_fault(written: str, error: TwoWaysError) -> PydanticCustomError:
    """Name both readings, and how each is written in the file."""
    known = {
        "written": written,
        "currency": error.below.currency.upper(),
        "decimal": error.below,
        "thousands": error.thousands,
        "below": f"{error.below.to_decimal():f}",
        "above": f"{error.above.to_decimal():f}",
        "whole": f"{error.thousands.to_decimal():.0f}",
    }
    kind = "price_two_ways" if error.exact else "price_thousands"
    return PydanticCustomError(kind, "two ways", known)


def _decimals_fault(written: str, currency: str) -> PydanticCustomError:
    allowed = decimals(currency)
    grain = Decimal(1).scaleb(-allowed)
    exact = Decimal(written)
    below = exact.quantize(grain, ROUND_FLOOR)
    above = exact.quantize(grain, ROUND_CEILING)
    return PydanticCustomError(
        "price_decimals" if allowed else "price_whole",
        "decimals",
        {
            "written": written,
            "currency": currency.upper(),
            "decimals": allowed,
            "below": f"{below:f}",
            "above": f"{above:f}",
        },
    )


def amount_limits(currency: str, *, zero: bool) -> dict[str, object]:
    """Return as JSON Schema what `read_amount` takes; only a number's decimals are beyond it."""
    most = MAXIMUM_MINOR // step(currency) * step(currency)
    whole = len(str(MAXIMUM_MINOR)) - exponent(currency)
    zeros = rf"0{{0,{12 - whole}}}[0-9]{{1,{whole}}}"
    fraction = {0: "0{1,2}", 2: "[0-9]{1,2}"}[decimals(currency)]
    fraction += "0?" if exponent(currency) > decimals(currency) > 0 else ""
    some = "" if zero else r"(?!\s*[0.]+\s*$)"
    limits: dict[str, object] = {
        "pattern": rf"^{some}\s*{zeros}(\.{fraction})?\s*$",
        ("minimum" if zero else "exclusiveMinimum"): 0,
        "maximum": float(Money(most, currency).to_decimal()),
    }
    if not decimals(currency):
        limits["multipleOf"] = 1
    return limits
