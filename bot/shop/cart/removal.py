"""What a chat last took out of its cart: remembered, so that it comes back as and where it was."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.domain.cart import MAX_LINES, CartLine
from bot.domain.catalog.model import LineKey, ProductId, Variant, VariantId
from bot.domain.order import ChatId, UserId
from bot.domain.shares import Member, Share, told
from bot.ports import Note, Transaction
from bot.shop.cart.cart_view import put_line


def take_out(tx: Transaction, chat_id: ChatId, lines: Sequence[CartLine]) -> None:
    """Take lines out of the cart; notes, places, and who has what of them, are remembered."""
    places = [one.key for one in tx.carts.lines(chat_id)]
    kept = []
    for line in lines:
        shares = tx.shares.of_line(chat_id, line.key) if line.added_by else ()
        named = [(one.member.id, one.member.name, one.units, one.member.initial) for one in shares]
        kept.append([*line.key, line.quantity, line.note, named, places.index(line.key)])
    for line in lines:
        tx.carts.remove(chat_id, line.key)
    tx.notes.set(Note.REMOVED.of(chat_id), json.dumps(kept))


def taken_out(tx: Transaction, chat_id: ChatId) -> list[tuple[LineKey, int]]:
    """Return what was taken out last, with its units."""
    kept = _remembered(tx, chat_id)
    return [(LineKey(ProductId(one[0]), VariantId(one[1])), one[2]) for one in kept]


def last_out(tx: Transaction, chat_id: ChatId, variant: Variant | None) -> CartLine | None:
    """Return the line of a variant that was taken out last, as it was, at today's price."""
    for product, choice, quantity, note, *_ in _remembered(tx, chat_id):
        key = LineKey(ProductId(product), VariantId(choice))
        if variant and key == variant.key:
            return CartLine(key, quantity, variant.price, 0, note)
    return None


def put_back(tx: Transaction, chat_id: ChatId, line: CartLine, by: Member | None) -> None:
    """Store a line that comes back, in its old place.

    Where it was not taken out last, its note and place are lost, and it is whoever's puts it back.
    """
    kept = _remembered(tx, chat_id)
    found = next((one for one in kept if one[:3] == [*line.key, line.quantity]), None)
    if found is None:
        put_line(tx, chat_id, line, by, 0)
        return
    note, named, place = found[3:]
    shares = [
        Share(Member(UserId(one), name, *initial), units) for one, name, units, *initial in named
    ]
    places = [one.key for one in tx.carts.lines(chat_id)]
    tx.carts.upsert(chat_id, replace(line, note=note, added_by=told(shares, line.quantity)))
    if shares:
        tx.shares.set(chat_id, line.key, shares)
    if place < len(places):
        places.insert(place, line.key)
        tx.carts.arrange(chat_id, places)
    rest = [one for one in kept if one is not found]
    tx.notes.set(Note.REMOVED.of(chat_id), json.dumps(rest) if rest else None)


def _remembered(tx: Transaction, chat_id: ChatId) -> list[list[Any]]:
    """Return what was taken out last: key, units, note, whose it was and place of each line."""
    kept: list[Any] = json.loads(tx.notes.get(Note.REMOVED.of(chat_id)) or "[]")
    if kept and not isinstance(kept[0], list):  # an earlier version remembered one, not its place
        return [[*kept, MAX_LINES]]
    return kept
