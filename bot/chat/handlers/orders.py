"""Orders as their chat sees them, and Stripe's receipt on request."""

from __future__ import annotations

from bot.chat.actions import BuyAgain, FetchReceipt, OpenOrder, TryAgain
from bot.chat.desk import Desk, Reply, Visit
from bot.chat.handlers import cart, checkout
from bot.chat.screens import orders as screens
from bot.domain.order import Order, OrderId, OrderState


async def orders(desk: Desk, visit: Visit, below: int = 0) -> Reply:
    """Show a page of the chat's orders, the latest first."""
    before = OrderId(below) if below else None
    found = await desk.shop.orders.latest(visit.chat.id, screens.PAGE_SIZE + 1, before)
    return Reply(screens.orders(found, visit.texts, newest=before is None))


async def order(desk: Desk, visit: Visit, action: OpenOrder) -> Reply:
    """Show an order of this chat."""
    found = await _own(desk, visit, action.order)
    if found is None:
        return Reply(said=visit.texts.text("orders.gone"), alert=True)
    pays = found.id if found.state is OrderState.OPEN and found.url else None
    return Reply(screens.order(desk.catalog, found, visit.texts), pays=pays)


async def buy_again(desk: Desk, visit: Visit, action: BuyAgain) -> Reply:
    """Put an order's lines back into the cart; what is not as it was is said first."""
    found = await _own(desk, visit, action.order)
    if found is None:
        return Reply(said=visit.texts.text("orders.gone"), alert=True)
    again = await desk.shop.buying_again.again(visit.chat.id, found, visit.by)
    if again.differences:
        return Reply(screens.not_as_before(again, visit.texts))
    return Reply((await cart.cart(desk, visit)).screen, visit.texts.text("toast.again"))


async def try_again(desk: Desk, visit: Visit, action: TryAgain) -> Reply:
    """Check out again after an order that came to nothing, with what it held if the cart is empty.

    A cart that is not is what its chat wants now.
    """
    found = await _own(desk, visit, action.order)
    if found is None:
        return Reply(said=visit.texts.text("orders.gone"), alert=True)
    if not (await desk.shop.carts.view(visit.chat.id)).cart:
        again = await desk.shop.buying_again.again(visit.chat.id, found, visit.by)
        if again.differences:
            return Reply(screens.not_as_before(again, visit.texts))
    return await checkout.checkout(desk, visit)


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
