"""Who the bot is: asked of Telegram before anything else is built, since links carry its name."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot.chat.telegram.refusals import told
from bot.chat.telegram.transport import NotTelegramError, TelegramMovedError
from bot.domain.errors import ShopError, TransientError
from bot.domain.services import RedirectedError, WrongServiceError

_TELEGRAM = "Telegram"
#: What servers of the Bot API say of a method that they do not have, with 404 or 501.
_UNKNOWN_METHOD = ("method not found", "not implemented", "(501)")


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
        WrongServiceError: what answers is not Telegram's Bot API.
        TransientError: Telegram did not answer.
    """
    # Given as both, or the library builds a second transport of its own: 0.1 s of the start.
    bot = Bot(token, base_url=base_url, request=request, get_updates_request=request)
    try:
        me = await bot.get_me()
    except TelegramError as error:
        raise silence(error) from None
    except (AttributeError, KeyError, TypeError, ValueError):
        raise WrongServiceError(_TELEGRAM, "getMe without the fields of a bot") from None
    said: tuple[object, object] = me.id, me.username or ""  # the library takes whatever came
    if not isinstance(said[0], int) or not isinstance(said[1], str):
        raise WrongServiceError(_TELEGRAM, "getMe with fields of another kind")
    if me.is_bot is not True or not me.username:
        raise WrongServiceError(_TELEGRAM, "getMe names no bot with a username")
    return Introduction(me.id, me.username)


def silence(error: TelegramError) -> ShopError:
    """Return what it means for a start that Telegram did not answer a call as it should."""
    unknown = any(sign in error.message.lower() for sign in _UNKNOWN_METHOD)
    match error:
        case TelegramMovedError():
            return RedirectedError(_TELEGRAM, error.to)
        case NotTelegramError() if not error.passing:
            return WrongServiceError(_TELEGRAM, error.answer)
        case _ if unknown:
            return WrongServiceError(_TELEGRAM, "a method that it should have is unknown to it")
        case InvalidToken():
            return UnknownBotError("Telegram does not know this token")
    return TransientError(f"Telegram did not answer: {told(error)}")
