"""What an owner does about an order: ship it, send money back, decide a review, cancel it."""

from __future__ import annotations

from bot.chat.desk import Desk, Reply, Visit
from bot.chat.handlers import owner_orders, refusal
from bot.chat.owner_actions import (
    AcceptPaid,
    AcceptShort,
    AskRefund,
    AskRefundAmount,
    AskShipped,
    BackOnShelf,
    FreeGoods,
    GiveRefund,
    OwnerCancel,
    ShipWithoutLink,
    SureCancel,
    SureRefund,
)
from bot.chat.screens import owner_orders as order_screens
from bot.chat.screens import owner_steps as screens
from bot.domain.errors import InvalidMoneyError, RefusedError
from bot.domain.money import Money
from bot.domain.order import Goods, Order, OrderId
from bot.shop.payment.reviews import ShortError
from bot.shop.people.conversations import About


async def ask_shipped(desk: Desk, visit: Visit, action: AskShipped) -> Reply:
    """Ask for a tracking link by the next message."""
    found = await desk.shop.orders.get(action.order)
    if found is None:
        return owner_orders.gone(visit)
    if not found.pickup:
        await desk.shop.conversations.ask(visit.chat.id, About.TRACKING, found.id)
    return Reply(screens.ask_shipped(desk.catalog, found, visit.texts), fresh=True)


async def ship(
    desk: Desk, visit: Visit, action: ShipWithoutLink, tracking: str | None = None
) -> Reply:
    """Record that an order is on its way, and tell its chat."""
    try:
        shipped = await desk.shop.shipping.shipped(action.order, tracking)
    except RefusedError as refused:
        return await _as_it_stands(desk, visit, action.order, refused)
    await desk.shop.conversations.over(visit.chat.id)
    key = "owner.told_ready" if shipped.pickup else "owner.told_shipped"
    return _done(desk, visit, shipped, visit.texts.html(key))


async def ask_refund(desk: Desk, visit: Visit, action: AskRefund) -> Reply:
    """Ask how much goes back."""
    found = await desk.shop.orders.get(action.order)
    if found is None:
        return owner_orders.gone(visit)
    return Reply(screens.ask_refund(found, visit.texts), fresh=True)


async def ask_refund_amount(desk: Desk, visit: Visit, action: AskRefundAmount) -> Reply:
    """Ask for an amount by the next message."""
    found = await desk.shop.orders.get(action.order)
    left = order_screens.left_of(found) if found else None
    if found is None or not left:
        return owner_orders.gone(visit)
    await desk.shop.conversations.ask(visit.chat.id, About.REFUND, found.id)
    return Reply(screens.ask_refund_amount(found, left, visit.texts))


async def refund_typed(desk: Desk, visit: Visit, order_id: OrderId, words: str) -> Reply:
    """Take the amount that was typed, and ask once more."""
    found = await desk.shop.orders.get(order_id)
    left = order_screens.left_of(found) if found else None
    if found is None or not left:
        await desk.shop.conversations.over(visit.chat.id)
        return owner_orders.gone(visit)
    amount = typed_money(words, left.currency)
    if amount is None or not amount:
        raise RefusedError("owner.bad_amount", left=left)
    if amount > left:
        raise RefusedError("refund.too_much", left=left)
    await desk.shop.conversations.over(visit.chat.id)
    given = found.refunded.minor if found.refunded else 0
    return Reply(screens.sure_refund(found, amount, given, visit.texts))


async def sure_refund(desk: Desk, visit: Visit, action: SureRefund) -> Reply:
    """Ask once more before money moves."""
    found = await desk.shop.orders.get(action.order)
    left = order_screens.left_of(found) if found else None
    if found is None or left is None:
        return owner_orders.gone(visit)
    amount = Money(action.amount, left.currency)
    return Reply(screens.sure_refund(found, amount, action.refunded, visit.texts))


