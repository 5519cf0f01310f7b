"""Paying: the payment link, how the goods get there, and dropping an order that is not paid."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.chat.actions import (
    BuyNow,
    CancelOrder,
    ChooseWay,
    OpenCart,
    OpenProduct,
    OrderAgain,
    StartCheckout,
    Then,
    Way,
)
from bot.chat.errors import refusal_words
from bot.chat.handlers import browse
from bot.chat.handlers import cart as carts
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screen import Button, Screen
from bot.chat.screens import checkout as screens
from bot.chat.screens import info, places, purchase
from bot.chat.screens import orders as order_screens
from bot.chat.screens.parts import orders_button
from bot.chat.screens.purchase import Purchase
from bot.domain.cart import Cart, WantedLine
from bot.domain.catalog.model import CheckoutRules
from bot.domain.errors import RefusedError
from bot.domain.order import LIVE, Order, OrderId, OrderState
from bot.locales import Texts
from bot.ports import Preference

#: Refusals that tell of what somebody ordered elsewhere or earlier.
_OF_THEIRS = frozenset({"checkout.unpaid_elsewhere", "checkout.wait"})
#: Refusals that the cart itself, or the product, explains best.
_SHOWS_GOODS = frozenset(
    {
        "cart.gone",
        "cart.minimum",
        "cart.minimum_left",
        "cart.no_room",
        "cart.sold_out",
        "cart.stock",
        "checkout.empty",
        "checkout.changed",
        "checkout.sold_out",
        "checkout.few_left",
        "checkout.too_small",
        "checkout.below_minimum",
        "checkout.below_minimum_alone",
        "checkout.too_heavy",
        "checkout.too_large",
        "checkout.amount_refused",
    }
)


async def checkout(
    context: ChatContext, request: ChatRequest, action: StartCheckout | None = None
) -> Reply:
    """Show the payment link for the cart."""
    asked = action or StartCheckout()
    what = Purchase(asked, Button(request.texts.text("button.back_to_cart"), OpenCart()))
    return await pay(context, request, what)


async def buy_now(context: ChatContext, request: ChatRequest, action: BuyNow) -> Reply:
    """Show the payment link for a choice by itself: one, or the fewest that are sold at once."""
    variant = context.catalog.variant(action.key)
    if variant is None or variant.hidden:
        return await browse.product(context, request, OpenProduct(*action.key))
    back = purchase.back_to(variant, request.texts)
    item = WantedLine(variant.key, variant.product.min_per_order or 1)
    return await pay(context, request, Purchase(action, back, (item,), variant))


async def ask_way(context: ChatContext, request: ChatRequest) -> Reply:
    """Ask from the cart how goods get to whoever taps."""
    rules = context.catalog.checkout
    if not rules.both_ways:
        return await carts.cart(context, request)
    view = await context.shop.carts.view(request.chat.id)
    back = Button(request.texts.text("button.back_to_cart"), OpenCart())
    what = Purchase(StartCheckout(), back)
    screen = purchase.choose_way(
        context.catalog,
        what,
        view.cart,
        request.texts,
        place=await carts.place_of(context, request),
        answer=ChooseWay,
    )
    return Reply(screen, private=True)


async def choose_way(context: ChatContext, request: ChatRequest, action: ChooseWay) -> Reply:
    """Remember how goods get to whoever taps, and show the cart."""
    if action.way in _offered(context.catalog.checkout):
        await _remember(context, request, action.way)
    return await carts.cart(context, request)


async def pay(context: ChatContext, request: ChatRequest, what: Purchase) -> Reply:
    """Show the payment link, after asking how the goods get there where that is not known."""
    checkout, texts, asked = context.shop.checkout, request.texts, what.asked
    try:
        found = await checkout.consider(
            request.chat.id, request.buyer, what.items, instead=asked.instead
        )
        way, place = await _way(context, request, asked.way, found.same)
        if way is Way.ASK:
            known = None if request.group else place  # an older server shows it to everybody
            asks = purchase.choose_way(context.catalog, what, found.cart, texts, place=known)
            return Reply(asks, private=True)
        where = _where_to(context, what, found.cart, place, texts) if way is Way.DELIVERY else None
        if where is not None:
            await context.shop.preferences.wish(request.user_id, request.chat.id, _written(asked))
            return Reply(where, private=True)
        link = await checkout.start(
            request.chat.id,
            request.buyer,
            what.items,
            pickup=way is Way.PICKUP,
            place=place,
            instead=asked.instead,
        )
    except RefusedError as refused:
        return await _refused(context, request, refused, what)
    screen = screens.pay(
        context.catalog, link.order, link.url, context.now, texts, again=link.again
    )
    return Reply(screen, pays=link.order.id)


def _where_to(
    context: ChatContext, what: Purchase, held: Cart, place: str | None, texts: Texts
) -> Screen | None:
    """Return the question where goods go, or that they cannot go there; None where they can."""
    rules = context.catalog.checkout
    if rules.shipping and rules.shipping.zone_of(place) is None:
        pickup = Button(texts.text("button.pickup"), what.again(Way.PICKUP))
        offered = pickup if rules.pickup else None
        return places.ask(rules.shipping, held, texts, Then.PAY, what.back, pickup=offered)
    alone = what.items is not None  # of a cart, the cart itself says so
    return purchase.too_heavy(context.catalog, what, held, place, texts) if alone else None


async def _way(
    context: ChatContext, request: ChatRequest, way: Way, same: Order | None
) -> tuple[Way, str | None]:
    """Return how the goods get there, and where to; to be asked where nothing tells it today."""
    offered = _offered(context.catalog.checkout)
    chosen = await context.shop.preferences.of(request.user_id)
    if same and same.buyer_id != request.user_id:  # what is open for just this is not asked again
        chosen = Preference(same.pickup, same.allowed.zone)
    elif same and chosen.pickup is None:
        chosen = replace(chosen, pickup=same.pickup)
    if way in offered:
        await _remember(context, request, way)
    elif not offered:
        way = Way.DELIVERY
    elif chosen.pickup is None:  # what was tapped is offered no more: nothing else is taken for it
        way = Way.ASK if len(offered) > 1 or way is not Way.ASK else offered[0]
    else:
        known = Way.PICKUP if chosen.pickup else Way.DELIVERY
        way = known if known in offered else Way.ASK
    return way, chosen.place


def _offered(rules: CheckoutRules) -> tuple[Way, ...]:
    """Return the ways to get goods to their buyer that the shop offers."""
    ways = {Way.DELIVERY: rules.shipping, Way.PICKUP: rules.pickup}
    return tuple(way for way, offer in ways.items() if offer is not None)


def _written(asked: StartCheckout | BuyNow | OrderAgain) -> str:
    """Return what is being paid for, to be gone on with once it is known where to."""
    match asked:
        case BuyNow():
            return json.dumps(["now", asked.product, asked.variant, asked.instead])
        case OrderAgain():
            return json.dumps(["again", asked.order, asked.instead])
        case StartCheckout():
            return json.dumps(["cart", asked.instead])


async def _remember(context: ChatContext, request: ChatRequest, way: Way) -> None:
    await context.shop.preferences.choose_pickup(request.user_id, pickup=way is Way.PICKUP)


async def cancel(context: ChatContext, request: ChatRequest) -> Reply:
    """Drop the chat's unpaid order."""
    try:
        order = await context.shop.checkout.cancel(request.chat.id)
    except RefusedError as refused:
        if await _receipt_answers(context, request, refused):
            return Reply()
        return Reply(_onward(request.texts.html(refused.key), request.texts))
    return Reply(_cancelled(order, request.texts))


