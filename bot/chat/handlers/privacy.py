"""/delete: asked once, and then somebody is a stranger to the shop."""

from __future__ import annotations

from bot.chat.actions import AskDelete, DeleteMe, Home
from bot.chat.handlers import refusal
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screen import Button, Screen
from bot.chat.screens import info
from bot.domain.errors import RefusedError


async def privacy(context: ChatContext, request: ChatRequest) -> Reply:
    """Say what is known about people, and how to have it deleted."""
    screen = info.privacy(context.catalog, request.texts)
    if request.group:
        return Reply(screen)
    ask = Button(request.texts.text("button.delete"), AskDelete())
    return Reply(Screen(screen.text, (*screen.rows, (ask,))))


async def ask(_: ChatContext, request: ChatRequest) -> Reply:
    """Say what would be deleted and what is kept, and ask."""
    texts = request.texts
    if request.group:
        return Reply(info.kind(texts.html("delete.in_group"), texts))
    return Reply(
        Screen(
            texts.html("delete.ask"),
            (
                (Button(texts.text("button.delete_sure"), DeleteMe(), style="danger"),),
                (Button(texts.text("button.keep"), Home()),),
            ),
        )
    )


async def delete(context: ChatContext, request: ChatRequest) -> Reply:
    """Forget the person who asks."""
    texts = request.texts
    if request.group:
        return Reply(info.kind(texts.html("delete.in_group"), texts))
    try:
        await context.shop.forgetting.forget(request.chat.id, request.user_id)
    except RefusedError as refused:
        return Reply(said=refusal.words(refused, texts), alert=True)
    start = Button(texts.text("button.open_shop"), Home())
    return Reply(Screen(texts.html("delete.done"), ((start,),)))
