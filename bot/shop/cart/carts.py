"""Carts: what a chat wants, changed in one transaction a tap.

A change that an update brought twice takes effect once. Bounds are checked against today's
catalog and the stock that nobody else holds; the goods that the chat's own unpaid order holds
count as free for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.domain.cart import (
    LONGEST_NOTE,
    MAX_LINES,
    MAX_QUANTITY,
    Cart,
    CartLine,
    LineProblem,
    PricedLine,
    units_of,
)
from bot.domain.catalog.model import Catalog, LineKey, StockId, Variant
from bot.domain.errors import RefusedError
from bot.domain.order import ChatId
from bot.domain.shares import Member
from bot.ports import Clock, Store, Transaction, UpdateId
from bot.shop.cart.cart_view import View, key_among, look, put_line, view_of
from bot.shop.cart.removal import last_out, put_back, take_out, taken_out
from bot.shop.catalog.current import CurrentCatalog


class Carts:
    """Show and change carts."""

    def __init__(self, store: Store, clock: Clock, current: CurrentCatalog) -> None:
        self._store = store
        self._clock = clock
        self._current = current

    async def view(self, chat_id: ChatId, stock_ids: Iterable[StockId] = ()) -> View:
        """Return the cart, with the free units of these stock ids too."""
        catalog = self._current.catalog
        return await self._store.read(lambda tx: look(tx, catalog, chat_id, stock_ids))

    async def add(
        self,
        chat_id: ChatId,
        key: LineKey,
        units: int = 1,
        *,
        by: Member | None = None,
        once: UpdateId | None = None,
        stock_ids: Iterable[StockId] = (),
    ) -> View:
        """Add units of a variant, or take some away where they are negative.

        The line goes at zero. Of a product of which one order needs several, the first addition
        puts as many in, and one fewer than that takes it out.

        Raises:
            RefusedError: ``cart.gone``, ``cart.sold_out``, ``cart.limit``, ``cart.stock`` or
                ``cart.lines``, ``cart.minimum`` or ``cart.minimum_left``; nothing changed.
        """
        return await self._alter(
            chat_id,
            key,
            lambda before, needed: _stepped(before, units, needed),
            by=by,
            once=once,
            stock_ids=stock_ids,
        )

    async def set_quantity(
        self,
        chat_id: ChatId,
        key: LineKey,
        quantity: int,
        *,
        by: Member | None = None,
        once: UpdateId | None = None,
    ) -> View:
        """Set how many units are wanted; zero removes the line. Raises as `add`."""
        return await self._alter(chat_id, key, lambda *_: quantity, by=by, once=once)

    async def remove(self, chat_id: ChatId, key: LineKey, *, once: UpdateId | None = None) -> View:
        """Take a line out, whether or not its product still exists."""
        return await self._alter(chat_id, key, lambda *_: 0, by=None, once=once)

    async def put_back(
        self,
        chat_id: ChatId,
        key: LineKey,
        quantity: int,
        *,
        by: Member | None = None,
        once: UpdateId | None = None,
    ) -> View:
        """Put a line back that was taken out, with its note; one that is there does not shrink.

        Raises as `add`.
        """
        return await self._alter(
            chat_id,
            key,
            lambda before, _: max(before, quantity),
            by=by,
            once=once,
            back=True,
        )

    async def note(self, chat_id: ChatId, key: LineKey, words: str) -> View:
        """Write a note on a line, in place of an earlier one; no words take it away.

        Raises:
            RefusedError: ``note.too_long`` or ``cart.line_left``; nothing changed.
        """
        catalog, note = self._current.catalog, " ".join(words.split())
        if len(note.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST_NOTE:
            raise RefusedError("note.too_long", limit=LONGEST_NOTE)

        def work(tx: Transaction) -> View:
            view = look(tx, catalog, chat_id)
            held = view.line(key)
            if held is None:
                raise RefusedError("cart.line_left")
            tx.carts.upsert(chat_id, replace(held.line, note=note or None))
            return look(tx, catalog, chat_id)

        return await self._store.write(work)

    async def clear(self, chat_id: ChatId, *, once: UpdateId | None = None) -> View:
        """Empty the cart."""
        catalog, now = self._current.catalog, self._clock.now()

        def work(tx: Transaction) -> View:
            lines = tx.carts.lines(chat_id)
            if lines and tx.first_time(once, now):
                take_out(tx, chat_id, lines)
            return look(tx, catalog, chat_id)

        return await self._store.write(work)

    async def put_all_back(self, chat_id: ChatId, *, by: Member | None = None) -> View:
        """Put back all that was taken out last, as it was; what can be had of it, the cart says."""
        catalog, now = self._current.catalog, self._clock.now()

        def work(tx: Transaction) -> View:
            for key, quantity in taken_out(tx, chat_id):
                held = {one.key for one in tx.carts.lines(chat_id)}
                variant = catalog.variant(key)
                if key in held or len(held) >= MAX_LINES or variant is None or variant.hidden:
                    continue
                line = CartLine(key, quantity, variant.price, now, seen_title=variant.titles())
                put_back(tx, chat_id, line, by)
            return look(tx, catalog, chat_id)

        return await self._store.write(work)

    async def accept_changes(self, chat_id: ChatId) -> View:
        """Make the cart what can be bought today, once its changes have been shown.

        Today's prices and names count as seen, lines that are gone or sold out leave, quantities
        shrink to what is left, and grow to what one order needs.
        """
        catalog = self._current.catalog

        def work(tx: Transaction) -> View:
            for priced in look(tx, catalog, chat_id).cart.lines:
                line, variant = priced.line, priced.variant
                if variant is None or priced.limit == 0:
                    tx.carts.remove(chat_id, line.key)
                elif priced.problem or priced.was or priced.called:
                    quantity = min(line.quantity, priced.limit)
                    seen = replace(line, seen_unit=variant.price, seen_title=variant.titles())
                    shrunk = replace(seen, quantity=quantity)
                    put_line(tx, chat_id, shrunk, None, line.quantity)
            _fill_up(tx, catalog, chat_id)
            return look(tx, catalog, chat_id)

        return await self._store.write(work)

    async def _alter(
        self,
        chat_id: ChatId,
        key: LineKey,
        quantity_from: Callable[[int, int], int],
        *,
        by: Member | None,
        once: UpdateId | None,
        stock_ids: Iterable[StockId] = (),
        back: bool = False,
    ) -> View:
        catalog, now = self._current.catalog, self._clock.now()

        def work(tx: Transaction) -> View:
            if not tx.first_time(once, now):
                return look(tx, catalog, chat_id, stock_ids)
            # In the order of the cart: a line that is changed keeps its place, a new one is last.
            lines = {one.key: one for one in tx.carts.lines(chat_id)}
            own, variant = key_among(lines, catalog, key), catalog.variant(key)
            held = lines.get(own)
            before = held.quantity if held else 0
            others = [one for one in lines.values() if one.key != own]
            needed = _needed(tx, chat_id, variant, others) if variant else 0
            quantity = quantity_from(before, needed)
            if quantity <= 0:
                if held:
                    take_out(tx, chat_id, [lines.pop(own)])
                view = view_of(tx, catalog, chat_id, lines.values(), stock_ids)
                # Tapped twice: what the first tap took out can still come back.
                return replace(view, removed=held or last_out(tx, chat_id, variant))
            if variant is None or variant.hidden:
                raise RefusedError("cart.gone")
            if quantity < needed:
                raise RefusedError("cart.minimum", limit=variant.product.min_per_order)
            line = CartLine(own, quantity, variant.price, now, seen_title=variant.titles())
            if held:
                title = held.seen_title or line.seen_title
                line = replace(held, quantity=quantity, seen_unit=variant.price, seen_title=title)
            if back and not held:
                put_back(tx, chat_id, line, by)
                lines = {one.key: one for one in tx.carts.lines(chat_id)}
            else:
                lines[own] = put_line(tx, chat_id, line, by, before)
            counted = (one for one, _ in variant.product.stock_counts())
            after = view_of(tx, catalog, chat_id, lines.values(), {*stock_ids, *counted})
            if quantity > before:
                _refuse_too_much(after, variant)
            return after

        return await self._store.write(work)


def _fill_up(tx: Transaction, catalog: Catalog, chat_id: ChatId) -> None:
    """Put in what one order needs of a product; what cannot come to that goes."""
    for priced in _too_few(look(tx, catalog, chat_id).cart):
        lines = look(tx, catalog, chat_id).cart.lines
        product = priced.variant.product if priced.variant else None
        if product is None:
            continue
        missing = max(0, (product.min_per_order or 0) - units_of(lines, product.id))
        line, quantity = priced.line, min(priced.limit, priced.line.quantity + missing)
        put_line(tx, chat_id, replace(line, quantity=quantity), None, line.quantity)
    for priced in _too_few(look(tx, catalog, chat_id).cart):
        tx.carts.remove(chat_id, priced.line.key)


def _too_few(cart: Cart) -> list[PricedLine]:
    return [one for one in cart.lines if one.problem is LineProblem.TOO_FEW]


def _stepped(before: int, units: int, needed: int) -> int:
    """Return a quantity after a step: up to what is needed at least, down to nothing below that."""
    after = before + units
    if after >= needed:
        return after
    return needed if units > 0 else 0


def _needed(tx: Transaction, chat_id: ChatId, variant: Variant, others: Iterable[CartLine]) -> int:
    """Return the fewest units of a line, so that with the other lines there are enough.

    Where there are fewer of this choice, it is as many, and others make up for the rest.
    """
    least = variant.product.min_per_order
    if least is None:
        return 0
    free = tx.stock.free_for(chat_id, [variant.stock_id]).get(variant.stock_id, 0)
    there = sum(one.quantity for one in others if one.key.product == variant.product.id)
    needed = max(0, least - there)
    return needed if free is None else min(needed, free)


def _refuse_too_much(after: View, variant: Variant) -> None:
    """Raise if the cart now wants more than can be had; the transaction is undone."""
    if len(after.cart.lines) > MAX_LINES:
        raise RefusedError("cart.lines", limit=MAX_LINES)
    product, free = variant.product, after.free.get(variant.stock_id, 0)
    if free == 0:
        raise RefusedError("cart.sold_out")
    limit = product.max_per_order
    if product.falls_short(after.free):
        least, left = product.min_per_order, product.together(after.free)
        raise RefusedError("cart.minimum_left", minimum=least, left=left)
    wanted = [(one.variant, one.line.quantity) for one in after.cart.lines if one.variant]
    of_product = sum(units for other, units in wanted if other.product.id == product.id)
    if limit is not None and of_product > limit:
        raise RefusedError("cart.limit", limit=limit)
    of_stock = [units for other, units in wanted if other.stock_id == variant.stock_id]
    if free is not None and sum(of_stock) > free:
        raise RefusedError("cart.stock", left=free)
    if any(units > MAX_QUANTITY for units in of_stock):
        raise RefusedError("cart.limit", limit=MAX_QUANTITY)
