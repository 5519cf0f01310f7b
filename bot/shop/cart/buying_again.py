"""Buying again: an order's lines go back into the cart, at today's prices and as far as there is.

What the cart holds already is not added to, so the same call again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain

from bot.domain.cart import MAX_LINES, CartLine, LineProblem, WantedLine
from bot.domain.catalog.model import Catalog, Text, Variant
from bot.domain.money import Money
from bot.domain.order import ChatId, Order, OrderLine
from bot.domain.shares import Member
from bot.ports import Clock, Store, Transaction
from bot.shop.cart.cart_view import View, key_among, look, look_at_items, put_line
from bot.shop.catalog.current import CurrentCatalog


class LineChange(StrEnum):
    """How a line differs from what was ordered."""

    GONE = "gone"
    SOLD_OUT = "sold_out"
    FEW = "few"
    PRICE = "price"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A line that is not as it was ordered.

    Attributes:
        left: Units that are in the cart instead of those ordered.
        now: Today's unit price.
        called: Today's name.
    """

    line: OrderLine
    change: LineChange
    left: int = 0
    now: Money | None = None
    called: Text | None = None


@dataclass(frozen=True, slots=True)
class BoughtAgain:
    """The cart after it, and what is not as it was.

    Attributes:
        found: Whether anything of the order could be had.
    """

    view: View
    differences: tuple[Difference, ...]
    found: bool


class BuyingAgain:
    """Buy what an order was for once more: by itself, or put back into the cart."""

    def __init__(self, store: Store, clock: Clock, current: CurrentCatalog) -> None:
        self._store = store
        self._clock = clock
        self._current = current

    async def as_before(self, chat_id: ChatId, order: Order) -> tuple[WantedLine, ...] | None:
        """Return an order's goods to be bought by themselves; None where any is not as it was."""
        catalog = self._current.catalog
        items = tuple(WantedLine(line.key, line.quantity, line.note) for line in order.lines)
        cart = await self._store.read(lambda tx: look_at_items(tx, catalog, chat_id, items))
        for line, priced in zip(order.lines, cart.lines, strict=True):
            variant = priced.variant
            if priced.problem or variant is None or variant.price != line.unit:
                return None
            if _name_now(order, line, variant) is not None:
                return None
        return items or None

    async def again(self, chat_id: ChatId, order: Order, by: Member | None = None) -> BoughtAgain:
        """Put an order's lines into a chat's cart, as far as they can be had today."""
        catalog, now = self._current.catalog, self._clock.now()

        def work(tx: Transaction) -> BoughtAgain:
            found = [
                tuple(_put_back(tx, catalog, chat_id, order, line, by, now)) for line in order.lines
            ]
            differences = tuple(chain.from_iterable(found))
            lost = [
                one for one in differences if one.change in {LineChange.GONE, LineChange.SOLD_OUT}
            ]
            view = look(tx, catalog, chat_id)
            return BoughtAgain(view, differences, len(lost) < len(order.lines))

        return await self._store.write(work)


def _put_back(  # noqa: PLR0917 - a line of an order, and whose cart it goes to
    tx: Transaction,
    catalog: Catalog,
    chat_id: ChatId,
    order: Order,
    line: OrderLine,
    by: Member | None,
    now: int,
) -> Iterator[Difference]:
    """Put a line back; yield how it differs from what was ordered."""
    variant = catalog.variant(line.key)
    if variant is None or variant.hidden:
        yield Difference(line, LineChange.GONE)
        return
    lines = {one.key: one for one in tx.carts.lines(chat_id)}
    key = key_among(lines, catalog, line.key)
    held = lines.get(key)
    before = held.quantity if held else 0
    if held is None and len(lines) >= MAX_LINES:
        yield Difference(line, LineChange.FEW)
        return
    fresh = CartLine(key, 0, variant.price, now, line.note, seen_title=variant.titles())
    wanted = replace(
        held or fresh, quantity=max(before, line.quantity), note=line.note or fresh.note
    )
    put_line(tx, chat_id, wanted, by, before)
    priced = look(tx, catalog, chat_id).line(key)
    limit = priced.limit if priced and priced.problem else wanted.quantity
    if priced and priced.problem and not limit and held is None:
        tx.carts.remove(chat_id, key)
        gone = priced.problem is LineProblem.SOLD_OUT
        yield Difference(line, LineChange.SOLD_OUT if gone else LineChange.FEW)
        return
    if called := _name_now(order, line, variant):
        yield Difference(line, LineChange.RENAMED, called=called)
    if limit < wanted.quantity:
        kept = max(before, limit)
        put_line(tx, chat_id, replace(wanted, quantity=kept), by, wanted.quantity)
        yield Difference(line, LineChange.FEW, left=kept)
    elif variant.price != line.unit:
        yield Difference(line, LineChange.PRICE, now=variant.price)


def _name_now(order: Order, line: OrderLine, variant: Variant) -> Text | None:
    """Return what something is called today, where it was ordered by another name."""
    ordered = Text(((order.language, line.title),))
    return None if variant.is_called(ordered) else variant.titles()
