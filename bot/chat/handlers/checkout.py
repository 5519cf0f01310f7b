"""Paying: the payment link, and dropping an order that is not paid."""

from __future__ import annotations

from bot.chat.actions import CancelOrder, OpenCart, OpenOrders, Then, Way
from bot.chat.errors import refusal_words
from bot.chat.handlers import cart as carts
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screen import Button, Screen
from bot.chat.screens import checkout as screens
from bot.chat.screens import info, places
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
        "checkout.below_minimum",
        "checkout.too_heavy",
        "checkout.too_large",
        "checkout.amount_refused",
        "checkout.already_paid",
    }
)


async def checkout(context: ChatContext, request: ChatRequest, way: Way = Way.ASK) -> Reply:
    """Show the payment link, after asking how the goods get there where that is a choice."""
    rules = context.catalog.checkout
    both = rules.pickup is not None and rules.shipping is not None
    if both and way is Way.ASK:
        view = await context.shop.carts.view(request.chat.id)
        if view.cart and not view.cart.changed:
            way_screen = screens.choose_way(
                context.catalog,
                view.cart,
                request.texts,
                place=await carts.place_of(context, request),
            )
            return Reply(way_screen)
    pickup = rules.pickup is not None and (way is Way.PICKUP or rules.shipping is None)
    try:
        link = await context.shop.checkout.start(
            request.chat.id,
            request.buyer,
            pickup=pickup,
            place=await carts.place_of(context, request),
        )
    except RefusedError as refused:
        return await _refused(context, request, refused)
    screen = screens.pay(
        context.catalog, link.order, link.url, context.now, request.texts, again=link.again
    )
    return Reply(screen, pays=link.order.id)


async def cancel(context: ChatContext, request: ChatRequest) -> Reply:
    """Drop the chat's unpaid order."""
    try:
        order = await context.shop.checkout.cancel(request.chat.id)
    except RefusedError as refused:
        return Reply(_onward(request.texts.html(refused.key), request.texts))
    return Reply(_cancelled(order, request.texts))


async def cancel_order(context: ChatContext, request: ChatRequest, action: CancelOrder) -> Reply:
    """Drop this very order; a button of another order or another chat drops none."""
    texts = request.texts
    order = await context.shop.orders.get(action.order)
    if order is None or order.chat_id != request.chat.id:
        return Reply(said=texts.text("orders.gone"), alert=True)
    if order.state is OrderState.CANCELLED:
        return Reply(_cancelled(order, texts))
    if order.state not in LIVE:
        paid = order.state in {OrderState.PAID, OrderState.PROCESSING, OrderState.REVIEW}
        said = texts.text("cancel.already_paid" if paid else "cancel.nothing")
        return Reply(order_screens.order(context.catalog, order, texts), said, alert=True)
    # This message becomes the answer by itself; others that hold the link follow the order.
    held = request.tapped and await context.shop.reminders.link_left(order.id, request.tapped)
    try:
        cancelled = await context.shop.checkout.cancel(request.chat.id, only=order.id)
    except RefusedError as refused:
        if held and request.tapped:
            await context.shop.reminders.link_shown(order.id, request.chat.id, request.tapped)
        return Reply(said=refusal_words(refused, texts), alert=True)
    return Reply(_cancelled(cancelled, texts))


async def _refused(context: ChatContext, request: ChatRequest, refused: RefusedError) -> Reply:
    shipping = context.catalog.checkout.shipping
    if refused.key == "place.ask" and shipping:
        view = await context.shop.carts.view(request.chat.id)
        return Reply(places.ask(shipping, view.cart, request.texts, Then.PAY))
    words = refusal_words(refused, request.texts)
    if refused.key in _SHOWS_CART:
        return Reply((await carts.cart(context, request)).screen, words, alert=True)
    html = info.said(words)
    if refused.key == "checkout.still_open":
        old = OrderId(int(str(refused.params["order"])))
        return Reply(screens.still_open(html, old, request.texts))
    return Reply(screens.refused(html, request.texts))


def _cancelled(order: Order, texts: Texts) -> Screen:
    return _onward(texts.html("cancel.done", number=str(order.id)), texts)


def _onward(words: str, texts: Texts) -> Screen:
    cart = Button(texts.text("button.cart_empty"), OpenCart())
    orders = Button(texts.text("button.orders"), OpenOrders())
    return info.kind(words, texts, (cart, orders))
