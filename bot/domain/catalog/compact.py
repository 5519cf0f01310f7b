"""The catalog's values as plain lists and back: short, quick to make, and fit for JSON.

It works from the values' own fields and types, so that a new field needs nothing here. Amounts
are written as minor units, since a catalog has one currency; fields at the end that are at their
default are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

from bot.domain.catalog.text import Text
from bot.domain.money import Money

#: Makes a value of what `plain` wrote, with amounts in a currency; None: it is the value.
Make = Callable[[Any, str], Any]


def plain(value: Any) -> Any:
    """Return a value of the catalog as lists, texts and numbers."""
    kind: Any = type(value)
    if kind is str or kind is int or value is None or kind is bool:
        return value
    if kind is tuple:
        return [plain(one) for one in value]
    if kind is Text:
        wordings = value.wordings
        if len(wordings) == 1 and not wordings[0][0]:
            return wordings[0][1]
        return [part for wording in wordings for part in wording]
    if kind is Money:
        return value.minor
    written = [plain(one) if one is not None else None for one in _values(kind)(value)]
    defaults = _defaults(kind)
    kept = len(written)
    while kept and getattr(value, defaults[kept - 1][0]) == defaults[kept - 1][1]:
        kept -= 1
    return written[:kept]


@cache
def _values(kind: Any) -> Callable[[Any], tuple[Any, ...]]:
    """Return what gives the values of a dataclass's fields."""
    if not is_dataclass(kind):
        raise TypeError(f"{kind.__name__} has no plain form")
    names = [one.name for one in fields(kind)]
    return attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((one.name, one.default) for one in fields(kind))


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
