"""What each button, each command and each message leads to: the table of contents of the chat.

Who may do what stands here too, and is asked here alone; who is an owner, `is_owner` decides.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum, Flag, auto
from typing import Any, Final, TypeVar

from bot.chat import actions as a
from bot.chat import owner_actions as o
from bot.chat.codec import Codec
from bot.chat.handlers import (
    browse,
    cart,
    checkout,
    info,
    numbers,
    orders,
    owner_checkout,
    owner_file,
    owner_goods,
    owner_orders,
    owner_people,
    owner_picking,
    owner_stats,
    owner_steps,
    owner_typed,
    places,
    search,
    start,
    support,
    typed,
)
from bot.chat.request import ChatContext, ChatRequest, Incoming, Reply, Sort, is_owner
from bot.domain.catalog.model import Catalog

A = TypeVar("A", bound=a.Action)
Handler = Callable[[ChatContext, ChatRequest, A], Awaitable[Reply]]


class Who(Enum):
    """Who may do something."""

    ANYBODY = auto()
    OWNER = auto()


@dataclass(frozen=True, slots=True)
class Route:
    """What a button means, who serves it and who may tap it."""

    action: type[a.Action]
    handler: Handler[Any]
    who: Who


def _all(action: type[A], handler: Handler[A]) -> Route:
    return Route(action, handler, Who.ANYBODY)


def _own(action: type[A], handler: Handler[A]) -> Route:
    return Route(action, handler, Who.OWNER)


def _bare(
    handler: Callable[[ChatContext, ChatRequest], Awaitable[Reply]],
) -> Callable[[ChatContext, ChatRequest, object], Awaitable[Reply]]:
    """Return a handler that needs no more than the request as one that is given more."""
    return lambda context, request, _: handler(context, request)


#: Button letters: they live for years in people's chats, so none is ever given another meaning.
TAPS: Final[Mapping[str, Route]] = {
    "h": _all(a.Home, lambda c, r, action: start.home(c, r, action.page)),
    "hb": _all(a.HomeBeside, _bare(start.home_beside)),
    "c": _all(a.OpenCategory, browse.category),
    "p": _all(a.OpenProduct, browse.product),
    "f": _all(a.OpenChoices, browse.choices),
    "pv": _all(a.PickValue, browse.pick),
    "a": _all(a.AddOne, browse.add),
    "t": _all(a.TakeOne, browse.take),
    "s": _all(a.Search, search.turn),
    "k": _all(a.OpenCart, lambda c, r, action: cart.cart(c, r, action.page)),
    "ku": _all(a.CartMore, cart.change),
    "kd": _all(a.CartLess, cart.change),
    "l": _all(a.OpenLine, cart.line),
    "lu": _all(a.LineMore, cart.change_line),
    "ld": _all(a.LineLess, cart.change_line),
    "r": _all(a.RemoveLine, cart.remove),
    "ru": _all(a.PutBack, cart.put_back),
    "m": _all(a.AskNote, typed.ask_note),
    "mn": _all(a.LeaveNote, typed.leave),
    "mx": _all(a.DropNote, typed.drop_note),
    "u": _all(a.AskCount, typed.ask_count),
    "un": _all(a.LeaveCount, typed.leave),
    "x": _all(a.AskClear, _bare(cart.ask_clear)),
    "xx": _all(a.Clear, _bare(cart.clear)),
    "xu": _all(a.PutAllBack, _bare(cart.put_all_back)),
    "v": _all(a.AcceptChanges, _bare(cart.accept_changes)),
    "o": _all(a.StartCheckout, checkout.checkout),
    "an": _all(a.BuyNow, checkout.buy_now),
    "kw": _all(a.AskWay, _bare(checkout.ask_way)),
    "kc": _all(a.ChooseWay, checkout.choose_way),
    "ka": _all(a.AskPlace, places.ask),
    "kz": _all(a.OpenZone, places.zone),
    "kp": _all(a.ChoosePlace, places.choose),
    "z": _all(a.CancelOrder, checkout.cancel_order),
    "y": _all(a.OpenOrders, lambda c, r, action: orders.orders(c, r, action.below)),
    "i": _all(a.OpenOrder, orders.order),
    "ia": _all(a.SayArrived, orders.arrived),
    "in": _all(a.SayNotArrived, orders.not_arrived),
    "b": _all(a.FetchReceipt, orders.fetch_receipt),
    "bi": _all(a.FetchInvoice, orders.fetch_invoice),
    "ba": _all(a.BuyAgain, orders.buy_again),
    "bo": _all(a.OrderAgain, orders.order_again),
    "bb": _all(a.OrderAgainBeside, orders.order_again_beside),
    "bt": _all(a.TryAgain, orders.try_again),
    "g": _all(a.OpenLanguages, _bare(info.languages)),
    "gl": _all(a.ChooseLanguage, info.choose_language),
    "tm": _all(a.TellMe, browse.tell_me),
    "j": _all(a.StopReminders, _bare(info.stop_reminders)),
    "jw": _all(a.SetReminders, info.set_reminders),
    "e": _all(a.OpenHelp, _bare(info.help_)),
    "q": _all(a.AskSupport, _bare(support.ask)),
    "qs": _all(a.SendWords, _bare(support.send_kept)),
    "d": _all(a.AskDelete, _bare(info.ask_delete)),
    "dd": _all(a.DeleteMe, _bare(info.delete)),
    "n": _all(a.Nothing, _bare(info.nothing)),
    "wl": _own(o.OwnerOrders, owner_orders.orders),
    "wo": _own(o.OwnerOrder, owner_orders.order),
    "wa": _own(o.FetchAddress, owner_orders.address),
    "ws": _own(o.AskShipped, owner_steps.ask_shipped),
    "wsp": _own(o.MarkPacked, owner_steps.packed),
    "wsq": _own(o.UndoPacked, owner_steps.undo_packed),
    "wsn": _own(o.ShipWithoutLink, owner_steps.ship),
    "wsu": _own(o.UndoShipped, owner_steps.undo_shipped),
    "wsc": _own(o.MarkCollected, owner_steps.collected),
    "wsd": _own(o.UndoCollected, owner_steps.undo_collected),
    "wr": _own(o.AskRefund, owner_steps.ask_refund),
    "wra": _own(o.AskRefundAmount, owner_steps.ask_refund_amount),
    "wrs": _own(o.SureRefund, owner_steps.sure_refund),
    "wrg": _own(o.GiveRefund, owner_steps.give_refund),
    "wrb": _own(o.ReturnGoods, owner_steps.return_goods),
    "wru": _own(o.PickUnits, owner_picking.pick),
    "wrm": _own(o.PickMore, owner_picking.change),
    "wrl": _own(o.PickLess, owner_picking.change),
    "wrp": _own(o.SurePicked, owner_picking.sure),
    "wry": _own(o.GivePicked, owner_picking.give),
    "wrk": _own(o.ReturnPicked, owner_picking.put_back),
    "wm": _own(o.AskMessage, owner_typed.ask_message),
    "wma": _own(o.AskAnswer, owner_typed.ask_answer),
    "wp": _own(o.AcceptPaid, owner_steps.accept),
    "wps": _own(o.AcceptShort, owner_steps.accept),
    "wf": _own(o.FreeGoods, owner_steps.free),
    "wfa": _own(o.FreeAnyway, owner_steps.free),
    "wx": _own(o.SureCancel, owner_steps.sure_cancel),
    "wxx": _own(o.OwnerCancel, owner_steps.cancel),
    "wg": _own(o.OpenGoods, owner_goods.goods),
    "wgo": _own(o.OpenGood, owner_goods.good),
    "wgp": _own(o.AskPrice, owner_goods.ask_price),
    "wgq": _own(o.SetPrice, owner_goods.price_meant),
    "wgs": _own(o.AskStock, owner_goods.ask_stock),
    "wgw": _own(o.OpenVariants, owner_goods.variants),
    "wgh": _own(o.HideGood, owner_goods.hide),
    "wgv": _own(o.ShowGood, owner_goods.hide),
    "wc": _own(o.ReplaceCatalog, owner_file.replace),
    "wcc": _own(o.ReplaceAndCount, owner_file.replace),
    "wct": _own(o.ReadTable, owner_file.read_table),
    "wcu": _own(o.UndoCatalog, owner_file.undo),
    "wcp": _own(o.TakePrices, owner_file.answer_prices),
    "wck": _own(o.KeepPrices, owner_file.answer_prices),
    "wtr": _own(o.Resume, _bare(owner_checkout.resume)),
    "wtp": _own(o.Pause, _bare(owner_checkout.pause)),
    "wn": _own(o.Never, _bare(owner_typed.never)),
    "wz": _own(o.OpenStats, owner_stats.stats),
    "wy": _own(o.OpenOwners, _bare(owner_people.owners)),
    "wyi": _own(o.InviteOwner, _bare(owner_people.invite)),
    "wyr": _own(o.SureRemoveOwner, owner_people.sure_remove),
    "wyx": _own(o.RemoveOwner, owner_people.remove),
}
_BY_ACTION: Final = {tap.action: tap for tap in TAPS.values()}
_CODEC: Final = Codec({letters: tap.action for letters, tap in TAPS.items()})
encode: Final = _CODEC.encode
decode: Final = _CODEC.decode


class Menu(Flag):
    """In which menus of Telegram's a command stands."""

    NONE = 0
    PRIVATE = auto()
    GROUP = auto()
    OWNER = auto()


