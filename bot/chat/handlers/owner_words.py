"""Words that an owner sends: the answer to a question of ours, or a reply to a customer."""

from __future__ import annotations

from bot.chat.desk import Desk, Incoming, Reply, Visit
from bot.chat.handlers import owner_orders
from bot.chat.owner_actions import AskAnswer, AskMessage
from bot.chat.screen import Screen
from bot.chat.screens import owner_steps as screens
from bot.domain.order import ChatId, OrderId
from bot.shop.people.conversations import About


async def ask_message(desk: Desk, visit: Visit, action: AskMessage) -> Reply:
    """Ask for words to an order's chat by the next message."""
    found = await desk.shop.orders.get(action.order)
    if found is None:
        return owner_orders.gone(visit)
    await desk.shop.conversations.ask(visit.chat.id, About.MESSAGE, found.id)
    return Reply(screens.ask_words(found.buyer_name or "—", visit.texts), fresh=True)


async def ask_answer(desk: Desk, visit: Visit, action: AskAnswer) -> Reply:
    """Ask for words to a chat that wrote, by the next message."""
    chat = await desk.shop.people.find(action.chat)
    await desk.shop.conversations.ask(visit.chat.id, About.ANSWER, action.chat)
    return Reply(screens.ask_words(chat.name if chat else "—", visit.texts), fresh=True)


async def never(desk: Desk, visit: Visit) -> Reply:
    """Let a question go."""
    await desk.shop.conversations.over(visit.chat.id)
    return Reply(Screen(visit.texts.html("owner.never_mind")))


async def message(desk: Desk, visit: Visit, order_id: OrderId, said: Incoming) -> Reply:
    """Carry words or a photo to an order's chat."""
    found = await desk.shop.orders.get(order_id)
    if found is None:
        await desk.shop.conversations.over(visit.chat.id)
        return owner_orders.gone(visit)
    await desk.shop.support.to_customer(
        visit.user_id, found.chat_id, said.words, order_id, said.picture
    )
    return await _carried(desk, visit, found.buyer_name)


async def answer(desk: Desk, visit: Visit, chat_id: ChatId, said: Incoming) -> Reply:
    """Carry words or a photo to a chat that wrote."""
    await desk.shop.support.to_customer(visit.user_id, chat_id, said.words, picture=said.picture)
    chat = await desk.shop.people.find(chat_id)
    return await _carried(desk, visit, chat.name if chat else "")


async def _carried(desk: Desk, visit: Visit, name: str) -> Reply:
    await desk.shop.conversations.over(visit.chat.id)
    return Reply(Screen(visit.texts.html("owner.words_sent", name=name or "—")))
