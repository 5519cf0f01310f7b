"""/help for owners: what customers read, and what only owners can do."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.handlers import help as help_pages
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screen import paragraphs


async def help_(context: ChatContext, request: ChatRequest, _: str) -> Reply:
    """Say how the shop works, on both sides of the counter."""
    reply = await help_pages.help_(context, request)
    if reply.screen is None:
        return reply
    text = paragraphs(reply.screen.text, request.texts.html("owner.help"))
    return replace(reply, screen=replace(reply.screen, text=text))