async def give_refund(desk: Desk, visit: Visit, action: GiveRefund) -> Reply:
    """Send money back, and ask what becomes of the goods."""
    found = await desk.shop.orders.get(action.order)
    if found is None:
        return owner_orders.gone(visit)
    currency = found.total.currency
    amount, before = Money(action.amount, currency), Money(action.refunded, currency)
    try:
        given = await desk.shop.refunds.give(found.id, amount, before=before)
    except RefusedError as refused:
        return await _as_it_stands(desk, visit, found.id, refused)
    if given.goods is Goods.SOLD:
        return Reply(screens.refunded(given, amount, visit.texts))
    words = visit.texts.html("owner.refund_given", amount=amount, number=str(given.id))
    return _done(desk, visit, given, words)


async def back_on_shelf(desk: Desk, visit: Visit, action: BackOnShelf) -> Reply:
    """Return a refunded order's goods to stock."""
    found = await desk.shop.orders.get(action.order)
    if found is None or not found.refunded:
        return owner_orders.gone(visit)
    moved = await desk.shop.refunds.back_on_the_shelf(found.id)
    key = "owner.is_back" if moved else "owner.was_back"
    return _done(desk, visit, found, visit.texts.html(key))


async def accept(desk: Desk, visit: Visit, action: AcceptPaid | AcceptShort) -> Reply:
    """Take an order in review for paid."""
    try:
        accepted = await desk.shop.reviews.accept(
            action.order, short=isinstance(action, AcceptShort)
        )
    except RefusedError as refused:
        found = await desk.shop.orders.get(action.order)
        if isinstance(refused, ShortError) and found is not None:
            return Reply(screens.short(desk.catalog, found, refused.stock, visit.texts))
        return await _as_it_stands(desk, visit, action.order, refused)
    return _done(desk, visit, accepted, visit.texts.html("owner.accepted"))


async def free(desk: Desk, visit: Visit, action: FreeGoods) -> Reply:
    """End an order in review for which nothing was paid."""
    try:
        freed = await desk.shop.reviews.free(action.order)
    except RefusedError as refused:
        return await _as_it_stands(desk, visit, action.order, refused)
    return _done(desk, visit, freed, visit.texts.html("owner.freed"))


async def sure_cancel(desk: Desk, visit: Visit, action: SureCancel) -> Reply:
    """Ask once more before an unpaid order is cancelled."""
    found = await desk.shop.orders.get(action.order)
    if found is None:
        return owner_orders.gone(visit)
    return Reply(screens.sure_cancel(found, visit.texts))


async def cancel(desk: Desk, visit: Visit, action: OwnerCancel) -> Reply:
    """Cancel an unpaid order of any chat."""
    try:
        cancelled = await desk.shop.reviews.cancel(action.order)
    except RefusedError as refused:
        return await _as_it_stands(desk, visit, action.order, refused)
    return _done(desk, visit, cancelled, visit.texts.html("owner.cancelled"))


def typed_money(words: str, currency: str) -> Money | None:
    """Return an amount as people type it: ``12.50``, ``12,50``, ``€12``; None where it is none."""
    kept = words.strip().strip("€$£¥ \u00a0").replace("\u00a0", "").replace(",", ".")
    try:
        return Money.parse(kept, currency)
    except InvalidMoneyError:
        return None


def _done(desk: Desk, visit: Visit, order: Order, words: str) -> Reply:
    return Reply(order_screens.order(desk.catalog, order, visit.texts, news=words))


async def _as_it_stands(
    desk: Desk, visit: Visit, order_id: OrderId, refused: RefusedError
) -> Reply:
    """Show the order as it is now, under the words of why nothing was done."""
    found = await desk.shop.orders.get(order_id)
    words = refusal.words(refused, visit.texts)
    if found is None:
        return Reply(said=words, alert=True)
    return Reply(order_screens.order(desk.catalog, found, visit.texts), words, alert=True)