async def cancel_order(context: ChatContext, request: ChatRequest, action: CancelOrder) -> Reply:
    """Drop this very order; a button of another order or another chat drops none."""
    texts = request.texts
    order = await context.shop.orders.get(action.order)
    if order is None or order.chat_id != request.chat.id:
        raise RefusedError("orders.gone")
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


async def _refused(
    context: ChatContext, request: ChatRequest, refused: RefusedError, what: Purchase
) -> Reply:
    if await _receipt_answers(context, request, refused):
        return Reply()
    texts, alone = request.texts, what.items is not None
    if refused.key == "checkout.other_open":
        old = await context.shop.orders.get(OrderId(int(str(refused.params["order"]))))
        if old is not None:
            return Reply(purchase.other_open(old, what, texts), private=True)
    words = refusal_words(refused, texts)
    match refused.key:
        case key if key in _SHOWS_GOODS or (key == "checkout.already_paid" and not alone):
            return Reply(await _goods(context, request, what), words, alert=True)
        case "checkout.still_open":
            number = OrderId(int(str(refused.params["order"])))
            waits = purchase.still_open(info.said(words), number, what, texts)
            return Reply(waits, private=True)
        case "checkout.already_paid":
            words = texts.text("checkout.already_paid_alone")
        case _:
            pass
    own = refused.key in _OF_THEIRS and request.group and request.tapped is None
    told = texts.text("checkout.for_one") if own else words  # a command has no notice of its own
    return Reply(purchase.refused(info.said(words), what, texts), private=True, instead=told)


async def _goods(context: ChatContext, request: ChatRequest, what: Purchase) -> Screen | None:
    """Return the screen that shows what cannot be bought as it was asked for."""
    if what.items is None:
        return (await carts.cart(context, request)).screen
    if what.variant is None:
        return None
    return (await browse.product(context, request, OpenProduct(*what.variant.key))).screen


async def _receipt_answers(
    context: ChatContext, request: ChatRequest, refused: RefusedError
) -> bool:
    """Return whether a command came as its order was paid: the receipt, on its way, says so."""
    if request.tapped or "order" not in refused.params or "already_paid" not in refused.key:
        return False
    order = await context.shop.orders.get(OrderId(int(str(refused.params["order"]))))
    told = context.shop.orders.told_lately
    return order is not None and await told(order, request.chat.id, context.now)


def _cancelled(order: Order, texts: Texts) -> Screen:
    return _onward(texts.html("cancel.done", number=str(order.id)), texts)


def _onward(words: str, texts: Texts) -> Screen:
    cart = Button(texts.text("button.cart_empty"), OpenCart())
    return info.kind(words, texts, (cart, orders_button(texts)))
