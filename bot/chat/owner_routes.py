"""What an owner's buttons, commands and words lead to. Only here is it decided who is an owner."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from bot.chat import owner_actions as o
from bot.chat.desk import Desk, Incoming, Reply, Sort, Visit
from bot.chat.handlers import (
    owner_file,
    owner_goods,
    owner_help,
    owner_orders,
    owner_stats,
    owner_steps,
    owner_till,
    owner_words,
)
from bot.domain.catalog.model import StockId
from bot.domain.order import ChatId, OrderId
from bot.shop.people.conversations import About, Question

Handler = Callable[[Desk, Visit, Any], Awaitable[Reply]]

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
    o.Resume: owner_till.resume_tapped,
    o.Pause: owner_till.pause_tapped,
    o.Never: lambda desk, visit, _: owner_words.never(desk, visit),
}

#: Commands that owners have besides everybody's, or in their place; in their own chats only.
OWNER_COMMANDS: Final[Mapping[str, Callable[[Desk, Visit, str], Awaitable[Reply]]]] = {
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
    "pause": owner_till.pause,
    "resume": owner_till.resume,
}


#: What may be answered with a photo too; any other photo of an owner's is a product's.
_WORDS_TO_PEOPLE: Final = frozenset({About.MESSAGE, About.ANSWER})


async def tapped(desk: Desk, visit: Visit, action: o.OwnerAction) -> Reply:
    """Do what an owner's button says, if an owner tapped it in their own chat."""
    if not _is_owners(desk, visit):
        return Reply(said=visit.texts.text("owner.not_yours"), alert=True)
    return await _TAPS[type(action)](desk, visit, action)


async def sent(desk: Desk, visit: Visit, incoming: Incoming) -> Reply | None:
    """Take an owner's message where it answers something; None where it is nothing of ours."""
    if not _is_owners(desk, visit):
        return None
    match incoming.sort:
        case Sort.WORDS:
            question = _replied_to(incoming) or await desk.shop.conversations.waiting(visit.chat.id)
            return await _answered(desk, visit, question, incoming) if question else None
        case Sort.DOCUMENT if incoming.name.lower().endswith(".json"):
            return await owner_file.taken(desk, visit, incoming)
        case Sort.DOCUMENT if incoming.name.lower().endswith(_PICTURES):
            return await owner_goods.photo(desk, visit, incoming)
        case Sort.PHOTO:
            return await _photo(desk, visit, incoming)
        case _:
            return None


async def _photo(desk: Desk, visit: Visit, incoming: Incoming) -> Reply | None:
    """Take a photo for somebody who is being answered, and otherwise for a product."""
    question = _replied_to(incoming) or await desk.shop.conversations.waiting(visit.chat.id)
    if question and question.about in _WORDS_TO_PEOPLE:
        return await _answered(desk, visit, question, incoming)
    return await owner_goods.photo(desk, visit, incoming)


def _is_owners(desk: Desk, visit: Visit) -> bool:
    """Return whether an owner is here, alone: others in a group would read along."""
    return desk.shop.people.is_owner(visit.user_id) and not visit.group


def _replied_to(incoming: Incoming) -> Question | None:
    """Return the question that a reply to a customer's words answers."""
    for action in incoming.buttons:
        if isinstance(action, o.AskAnswer):
            return Question(About.ANSWER, str(action.chat))
    return None


async def _answered(  # noqa: PLR0911 - a question a line
    desk: Desk, visit: Visit, question: Question, incoming: Incoming
) -> Reply | None:
    words = incoming.words
    match question.about:
        case About.TRACKING:
            order_id = OrderId(int(question.subject))
            return await owner_steps.ship(desk, visit, o.ShipWithoutLink(order_id), words)
        case About.REFUND:
            return await owner_steps.refund_typed(
                desk, visit, OrderId(int(question.subject)), words
            )
        case About.MESSAGE:
            return await owner_words.message(desk, visit, OrderId(int(question.subject)), incoming)
        case About.ANSWER:
            return await owner_words.answer(desk, visit, ChatId(int(question.subject)), incoming)
        case About.PRICE:
            return await owner_goods.set_price(desk, visit, StockId(question.subject), words)
        case About.STOCK:
            return await owner_goods.set_stock(desk, visit, StockId(question.subject), words)
        case About.SUPPORT | About.NOTE | About.COUNT:
            return None