@dataclass(frozen=True, slots=True)
class Command:
    """A command.

    Attributes:
        handler: Gets what was typed behind the command.
        menus: Where it stands; `entry` is the text there.
        help: The text that explains it, as ``/name``.
        who: Owners have theirs besides everybody's or in their place, in their own chats only.
    """

    name: str
    handler: Callable[[ChatContext, ChatRequest, str], Awaitable[Reply]]
    menus: Menu = Menu.PRIVATE
    help: str = "help.text"
    who: Who = Who.ANYBODY

    def stands(self, catalog: Catalog) -> bool:
        """Return whether a shop has a use for it in its menus."""
        return self.name != "imprint" or catalog.shop.business is not None

    @property
    def entry(self) -> str:
        """Return the key of its text in a menu."""
        owners = "owner_" if self.who is Who.OWNER else ""
        return f"command.{owners}{self.name}"


def _owners(
    name: str,
    handler: Callable[[ChatContext, ChatRequest, str], Awaitable[Reply]],
    menus: Menu = Menu.OWNER,
) -> Command:
    return Command(name, handler, menus, "owner.help", Who.OWNER)


_BOTH, _EVERY = Menu.PRIVATE | Menu.GROUP, Menu.PRIVATE | Menu.GROUP | Menu.OWNER
#: Commands in the order in which menus show them.
COMMANDS: Final = (
    _owners("orders", owner_orders.command),
    _owners("order", owner_orders.find),
    _owners("find", owner_orders.find),
    _owners("goods", owner_goods.command),
    _owners("price", owner_goods.price),
    _owners("stock", owner_goods.stock),
    _owners("catalog", _bare(owner_file.send)),
    _owners("stats", owner_stats.command),
    _owners("export", owner_stats.export),
    _owners("pause", owner_checkout.pause),
    _owners("resume", _bare(owner_checkout.resume)),
    _owners("owners", _bare(owner_people.owners)),
    _owners("help", _bare(info.owner_help), Menu.NONE),
    Command("start", start.start, _EVERY),
    Command("search", search.command, _BOTH),
    Command("cart", _bare(cart.cart), _EVERY),
    Command("checkout", _bare(checkout.checkout), _BOTH),
    Command("orders", _bare(orders.orders), _BOTH),
    Command("cancel", _bare(checkout.cancel), _BOTH),
    Command("help", _bare(info.help_), _EVERY),
    Command("language", _bare(info.languages), Menu.PRIVATE | Menu.OWNER),
    Command("reminders", _bare(info.reminders)),
    Command("paysupport", support.paysupport),
    Command("terms", _bare(info.terms)),
    Command("privacy", _bare(info.privacy)),
    Command("imprint", _bare(info.imprint), help="help.imprint"),
    Command("delete", _bare(info.ask_delete)),
    Command("id", _bare(start.who)),
)
_BY_NAME: Final = {(one.who, one.name): one for one in COMMANDS}


