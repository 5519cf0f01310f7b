"""The line that a chat last took out of its cart: remembered, so that it comes back as it was."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.domain.cart import CartLine
from bot.domain.order import ChatId, UserId
from bot.domain.shares import Member, Share, told
from bot.ports import Note, Transaction
from bot.shop.cart.cart_view import put_line


def take_out(tx: Transaction, chat_id: ChatId, line: CartLine) -> None:
    """Take a line out of the cart; its note, and who has what of it, are remembered."""
    shares = tx.shares.of_line(chat_id, line.key) if line.added_by else ()
    named = [(one.member.id, one.member.name, one.units) for one in shares]
    kept = json.dumps([*line.key, line.quantity, line.note, named])
    tx.notes.set(Note.REMOVED.of(chat_id), kept)
    tx.carts.remove(chat_id, line.key)


def put_back(tx: Transaction, chat_id: ChatId, line: CartLine, by: Member | None) -> CartLine:
    """Store a line that comes back and return it as stored.

    Where it is not the one that was taken out last, its note is lost, and it is whoever's puts it
    back.
    """
    kept = json.loads(tx.notes.get(Note.REMOVED.of(chat_id)) or "[]")
    if kept[:3] != [*line.key, line.quantity]:
        return put_line(tx, chat_id, line, by, 0)
    note, named = kept[3:]
    shares = [Share(Member(UserId(one), name), units) for one, name, units in named]
    line = replace(line, note=note, added_by=told(shares, line.quantity))
    tx.carts.upsert(chat_id, line)
    if shares:
        tx.shares.set(chat_id, line.key, shares)
    tx.notes.set(Note.REMOVED.of(chat_id), None)
    return line
