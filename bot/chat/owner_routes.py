"""What an owner's buttons, commands and words lead to. Only here is it decided who is an owner."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from bot.chat import owner_actions as o
from bot.chat.handlers import (
    owner_checkout,
    owner_file,
    owner_goods,
    owner_help,
    owner_orders,
    owner_stats,
    owner_steps,
    owner_words,
)
from bot.chat.request import ChatContext, ChatRequest, Incoming, Reply, Sort
from bot.domain.catalog.model import StockId
from bot.domain.order import ChatId, OrderId
from bot.shop.people.conversations import About, OpenQuestion

Handler = Callable[[ChatContext, ChatRequest, Any], Awaitable[Reply]]

#: A photo that was sent "as a file" keeps its name.
_PICTURES: Final = (".jpg", ".jpeg", ".png", ".webp")

_TAPS: Final[Mapping[type[o.OwnerAction], Handler]] = {
    o.OwnerOrders: owner_orders.orders,
    o.OwnerOrder: owner_orders.order,
    o.FetchAddress: owner_orders.address,
    o.AskShipped: owner_steps.ask_shipped,
    o.ShipWithoutLink: owner_steps.ship,
    o.AskRefund: owner_steps.ask_refund,
    o.AskRefundAmount: owner_steps.ask_refund_amount,
    o.SureRefund: owner_steps.sure_refund,
    o.GiveRefund: owner_steps.give_refund,
    o.BackOnShelf: owner_steps.back_on_shelf,
    o.AskMessage: owner_words.ask_message,
    o.AskAnswer: owner_words.ask_answer,
    o.AcceptPaid: owner_steps.accept,
    o.AcceptShort: owner_steps.accept,
    o.FreeGoods: owner_steps.free,
    o.SureCancel: owner_steps.sure_cancel,
    o.OwnerCancel: owner_steps.cancel,
    o.OpenGoods: owner_goods.goods,
    o.OpenGood: owner_goods.good,
    o.AskPrice: owner_goods.ask_price,
    o.AskStock: owner_goods.ask_stock,
    o.HideGood: owner_goods.hide,
    o.ShowGood: owner_goods.hide,
    o.ReplaceCatalog: owner_file.replace,
    o.ReplaceAndCount: owner_file.replace,
    o.UndoCatalog: owner_file.undo,
    o.OpenStats: owner_stats.stats,
    o.Resume: owner_checkout.resume_tapped,
    o.Pause: owner_checkout.pause_tapped,
    o.Never: lambda context, request, _: owner_words.never(context, request),
}

#: Commands that owners have besides everybody's, or in their place; in their own chats only.
OWNER_COMMANDS: Final[Mapping[str, Callable[[ChatContext, ChatRequest, str], Awaitable[Reply]]]] = {
    "orders": owner_orders.command,
    "order": owner_orders.find,
    "find": owner_orders.find,
    "help": owner_help.help_,
    "goods": owner_goods.command,
    "price": owner_goods.price,
    "stock": owner_goods.stock,
    "catalog": owner_file.send,
    "stats": owner_stats.command,
    "export": owner_stats.export,
    "pause": owner_checkout.pause,
    "resume": owner_checkout.resume,
}


#: What may be answered with a photo too; any other photo of an owner's is a product's.
_WORDS_TO_PEOPLE: Final = frozenset({About.MESSAGE, About.ANSWER})


async def tapped(context: ChatContext, request: ChatRequest, action: o.OwnerAction) -> Reply:
    """Do what an owner's button says, if an owner tapped it in their own chat."""
    if not _is_owners(context, request):
        return Reply(said=request.texts.text("owner.not_yours"), alert=True)
    return await _TAPS[type(action)](context, request, action)


async def sent(context: ChatContext, request: ChatRequest, incoming: Incoming) -> Reply | None:
    """Take an owner's message where it answers something; None where it is nothing of ours."""
    if not _is_owners(context, request):
        return None
    match incoming.sort:
        case Sort.WORDS:
            question = _replied_to(incoming) or await context.shop.conversations.waiting(
                request.chat.id
            )
            return await _answered(context, request, question, incoming) if question else None
        case Sort.DOCUMENT if incoming.name.lower().endswith(".json"):
            return await owner_file.taken(context, request, incoming)
        case Sort.DOCUMENT if incoming.name.lower().endswith(_PICTURES):
            return await owner_goods.photo(context, request, incoming)
        case Sort.PHOTO:
            return await _photo(context, request, incoming)
        case _:
            return None


async def _photo(context: ChatContext, request: ChatRequest, incoming: Incoming) -> Reply | None:
    """Take a photo for somebody who is being answered, and otherwise for a product."""
    question = _replied_to(incoming) or await context.shop.conversations.waiting(request.chat.id)
    if question and question.about in _WORDS_TO_PEOPLE:
        return await _answered(context, request, question, incoming)
    return await owner_goods.photo(context, request, incoming)


def _is_owners(context: ChatContext, request: ChatRequest) -> bool:
    """Return whether an owner is here, alone: others in a group would read along."""
    return context.shop.people.is_owner(request.user_id) and not request.group


def _replied_to(incoming: Incoming) -> OpenQuestion | None:
    """Return the question that a reply to a customer's words answers."""
    for action in incoming.buttons:
        if isinstance(action, o.AskAnswer):
            return OpenQuestion(About.ANSWER, str(action.chat))
    return None


async def _answered(  # noqa: PLR0911 - a question a line
    context: ChatContext, request: ChatRequest, question: OpenQuestion, incoming: Incoming
) -> Reply | None:
    words = incoming.words
    match question.about:
        case About.TRACKING:
            order_id = OrderId(int(question.subject))
            return await owner_steps.ship(context, request, o.ShipWithoutLink(order_id), words)
        case About.REFUND:
            return await owner_steps.refund_typed(
                context, request, OrderId(int(question.subject)), words
            )
        case About.MESSAGE:
            return await owner_words.message(
                context, request, OrderId(int(question.subject)), incoming
            )
        case About.ANSWER:
            return await owner_words.answer(
                context, request, ChatId(int(question.subject)), incoming
            )
        case About.PRICE:
            return await owner_goods.set_price(context, request, StockId(question.subject), words)
        case About.STOCK:
            return await owner_goods.set_stock(context, request, StockId(question.subject), words)
        case About.SUPPORT | About.NOTE | About.COUNT:
            return None
