"""Which units of an order an owner means: for a refund by line, or back into stock."""

from __future__ import annotations

from bot.chat.handlers import owner_orders, owner_steps
from bot.chat.owner_actions import (
    GivePicked,
    PickLess,
    PickMore,
    PickUnits,
    ReturnPicked,
    SurePicked,
)
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screens import owner_picking as screens
from bot.domain.errors import RefusedError
from bot.domain.money import Money
from bot.shop.orders.picking import For


async def pick(context: ChatContext, request: ChatRequest, action: PickUnits) -> Reply:
    """Show how many of which lines are picked."""
    found = await owner_orders.get_order(context, action.order)
    units = await context.shop.picking.picked(request.chat.id, found, action.why)
    return Reply(
        screens.pick(context.catalog, found, action.why, units, action.page, request.texts)
    )


async def change(context: ChatContext, request: ChatRequest, action: PickMore | PickLess) -> Reply:
    """Pick a unit more or fewer of a line."""
    found = await owner_orders.get_order(context, action.order)
    by = 1 if isinstance(action, PickMore) else -1
    place = action.line - 1
    units = await context.shop.picking.change(request.chat.id, found, action.why, place, by)
    page = place // screens.PAGE_SIZE + 1
    return Reply(screens.pick(context.catalog, found, action.why, units, page, request.texts))


async def sure(context: ChatContext, request: ChatRequest, action: SurePicked) -> Reply:
    """Ask once more before the money of the picked units moves."""
    found = await owner_orders.get_order(context, action.order)
    units = await context.shop.picking.picked(request.chat.id, found, For.REFUND)
    if found.worth(units).minor != action.amount:
        return Reply(screens.pick(context.catalog, found, For.REFUND, units, 1, request.texts))
    return Reply(screens.sure(context.catalog, found, units, action.refunded, request.texts))


async def give(context: ChatContext, request: ChatRequest, action: GivePicked) -> Reply:
    """Send the money of the picked units back, and ask whether they go back into stock."""
    found = await owner_orders.get_order(context, action.order)
    currency = found.total.currency
    amount, before = Money(action.amount, currency), Money(action.refunded, currency)
    units = await context.shop.picking.picked(request.chat.id, found, For.REFUND)
    if not units:
        changed = RefusedError("refund.changed")
        return await owner_steps.as_it_stands(context, request, found.id, changed)
    try:
        given = await context.shop.refunds.give(found.id, amount, before=before, units=units)
    except RefusedError as refused:
        return await owner_steps.as_it_stands(context, request, found.id, refused)
    await context.shop.picking.over(request.chat.id)
    return await owner_steps.given(context, request, given, amount)


async def put_back(context: ChatContext, request: ChatRequest, action: ReturnPicked) -> Reply:
    """Put the picked units back into stock."""
    found = await owner_orders.get_order(context, action.order)
    if not found.refunded:
        raise RefusedError("orders.gone")
    units = await context.shop.picking.picked(request.chat.id, found, For.STOCK)
    moved = await context.shop.refunds.return_goods(found.id, units, before=action.returned)
    await context.shop.picking.over(request.chat.id)
    return await owner_steps.are_back(context, request, found.id, moved=moved)
