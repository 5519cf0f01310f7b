"""What each button and each command leads to: the table of contents of the chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, assert_never

from bot.chat import actions as a
from bot.chat import owner_actions, owner_routes
from bot.chat.handlers import (
    browse,
    cart,
    checkout,
    orders,
    privacy,
    reminders,
    search,
    start,
    support,
    typed,
    unknown,
)
from bot.chat.handlers import help as help_pages
from bot.chat.request import ChatContext, ChatRequest, Incoming, Reply, Sort

Command = Callable[[ChatContext, ChatRequest, str], Awaitable[Reply]]


async def tapped(context: ChatContext, request: ChatRequest, action: a.Action | None) -> Reply:  # noqa: C901, PLR0911, PLR0912 - one table, one place
    """Return what a tap leads to."""
    if not isinstance(action, a.Nothing):
        context.attention.away(request.chat.id)
        await context.shop.conversations.turned_away(request.chat.id)
    match action:
        case None:
            return await unknown.old_button(context, request)
        case a.AddOne():
            return await browse.add(context, request, action)
        case a.TakeOne():
            return await browse.take(context, request, action)
        case a.OpenProduct():
            return await browse.product(context, request, action)
        case a.OpenCategory():
            return await browse.category(context, request, action)
        case a.Search():
            return await search.turn(context, request, action)
        case a.CartMore() | a.CartLess():
            return await cart.change(context, request, action)
        case a.OpenCart():
            return await cart.cart(context, request, action.page)
        case a.OpenLine():
            return await cart.line(context, request, action)
        case a.LineMore() | a.LineLess():
            return await cart.change_line(context, request, action)
        case a.RemoveLine():
            return await cart.remove(context, request, action)
        case a.AskNote():
            return await typed.ask_note(context, request, action)
        case a.AskCount():
            return await typed.ask_count(context, request, action)
        case a.LeaveNote() | a.LeaveCount():
            return await typed.leave(context, request, action)
        case a.DropNote():
            return await typed.drop_note(context, request, action)
        case a.AskClear():
            return await cart.ask_clear(context, request)
        case a.Clear():
            return await cart.clear(context, request)
        case a.AcceptChanges():
            return await cart.accept_changes(context, request)
        case a.StartCheckout():
            return await checkout.checkout(context, request, action.way)
        case a.CancelOrder():
            return await checkout.cancel_order(context, request, action)
        case a.Home():
            return await start.home(context, request, action.page)
        case a.HomeBeside():
            return await start.home_beside(context, request)
        case a.StopReminders():
            return await reminders.stop(context, request)
        case a.SetReminders():
            return await reminders.set_(context, request, action)
        case a.OpenOrders():
            return await orders.orders(context, request, action.below)
        case a.TryAgain():
            return await orders.try_again(context, request, action)
        case a.BuyAgain():
            return await orders.buy_again(context, request, action)
        case a.OpenOrder():
            return await orders.order(context, request, action)
        case a.FetchReceipt():
            return await orders.fetch_receipt(context, request, action)
        case a.OpenLanguages():
            return await help_pages.languages(context, request)
        case a.ChooseLanguage():
            return await help_pages.choose_language(context, request, action)
        case a.OpenHelp():
            return await help_pages.help_(context, request)
        case a.AskSupport():
            return await support.ask(context, request)
        case a.AskDelete():
            return await privacy.ask(context, request)
        case a.DeleteMe():
            return await privacy.delete(context, request)
        case a.Nothing():
            return Reply()
        case owner_actions.OwnerAction():
            return await owner_routes.tapped(context, request, action)
        case _:
            assert_never(action)


async def sent(context: ChatContext, request: ChatRequest, incoming: Incoming) -> Reply:
    """Return what a message that is no command leads to."""
    reply = await owner_routes.sent(context, request, incoming)
    if reply is None:
        reply = await typed.sent(context, request, incoming)
    if reply is None:
        reply = await support.sent(context, request, incoming)
    if reply is not None:
        return reply
    if incoming.sort is Sort.WORDS:
        return await search.words(context, request, incoming.words)
    return await unknown.thing(context, request)


#: Commands by name; each gets what was typed after it.
COMMANDS: Final[Mapping[str, Command]] = {
    "start": start.start,
    "search": search.command,
    "cart": lambda context, request, _: cart.cart(context, request),
    "checkout": lambda context, request, _: checkout.checkout(context, request),
    "cancel": lambda context, request, _: checkout.cancel(context, request),
    "orders": lambda context, request, _: orders.orders(context, request),
    "help": lambda context, request, _: help_pages.help_(context, request),
    "paysupport": support.paysupport,
    "id": lambda context, request, _: start.who(context, request),
    "terms": lambda context, request, _: help_pages.terms(context, request),
    "privacy": lambda context, request, _: privacy.privacy(context, request),
    "delete": lambda context, request, _: privacy.ask(context, request),
    "reminders": lambda context, request, _: reminders.reminders(context, request),
    "language": lambda context, request, _: help_pages.languages(context, request),
}