def is_command(name: str) -> bool:
    """Return whether anybody may give this command."""
    return (Who.ANYBODY, name) in _BY_NAME


async def tapped(context: ChatContext, request: ChatRequest, action: a.Action | None) -> Reply:
    """Do what a button says, where the person may."""
    if not isinstance(action, a.Nothing):
        await context.shop.conversations.turned_away(request.chat)
    if action is None:
        return await info.old_button(context, request)
    tap = _BY_ACTION[type(action)]
    if tap.who is Who.OWNER and not is_owner(context, request):
        return Reply(said=request.texts.text("owner.not_yours"), alert=True)
    reply = await tap.handler(context, request, action)
    await owner_typed.await_button(context, request, reply)
    return reply


async def commanded(context: ChatContext, request: ChatRequest, name: str, words: str) -> Reply:
    """Do what a command says; a question that waited for words waits no more."""
    command = _BY_NAME.get((Who.ANYBODY, name))
    if is_owner(context, request):
        command = _BY_NAME.get((Who.OWNER, name), command)
    if command is None and request.group and (Who.OWNER, name) in _BY_NAME:
        return info.in_own_chat(request, name)
    if command is None:
        return await info.unknown_command(context, request)
    if not request.group:
        await context.shop.conversations.closed(request.chat.id)
        await context.shop.conversations.over(request.chat.id)
    reply = await command.handler(context, request, words)
    await owner_typed.await_button(context, request, reply)
    return reply


async def sent(context: ChatContext, request: ChatRequest, incoming: Incoming) -> Reply:
    """Return what a message that is no command leads to."""
    reply = None
    if is_owner(context, request):
        reply = await owner_typed.sent(context, request, incoming)
        await owner_typed.await_button(context, request, reply)
    if reply is None:
        reply = await typed.sent(context, request, incoming)
    if reply is None:
        reply = await support.sent(context, request, incoming)
    if reply is None:
        reply = await numbers.sent(context, request, incoming)
    if reply is not None:
        return reply
    if incoming.sort is Sort.WORDS:
        return await search.words(context, request, incoming.words)
    return await info.unknown_thing(context, request)


async def forwarded(context: ChatContext, request: ChatRequest, incoming: Incoming) -> Reply:
    """Answer what somebody passed on: no word of theirs, so it does nothing by itself.

    An owner's file is shown with what it would change, and replaces the catalog by a tap alone.
    """
    owner = is_owner(context, request)
    reply = await owner_typed.file_taken(context, request, incoming) if owner else None
    await owner_typed.await_button(context, request, reply)
    return reply or await info.passed_on(context, request)
