"""What the shop says about itself: help, support, terms, privacy, language."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.actions import ChooseLanguage
from bot.chat.desk import Desk, Reply, Visit
from bot.chat.screens import info as screens


async def help_(desk: Desk, visit: Visit) -> Reply:
    """Say how the shop works."""
    return Reply(screens.help_(desk.catalog, visit.texts, group=visit.group))


async def paysupport(desk: Desk, visit: Visit) -> Reply:
    """Say what to do about a payment."""
    return Reply(screens.paysupport(desk.catalog, visit.texts))


async def terms(desk: Desk, visit: Visit) -> Reply:
    """Show the terms of sale."""
    return Reply(screens.terms(desk.catalog, visit.texts))


async def languages(desk: Desk, visit: Visit) -> Reply:
    """Show the languages to choose from."""
    every = (desk.languages.texts(code) for code in desk.languages.codes)
    return Reply(screens.languages(every, visit.texts))


async def choose_language(desk: Desk, visit: Visit, action: ChooseLanguage) -> Reply:
    """Speak another language in this chat, from the next word on."""
    if action.language not in desk.languages.codes:
        return await languages(desk, visit)
    chat = await desk.shop.people.choose_language(visit.chat.id, action.language)
    chosen = replace(visit, chat=chat, texts=desk.languages.texts(chat.language))
    return Reply(screens.kind(chosen.texts.html("language.chosen"), chosen.texts))
