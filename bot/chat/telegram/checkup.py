"""What Telegram says of the bot, for whoever looks the shop over; nobody is written to."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.request import BaseRequest

from bot.chat.telegram.commands import announce
from bot.chat.telegram.introduction import silence
from bot.chat.telegram.refusals import understood
from bot.domain.catalog.model import Catalog
from bot.domain.order import UserId
from bot.locales import Languages
from bot.ports import BotFacts, Contact


async def bot_facts(
    token: str, base_url: str, request: BaseRequest, owners: Sequence[UserId]
) -> BotFacts:
    """Ask Telegram how the bot stands.

    Args:
        token: The bot's.
        base_url: Of the Bot API up to the token.
        request: An open transport.
        owners: Each is shown "typing" for a moment, which is how a block is noticed.

    Raises:
        TransientError: Telegram did not answer.
    """
    bot = Bot(token, base_url=base_url, request=request)
    try:
        with understood():
            me, webhook = await bot.get_me(), await bot.get_webhook_info()
            menu = await bot.get_my_commands()
    except TelegramError as error:
        raise silence(error) from None
    failed_at = webhook.last_error_date
    return BotFacts(
        username=me.username or "",
        webhook_url=webhook.url,
        waiting=webhook.pending_update_count,
        webhook_error=webhook.last_error_message or "",
        webhook_error_at=int(failed_at.timestamp()) if failed_at else 0,
        has_menu=bool(menu),
        inline=bool(me.supports_inline_queries),
        owners={owner: await _contact(bot, owner) for owner in owners},
    )


async def set_menu(
    token: str, base_url: str, request: BaseRequest, languages: Languages, catalog: Catalog
) -> bool:
    """Set the command menu and the bot's descriptions; return whether all of it went."""
    return await announce(Bot(token, base_url=base_url, request=request), languages, catalog)


async def _contact(bot: Bot, owner: UserId) -> Contact:
    try:
        await bot.send_chat_action(owner, ChatAction.TYPING)
    except Forbidden:
        return Contact.BLOCKED
    except BadRequest:
        return Contact.UNKNOWN
    except TelegramError:
        return Contact.UNANSWERED
    return Contact.REACHED
