"""Paying: the payment link, and dropping an order that is not paid."""

from __future__ import annotations

from bot.chat.actions import CancelOrder, OpenCart, OpenOrders, Way
from bot.chat.desk import Desk, Reply, Visit
from bot.chat.handlers import cart as carts
from bot.chat.handlers import refusal
from bot.chat.screen import Button, Screen
from bot.chat.screens import checkout as screens
from bot.chat.screens import info
from bot.chat.screens import orders as order_screens
from bot.domain.errors import RefusedError
from bot.domain.order import LIVE, Order, OrderId, OrderState
from bot.locales import Texts

#: Refusals that the cart itself explains best.
_SHOWS_CART = frozenset(
    {
        "checkout.empty",
        "checkout.changed",
        "checkout.sold_out",
        "checkout.few_left",
        "checkout.too_small",
        "checkout.too_large",
        "checkout.already_paid",
    }
)


async def checkout(desk: Desk, visit: Visit, way: Way = Way.ASK) -> Reply:
    """Show the payment link, after asking how the goods get there where that is a choice."""
    rules = desk.catalog.checkout
    both = rules.pickup is not None and rules.shipping is not None
    if both and way is Way.ASK:
        view = await desk.shop.carts.view(visit.chat.id)
        if view.cart and not view.cart.changed:
            return Reply(screens.choose_way(desk.catalog, view.cart, visit.texts))
    pickup = rules.pickup is not None and (way is Way.PICKUP or rules.shipping is None)
    try:
        link = await desk.shop.checkout.start(visit.chat.id, visit.buyer, pickup=pickup)
    except RefusedError as refused:
        return await _refused(desk, visit, refused)
    screen = screens.pay(
        desk.catalog, link.order, link.url, desk.now, visit.texts, again=link.again
    )
    return Reply(screen, pays=link.order.id)


async def cancel(desk: Desk, visit: Visit) -> Reply:
    """Drop the chat's unpaid order."""
    try:
        order = await desk.shop.checkout.cancel(visit.chat.id)
    except RefusedError as refused:
        return Reply(_onward(visit.texts.html(refused.key), visit.texts))
    return Reply(_cancelled(order, visit.texts))


async def cancel_order(desk: Desk, visit: Visit, action: CancelOrder) -> Reply:
    """Drop this very order; a button of another order or another chat drops none."""
    texts = visit.texts
    order = await desk.shop.orders.get(action.order)
    if order is None or order.chat_id != visit.chat.id:
        return Reply(said=texts.text("orders.gone"), alert=True)
    if order.state is OrderState.CANCELLED:
        return Reply(_cancelled(order, texts))
    if order.state not in LIVE:
        paid = order.state in {OrderState.PAID, OrderState.PROCESSING, OrderState.REVIEW}
        said = texts.text("cancel.already_paid" if paid else "cancel.nothing")
        return Reply(order_screens.order(desk.catalog, order, texts), said, alert=True)
    # This message becomes the answer by itself; others that hold the link follow the order.
    held = visit.tapped and await desk.shop.reminders.link_left(order.id, visit.tapped)
    try:
        cancelled = await desk.shop.checkout.cancel(visit.chat.id, only=order.id)
    except RefusedError as refused:
        if held and visit.tapped:
            await desk.shop.reminders.link_shown(order.id, visit.chat.id, visit.tapped)
        return Reply(said=refusal.words(refused, texts), alert=True)
    return Reply(_cancelled(cancelled, texts))


async def _refused(desk: Desk, visit: Visit, refused: RefusedError) -> Reply:
    words = refusal.words(refused, visit.texts)
    if refused.key in _SHOWS_CART:
        return Reply((await carts.cart(desk, visit)).screen, words, alert=True)
    html = info.said(words)
    if refused.key == "checkout.still_open":
        old = OrderId(int(str(refused.params["order"])))
        return Reply(screens.still_open(html, old, visit.texts))
    return Reply(screens.refused(html, visit.texts))


def _cancelled(order: Order, texts: Texts) -> Screen:
    return _onward(texts.html("cancel.done", number=str(order.id)), texts)


def _onward(words: str, texts: Texts) -> Screen:
    cart = Button(texts.text("button.cart_empty"), OpenCart())
    orders = Button(texts.text("button.orders"), OpenOrders())
    return info.kind(words, texts, (cart, orders))
