"""What became of the catalog's file, told to the owners: facts; words are made when it is sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from bot.domain.catalog.diff import CatalogDiff, compare
from bot.domain.catalog.model import Catalog, StockId, Text
from bot.domain.catalog.named import How, NamedChange, Value, named
from bot.domain.catalog.slips import NewCurrency, Slip, mark_of
from bot.domain.money import Money
from bot.domain.order import Order, UserId
from bot.ports import AlertKind, MessageKind, Note, Transaction
from bot.ports.catalog import Fault, as_json, fault, from_json
from bot.shop.payment.endings import tell_owners

#: Warnings that are remembered as told.
_REMEMBERED = 500
#: Faults that a message names; the others are counted.
NAMED = 5
#: Changes that a message names, a screenful; the others are counted.
CHANGES = 15
#: Letters of a text's SHA-256 by which the way back to it is known.
DIGEST = 12


@dataclass(frozen=True, slots=True)
class Change:
    """How many things of each kind changed."""

    prices: int = 0
    unpaid: int = 0
    added: int = 0
    removed: int = 0
    counted: int = 0
    sold_out: int = 0
    hidden: int = 0
    shown: int = 0
    reworded: int = 0
    categories: int = 0
    settings: int = 0
    moved: int = 0

    def __bool__(self) -> bool:
        return self != Change()


def change_of(diff: CatalogDiff) -> Change:
    """Count what changed; what is sold out now is not counted among the new counts too."""
    return Change(
        prices=len({(one.key.product, one.before, one.after) for one in diff.prices}),
        unpaid=len(diff.unpaid),
        added=len(diff.added),
        removed=len(diff.removed),
        counted=len(diff.counted) - len(diff.sold_out),
        sold_out=len(diff.sold_out),
        hidden=len(diff.hidden),
        shown=len(diff.shown),
        reworded=len(diff.reworded),
        categories=int(diff.categories),
        settings=sum((diff.shop, diff.checkout)),
        moved=int(diff.moved),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What changed: the first changes by name, and how many there are in all."""

    named: tuple[NamedChange, ...]
    count: int


def told_of(before: Catalog, after: Catalog, diff: CatalogDiff) -> Told:
    """Name what changed, up to a screenful."""
    every = iter(named(before, after, diff))
    shown = tuple(islice(every, CHANGES))
    return Told(shown, len(shown) + sum(1 for _ in every))


def faulty(faults: Sequence[Fault], file: str) -> dict[str, str]:
    """Return a message's details for a file that cannot be used."""
    return _listed(AlertKind.CATALOG_FAULTY, faults, file)


def doubtful(tx: Transaction, warnings: Sequence[Fault], file: str) -> dict[str, str] | None:
    """Return a message's details for what is doubtful about a good file and was not told yet.

    What is told is remembered, whatever line it moves to, and forgotten once it is gone.
    """
    known = set((tx.notes.get(Note.CATALOG_WARNED) or "").split())
    marks = {_mark(one): one for one in warnings[:_REMEMBERED]}
    if known != marks.keys():
        tx.notes.set(Note.CATALOG_WARNED, " ".join(marks) or None)
    fresh = [one for mark, one in marks.items() if mark not in known]
    return _listed(AlertKind.CATALOG_DOUBTFUL, fresh, file) if fresh else None


def _listed(problem: AlertKind, faults: Sequence[Fault], file: str) -> dict[str, str]:
    named = [[one.line, one.within, one.kind, as_json(one.params)] for one in faults[:NAMED]]
    return {
        "problem": problem,
        "file": file,
        "count": str(len(faults)),
        "faults": json.dumps(named, ensure_ascii=False),
    }


def _mark(warning: Fault) -> str:
    said = json.dumps([warning.kind, *sorted(map(str, warning.params.values()))])
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def changed(before: Catalog, after: Catalog, *, mended: bool) -> dict[str, str] | None:
    """Return a message's details for a good file; None where there is nothing to tell."""
    diff = compare(before, after)
    change = change_of(diff)
    if not change and not mended:
        return None
    numbers = {name: str(getattr(change, name)) for name in Change.__slots__}
    told = told_of(before, after, diff)
    plain = [
        [one.how, [*map(_plain, one.what)], one.field, _plain(one.before), _plain(one.after)]
        for one in told.named
    ]
    return {
        "problem": AlertKind.CATALOG_MENDED if mended else AlertKind.CATALOG_CHANGED,
        **numbers,
        "named": json.dumps(plain, ensure_ascii=False),
        "named_of": str(told.count),
        "undo": before.fingerprint[:DIGEST] if change else "",
    }


