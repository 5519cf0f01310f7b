"""Orders in the owner's chat: lists, search, one order, and who is waiting for what."""

from __future__ import annotations

from bot.chat.owner_actions import FetchAddress, OwnerOrder, OwnerOrders, Which
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screens import owner_news
from bot.chat.screens import owner_orders as screens
from bot.domain.errors import RefusedError, TransientError
from bot.domain.order import Order, OrderId, OrderState
from bot.ports import Transaction

#: A number longer than this is no order's.
_DIGITS = 15


async def orders(context: ChatContext, request: ChatRequest, action: OwnerOrders) -> Reply:
    """Show a page of orders."""
    limit, below = screens.PAGE_SIZE + 1, action.below or None

    def look(tx: Transaction) -> tuple[tuple[Order, ...], int]:
        waiting = tx.books.count_by_state()[OrderState.REVIEW]
        match action.which:
            case Which.TO_SHIP:
                return tx.books.to_ship(limit, below), waiting
            case Which.PACKED:
                return tx.books.packed(limit, below), waiting
            case Which.TO_COLLECT:
                return tx.books.to_collect(limit, below), waiting
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

    shown, waiting = await context.shop.context.store.read(look)
    pickup = context.catalog.checkout.pickup is not None or action.which is Which.TO_COLLECT
    return Reply(
        screens.orders(
            action.which, shown, request.texts,
            newest=not action.below, waiting=waiting, pickup=pickup,
        )
    )  # fmt: skip


async def command(context: ChatContext, request: ChatRequest, typed: str) -> Reply:
    """Answer ``/orders``, with or without words to search for."""
    if typed:
        return await find(context, request, typed)
    return await orders(context, request, OwnerOrders())


async def find(context: ChatContext, request: ChatRequest, typed: str) -> Reply:
    """Show the order of a number, or those of a name."""
    words = typed.strip().lstrip("#№").strip()
    if not words:
        return Reply(said=request.texts.text("owner.find_how"))
    if words.isdecimal() and words.isascii() and len(words) <= _DIGITS:
        found = await context.shop.orders.get(OrderId(int(words)))
        if found is not None:
            return Reply(screens.order(context.catalog, found, request.texts))

    def look(tx: Transaction) -> tuple[Order, ...]:
        return tx.books.bought_by(words, screens.PAGE_SIZE)

    matches = await context.shop.context.store.read(look)
    return Reply(screens.found(words, matches, request.texts))


async def order(context: ChatContext, request: ChatRequest, action: OwnerOrder) -> Reply:
    """Show an order, and let an open question go."""
    await context.shop.conversations.over(request.chat.id)
    found = await get_order(context, action.order)
    return Reply(screens.order(context.catalog, found, request.texts))


async def address(context: ChatContext, request: ChatRequest, action: FetchAddress) -> Reply:
    """Show an order with its address, which only Stripe keeps, as a message of its own."""
    found = await get_order(context, action.order)
    try:
        session = await context.shop.orders.session(found)
    except TransientError:
        session = None
    recipient = session.recipient if session else None
    words = owner_news.recipient_words(recipient, found, request.texts)
    return Reply(screens.order(context.catalog, found, request.texts, address=words))


async def get_order(context: ChatContext, order_id: OrderId) -> Order:
    """Return an order.

    Raises:
        RefusedError: ``orders.gone``: there is none such.
    """
    found = await context.shop.orders.get(order_id)
    if found is None:
        raise RefusedError("orders.gone")
    return found
