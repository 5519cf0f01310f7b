"""Orders in the owner's chat: lists, search, one order, and who is waiting for what."""

from __future__ import annotations

from bot.chat.desk import Desk, Reply, Visit
from bot.chat.owner_actions import FetchAddress, OwnerOrder, OwnerOrders, Which
from bot.chat.screens import owner_news
from bot.chat.screens import owner_orders as screens
from bot.domain.errors import TransientError
from bot.domain.order import Order, OrderId, OrderState
from bot.ports import Transaction

#: A number longer than this is no order's.
_DIGITS = 15


async def orders(desk: Desk, visit: Visit, action: OwnerOrders) -> Reply:
    """Show a page of orders."""
    limit, below = screens.PAGE_SIZE + 1, action.below or None

    def look(tx: Transaction) -> tuple[tuple[Order, ...], int]:
        waiting = tx.books.count_by_state()[OrderState.REVIEW]
        match action.which:
            case Which.TO_SHIP:
                return tx.books.to_ship(limit, below), waiting
            case Which.REVIEW:
                return tx.books.in_state(OrderState.REVIEW, limit, below), waiting
            case Which.UNPAID:
                every = [
                    order
                    for state in (OrderState.PLACED, OrderState.OPEN, OrderState.PROCESSING)
                    for order in tx.books.in_state(state, limit, below)
                ]
                every.sort(key=lambda order: order.id, reverse=True)
                return tuple(every[:limit]), waiting
            case Which.ALL:
                return tx.books.newest(limit, below), waiting

    shown, waiting = await desk.shop.context.store.read(look)
    return Reply(
        screens.orders(action.which, shown, visit.texts, newest=not action.below, waiting=waiting)
    )


async def command(desk: Desk, visit: Visit, typed: str) -> Reply:
    """Answer ``/orders``, with or without words to search for."""
    if typed:
        return await find(desk, visit, typed)
    return await orders(desk, visit, OwnerOrders())


async def find(desk: Desk, visit: Visit, typed: str) -> Reply:
    """Show the order of a number, or those of a name."""
    words = typed.strip().lstrip("#№").strip()
    if not words:
        return Reply(said=visit.texts.text("owner.find_how"))
    if words.isdecimal() and words.isascii() and len(words) <= _DIGITS:
        found = await desk.shop.orders.get(OrderId(int(words)))
        if found is not None:
            return Reply(screens.order(desk.catalog, found, visit.texts))

    def look(tx: Transaction) -> tuple[Order, ...]:
        return tx.books.bought_by(words, screens.PAGE_SIZE)

    matches = await desk.shop.context.store.read(look)
    return Reply(screens.found(words, matches, visit.texts))


async def order(desk: Desk, visit: Visit, action: OwnerOrder) -> Reply:
    """Show an order, and let an open question go."""
    await desk.shop.conversations.over(visit.chat.id)
    found = await desk.shop.orders.get(action.order)
    if found is None:
        return gone(visit)
    return Reply(screens.order(desk.catalog, found, visit.texts))


async def address(desk: Desk, visit: Visit, action: FetchAddress) -> Reply:
    """Show an order with its address, which only Stripe keeps, as a message of its own."""
    found = await desk.shop.orders.get(action.order)
    if found is None:
        return gone(visit)
    try:
        recipient = await desk.shop.orders.recipient(found)
    except TransientError:
        recipient = None
    words = owner_news.recipient_words(recipient, found, visit.texts)
    return Reply(screens.order(desk.catalog, found, visit.texts, address=words))


def gone(visit: Visit) -> Reply:
    """Tell that there is no such order."""
    return Reply(said=visit.texts.text("orders.gone"), alert=True)
