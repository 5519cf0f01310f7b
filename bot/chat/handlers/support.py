"""/paysupport: a customer's words go to the owners, and theirs come back through the bot."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.actions import AskSupport
from bot.chat.desk import Desk, Incoming, Reply, Sort, Visit
from bot.chat.screen import Button
from bot.chat.screens import info
from bot.shop.people.conversations import About


async def paysupport(desk: Desk, visit: Visit, typed: str) -> Reply:
    """Say what to do about a payment, or carry what was written behind the command."""
    if typed:
        return await _carry(desk, visit, Incoming(Sort.WORDS, typed))
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
    """Carry what answers our question or replies to an owner; None where it does neither."""
    replied = AskSupport() in incoming.buttons
    question = None if replied else await desk.shop.conversations.waiting(visit.chat.id)
    if not replied and (question is None or question.about is not About.SUPPORT):
        return None
    if incoming.sort is not Sort.WORDS and not incoming.picture:
        return Reply(info.kind(visit.texts.html("support.only_words"), visit.texts))
    return await _carry(desk, visit, incoming)


async def _carry(desk: Desk, visit: Visit, said: Incoming) -> Reply:
    await desk.shop.support.to_owners(visit.chat.id, visit.user_name, said.words, said.picture)
    await desk.shop.conversations.over(visit.chat.id)
    return Reply(info.kind(visit.texts.html("support.carried"), visit.texts))
