"""Orders as their chat sees them, and Stripe's receipt on request."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Final

from bot.chat.actions import (
    BuyAgain,
    FetchInvoice,
    FetchReceipt,
    OpenOrder,
    OrderAgain,
    OrderAgainBeside,
    SayArrived,
    SayNotArrived,
    TryAgain,
)
from bot.chat.errors import refusal_words
from bot.chat.handlers import cart, checkout
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screen import Button, Screen
from bot.chat.screens import orders as screens
from bot.chat.screens.purchase import Purchase
from bot.chat.screens.steps import is_of_buyer
from bot.domain.errors import RefusedError, TransientError
from bot.domain.order import Order, OrderId, OrderState
from bot.domain.payment import Session

#: A screen waits so long for what Stripe keeps, in seconds; after that its button asks again.
_PATIENCE: Final = 2.0


async def orders(context: ChatContext, request: ChatRequest, below: int = 0) -> Reply:
    """Show a page of the chat's orders, the latest first."""
    before = OrderId(below) if below else None
    found = await context.shop.orders.latest(request.chat.id, screens.PAGE_SIZE + 1, before)
    zone = context.catalog.shop.timezone
    return Reply(
        screens.orders(found, request.texts, context.now, newest=before is None, zone=zone)
    )


async def order(context: ChatContext, request: ChatRequest, action: OpenOrder) -> Reply:
    """Show an order of this chat."""
    found = await _own(context, request, action.order)
    pays = found.id if found.state is OrderState.OPEN and found.url else None
    return Reply(await _order(context, request, found), pays=pays)


async def buy_again(context: ChatContext, request: ChatRequest, action: BuyAgain) -> Reply:
    """Put an order's lines back into the cart; what is not as it was is said first."""
    found = await _own(context, request, action.order)
    again = await context.shop.buying_again.again(request.chat.id, found, request.by)
    if again.differences:
        return Reply(screens.not_as_before(again, request.texts))
    return Reply((await cart.cart(context, request)).screen, request.texts.text("toast.again"))


async def order_again(context: ChatContext, request: ChatRequest, action: OrderAgain) -> Reply:
    """Show the payment link for what an order was for, by itself.

    Where any of it is not as it was, the rest goes into the cart, and that is said.
    """
    found = await _own(context, request, action.order)
    items = await context.shop.buying_again.as_before(request.chat.id, found)
    if items is None:
        return await buy_again(context, request, BuyAgain(found.id))
    back = Button(request.texts.text("button.order_short"), OpenOrder(found.id))
    return await checkout.pay(context, request, Purchase(action, back, items))


async def order_again_beside(
    context: ChatContext, request: ChatRequest, action: OrderAgainBeside
) -> Reply:
    """Do so in a new message: a receipt is kept."""
    return replace(await order_again(context, request, OrderAgain(action.order)), fresh=True)


async def try_again(context: ChatContext, request: ChatRequest, action: TryAgain) -> Reply:
    """Check out again after an order that came to nothing, with what it held if the cart is empty.

    A cart that is not is what its chat wants now. What was bought by itself is again.
    """
    found = await _own(context, request, action.order)
    if found.alone:
        return await order_again(context, request, OrderAgain(found.id))
    if not (await context.shop.carts.view(request.chat.id)).cart:
        again = await context.shop.buying_again.again(request.chat.id, found, request.by)
        if again.differences:
            return Reply(screens.not_as_before(again, request.texts))
    return await checkout.checkout(context, request)


async def fetch_receipt(context: ChatContext, request: ChatRequest, action: FetchReceipt) -> Reply:
    """Put a fresh link to Stripe's receipt under an order: such links die within 30 days."""
    found = await _own(context, request, action.order)
    if request.group and found.buyer_id != request.user_id:
        return Reply(said=request.texts.text("receipt.of_buyer"), alert=True)
    session = await context.shop.orders.session(found)
    if session is None or session.receipt_url is None:
        return Reply(said=request.texts.text("receipt.unavailable"), alert=True)
    if request.group:
        return _alone(request, screens.papers(found, request.texts, session=session))
    screen = await _with_links(context, request, found, session=session)
    return Reply(screen, request.texts.text("receipt.ready"))


