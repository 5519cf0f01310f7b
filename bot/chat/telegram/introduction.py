"""Who the bot is: asked of Telegram before anything else is built, since links carry its name."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot.chat.telegram.transport import NotTelegramError
from bot.domain.errors import ShopError, TransientError


class UnknownBotError(ShopError):
    """Telegram does not know the token."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """The bot's number and its username, without ``@``."""

    id: int
    username: str


async def introduce(token: str, base_url: str, request: BaseRequest) -> Introduction:
    """Ask Telegram who the bot with this token is.

    Args:
        token: The bot's.
        base_url: Of the Bot API up to the token.
        request: An open transport.

    Raises:
        UnknownBotError: the token is wrong or was revoked.
        TransientError: Telegram did not answer.
    """
    try:
        # Given as both, or the library builds a second transport of its own: 0.1 s of the start.
        bot = Bot(token, base_url=base_url, request=request, get_updates_request=request)
        me = await bot.get_me()
    except InvalidToken:
        raise UnknownBotError("Telegram does not know this token") from None
    except NotTelegramError as error:
        raise TransientError(f"Telegram did not answer: {error.message}") from None
    except TelegramError as error:
        raise TransientError(f"Telegram did not answer: {type(error).__name__}") from None
    return Introduction(me.id, me.username or "")
