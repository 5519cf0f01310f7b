"""Where goods go, of a shop that sends to several zones: asked once, and remembered."""

from __future__ import annotations

import json
from typing import Any

from bot.chat.actions import (
    AskPlace,
    BuyNow,
    ChoosePlace,
    ChooseWay,
    OpenOrder,
    OpenZone,
    OrderAgain,
    StartCheckout,
    Then,
    Way,
)
from bot.chat.handlers import cart, checkout, orders
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screen import Button
from bot.chat.screens import places as screens
from bot.chat.screens import purchase
from bot.domain.catalog.model import LineKey


async def ask(context: ChatContext, request: ChatRequest, action: AskPlace) -> Reply:
    """Ask where the goods go; where every place costs the same, nothing is asked."""
    shipping = context.catalog.checkout.shipping
    if shipping is None or not shipping.asks:
        return await _onward(context, request, action.then)
    if action.then is Then.PAY:  # paying asks for what is paid for, which need not be the cart
        await context.shop.preferences.choose_place(request.user_id, None)
        return await _onward(context, request, action.then)
    view = await context.shop.carts.view(request.chat.id)
    offered = context.catalog.checkout.pickup is not None
    pickup = Button(request.texts.text("button.pickup"), ChooseWay(Way.PICKUP))
    asks = screens.ask(
        shipping, view.cart, request.texts, action.then, pickup=pickup if offered else None
    )
    return Reply(asks, private=True)


async def zone(context: ChatContext, request: ChatRequest, action: OpenZone) -> Reply:
    """Show a zone's countries; one that is no more asks again."""
    shipping = context.catalog.checkout.shipping
    opened = shipping.zone_of(action.zone) if shipping and shipping.asks else None
    if opened is None:
        return await ask(context, request, AskPlace(action.then))
    back = await _back(context, request) if action.then is Then.PAY else None
    return Reply(screens.countries(opened, request.texts, action.then, back), private=True)


async def choose(context: ChatContext, request: ChatRequest, action: ChoosePlace) -> Reply:
    """Remember where goods go, and go on; a place that is no more asks again."""
    shipping = context.catalog.checkout.shipping
    if shipping is None or not shipping.asks or shipping.zone_of(action.place) is None:
        return await ask(context, request, AskPlace(action.then))
    await context.shop.preferences.choose_place(request.user_id, action.place)
    if not request.group or action.then is not Then.CART:
        return await _onward(context, request, action.then)
    # What a group's cart does not show, since others read it: it is said to whoever chose.
    name = screens.place_name(shipping, action.place, request.texts) or ""
    said = request.texts.text("toast.place", name=name)
    return Reply(None if request.alone else (await cart.cart(context, request)).screen, said)


async def _onward(context: ChatContext, request: ChatRequest, then: Then) -> Reply:
    if then is Then.CART:
        return await cart.cart(context, request)
    match await _wished(context, request):
        case ["now", product, variant, instead]:
            now = BuyNow(product, variant, Way.DELIVERY, instead)
            return await checkout.buy_now(context, request, now)
        case ["again", order, instead]:
            again = OrderAgain(order, Way.DELIVERY, instead)
            return await orders.order_again(context, request, again)
        case ["cart", instead]:
            whole = StartCheckout(Way.DELIVERY, instead)
            return await checkout.checkout(context, request, whole)
        case _:
            return await checkout.checkout(context, request, StartCheckout(Way.DELIVERY))


async def _back(context: ChatContext, request: ChatRequest) -> Button | None:
    """Return the way back from paying for something by itself; None: to the cart."""
    match await _wished(context, request):
        case ["now", product, variant, _]:
            found = context.catalog.variant(LineKey(product, variant))
            return purchase.back_to(found, request.texts) if found else None
        case ["again", order, _]:
            return Button(request.texts.text("button.order_short"), OpenOrder(order))
        case _:
            return None


async def _wished(context: ChatContext, request: ChatRequest) -> Any:
    wished = await context.shop.preferences.wished(request.user_id, request.chat.id)
    return json.loads(wished or "[]")
