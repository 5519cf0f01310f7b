"""Who added what in a group: kept in step with the lines of its cart."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.cart import CartLine
from bot.domain.order import ChatId
from bot.domain.shares import Member, after, told
from bot.ports import Transaction


def put(
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
        tx.carts.put(chat_id, line)
        return line
    held = tx.shares.of_line(chat_id, line.key)
    shares = after(held, by, before, line.quantity)
    if held or shares:  # what older lines say of who added them stays
        line = replace(line, added_by=told(shares, line.quantity))
    tx.carts.put(chat_id, line)
    tx.shares.set(chat_id, line.key, shares)
    return line
