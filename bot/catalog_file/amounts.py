"""Amounts of the catalog file: read exactly, and refused with what would be right."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache

from pydantic_core import PydanticCustomError

from bot.domain.errors import InvalidMoneyError
from bot.domain.money import MAXIMUM_MINOR, Money, decimals, step

_PLAIN = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,20})?\Z")
_COMMA = re.compile(r"[0-9]{1,12},[0-9]{1,2}\Z")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?\Z")
_MONEY_MARKS = re.compile(r"[\s$€£¥₽₹%a-zA-Z]+")
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
    if not _PLAIN.match(written):
        raise _form_fault(written)
    if currency is None:
        return Money.zero("xxx")
    try:
        money = Money.parse(written, currency)
    except InvalidMoneyError as error:
        raise _decimals_fault(written, currency) from error
    if not money and not zero:
        smallest = Money(step(currency), currency)
        raise PydanticCustomError("price_zero", "zero", {"minimum": str(smallest)})
    if money.minor > MAXIMUM_MINOR:
        largest = Money(MAXIMUM_MINOR // step(currency) * step(currency), currency)
        raise PydanticCustomError("price_maximum", "maximum", {"maximum": str(largest)})
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


def _form_fault(written: str) -> PydanticCustomError:
    bare = _MONEY_MARKS.sub("", written)
    if _COMMA.match(bare) or _THOUSANDS.match(bare):
        right = bare.replace(",", "." if _COMMA.match(bare) else "")
        return PydanticCustomError("price_comma", "comma", {"written": written, "right": right})
    if bare.startswith("-"):
        return PydanticCustomError("price_negative", "negative", {"written": written})
    if bare != written and _PLAIN.match(bare):
        return PydanticCustomError("price_marks", "marks", {"written": written, "right": bare})
    return PydanticCustomError("price_form", "form", {"written": written})


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
