"""/paysupport: a customer's words go to the owners, and theirs come back through the bot."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.actions import AskSupport
from bot.chat.desk import Desk, Incoming, Reply, Visit
from bot.chat.screen import Button
from bot.chat.screens import info
from bot.shop.conversations import About


async def paysupport(desk: Desk, visit: Visit, typed: str) -> Reply:
    """Say what to do about a payment, or carry what was written behind the command."""
    if typed:
        return await _carry(desk, visit, typed)
    screen = info.paysupport(desk.catalog, visit.texts)
    if not desk.shop.context.owners or visit.group:
        return Reply(screen)
    write = Button(visit.texts.text("button.write_to_shop"), AskSupport(), style="primary")
    return Reply(replace(screen, rows=((write,), *screen.rows)))


async def ask(desk: Desk, visit: Visit) -> Reply:
    """Ask for the words by the next message; in a group, by the command."""
    if visit.group:
        return Reply(said=visit.texts.text("support.in_group"), alert=True)
    await desk.shop.conversations.ask(visit.chat.id, About.SUPPORT)
    return Reply(info.kind(visit.texts.html("support.ask"), visit.texts), fresh=True)


async def sent(desk: Desk, visit: Visit, incoming: Incoming) -> Reply | None:
    """Carry words that answer our question or reply to an owner's; None where they are neither."""
    replied = AskSupport() in incoming.buttons
    question = None if replied else await desk.shop.conversations.waiting(visit.chat.id)
    if not replied and (question is None or question.about is not About.SUPPORT):
        return None
    if not incoming.words:
        return Reply(info.kind(visit.texts.html("support.only_words"), visit.texts))
    return await _carry(desk, visit, incoming.words)


async def _carry(desk: Desk, visit: Visit, words: str) -> Reply:
    await desk.shop.support.to_owners(visit.chat.id, visit.user_name, words)
    await desk.shop.conversations.over(visit.chat.id)
    return Reply(info.kind(visit.texts.html("support.carried"), visit.texts))
