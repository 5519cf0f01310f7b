"""What an owner sends: answers to questions, replies to customers, files and photos."""

from __future__ import annotations

from typing import Final

from bot.chat.actions import DeleteMe
from bot.chat.handlers import owner_file, owner_goods, owner_orders, owner_steps
from bot.chat.owner_actions import (
    AcceptShort,
    AskAnswer,
    AskMessage,
    AskRefundAmount,
    GivePicked,
    GiveRefund,
    OwnerCancel,
    PickMore,
    ReadTable,
    RemoveOwner,
    ReplaceAndCount,
    ReplaceCatalog,
    ShipWithoutLink,
    TakePrices,
)
from bot.chat.request import ChatContext, ChatRequest, Incoming, Reply, Sort
from bot.chat.screen import Screen
from bot.chat.screens import owner_steps as screens
from bot.domain.catalog.model import StockId
from bot.domain.errors import RefusedError
from bot.domain.order import ChatId, OrderId
from bot.shop.people.conversations import About, OpenQuestion

#: A photo that was sent "as a file" keeps its name.
_PICTURES: Final = (".jpg", ".jpeg", ".png", ".webp")
#: Tables of goods, and workbooks in which people keep them.
_TABLES: Final = (".csv", ".tsv", ".xlsx", ".xls", ".ods")
#: What may be answered with a photo too; any other photo of an owner's is a product's.
_WORDS_TO_PEOPLE: Final = frozenset({About.MESSAGE, About.ANSWER})
#: What an owner is asked to decide by a tap, and not by words.
_DECISIONS: Final = (
    DeleteMe,
    ShipWithoutLink,
    AskRefundAmount,
    GiveRefund,
    PickMore,
    GivePicked,
    AcceptShort,
    OwnerCancel,
    ReadTable,
    ReplaceCatalog,
    ReplaceAndCount,
    RemoveOwner,
    TakePrices,
)


async def ask_message(context: ChatContext, request: ChatRequest, action: AskMessage) -> Reply:
    """Ask for words to an order's chat by the next message."""
    found = await owner_orders.get_order(context, action.order)
    await context.shop.conversations.ask(request.chat.id, About.MESSAGE, found.id)
    return Reply(screens.ask_words(found.buyer_name or "—", request.texts), fresh=True)


async def ask_answer(context: ChatContext, request: ChatRequest, action: AskAnswer) -> Reply:
    """Ask for words to a chat that wrote, by the next message."""
    chat = await context.shop.people.get(action.chat)
    await context.shop.conversations.ask(request.chat.id, About.ANSWER, _place(action))
    return Reply(screens.ask_words(chat.name if chat else "—", request.texts), fresh=True)


async def never(context: ChatContext, request: ChatRequest) -> Reply:
    """Let a question go."""
    await context.shop.conversations.over(request.chat.id)
    return Reply(Screen(request.texts.html("owner.never_mind")))


async def message(
    context: ChatContext, request: ChatRequest, order_id: OrderId, said: Incoming
) -> Reply:
    """Carry words or a photo to an order's chat."""
    found = await context.shop.orders.get(order_id)
    if found is None:
        await context.shop.conversations.over(request.chat.id)
        raise RefusedError("orders.gone")
    await context.shop.support.to_customer(
        request.user_id,
        found.chat_id,
        said.words,
        order_id=order_id,
        pictures=said.pictures,
        messages=request.messages,
    )
    return await _carried(context, request, found.buyer_name)


async def answer(context: ChatContext, request: ChatRequest, place: str, said: Incoming) -> Reply:
    """Carry words or a photo to a chat that wrote, named as by `_place`."""
    chat_number, _, topic = place.partition(":")
    chat_id = ChatId(int(chat_number))
    await context.shop.support.to_customer(
        request.user_id,
        chat_id,
        said.words,
        pictures=said.pictures,
        messages=request.messages,
        topic=int(topic) if topic else None,
    )
    chat = await context.shop.people.get(chat_id)
    return await _carried(context, request, chat.name if chat else "")


