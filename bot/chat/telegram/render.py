"""Showing a screen: the one place that knows how a message becomes another.

A tap's message is edited in place. Text becomes a picture by an edit; a picture becomes text by a
new message, after which the old one is deleted. A message that is gone is replaced. Nothing here is
sent twice: whoever must be told (a receipt) is told by the outbox.

Calls whose answer nobody reads go out as plain JSON: building the library's objects for a keyboard
and reading the answer into others took two fifths of a tap's time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import structlog
from telegram import (
    CallbackQuery,
    InputFile,
    InputMediaPhoto,
    MaybeInaccessibleMessage,
    Message,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.chat.request import File
from bot.chat.screen import TOAST_LIMIT, Screen, clip
from bot.chat.telegram.incoming import topic_of
from bot.chat.telegram.keyboard import keyboard, plain_keyboard, plain_text
from bot.chat.telegram.limiter import AT_ONCE
from bot.chat.telegram.pictures import Media, Pictures
from bot.chat.telegram.refusals import Refusal, refusal_of, told, understood
from bot.domain.order import ChatId
from bot.shop.people.people import People

_log = structlog.get_logger(__name__)
_HTML: Final = ParseMode.HTML
_NOTHING_TO_EDIT: Final = frozenset(
    {Refusal.UNCHANGED, Refusal.MESSAGE_GONE, Refusal.OTHER_CONTENT}
)
T = TypeVar("T")


class Renderer:
    """Shows screens in chats."""

    def __init__(self, bot: ExtBot[str], pictures: Pictures, people: People) -> None:
        self._bot = bot
        self._pictures = pictures
        self._people = people

    async def send(
        self,
        chat_id: ChatId,
        screen: Screen,
        *,
        thread_id: int | None = None,
        at_once: bool = False,
        reply_to: int | None = None,
        quiet: bool = False,
    ) -> int | None:
        """Send a screen as a new message, and return its number where it is one of text.

        Args:
            chat_id: Where.
            screen: What.
            thread_id: Of the topic, in a forum; once that is closed or gone, it goes to General.
            reply_to: A message of the chat that it belongs to; one that is gone is not missed.
            quiet: Let no telephone ring for it.
            at_once: The caller keeps its own time: a flood wait is raised, not waited for.

        Raises:
            TelegramError: it was not sent, or it is not known whether it was.
        """
        patience = AT_ONCE if at_once else None
        reply = {"message_id": reply_to, "allow_sending_without_reply": True}
        more = {
            "reply_parameters": reply if reply_to else None,
            "disable_notification": quiet or None,
        }
        try:
            return await self._send(chat_id, screen, thread_id, patience, more)
        except BadRequest as error:
            if thread_id is None or refusal_of(error) is not Refusal.TOPIC_CLOSED:
                raise
        return await self._send(chat_id, screen, None, patience, more)

    async def _send(
        self,
        chat_id: ChatId,
        screen: Screen,
        thread_id: int | None,
        patience: str | None,
        more: Mapping[str, Any],
    ) -> int | None:

        async def photo(content: bytes | str) -> Message:
            with understood():
                return await self._bot.send_photo(
                    chat_id,
                    content,
                    caption=screen.text,
                    parse_mode=_HTML,
                    reply_markup=keyboard(screen),
                    message_thread_id=thread_id,
                    rate_limit_args=patience,
                )

        async def album(photos: Sequence[str]) -> object:
            first = InputMediaPhoto(photos[0], caption=screen.text, parse_mode=_HTML)
            with understood():
                return await self._bot.send_media_group(
                    chat_id,
                    [first, *map(InputMediaPhoto, photos[1:])],
                    message_thread_id=thread_id,
                    rate_limit_args=patience,
                )

        if screen.carried and await _allowed(photo(screen.carried)):
            return None
        if screen.album and (await _allowed(album(screen.album)) or not screen.text):
            return None  # its words follow by themselves
        if screen.picture and await self._with_picture(
            screen.picture, lambda media: photo(media.content)
        ):
            return None
        sent = await self._call(
            "sendmessage",
            chat_id=chat_id,
            message_thread_id=thread_id,
            patience=patience,
            **plain_text(screen),
            **more,
        )
        with understood():
            return int(sent["message_id"])

    async def edit(self, chat_id: ChatId, message_id: int, screen: Screen) -> bool:
        """Turn a message of text that was sent long ago into a screen; False where it is gone.

        Raises:
            TelegramError: it was not edited, or it is not known whether it was.
        """
        try:
            await self._call(
                "editmessagetext",
                chat_id=chat_id,
                message_id=message_id,
                patience=AT_ONCE,
                **plain_text(screen),
            )
        except BadRequest as error:
            refusal = refusal_of(error)
            if refusal not in _NOTHING_TO_EDIT:
                raise
            return refusal is Refusal.UNCHANGED
        return True

    async def send_file(
        self, chat_id: ChatId, screen: Screen, file: File, thread_id: int | None = None
    ) -> None:
        """Send a file with a screen's text and buttons. Raises as `send`."""
        with understood():
            await self._bot.send_document(
                chat_id,
                InputFile(file.content, filename=file.name),
                caption=screen.text,
                parse_mode=_HTML,
                reply_markup=keyboard(screen),
                message_thread_id=thread_id,
            )

    async def post(
        self,
        chat_id: ChatId,
        screen: Screen,
        *,
        thread_id: int | None = None,
        file: File | None = None,
    ) -> int | None:
        """Send a screen in answer to a message, and return its number where it is one of text.

        What Telegram refuses is noted, not raised.
        """
        if file is not None:
            parcel = file
            return await self._noted(
                chat_id, lambda to: self.send_file(to, screen, parcel, thread_id)
            )
        return await self._noted(chat_id, lambda to: self.send(to, screen, thread_id=thread_id))

    async def illustrate(
        self, chat_id: ChatId, message_id: int, screen: Screen, picture: bytes
    ) -> None:
        """Add a picture to a message of text that shows a screen; refused, the words stay alone."""

        async def edit(to: ChatId) -> None:
            with understood():
                await self._bot.edit_message_media(
                    InputMediaPhoto(picture, caption=screen.text, parse_mode=_HTML),
                    to,
                    message_id,
                    reply_markup=keyboard(screen),
                )

        await self._noted(chat_id, edit)

    async def answer(
        self, query: CallbackQuery, screen: Screen | None, toast: str | None, *, alert: bool = False
    ) -> int | None:
        """Answer a tap and show what it led to, at the same time.

        The number of the message that shows it is returned, where it is one of text.

        Args:
            query: The tap.
            screen: What its message becomes; None leaves it as it is.
            toast: Plain words over the chat.
            alert: The words wait to be read.
        """
        message = query.message
        if screen is None or message is None:
            await self._stop_spinner(query, toast, alert=alert)
            return None
        shown = screen
        chat_id = ChatId(message.chat.id)
        _, number = await asyncio.gather(
            self._stop_spinner(query, toast, alert=alert),
            self._noted(chat_id, lambda to: self._show(to, message, shown)),
        )
        return number

    async def _stop_spinner(self, query: CallbackQuery, toast: str | None, *, alert: bool) -> None:
        words = clip(toast, TOAST_LIMIT) if toast else None
        try:
            await self._call(
                "answercallbackquery",
                callback_query_id=query.id,
                text=words,
                show_alert=alert or None,
            )
        except BadRequest as error:
            if refusal_of(error) is not Refusal.QUERY_OLD:
                _log.warning("tap not answered", refusal=error.message)
        except TelegramError as error:
            _log.warning("tap not answered", error=told(error))

    async def _show(
        self, chat_id: ChatId, message: MaybeInaccessibleMessage, screen: Screen
    ) -> int | None:
        # PTB reads an inaccessible message of a tap as a Message of 1970.
        if not isinstance(message, Message) or not message.is_accessible:
            return await self.send(chat_id, screen)
        thread_id = topic_of(message)
        try:
            if await self._edit(chat_id, message, screen):
                return message.message_id
        except BadRequest as error:
            match refusal_of(error):
                case Refusal.UNCHANGED:
                    return message.message_id
                case Refusal.MESSAGE_GONE:
                    return await self.send(chat_id, screen, thread_id=thread_id)
                case Refusal.OTHER_CONTENT:
                    pass
                case _:
                    raise
        number = await self.send(chat_id, screen, thread_id=thread_id)
        await self.delete(chat_id, message.message_id)
        return number

    async def _edit(self, chat_id: ChatId, message: Message, screen: Screen) -> bool:
        """Turn a message into a screen; False where only a new message can show it."""
        if screen.picture and await self._edit_picture(chat_id, message, screen, screen.picture):
            return True
        if message.text is None:
            return False
        await self._call(
            "editmessagetext",
            chat_id=chat_id,
            message_id=message.message_id,
            **plain_text(screen),
        )
        return True

    async def _edit_picture(
        self, chat_id: ChatId, message: Message, screen: Screen, picture: str
    ) -> bool:

        async def edit(media: Media) -> Message | bool:
            photo = message.photo
            if photo and self._pictures.shows(media, photo[-1].file_unique_id):
                await self._call(
                    "editmessagecaption",
                    chat_id=chat_id,
                    message_id=message.message_id,
                    caption=screen.text,
                    parse_mode=_HTML,
                    reply_markup=plain_keyboard(screen),
                )
                return True
            with understood():
                return await self._bot.edit_message_media(
                    InputMediaPhoto(media.content, caption=screen.text, parse_mode=_HTML),
                    chat_id,
                    message.message_id,
                    reply_markup=keyboard(screen),
                )

        return await self._with_picture(picture, edit)

    async def _call(self, method: str, *, patience: str | None = None, **what: object) -> Any:
        """Make a call and return its answer as plain data.

        Args:
            method: In small letters: in its usual spelling, which the transport gives it, PTB
                warns that it has a method of its own for it.
            patience: For the rate limiter.
            what: The call's fields; None is left out.
        """
        return await self._bot.do_api_request(method, what, rate_limit_args=patience)

    async def _with_picture(
        self, source: str, call: Callable[[Media], Awaitable[Message | bool]]
    ) -> bool:
        """Make a call with a picture in the forms that there are; False where none was taken."""
        media = await self._pictures.ready(source)
        while media is not None:
            try:
                sent = await call(media)
            except (BadRequest, Forbidden) as error:
                refusal = refusal_of(error)
                if refusal is Refusal.CONTENT:
                    return False
                if refusal is not Refusal.PICTURE:
                    raise
                media = await self._pictures.after_refusal(media)
                continue
            if isinstance(sent, Message) and sent.photo:
                largest = sent.photo[-1]
                await self._pictures.learn(media, largest.file_id, largest.file_unique_id)
            return True
        return False

    async def delete(self, chat_id: ChatId, message_id: int) -> None:
        """Delete a message of ours; one that Telegram keeps may stay."""
        try:
            await self._bot.delete_message(chat_id, message_id)
        except TelegramError:  # older than 48 hours, or gone: it may stay, its buttons work
            _log.debug("message stays", message=message_id)

    async def _noted(
        self, chat_id: ChatId, work: Callable[[ChatId], Awaitable[int | None]]
    ) -> int | None:
        """Do something in a chat; act on what its refusal says about the chat."""
        try:
            return await work(chat_id)
        except ChatMigrated as error:
            new = ChatId(error.new_chat_id)
            await self._people.migrate(chat_id, new)
            return await self._noted(new, work)
        except (BadRequest, Forbidden) as error:
            match refusal_of(error):
                case Refusal.CHAT_CLOSED:
                    await self._people.unreachable(chat_id)
                case Refusal.TOPIC_CLOSED | Refusal.CONTENT:  # as its administrators want it
                    _log.info("screen not wanted", chat=chat_id, refusal=error.message)
                case _:
                    _log.error("screen refused", chat=chat_id, refusal=error.message)
        except TelegramError as error:  # the customer taps again
            _log.warning("screen not shown", chat=chat_id, error=told(error))
        return None


async def _allowed(call: Awaitable[object]) -> bool:
    """Make a call; False where its kind of content may not be sent to its chat."""
    try:
        await call
    except (BadRequest, Forbidden) as error:
        if refusal_of(error) is not Refusal.CONTENT:
            raise
        return False
    return True
