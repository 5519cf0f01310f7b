"""What the shop says about itself: help, support, terms, privacy, language."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.actions import ChooseLanguage
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screens import info as screens


async def help_(context: ChatContext, request: ChatRequest) -> Reply:
    """Say how the shop works."""
    return Reply(screens.help_(context.catalog, request.texts, group=request.group))


async def paysupport(context: ChatContext, request: ChatRequest) -> Reply:
    """Say what to do about a payment."""
    return Reply(screens.paysupport(context.catalog, request.texts))


async def terms(context: ChatContext, request: ChatRequest) -> Reply:
    """Show the terms of sale."""
    return Reply(screens.terms(context.catalog, request.texts))


async def languages(context: ChatContext, request: ChatRequest) -> Reply:
    """Show the languages to choose from."""
    every = (context.languages.texts(code) for code in context.languages.codes)
    return Reply(screens.languages(every, request.texts))


async def choose_language(
    context: ChatContext, request: ChatRequest, action: ChooseLanguage
) -> Reply:
    """Speak another language in this chat, from the next word on."""
    if action.language not in context.languages.codes:
        return await languages(context, request)
    chat = await context.shop.people.choose_language(request.chat.id, action.language)
    chosen = replace(request, chat=chat, texts=context.languages.texts(chat.language))
    return Reply(screens.kind(chosen.texts.html("language.chosen"), chosen.texts))