def _place(action: AskAnswer) -> str:
    """Return where an answer belongs: a chat's number, and a topic's behind a colon."""
    return f"{action.chat}:{action.topic}" if action.topic else str(action.chat)


async def _carried(context: ChatContext, request: ChatRequest, name: str) -> Reply:
    await context.shop.conversations.over(request.chat.id)
    return Reply(Screen(request.texts.html("owner.words_sent", name=name or "—")))


async def sent(context: ChatContext, request: ChatRequest, incoming: Incoming) -> Reply | None:
    """Take an owner's message where it answers something; None where it is nothing of ours."""
    match incoming.sort:
        case Sort.WORDS:
            question = _replied_to(incoming) or await context.shop.conversations.waiting(
                request.chat.id
            )
            return await _answered(context, request, question, incoming) if question else None
        case Sort.DOCUMENT if incoming.name.lower().endswith(_PICTURES):
            return await owner_goods.photo(context, request, incoming)
        case Sort.DOCUMENT:
            return await file_taken(context, request, incoming)
        case Sort.PHOTO:
            return await _photo(context, request, incoming)
        case _:
            return None


async def file_taken(
    context: ChatContext, request: ChatRequest, incoming: Incoming
) -> Reply | None:
    """Take a catalog, or a table of goods; None where it is neither.

    A workbook is told what it lacks.
    """
    name = incoming.name.lower() if incoming.sort is Sort.DOCUMENT else ""
    if name.endswith(".json"):
        return await owner_file.taken(context, request, incoming)
    if name.endswith(_TABLES):
        return await owner_file.taken_table(context, request, incoming)
    return None


async def await_button(context: ChatContext, request: ChatRequest, reply: Reply | None) -> None:
    """Remember that an owner is to decide by a button: words typed now are no search."""
    rows = reply.screen.rows if reply and reply.screen else ()
    if not any(isinstance(button.action, _DECISIONS) for row in rows for button in row):
        return
    if await context.shop.conversations.waiting(request.chat.id) is None:
        await context.shop.conversations.ask(request.chat.id, About.BUTTON)


async def _photo(context: ChatContext, request: ChatRequest, incoming: Incoming) -> Reply | None:
    """Take a photo for somebody who is being answered, and otherwise for a product."""
    question = _replied_to(incoming) or await context.shop.conversations.waiting(request.chat.id)
    if question and question.about in _WORDS_TO_PEOPLE:
        return await _answered(context, request, question, incoming)
    return await owner_goods.photo(context, request, incoming)


def _replied_to(incoming: Incoming) -> OpenQuestion | None:
    """Return the question that a reply to a customer's words answers."""
    for action in incoming.buttons:
        if isinstance(action, AskAnswer):
            return OpenQuestion(About.ANSWER, _place(action))
    return None


async def _answered(  # noqa: PLR0911 - a question a line
    context: ChatContext, request: ChatRequest, question: OpenQuestion, incoming: Incoming
) -> Reply | None:
    words = incoming.words
    match question.about:
        case About.TRACKING:
            order_id = OrderId(int(question.subject))
            return await owner_steps.ship(context, request, ShipWithoutLink(order_id), words)
        case About.REFUND:
            return await owner_steps.refund_typed(
                context, request, OrderId(int(question.subject)), words
            )
        case About.MESSAGE:
            return await message(context, request, OrderId(int(question.subject)), incoming)
        case About.ANSWER:
            return await answer(context, request, question.subject, incoming)
        case About.PRICE:
            return await owner_goods.set_price(context, request, StockId(question.subject), words)
        case About.STOCK:
            return await owner_goods.set_stock(context, request, StockId(question.subject), words)
        case About.BUTTON:
            return Reply(said=request.texts.text("owner.only_buttons"))
        case About.SUPPORT | About.NOTE | About.COUNT:
            return None
