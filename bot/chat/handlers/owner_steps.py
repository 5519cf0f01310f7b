"""What an owner does about an order: ship it, send money back, decide a review, cancel it."""

from __future__ import annotations

from collections.abc import Awaitable

from bot.chat.errors import refusal_words
from bot.chat.handlers import owner_orders
from bot.chat.owner_actions import (
    AcceptPaid,
    AcceptShort,
    AskRefund,
    AskRefundAmount,
    AskShipped,
    FreeAnyway,
    FreeGoods,
    GiveRefund,
    MarkCollected,
    MarkPacked,
    OwnerCancel,
    ReturnGoods,
    ShipWithoutLink,
    SureCancel,
    SureRefund,
    UndoCollected,
    UndoPacked,
    UndoShipped,
)
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screens import owner_orders as order_screens
from bot.chat.screens import owner_picking
from bot.chat.screens import owner_steps as screens
from bot.domain.amounts import TwoWaysError
from bot.domain.amounts import read as read_amount
from bot.domain.errors import InvalidMoneyError, RefusedError
from bot.domain.money import Money
from bot.domain.order import Order, OrderId
from bot.shop.orders.picking import For
from bot.shop.payment.reviews import LostError, ShortError
from bot.shop.people.conversations import About


async def ask_shipped(context: ChatContext, request: ChatRequest, action: AskShipped) -> Reply:
    """Ask for a tracking link by the next message."""
    found = await owner_orders.get_order(context, action.order)
    if not found.pickup:
        await context.shop.conversations.ask(request.chat.id, About.TRACKING, found.id)
    return Reply(screens.ask_shipped(context.catalog, found, request.texts), fresh=True)


async def ship(
    context: ChatContext, request: ChatRequest, action: ShipWithoutLink, tracking: str | None = None
) -> Reply:
    """Record that an order is on its way, and tell its chat."""
    try:
        shipped = await context.shop.shipping.shipped(action.order, tracking)
    except RefusedError as refused:
        return await as_it_stands(context, request, action.order, refused)
    await context.shop.conversations.over(request.chat.id)
    key = "owner.told_ready" if shipped.pickup else "owner.told_shipped"
    return _done(context, request, shipped, request.texts.html(key))


async def undo_shipped(context: ChatContext, request: ChatRequest, action: UndoShipped) -> Reply:
    """Take back that an order is on its way, or ready, and tell its chat."""
    step = context.shop.shipping.not_shipped(action.order)
    return await _stepped(context, request, action.order, step, "owner.shipping_undone")


async def packed(context: ChatContext, request: ChatRequest, action: MarkPacked) -> Reply:
    """Record that an order is packed; its receipt says so."""
    step = context.shop.shipping.packed(action.order)
    return await _stepped(context, request, action.order, step, "owner.packed")


async def undo_packed(context: ChatContext, request: ChatRequest, action: UndoPacked) -> Reply:
    """Take back that an order is packed."""
    step = context.shop.shipping.not_packed(action.order)
    return await _stepped(context, request, action.order, step, "owner.packing_undone")


async def collected(context: ChatContext, request: ChatRequest, action: MarkCollected) -> Reply:
    """Record that a pick-up was handed over, or that an order is there."""
    step = context.shop.shipping.collected(action.order)
    return await _stepped(context, request, action.order, step, "owner.arrived", "owner.collected")


async def undo_collected(
    context: ChatContext, request: ChatRequest, action: UndoCollected
) -> Reply:
    """Take back that a pick-up was handed over, or an order there."""
    step = context.shop.shipping.not_collected(action.order)
    undone = "owner.arriving_undone", "owner.collecting_undone"
    return await _stepped(context, request, action.order, step, *undone)


async def ask_refund(context: ChatContext, request: ChatRequest, action: AskRefund) -> Reply:
    """Ask how much goes back."""
    found = await owner_orders.get_order(context, action.order)
    return Reply(screens.ask_refund(found, request.texts), fresh=True)


async def ask_refund_amount(
    context: ChatContext, request: ChatRequest, action: AskRefundAmount
) -> Reply:
    """Ask for an amount by the next message."""
    found = await owner_orders.get_order(context, action.order)
    if not found.left:
        raise RefusedError("orders.gone")
    await context.shop.conversations.ask(request.chat.id, About.REFUND, found.id)
    return Reply(screens.ask_refund_amount(found, found.left, request.texts))


async def refund_typed(
    context: ChatContext, request: ChatRequest, order_id: OrderId, words: str
) -> Reply:
    """Take the amount that was typed, and ask once more."""
    found = await context.shop.orders.get(order_id)
    left = found.left if found else None
    if found is None or not left:
        await context.shop.conversations.over(request.chat.id)
        raise RefusedError("orders.gone")
    given = found.refunded.minor if found.refunded else 0
    try:
        amount = typed_money(words, left.currency)
    except TwoWaysError as two:
        if two.below > left:
            raise RefusedError("refund.too_much", left=left) from two
        meant = {one: SureRefund(found.id, one.minor, given) for one in two.readings if one <= left}
        return Reply(screens.which_amount(words, two, meant, request.texts))
    if amount is None or not amount:
        raise RefusedError("owner.bad_amount", left=left)
    if amount > left:
        raise RefusedError("refund.too_much", left=left)
    await context.shop.conversations.over(request.chat.id)
    return Reply(screens.sure_refund(found, amount, given, request.texts))