@dataclass(frozen=True, slots=True)
class PriceQuestion:
    """Prices that wait for an answer: the first of them, all their mark, and how many they are."""

    slips: tuple[Slip, ...]
    mark: str
    count: int


def question_of(some: Sequence[Slip]) -> PriceQuestion:
    """Ask about prices by one question, which names a screenful of them."""
    return PriceQuestion(tuple(some[:CHANGES]), mark_of(some), len(some))


def asked(
    tx: Transaction, some: Sequence[Slip], currency: NewCurrency | None
) -> dict[str, str] | None:
    """Return a message's details for what owners were not asked about yet."""
    question = question_of(some)
    mark = f"{question.mark} {question.count}" if some else None
    if currency:
        mark = f"{mark_of([currency])} 0"
    if tx.notes.get(Note.PRICES_ASKED) == mark:
        return None
    tx.notes.set(Note.PRICES_ASKED, mark)
    if currency:
        return {
            "problem": AlertKind.CURRENCY_ASKED,
            "before": currency.before,
            "after": currency.after,
        }
    if not some:
        return None
    told = [[one.target, _plain(one.before), _plain(one.after), one.sale] for one in question.slips]
    return {
        "problem": AlertKind.PRICES_ASKED,
        "slips": json.dumps(told),
        "mark": question.mark,
        "count": str(question.count),
    }


def read_question(details: Mapping[str, str]) -> PriceQuestion:
    """Return the prices that a message's details ask about."""
    found = tuple(
        Slip(StockId(target), Money(*before), Money(*after), sale=any(sale))
        for target, before, after, *sale in json.loads(details["slips"])
    )
    return PriceQuestion(found, details["mark"], int(details["count"]))


def read_change(details: Mapping[str, str]) -> Change:
    """Return the numbers that a message's details hold."""
    return Change(**{name: int(details.get(name, "0")) for name in Change.__slots__})


def read_told(details: Mapping[str, str]) -> Told:
    """Return the changes that a message's details name; an old message names none."""
    return Told(
        tuple(
            NamedChange(How(how), tuple(map(_text, what)), field, _value(before), _value(after))
            for how, what, field, before, after in json.loads(details.get("named", "[]"))
        ),
        int(details.get("named_of", "0")),
    )


def _plain(value: Value) -> Any:
    """Return a value as JSON has it: an amount is a list, a text an object."""
    match value:
        case Text():
            return dict(value.wordings)
        case Money():
            return [value.minor, value.currency]
    return value


def _value(plain: Any) -> Value:
    match plain:
        case dict():
            return _text(plain)
        case [minor, currency]:
            return Money(minor, currency)
    return plain  # type: ignore[no-any-return]


def _text(plain: Mapping[str, str]) -> Text:
    return Text(tuple(plain.items()))


def read_faults(details: Mapping[str, str]) -> tuple[Fault, ...]:
    """Return the faults that a message's details name."""
    return tuple(
        replace(fault(kind, line=line, within=within), params=from_json(params))
        for line, within, kind, params in json.loads(details["faults"])
    )


def tell_low_stock(
    tx: Transaction, owners: Sequence[UserId], catalog: Catalog, order: Order, now: int
) -> None:
    """Tell the owners what an order that was just sold brought to the threshold, or to nothing.

    What is held for others counts as there: it may come back. Call it in the transaction of the
    sale, so that each crossing is told once.
    """
    threshold = catalog.shop.low_stock
    sold: dict[StockId, int] = {}
    for line in order.lines:
        sold[line.stock_id] = sold.get(line.stock_id, 0) + line.quantity
    titles = {line.stock_id: line.title for line in order.lines}
    for stock_id, level in tx.stock.levels(sold).items():
        if level.counted is None:
            continue
        left = max(0, level.counted - level.sold)
        before = left + sold[stock_id]
        low = threshold is not None and left <= threshold < before
        if not (low or left == 0):
            continue
        details = {
            "problem": AlertKind.LOW_STOCK if left else AlertKind.SOLD_OUT,
            "title": titles[stock_id],
            "stock": stock_id,
            "left": str(left),
        }
        tell_owners(tx, owners, MessageKind.OWNER_ALERT, now, details=details)
