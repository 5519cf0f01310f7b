"""What each button and each command leads to: the table of contents of the chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, assert_never

from bot.chat import actions as a
from bot.chat import owner_actions, owner_routes
from bot.chat.desk import Desk, Incoming, Reply, Sort, Visit
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

Command = Callable[[Desk, Visit, str], Awaitable[Reply]]


async def tapped(desk: Desk, visit: Visit, action: a.Action | None) -> Reply:  # noqa: C901, PLR0911, PLR0912 - one table, one place
    """Return what a tap leads to."""
    if not isinstance(action, a.Nothing):
        desk.attention.away(visit.chat.id)
        await desk.shop.conversations.turned_away(visit.chat.id)
    match action:
        case None:
            return await unknown.old_button(desk, visit)
        case a.AddOne():
            return await browse.add(desk, visit, action)
        case a.TakeOne():
            return await browse.take(desk, visit, action)
        case a.OpenProduct():
            return await browse.product(desk, visit, action)
        case a.OpenCategory():
            return await browse.category(desk, visit, action)
        case a.Search():
            return await search.turn(desk, visit, action)
        case a.CartMore() | a.CartLess():
            return await cart.change(desk, visit, action)
        case a.OpenCart():
            return await cart.cart(desk, visit, action.page)
        case a.OpenLine():
            return await cart.line(desk, visit, action)
        case a.LineMore() | a.LineLess():
            return await cart.change_line(desk, visit, action)
        case a.RemoveLine():
            return await cart.remove(desk, visit, action)
        case a.AskNote():
            return await typed.ask_note(desk, visit, action)
        case a.AskCount():
            return await typed.ask_count(desk, visit, action)
        case a.LeaveNote() | a.LeaveCount():
            return await typed.leave(desk, visit, action)
        case a.DropNote():
            return await typed.drop_note(desk, visit, action)
        case a.AskClear():
            return await cart.ask_clear(desk, visit)
        case a.Clear():
            return await cart.clear(desk, visit)
        case a.AcceptChanges():
            return await cart.accept_changes(desk, visit)
        case a.Checkout():
            return await checkout.checkout(desk, visit, action.way)
        case a.CancelOrder():
            return await checkout.cancel_order(desk, visit, action)
        case a.Home():
            return await start.home(desk, visit, action.page)
        case a.HomeBeside():
            return await start.home_beside(desk, visit)
        case a.StopReminders():
            return await reminders.stop(desk, visit)
        case a.SetReminders():
            return await reminders.set_(desk, visit, action)
        case a.OpenOrders():
            return await orders.orders(desk, visit, action.below)
        case a.TryAgain():
            return await orders.try_again(desk, visit, action)
        case a.BuyAgain():
            return await orders.buy_again(desk, visit, action)
        case a.OpenOrder():
            return await orders.order(desk, visit, action)
        case a.FetchReceipt():
            return await orders.fetch_receipt(desk, visit, action)
        case a.OpenLanguages():
            return await help_pages.languages(desk, visit)
        case a.ChooseLanguage():
            return await help_pages.choose_language(desk, visit, action)
        case a.OpenHelp():
            return await help_pages.help_(desk, visit)
        case a.AskSupport():
            return await support.ask(desk, visit)
        case a.AskDelete():
            return await privacy.ask(desk, visit)
        case a.DeleteMe():
            return await privacy.delete(desk, visit)
        case a.Nothing():
            return Reply()
        case owner_actions.OwnerAction():
            return await owner_routes.tapped(desk, visit, action)
        case _:
            assert_never(action)


async def sent(desk: Desk, visit: Visit, incoming: Incoming) -> Reply:
    """Return what a message that is no command leads to."""
    reply = await owner_routes.sent(desk, visit, incoming)
    if reply is None:
        reply = await typed.sent(desk, visit, incoming)
    if reply is None:
        reply = await support.sent(desk, visit, incoming)
    if reply is not None:
        return reply
    if incoming.sort is Sort.WORDS:
        return await search.words(desk, visit, incoming.words)
    return await unknown.thing(desk, visit)


#: Commands by name; each gets what was typed after it.
COMMANDS: Final[Mapping[str, Command]] = {
    "start": start.start,
    "search": search.command,
    "cart": lambda desk, visit, _: cart.cart(desk, visit),
    "checkout": lambda desk, visit, _: checkout.checkout(desk, visit),
    "cancel": lambda desk, visit, _: checkout.cancel(desk, visit),
    "orders": lambda desk, visit, _: orders.orders(desk, visit),
    "help": lambda desk, visit, _: help_pages.help_(desk, visit),
    "paysupport": support.paysupport,
    "id": lambda desk, visit, _: start.who(desk, visit),
    "terms": lambda desk, visit, _: help_pages.terms(desk, visit),
    "privacy": lambda desk, visit, _: privacy.privacy(desk, visit),
    "delete": lambda desk, visit, _: privacy.ask(desk, visit),
    "reminders": lambda desk, visit, _: reminders.reminders(desk, visit),
    "language": lambda desk, visit, _: help_pages.languages(desk, visit),
}
