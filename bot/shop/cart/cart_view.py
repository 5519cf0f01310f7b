"""A cart as it stands: its lines against today's catalog and the stock that nobody else holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.domain.cart import Cart, CartLine, PricedLine, WantedLine, price
from bot.domain.catalog.model import Catalog, LineKey, StockId
from bot.domain.money import Money
from bot.domain.order import ChatId
from bot.domain.shares import Member, after, sums, told, told_apart
from bot.ports import Transaction


@dataclass(frozen=True, slots=True)
class View:
    """A cart as it stands, with the free units of what the screen shows beside it.

    Attributes:
        cart: The cart.
        free: Units by stock id.
        removed: The line that a change has just taken out.
        sums: What each in a group wants, in money; under None what is nobody's.
    """

    cart: Cart
    free: Mapping[StockId, int | None]
    removed: CartLine | None = None
    sums: Mapping[Member | None, Money] = field(default_factory=dict)

    def line(self, key: LineKey) -> PricedLine | None:
        """Return the cart's line of this variant, by whichever of its keys it was added."""
        lines = self.cart.lines
        found = next((priced for priced in lines if priced.line.key == key), None)
        known = (one for one in lines if one.variant is not None and one.variant.key == key)
        return found or next(known, None)

    def quantity_of(self, key: LineKey) -> int:
        """Return how many units of this variant are in the cart."""
        line = self.line(key)
        return line.line.quantity if line else 0


def key_among(keys: Collection[LineKey], catalog: Catalog, key: LineKey) -> LineKey:
    """Return the key by which a cart has a variant already, else the one that is given.

    It may have been added while its product's options stood in another order.
    """
    variant = None if key in keys else catalog.variant(key)
    if variant is None:
        return key
    others = ((one, catalog.variant(one)) for one in keys if one.product == key.product)
    return next((one for one, other in others if other and other.key == variant.key), key)


def look(
    tx: Transaction, catalog: Catalog, chat_id: ChatId, stock_ids: Iterable[StockId] = ()
) -> View:
    """Return the chat's cart against a catalog, within a transaction."""
    return view_of(tx, catalog, chat_id, tx.carts.lines(chat_id), stock_ids)


def look_at_items(
    tx: Transaction, catalog: Catalog, chat_id: ChatId, items: Iterable[WantedLine]
) -> Cart:
    """Return goods to be bought by themselves as the cart that they would be, at today's prices."""
    lines = []
    for item in items:
        variant = catalog.variant(item.key)
        unit = variant.price if variant else Money.zero(catalog.shop.currency)
        lines.append(CartLine(item.key, item.quantity, unit, added_at=0, note=item.note))
    return view_of(tx, catalog, chat_id, lines, ()).cart


def view_of(
    tx: Transaction,
    catalog: Catalog,
    chat_id: ChatId,
    lines: Iterable[CartLine],
    stock_ids: Iterable[StockId],
) -> View:
    """Return a cart of these lines against a catalog; no line is read again."""
    wanted, lines = set(stock_ids), tuple(lines)
    for line in lines:
        variant = catalog.variant(line.key)
        if variant is not None:
            wanted.add(variant.stock_id)
    named = any(line.added_by for line in lines)
    shares = told_apart(tx.shares.of_cart(chat_id)) if named else {}
    lines = tuple(
        replace(line, added_by=told(shares[line.key], line.quantity))
        if line.key in shares
        else line
        for line in lines
    )
    free = tx.stock.free_for(chat_id, wanted)
    cart = price(lines, catalog, free)
    return View(cart, free, sums=sums(cart, shares))


def put_line(
    tx: Transaction, chat_id: ChatId, line: CartLine, by: Member | None, before: int
) -> CartLine:
    """Store a line whose quantity changed, with who has what of it; return it as stored.

    In a chat of one person nobody is named, and nothing more than the line is stored.

    Args:
        tx: The transaction.
        chat_id: Whose cart.
        line: As it is from now on.
        by: Who in the group changed it; None where nobody did, or outside of groups.
        before: Its units before.
    """
    if by is None and line.added_by is None:
        tx.carts.upsert(chat_id, line)
        return line
    held = tx.shares.of_line(chat_id, line.key)
    shares = after(held, by, before, line.quantity)
    if held or shares:  # what older lines say of who added them stays
        line = replace(line, added_by=told(shares, line.quantity))
    tx.carts.upsert(chat_id, line)
    tx.shares.set(chat_id, line.key, shares)
    return line
