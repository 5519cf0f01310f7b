"""What stands beside the bot in Telegram: its command menu and its descriptions, per language."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import structlog
from telegram import (
    Bot,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.chat.routes import COMMANDS, Menu
from bot.chat.screen import clip
from bot.chat.telegram.refusals import told, understood
from bot.domain.catalog.model import Catalog
from bot.domain.order import ChatId
from bot.locales import Languages, Texts

_log = structlog.get_logger(__name__)

#: Bot API: setMyDescription and setMyShortDescription.
_DESCRIPTION, _SHORT_DESCRIPTION = 512, 120


async def announce(bot: Bot, languages: Languages, catalog: Catalog) -> bool:
    """Set commands and descriptions in every language, where they differ; return whether all went.

    English is set for everybody whose language the shop does not speak. Telegram knows languages
    by two letters; a regional one is left to its base.
    """
    done = True
    for code in languages.codes:
        texts = languages.texts(code)
        mine, groups = (_entries(texts, catalog, one) for one in (Menu.PRIVATE, Menu.GROUP))
        for tag in _tags(code):
            try:
                with understood():
                    await asyncio.gather(
                        _set_commands(bot, mine, tag, BotCommandScopeDefault()),
                        _set_commands(bot, groups, tag, BotCommandScopeAllGroupChats()),
                        _describe(bot, texts, tag, catalog),
                    )
            except TelegramError as error:
                _log.warning("menu not set", language=tag, error=told(error))
                done = False
    return done


async def announce_to_owner(bot: Bot, texts: Texts, catalog: Catalog, chat_id: ChatId) -> bool:
    """Set the menu of an owner's chat where it differs; return whether it went.

    Telegram knows a chat only once its person has started the bot; before that it refuses.
    """
    return await _set_chats(bot, chat_id, _entries(texts, catalog, Menu.OWNER))


async def announce_to_chat(
    bot: Bot, texts: Texts, catalog: Catalog, chat_id: ChatId, *, group: bool
) -> bool:
    """Set the menu of a chat that chose another language than its apps'; return whether it went."""
    menu = Menu.GROUP if group else Menu.PRIVATE
    return await _set_chats(bot, chat_id, _entries(texts, catalog, menu))


async def withdraw(bot: Bot, chat_id: ChatId) -> None:
    """Leave nothing with Telegram about a chat: it has the menu that everybody has."""
    try:
        await bot.delete_my_commands(scope=BotCommandScopeChat(chat_id))
    except TelegramError as error:
        _log.warning("menu not withdrawn", error=told(error))


async def _set_chats(bot: Bot, chat_id: ChatId, wanted: list[tuple[str, str]]) -> bool:
    scope = BotCommandScopeChat(chat_id)
    try:
        with understood():
            current = await bot.get_my_commands(scope=scope)
        if [(one.command, one.description) for one in current] != wanted:
            await bot.set_my_commands(wanted, scope=scope)
    except TelegramError as error:
        _log.warning("chat's menu not set", error=told(error))
        return False
    return True


def _entries(texts: Texts, catalog: Catalog, menu: Menu) -> list[tuple[str, str]]:
    shown = (one for one in COMMANDS if menu in one.menus and one.stands(catalog))
    return [(one.name, texts.text(one.entry)) for one in shown]


def _tags(code: str) -> Iterable[str | None]:
    if code == "en":
        return (None, "en")
    return (code,) if len(code) == 2 else ()  # noqa: PLR2004 - ISO 639-1


async def _set_commands(
    bot: Bot, wanted: list[tuple[str, str]], tag: str | None, scope: BotCommandScope
) -> None:
    current = await bot.get_my_commands(scope=scope, language_code=tag)
    if [(one.command, one.description) for one in current] != wanted:
        await bot.set_my_commands(wanted, scope=scope, language_code=tag)


async def _describe(bot: Bot, texts: Texts, tag: str | None, catalog: Catalog) -> None:
    about = catalog.shop.about.in_language(texts.language) if catalog.shop.about else None
    long = texts.text("bot.description")
    if about:
        long = f"{clip(about, _DESCRIPTION - len(long) - 2)}\n\n{long}"
    short = clip(about or texts.text("bot.short_description"), _SHORT_DESCRIPTION)
    if (await bot.get_my_description(tag)).description != long:
        await bot.set_my_description(long, tag)
    if (await bot.get_my_short_description(tag)).short_description != short:
        await bot.set_my_short_description(short, tag)