async def fetch_invoice(context: ChatContext, request: ChatRequest, action: FetchInvoice) -> Reply:
    """Put a link to Stripe's invoice under an order, once there is one."""
    found = await _own(context, request, action.order)
    if request.group and found.buyer_id != request.user_id:
        return Reply(said=request.texts.text("receipt.of_buyer"), alert=True)
    url = await context.shop.orders.invoice_url(found)
    if url is None:
        return Reply(said=request.texts.text("invoice.later"), alert=True)
    if request.group:
        return _alone(request, screens.papers(found, request.texts, invoice_url=url))
    return Reply(await _with_links(context, request, found, invoice_url=url))


async def arrived(context: ChatContext, request: ChatRequest, action: SayArrived) -> Reply:
    """Record that an order is there, where its buyer says so; a pick-up is its owner's to note."""
    found = await _own(context, request, action.order)
    if found.pickup:
        raise RefusedError("orders.gone")
    words = request.texts.text("toast.arrived")
    try:
        await context.shop.shipping.collected(found.id)
    except RefusedError as refused:
        words = refusal_words(refused, request.texts)
    return Reply(await _receipt(context, request, found.id), words)


async def not_arrived(context: ChatContext, request: ChatRequest, action: SayNotArrived) -> Reply:
    """Take that back."""
    found = await _own(context, request, action.order)
    if found.pickup:
        raise RefusedError("orders.gone")
    words = None
    try:
        found = await context.shop.shipping.not_collected(found.id)
    except RefusedError as refused:
        words = refusal_words(refused, request.texts)
    return Reply(await _order(context, request, found), words)


def _alone(request: ChatRequest, screen: Screen) -> Reply:
    """Show the buyer alone what Stripe writes about them; never the group."""
    return Reply(screen, private=True, instead=request.texts.text("receipt.not_here"))


async def _order(context: ChatContext, request: ChatRequest, one: Order) -> Screen:
    """Return an order, with links to what Stripe shows where its buyer alone reads it."""
    session, invoice_url = None, None
    if is_of_buyer(one, request.chat.id) and one.payment is not None:
        at_stripe = context.shop.orders
        with suppress(TransientError, TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                session, invoice_url = await asyncio.gather(
                    at_stripe.session(one), at_stripe.invoice_url(one)
                )
        one = await at_stripe.get(one.id) or one
    return screens.order(
        context.catalog, one, request.texts, session=session, invoice_url=invoice_url
    )


async def _with_links(
    context: ChatContext,
    request: ChatRequest,
    one: Order,
    *,
    session: Session | None = None,
    invoice_url: str | None = None,
) -> Screen | None:
    """Return what was tapped, an order or its receipt, with links to what Stripe shows."""
    receipt = await context.shop.orders.receipt_in(one, request.chat.id)
    if receipt in {request.tapped, None}:
        return await _receipt(context, request, one.id, session=session, invoice_url=invoice_url)
    return screens.order(
        context.catalog, one, request.texts, session=session, invoice_url=invoice_url
    )


async def _receipt(
    context: ChatContext,
    request: ChatRequest,
    order_id: OrderId,
    *,
    session: Session | None = None,
    invoice_url: str | None = None,
) -> Screen | None:
    """Return an order's receipt as the order stands now: a step may have been taken meanwhile."""
    found = await context.shop.orders.get(order_id)
    if found and session is None and is_of_buyer(found, request.chat.id):
        with suppress(TransientError):
            session = await context.shop.orders.session(found)
        found = await context.shop.orders.get(order_id)
    if found is None:
        return None
    return screens.receipt(
        context.catalog,
        found,
        request.texts,
        chat_id=request.chat.id,
        session=session,
        invoice_url=invoice_url,
    )


async def _own(context: ChatContext, request: ChatRequest, order_id: OrderId) -> Order:
    """Return an order only to its own chat and its buyer: a button's number is anybody's word.

    Raises:
        RefusedError: ``orders.gone``, for everybody else too.
    """
    found = await context.shop.orders.get(order_id)
    if found is None or not is_own(found, request):
        raise RefusedError("orders.gone")
    return found


def is_own(one: Order, request: ChatRequest) -> bool:
    """Return whether an order was placed in this chat or by whoever asks."""
    return one.chat_id == request.chat.id or one.buyer_id == request.user_id
