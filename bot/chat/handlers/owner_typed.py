"""Words that an owner sends: the answer to a question of ours, or a reply to a customer."""

from __future__ import annotations

from bot.chat.handlers import owner_orders
from bot.chat.owner_actions import AskAnswer, AskMessage
from bot.chat.request import ChatContext, ChatRequest, Incoming, Reply
from bot.chat.screen import Screen
from bot.chat.screens import owner_steps as screens
from bot.domain.order import ChatId, OrderId
from bot.shop.people.conversations import About


async def ask_message(context: ChatContext, request: ChatRequest, action: AskMessage) -> Reply:
    """Ask for words to an order's chat by the next message."""
    found = await context.shop.orders.get(action.order)
    if found is None:
        return owner_orders.gone(request)
    await context.shop.conversations.ask(request.chat.id, About.MESSAGE, found.id)
    return Reply(screens.ask_words(found.buyer_name or "—", request.texts), fresh=True)


async def ask_answer(context: ChatContext, request: ChatRequest, action: AskAnswer) -> Reply:
    """Ask for words to a chat that wrote, by the next message."""
    chat = await context.shop.people.find(action.chat)
    await context.shop.conversations.ask(request.chat.id, About.ANSWER, action.chat)
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
        return owner_orders.gone(request)
    await context.shop.support.to_customer(
        request.user_id, found.chat_id, said.words, order_id, said.picture
    )
    return await _carried(context, request, found.buyer_name)


async def answer(
    context: ChatContext, request: ChatRequest, chat_id: ChatId, said: Incoming
) -> Reply:
    """Carry words or a photo to a chat that wrote."""
    await context.shop.support.to_customer(
        request.user_id, chat_id, said.words, picture=said.picture
    )
    chat = await context.shop.people.find(chat_id)
    return await _carried(context, request, chat.name if chat else "")


async def _carried(context: ChatContext, request: ChatRequest, name: str) -> Reply:
    await context.shop.conversations.over(request.chat.id)
    return Reply(Screen(request.texts.html("owner.words_sent", name=name or "—")))
