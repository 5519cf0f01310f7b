"""Messages of a group that one person alone sees: refusals, and what they are asked.

Bot API 10.3 has them. A server that does not know the parameter that makes a message one would
ignore it, and post for everybody what was meant for one. So each such message holds a button of a
kind that came with the same version: an older server refuses the message as a whole for it, and is
asked no more. What came back without the mark of such a message is deleted at once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import structlog
from telegram import CallbackQuery, Message
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot.chat.request import Reply
from bot.chat.screen import Screen
from bot.chat.telegram.keyboard import labelled_keyboard, plain_text
from bot.chat.telegram.limiter import AT_ONCE
from bot.chat.telegram.refusals import Refusal, refusal_of, told
from bot.chat.telegram.replies import parted
from bot.domain.order import ChatId, UserId
from bot.locales import Texts

_log = structlog.get_logger(__name__)
_ID: Final = "ephemeral_message_id"


def is_seen_alone(query: CallbackQuery) -> bool:
    """Return whether what was tapped is seen by one person alone."""
    return _number_of(query) is not None


def _number_of(query: CallbackQuery) -> int | None:
    message = query.message
    number = message.api_kwargs.get(_ID) if isinstance(message, Message) else None
    return number if isinstance(number, int) else None


class Ephemerals:
    """Shows, changes and takes away what one person alone sees."""

    def __init__(self, bot: ExtBot[str]) -> None:
        self._bot = bot
        #: Until a server shows otherwise.
        self._known = True

    async def answer(
        self, query: CallbackQuery, reply: Reply, texts: Texts, thread_id: int | None
    ) -> Reply:
        """Show to whoever tapped what is theirs alone, and return what is left for everybody.

        What they saw alone and tapped turns into what is theirs again, or goes; where it has gone
        by itself, what is theirs is shown anew.
        """
        if query.message is None:
            return reply
        chat_id, user_id = ChatId(query.message.chat.id), UserId(query.from_user.id)
        number, (theirs, rest) = _number_of(query), parted(reply, texts)
        if number is None:
            return await self.reply(chat_id, user_id, reply, texts, thread_id, query.id)
        if theirs is not None:
            if not await self._turn(chat_id, user_id, number, _shown(theirs, texts)):
                rest = await self.reply(chat_id, user_id, reply, texts, thread_id, query.id)
            return replace(rest, fresh=True)
        if reply.screen is not None or reply.said is not None:
            await self._delete(chat_id, user_id, number)
        return replace(reply, fresh=True)

    async def reply(  # noqa: PLR0917 - where, to whom, what
        self,
        chat_id: ChatId,
        user_id: UserId,
        reply: Reply,
        texts: Texts,
        thread_id: int | None,
        query_id: str | None = None,
    ) -> Reply:
        """Show to whoever asked what is theirs alone, and return what is left for everybody.

        Args:
            chat_id: The group.
            user_id: Who asked.
            reply: What they get.
            texts: The group's language.
            thread_id: Of the topic, in a forum.
            query_id: Of a tap, seconds ago; without one Telegram wants the bot to be an
                administrator of the group.
        """
        theirs, rest = parted(reply, texts)
        if theirs is None:
            return reply
        receiver: dict[str, object] = {"receiver_user_id": user_id}
        if query_id is not None:
            receiver["callback_query_id"] = query_id
        shown = _shown(theirs, texts)
        if await self._send(chat_id, receiver, thread_id, shown):
            return rest
        return reply if reply.instead is None else Reply(said=reply.instead, alert=True)

    async def _send(
        self,
        chat_id: ChatId,
        receiver: dict[str, object],
        thread_id: int | None,
        shown: dict[str, object],
    ) -> bool:
        """Show something to one person; False where that cannot be done."""
        if not self._known:
            return False
        try:
            sent = await self._call(
                "sendmessage",
                chat_id=chat_id,
                message_thread_id=thread_id,
                ephemeral_message_parameters=receiver,
                **shown,
            )
        except BadRequest as error:
            self._known = refusal_of(error) is not Refusal.BUTTON
            _log.info("nothing is shown to one alone", refusal=error.message, known=self._known)
            return False
        except TelegramError as error:
            _log.warning("nothing is shown to one alone", error=told(error))
            return False
        if isinstance(sent, dict) and _ID in sent:
            return True
        self._known = False
        _log.error("shown to everybody, and deleted", chat=chat_id)
        await self._take_back(chat_id, sent)
        return False

    async def _turn(
        self, chat_id: ChatId, user_id: UserId, number: int, shown: dict[str, object]
    ) -> bool:
        """Turn what one person sees into another screen; False where that cannot be done."""
        try:
            await self._call(
                "editEphemeralMessageText",
                chat_id=chat_id,
                receiver_user_id=user_id,
                ephemeral_message_id=number,
                **shown,
            )
        except BadRequest as error:
            if refusal_of(error) is Refusal.UNCHANGED:
                return True
            _log.info("not turned for one alone", refusal=error.message)
            return False
        except TelegramError as error:
            _log.warning("not turned for one alone", error=told(error))
            return False
        return True

    async def _delete(self, chat_id: ChatId, user_id: UserId, number: int) -> None:
        """Take away what one person sees; it goes by itself too."""
        try:
            await self._call(
                "deleteEphemeralMessage",
                chat_id=chat_id,
                receiver_user_id=user_id,
                ephemeral_message_id=number,
            )
        except TelegramError as error:
            _log.info("stays for one alone", error=told(error))

    async def _take_back(self, chat_id: ChatId, sent: Any) -> None:
        try:
            await self._bot.delete_message(chat_id, int(sent["message_id"]))
        except (TelegramError, KeyError, TypeError, ValueError):
            _log.exception("not deleted", chat=chat_id)

    async def _call(self, method: str, **what: object) -> Any:
        return await self._bot.do_api_request(method, what, rate_limit_args=AT_ONCE)


def _shown(screen: Screen, texts: Texts) -> dict[str, object]:
    """Return a screen, without its picture, as calls take it."""
    label = texts.text("button.only_you")
    return plain_text(screen) | {"reply_markup": labelled_keyboard(screen, label)}
