"""Ids that come to mean other goods from one catalog to the next.

Carts, orders, old buttons, links, the wait for what is sold out and the ledger of stock go by ids
alone: where an id passes to another thing, customers would be given what they never chose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from bot.domain.catalog.choices import Option, VariantId
from bot.domain.catalog.diff import changed
from bot.domain.catalog.goods import Goods
from bot.domain.catalog.model import Catalog, Product
from bot.domain.catalog.text import Text


@dataclass(frozen=True, slots=True)
class ReusedId:
    """An id that stood for one thing and stands for another now.

    Attributes:
        where: The ids that lead there in the later file: a product's, an option's, a value's.
        id: A product's, a value's, or a whole choice's as carts have it.
        before: What it stood for: a name, or values by option.
        after: What it stands for.
        renamed: Whether names tell so, and not the options that values belong to.
    """

    where: tuple[str, ...]
    id: str
    before: str
    after: str
    renamed: bool = False


def reused(before: Catalog, after: Catalog) -> Iterator[ReusedId]:
    """Yield the first such id among the products, among each one's choices, and in each option."""
    before, after = before.written, after.written
    pairs = tuple(changed(before.goods, after.goods))
    old, new = (
        {str(one.id): one.name for one in chain(*some)}
        for some in (
            ((was for was, _ in pairs), _only_in(before.goods, after.goods)),
            ((now for _, now in pairs), _only_in(after.goods, before.goods)),
        )
    )
    yield from _passed_on((), old, new)
    for was, now in pairs:
        if was.options != now.options or was.listed != now.listed:
            yield from _of_choices(was, now)


def _only_in(some: Goods, others: Goods) -> Iterator[Product]:
    return (some.at(place) for key, place in some.ids.items() if key not in others.ids)


def _of_choices(was: Product, now: Product) -> Iterator[ReusedId]:
    same = _same_options(was, now)
    found = next(chain(_combined(was, now, same), _counted(was, now, same)), None)
    if found is not None:
        yield found
    old = {option.id: _names(option) for option in was.options}
    for option in now.options:
        where = (now.id, option.id)
        yield from _passed_on(where, old.get(same[option.id], {}), _names(option))


def _passed_on(
    where: tuple[str, ...], old: Mapping[str, Text], new: Mapping[str, Text]
) -> Iterator[ReusedId]:
    """Yield the first id that has another's name now, and whose own name another has.

    A name that passed on by itself is no sign of it: a new edition often gets the old one's name.
    """
    before, after = _alone(old), _alone(new)
    for name, key in after.items():
        was = old.get(key, name)
        took = before.get(name, key) != key
        if took and before.get(was) == key and after.get(was, key) != key:
            first, then = was.in_language(None), name.in_language(None)
            yield ReusedId((*where, key), key, first, then, renamed=True)
            return


def _alone(names: Mapping[str, Text]) -> dict[Text, str]:
    """Return the ids by the names that one thing alone has."""
    times = Counter(names.values())
    return {name: key for key, name in names.items() if times[name] == 1}


def _same_options(was: Product, now: Product) -> dict[str, str]:
    """Return by option which of before it is: the one with its id, else the next that has gone."""
    old, new = ([option.id for option in one.options] for one in (was, now))
    gone = (one for one in old if one not in new)
    return {one: one if one in old else next(gone, one) for one in new}


def _combined(was: Product, now: Product, same: Mapping[str, str]) -> Iterator[ReusedId]:
    """Yield each choice whose id names other values, of options that share some."""
    shared = _shared(was.options) | _shared(now.options)
    where = next((one.id for one in now.options if shared & _names(one).keys()), None)
    if where is None:
        return
    for key in [one.id for one in was.listed or was.variants()]:
        old, new = _chosen(was, key), _chosen(now, key)
        named = {same[option]: value for option, value in new.items()}
        if old and any(old.get(one) != value for one, value in named.items() if value in shared):
            named = {one: named[one] for one in sorted(named, key=list(old).index)}
            yield ReusedId((now.id, where), key, _said(old), _said(named))


def _counted(was: Product, now: Product, same: Mapping[str, str]) -> Iterator[ReusedId]:
    """Yield each id under which a value of one option was counted, and another's is now."""
    old, new = (one.option_with(lambda value: value.stock is not None) for one in (was, now))
    if old is None or new is None or same[new.id] == old.id:
        return
    shared, names = _shared(was.options) | _shared(now.options), _names(old)
    for key, name in _names(new).items():
        if key in names and (key in shared or names[key] != name):
            where = (now.id, new.id)
            yield ReusedId(where, key, _said({old.id: key}), _said({new.id: key}))


def _names(option: Option) -> dict[str, Text]:
    return {value.id: value.name for value in option.values}


def _shared(options: Iterable[Option]) -> set[str]:
    """Return the ids that values of several options have."""
    times = Counter(chain.from_iterable(map(_names, options)))
    return {key for key, count in times.items() if count > 1}


def _chosen(product: Product, key: str) -> dict[str, str]:
    """Return the values that an id names, by their options; nothing where it names none."""
    values = product.values_of(VariantId(key)) or ()
    return {option.id: one.id for option, one in zip(product.options, values, strict=False)}


def _said(chosen: Mapping[str, str]) -> str:
    return ", ".join(f"{option}: {value}" for option, value in chosen.items())
