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
from typing import Any, Final, NewType, Union, get_args, get_origin, get_type_hints

from bot.domain.catalog.text import Text
from bot.domain.money import Money

#: Makes a value of what `plain` wrote, with amounts in a currency; None: it is the value.
Make = Callable[[Any, str], Any]
Write = Callable[[Any], Any]

_PLAIN: Final = frozenset({str, int, bool, NoneType})


def plain(value: Any) -> Any:
    """Return a value of the catalog as lists, texts and numbers."""
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    kind: Any = type(value)
    write = writer(kind)
    return value if write is None else write(value)


@cache
def writer(kind: Any) -> Write | None:
    """Return what makes plain forms of a type's values; None: they are plain."""
    kind = _real(kind)
    if kind in _PLAIN:
        return None
    if kind is Text:
        return _plain_text
    if kind is Money:
        return attrgetter("minor")
    if get_origin(kind) is tuple:
        write = writer(get_args(kind)[0])
        return list if write is None else lambda values: [write(one) for one in values]
    if is_dataclass(kind):
        return _plain_whole(kind)
    raise TypeError(f"{kind} has no plain form")


def _real(kind: Any) -> Any:
    """Return a type without its other names and without None."""
    if isinstance(kind, NewType):
        return _real(kind.__supertype__)
    if get_origin(kind) in {Union, UnionType}:
        (real,) = (one for one in get_args(kind) if one is not NoneType)
        return _real(real)
    return kind


def _plain_text(text: Text) -> str | list[str]:
    wordings = text.wordings
    if len(wordings) == 1 and not wordings[0][0]:
        return wordings[0][1]
    return [part for wording in wordings for part in wording]


def _plain_whole(kind: Any) -> Write:
    hints = get_type_hints(kind)
    names = [one.name for one in fields(kind)]
    defaults = [one.default for one in fields(kind)]
    writers = [(place, writer(hints[name])) for place, name in enumerate(names)]
    needed = [(place, write) for place, write in writers if write is not None]
    values_of = attrgetter(*names, names[0])  # of several names, so that it gives a tuple

    def write_whole(value: Any) -> list[Any]:
        values = values_of(value)
        kept = len(names)
        while kept and values[kept - 1] == defaults[kept - 1]:
            kept -= 1
        written = list(values[:kept])
        for place, write in needed:
            if place < kept and written[place] is not None:
                written[place] = write(written[place])
        return written

    return write_whole


@cache
def maker(kind: Any) -> Make | None:
    """Return what makes values of a type of what `plain` wrote; None: they are values already."""
    make = _maker(_real(kind))
    if make is None or get_origin(kind) not in {Union, UnionType}:
        return make
    return lambda written, currency: None if written is None else make(written, currency)


def _maker(kind: Any) -> Make | None:
    if kind in _PLAIN:
        return None
    if kind is Text:
        return lambda written, _: _text(written)
    if kind is Money:
        return Money
    if get_origin(kind) is tuple:
        return _several(get_args(kind)[0])
    if is_dataclass(kind):
        return _whole(kind)
    raise TypeError(f"{kind} has no plain form")


def _text(written: str | list[str]) -> Text:
    if isinstance(written, str):
        return Text((("", written),))
    return Text(tuple(zip(written[::2], written[1::2], strict=True)))


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