async def sure_refund(context: ChatContext, request: ChatRequest, action: SureRefund) -> Reply:
    """Ask once more before money moves."""
    found = await owner_orders.get_order(context, action.order)
    if found.left is None:
        raise RefusedError("orders.gone")
    await context.shop.conversations.over(request.chat.id)
    amount = Money(action.amount, found.left.currency)
    return Reply(screens.sure_refund(found, amount, action.refunded, request.texts))


async def give_refund(context: ChatContext, request: ChatRequest, action: GiveRefund) -> Reply:
    """Send money back, and ask what becomes of the goods."""
    found = await owner_orders.get_order(context, action.order)
    currency = found.total.currency
    amount, before = Money(action.amount, currency), Money(action.refunded, currency)
    try:
        refunded = await context.shop.refunds.give(found.id, amount, before=before)
    except RefusedError as refused:
        return await as_it_stands(context, request, found.id, refused)
    return await given(context, request, refunded, amount)


async def given(context: ChatContext, request: ChatRequest, order: Order, amount: Money) -> Reply:
    """Tell of a refund, and ask what goes back into stock."""
    if order.to_return():
        await context.shop.conversations.ask(request.chat.id, About.BUTTON)
        return Reply(screens.refunded(context.catalog, order, amount, request.texts))
    words = request.texts.html("owner.refund_given", amount=amount, number=str(order.id))
    return _done(context, request, order, words)


async def return_goods(context: ChatContext, request: ChatRequest, action: ReturnGoods) -> Reply:
    """Return to stock what the money went back for; where nobody knows what that is, ask."""
    found = await owner_orders.get_order(context, action.order)
    if not found.refunded:
        raise RefusedError("orders.gone")
    if found.to_return() and not found.given_back():
        units = await context.shop.picking.picked(request.chat.id, found, For.STOCK)
        shown = owner_picking.pick(context.catalog, found, For.STOCK, units, 1, request.texts)
        return Reply(shown)
    moved = await context.shop.refunds.return_goods(found.id)
    return await are_back(context, request, found.id, moved=moved)


async def are_back(
    context: ChatContext, request: ChatRequest, order_id: OrderId, *, moved: bool
) -> Reply:
    """Show an order after goods were to be put back into stock."""
    found = await owner_orders.get_order(context, order_id)
    key = "owner.is_back" if moved else "owner.was_back"
    return _done(context, request, found, request.texts.html(key))


async def accept(
    context: ChatContext, request: ChatRequest, action: AcceptPaid | AcceptShort
) -> Reply:
    """Take an order in review for paid."""
    try:
        accepted = await context.shop.reviews.accept(
            action.order, short=isinstance(action, AcceptShort)
        )
    except RefusedError as refused:
        found = await context.shop.orders.get(action.order)
        if isinstance(refused, ShortError) and found is not None:
            return Reply(screens.short(context.catalog, found, refused.stock, request.texts))
        return await as_it_stands(context, request, action.order, refused)
    return _done(context, request, accepted, request.texts.html("owner.accepted"))


async def free(context: ChatContext, request: ChatRequest, action: FreeGoods | FreeAnyway) -> Reply:
    """End an order in review for which nothing was paid."""
    try:
        freed = await context.shop.reviews.free(action.order, lost=isinstance(action, FreeAnyway))
    except LostError as lost:
        return Reply(screens.sure_free(lost.order, request.texts))
    except RefusedError as refused:
        return await as_it_stands(context, request, action.order, refused)
    return _done(context, request, freed, request.texts.html("owner.freed"))


async def sure_cancel(context: ChatContext, request: ChatRequest, action: SureCancel) -> Reply:
    """Ask once more before an unpaid order is cancelled."""
    found = await owner_orders.get_order(context, action.order)
    return Reply(screens.sure_cancel(found, request.texts))


async def cancel(context: ChatContext, request: ChatRequest, action: OwnerCancel) -> Reply:
    """Cancel an unpaid order of any chat."""
    try:
        cancelled = await context.shop.reviews.cancel(action.order)
    except RefusedError as refused:
        return await as_it_stands(context, request, action.order, refused)
    return _done(context, request, cancelled, request.texts.html("owner.cancelled"))


def typed_money(words: str, currency: str) -> Money | None:
    """Return an amount as people type it: ``12.50``, ``12,50``, ``€12``; None where it is none.

    Raises:
        TwoWaysError: it may mean decimals or thousands: ask which.
    """
    try:
        return read_amount(words, currency)
    except TwoWaysError:  # which is an InvalidMoneyError too
        raise
    except InvalidMoneyError:
        return None


def _done(context: ChatContext, request: ChatRequest, order: Order, words: str) -> Reply:
    return Reply(order_screens.order(context.catalog, order, request.texts, news=words))


async def _stepped(
    context: ChatContext,
    request: ChatRequest,
    order_id: OrderId,
    step: Awaitable[Order],
    *keys: str,
) -> Reply:
    """Show an order after a step, or why it was not taken; the last key is a pick-up's."""
    try:
        order = await step
    except RefusedError as refused:
        return await as_it_stands(context, request, order_id, refused)
    words = request.texts.html(keys[-1 if order.pickup else 0])
    return _done(context, request, order, words)


async def as_it_stands(
    context: ChatContext, request: ChatRequest, order_id: OrderId, refused: RefusedError
) -> Reply:
    """Show the order as it is now, under the words of why nothing was done."""
    found = await context.shop.orders.get(order_id)
    words = refusal_words(refused, request.texts)
    if found is None:
        return Reply(said=words, alert=True)
    return Reply(order_screens.order(context.catalog, found, request.texts), words, alert=True)
