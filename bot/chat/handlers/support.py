"""/paysupport: a customer's words go to the owners, and theirs come back through the bot."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.actions import AskSupport
from bot.chat.request import ChatContext, ChatRequest, Incoming, Reply, Sort
from bot.chat.screens import info
from bot.shop.people.conversations import About


async def paysupport(context: ChatContext, request: ChatRequest, typed: str) -> Reply:
    """Say what to do about a payment, or carry what was written behind the command."""
    if typed:
        return await _carry(context, request, Incoming(Sort.WORDS, typed))
    carries = bool(context.shop.context.owners) and not request.group
    return Reply(info.paysupport(context.catalog, request.texts, carries=carries))


async def ask(context: ChatContext, request: ChatRequest) -> Reply:
    """Ask for the words by the next message; in a group, by the command."""
    if request.group:
        return Reply(said=request.texts.text("support.in_group"), alert=True)
    await context.shop.conversations.ask(request.chat.id, About.SUPPORT)
    return Reply(info.kind(request.texts.html("support.ask"), request.texts), fresh=True)


async def sent(context: ChatContext, request: ChatRequest, incoming: Incoming) -> Reply | None:
    """Carry what answers our question or replies to an owner; None where it does neither."""
    replied = AskSupport() in incoming.buttons
    question = None if replied else await context.shop.conversations.waiting(request.chat.id)
    if not replied and (question is None or question.about is not About.SUPPORT):
        return None
    if incoming.sort is not Sort.WORDS and not incoming.pictures:
        return Reply(info.kind(request.texts.html("support.only_words"), request.texts))
    return await _carry(context, request, incoming)


async def send_kept(context: ChatContext, request: ChatRequest) -> Reply:
    """Carry what was written before and was no search; once it is sent, ask for more."""
    kept = None if request.group else await context.shop.support.kept(request.chat.id)
    if kept is None:
        return await ask(context, request)
    reply = await _carry(context, request, Incoming(Sort.WORDS, kept))
    await context.shop.support.drop_kept(request.chat.id)
    return replace(reply, fresh=True)


async def _carry(context: ChatContext, request: ChatRequest, said: Incoming) -> Reply:
    await context.shop.support.to_owners(
        request.chat.id,
        request.user_name,
        said.words,
        pictures=said.pictures,
        messages=request.messages,
        topic=request.topic,
    )
    await context.shop.conversations.over(request.chat.id)
    key = "support.carried_part" if said.more else "support.carried"
    return Reply(info.kind(request.texts.html(key), request.texts))


async def edited(context: ChatContext, request: ChatRequest, number: int, words: str) -> Reply:
    """Carry what a message says now to whom it was carried before; no other edit is answered."""
    await context.shop.support.edited(
        request.chat.id, request.user_id, request.user_name, number, words
    )
    return Reply()
