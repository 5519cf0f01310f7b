"""/help for owners: what customers read, and what only owners can do."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.desk import Desk, Reply, Visit
from bot.chat.handlers import help as help_pages
from bot.chat.screen import paragraphs


async def help_(desk: Desk, visit: Visit, _: str) -> Reply:
    """Say how the shop works, on both sides of the counter."""
    reply = await help_pages.help_(desk, visit)
    if reply.screen is None:
        return reply
    text = paragraphs(reply.screen.text, visit.texts.html("owner.help"))
    return replace(reply, screen=replace(reply.screen, text=text))
