"""What the shop cannot use, answered kindly and with a next step."""

from __future__ import annotations

from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screens import info
from bot.chat.screens import shop as screens


async def old_button(context: ChatContext, request: ChatRequest) -> Reply:
    """Answer button data that is not ours any more, or never was."""
    view = await context.shop.carts.view(request.chat.id)
    screen = screens.home(context.catalog, view, request.texts)
    return Reply(screen, request.texts.text("toast.old_button"))


async def command(_: ChatContext, request: ChatRequest) -> Reply:
    """Answer a command that there is not."""
    return Reply(info.kind(request.texts.html("unknown.command"), request.texts))


async def words(_: ChatContext, request: ChatRequest) -> Reply:
    """Answer words."""
    return Reply(info.kind(request.texts.html("unknown.text"), request.texts))


async def thing(_: ChatContext, request: ChatRequest) -> Reply:
    """Answer a sticker, a voice message, a picture or the like."""
    return Reply(info.kind(request.texts.html("unknown.thing"), request.texts))
