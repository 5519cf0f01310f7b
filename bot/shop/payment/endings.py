"""What the end of an order does to stock, cart and messages, within one transaction.

Every function here is called by whoever moved the order, and only if that move took place, so
that each effect happens once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.cart import CartLine
from bot.domain.catalog.model import Text
from bot.domain.errors import CorruptError
from bot.domain.order import (
    LIVE,
    NOBODY,
    UNDECIDED,
    ChatId,
    Order,
    OrderId,
    OrderState,
    StockState,
    Units,
    UserId,
)
from bot.domain.shares import after, less, told
from bot.ports import LINKS, MessageKind, MovementKind, ShownMessage, Transaction
from bot.shop.people.people import moved_to

_MOVEMENT = {
    StockState.FREED: MovementKind.FREED,
    StockState.SOLD: MovementKind.SOLD,
}


@dataclass(frozen=True, slots=True)
class Ending:
    """How an order ends unpaid, and what its chat is told of it in the same transaction."""

    state: OrderState
    told: MessageKind | None


RAN_OUT: Final = Ending(OrderState.EXPIRED, MessageKind.EXPIRED)
FELL_THROUGH: Final = Ending(OrderState.FAILED, MessageKind.FAILED)
#: Whoever drops their own order sees it happen; who placed it hears of it where an owner does.
DROPPED: Final = Ending(OrderState.CANCELLED, None)
DROPPED_BY_OWNER: Final = Ending(OrderState.CANCELLED, MessageKind.CANCELLED)


def move_goods(tx: Transaction, order: Order, to: StockState, now: int) -> bool:
    """Free or sell what an order holds; False where it holds nothing."""
    if not tx.orders.set_goods(order.id, StockState.HELD, to):
        return False
    current = tx.orders.get(order.id) or order  # what is counted may be another by now
    for line in current.lines:
        tx.stock.settle(_MOVEMENT[to], line.stock_id, line.quantity, order.id, now)
    return True


def return_units(tx: Transaction, order: Order, units: Units, now: int) -> None:
    """Put sold units back into stock; the goods are returned with the last of them."""
    for place, count in units.items():
        if not tx.orders.return_units(order.id, place, count):
            raise CorruptError(f"order {order.id} has not sold {count} of its line {place}")
        stock_id = order.lines[place].stock_id
        tx.stock.settle(MovementKind.RETURNED, stock_id, count, order.id, now)
    after = tx.orders.get(order.id)
    if after is not None and not after.to_return():
        tx.orders.set_goods(order.id, StockState.SOLD, StockState.RETURNED)


def take_from_cart(tx: Transaction, order: Order) -> None:
    """Take the ordered units out of the chat's cart; what was added since stays."""
    if order.alone:
        return
    chat_id = moved_to(tx, order.chat_id) or order.chat_id
    wanted = {line.key: line for line in tx.carts.lines(chat_id)}
    for line in order.lines:
        held = wanted.get(line.key)
        if held is None:
            continue
        if held.quantity <= line.quantity:
            tx.carts.remove(chat_id, line.key)
        else:
            _take_units(tx, chat_id, held, order.id, line.quantity)


def _take_units(
    tx: Transaction, chat_id: ChatId, line: CartLine, order_id: OrderId, units: int
) -> None:
    """Take an order's units out of a line: they are those of whoever had them in the order."""
    kept = replace(line, quantity=line.quantity - units)
    held = tx.shares.of_line(chat_id, line.key)
    left = less(held, tx.shares.of_order_line(order_id, line.key))
    shares = after(left, None, kept.quantity, kept.quantity)
    if held:  # what older lines say of who added them stays
        kept = replace(kept, added_by=told(shares, kept.quantity))
    tx.carts.upsert(chat_id, kept)
    if held:
        tx.shares.set(chat_id, line.key, shares)


def give_back_to_cart(tx: Transaction, order: Order, now: int) -> None:
    """Put the ordered lines back into the cart, unless the chat wants them again already."""
    if order.alone:
        return
    wanted = {line.key for line in tx.carts.lines(order.chat_id)}
    for line in order.lines:
        if line.key in wanted:
            continue
        seen = Text(((order.language, line.title),))
        back = CartLine(line.key, line.quantity, line.unit, now, line.note, line.added_by, seen)
        tx.carts.upsert(order.chat_id, back)
        if line.added_by:
            shares = tx.shares.of_order_line(order.id, line.key)
            tx.shares.set(order.chat_id, line.key, shares)


def tell_owners(
    tx: Transaction,
    owners: Sequence[UserId],
    kind: MessageKind,
    now: int,
    order: Order | None = None,
    *,
    details: Mapping[str, str] | None = None,
) -> None:
    """Leave a message for every owner; an owner's private chat has the owner's own id."""
    for owner in owners:
        tx.outbox.enqueue(ChatId(owner), kind, now, order.id if order else None, details)


def show_anew(tx: Transaction, order_id: OrderId, now: int) -> None:
    """Let the messages that show an order follow it: each is edited to how the order stands."""
    for message in tx.shown.of(order_id):
        _put_right(tx, order_id, message, now)


def show_step(tx: Transaction, order: Order, now: int) -> None:
    """Show a step of a paid order's way, also where no receipt is known: it then has one again.

    An order from before receipts were followed has none, nor a group that became another.
    """
    show_anew(tx, order.id, now)
    known = any(one.kind is MessageKind.RECEIPT for one in tx.shown.of(order.id))
    if not known and order.chat_id != NOBODY:
        _put_right(tx, order.id, ShownMessage(MessageKind.RECEIPT, order.chat_id, 0), now)


def remember_shown(tx: Transaction, order: Order, message: ShownMessage, now: int) -> None:
    """Remember a message that shows an order as it stood; where it moved on since, put it right."""
    tx.shown.remember(order.id, message)
    if tx.orders.get(order.id) != order:
        _put_right(tx, order.id, message, now)


def remember_link(tx: Transaction, order_id: OrderId, message: ShownMessage, now: int) -> None:
    """Remember a message that holds an order's payment link.

    One whose order was decided while it was sent is put right at once.
    """
    order = tx.orders.get(order_id)
    if order is not None and order.state in UNDECIDED:
        tx.shown.remember(order_id, message)
    if order is not None and order.state not in LIVE:
        _put_right(tx, order_id, message, now)


def close_links(tx: Transaction, order: Order, now: int) -> None:
    """Take an order's payment link out of its chat: each message tells how the order stands now.

    Once the order is decided they are messages like others, and follow it no more.
    """
    for message in tx.shown.of(order.id):
        if message.kind in LINKS:
            _put_right(tx, order.id, message, now)
            if order.state not in UNDECIDED:
                tx.shown.let_go(order.id, message)


def _put_right(tx: Transaction, order_id: OrderId, message: ShownMessage, now: int) -> None:
    details = {"as": message.kind.value, "message": str(message.message_id)}
    tx.outbox.enqueue(message.chat_id, MessageKind.SHOWN_ANEW, now, order_id, details)


def give_up(tx: Transaction, order: Order, to: OrderState, now: int) -> bool:
    """End an order that nobody can pay any more, and free its goods; False where it had ended."""
    if not tx.orders.transition(order.id, to, now=now):
        return False
    move_goods(tx, order, StockState.FREED, now)
    return True


def end(tx: Transaction, order: Order, ending: Ending, now: int) -> bool:
    """Give an order up as an ending says, and tell its chat; False where it had ended."""
    if not give_up(tx, order, ending.state, now):
        return False
    if ending.told:
        tx.outbox.enqueue(order.chat_id, ending.told, now, order.id)
    return True
