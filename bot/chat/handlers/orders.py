"""Orders as their chat sees them, and Stripe's receipt on request."""

from __future__ import annotations

from bot.chat.actions import FetchReceipt, OpenOrder
from bot.chat.desk import Desk, Reply, Visit
from bot.chat.screens import orders as screens
from bot.domain.order import Order, OrderId

_LATEST = 10


async def orders(desk: Desk, visit: Visit) -> Reply:
    """Show the chat's latest orders."""
    latest = await desk.shop.orders.latest(visit.chat.id, _LATEST)
    return Reply(screens.orders(latest, visit.texts))


async def order(desk: Desk, visit: Visit, action: OpenOrder) -> Reply:
    """Show an order of this chat."""
    found = await _own(desk, visit, action.order)
    if found is None:
        return Reply(said=visit.texts.text("orders.gone"), alert=True)
    return Reply(screens.order(desk.catalog, found, visit.texts))


async def fetch_receipt(desk: Desk, visit: Visit, action: FetchReceipt) -> Reply:
    """Put a fresh link to Stripe's receipt under the receipt: such links die within 30 days."""
    found = await _own(desk, visit, action.order)
    if found is None:
        return Reply(said=visit.texts.text("orders.gone"), alert=True)
    url = await desk.shop.orders.receipt_url(found)
    if url is None:
        return Reply(said=visit.texts.text("receipt.unavailable"), alert=True)
    screen = screens.receipt(desk.catalog, found, visit.texts, receipt_url=url)
    return Reply(screen, visit.texts.text("receipt.ready"))


async def _own(desk: Desk, visit: Visit, order_id: OrderId) -> Order | None:
    """Return an order only to its own chat: a button's number is anybody's word."""
    found = await desk.shop.orders.get(order_id)
    return found if found and found.chat_id == visit.chat.id else None
