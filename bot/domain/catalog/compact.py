"""The catalog's values as plain lists and back: short, quick to make, and fit for JSON.

It works from the values' own fields and types, so that a new field needs nothing here. Amounts
are written as minor units, since a catalog has one currency; fields at the end that are at their
default are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

from bot.domain.catalog.text import Text
from bot.domain.money import Money

#: Makes a value of what `plain` wrote, with amounts in a currency; None: it is the value.
Make = Callable[[Any, str], Any]


def plain(value: Any) -> Any:
    """Return a value of the catalog as lists, texts and numbers."""
    match value:
        case Text(wordings=(("", one),)):
            return one
        case Text():
            return [part for wording in value.wordings for part in wording]
        case Money():
            return value.minor
        case tuple():
            return [plain(one) for one in value]
        case None | str() | int():
            return value
        case _ if is_dataclass(value):
            return _fields(value)
    raise TypeError(f"{type(value).__name__} has no plain form")


def _fields(value: Any) -> list[Any]:
    written, kept = [], 0
    for one in fields(value):
        mine = getattr(value, one.name)
        written.append(plain(mine))
        if one.default is MISSING or mine != one.default:
            kept = len(written)
    return written[:kept]


@cache
def maker(kind: Any) -> Make | None:  # noqa: PLR0911 - a table of types reads best as one
    """Return what makes values of a type of what `plain` wrote."""
    if isinstance(kind, NewType):
        return maker(kind.__supertype__)
    if kind in {str, int, bool}:
        return None
    if kind is Text:
        return lambda written, _: _text(written)
    if kind is Money:
        return Money
    if get_origin(kind) in {Union, UnionType}:
        return _maybe(kind)
    if get_origin(kind) is tuple:
        return _several(get_args(kind)[0])
    if is_dataclass(kind):
        return _whole(kind)
    raise TypeError(f"{kind} has no plain form")


def _text(written: str | list[str]) -> Text:
    if isinstance(written, str):
        return Text((("", written),))
    return Text(tuple(zip(written[::2], written[1::2], strict=True)))


def _maybe(kind: Any) -> Make | None:
    (real,) = (one for one in get_args(kind) if one is not NoneType)
    make = maker(real)
    if make is None:
        return None
    return lambda written, currency: None if written is None else make(written, currency)


def _several(kind: Any) -> Make:
    make = maker(kind)
    if make is None:
        return lambda written, _: tuple(written)
    return lambda written, currency: tuple([make(one, currency) for one in written])


def _whole(kind: Any) -> Make:
    hints = get_type_hints(kind)
    makers = tuple((place, maker(hints[one.name])) for place, one in enumerate(fields(kind)))
    needed = tuple((place, make) for place, make in makers if make is not None)

    def make_whole(written: list[Any], currency: str) -> Any:
        given = len(written)
        for place, make in needed:
            if place >= given:
                break
            written[place] = make(written[place], currency)
        return kind(*written)

    return make_whole
