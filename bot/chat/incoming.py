"""Messages that are no commands, read from Telegram's into ours."""

from __future__ import annotations

from telegram import Document, InlineKeyboardMarkup, Message, PhotoSize
from telegram.error import TelegramError

from bot.chat.actions import Action
from bot.chat.codec import decode
from bot.chat.desk import Incoming, Sort
from bot.domain.errors import TransientError


def read_message(message: Message) -> Incoming:
    """Return what somebody sent, and which of our messages it replies to."""
    buttons = _buttons(message.reply_to_message)
    if message.text is not None:
        return Incoming(Sort.WORDS, message.text, buttons=buttons)
    words = message.caption or ""
    if message.document is not None:
        return _file(Sort.DOCUMENT, message.document, words, buttons)
    if message.photo:
        return _file(Sort.PHOTO, message.photo[-1], words, buttons)
    return Incoming(Sort.OTHER, words, buttons=buttons)


def _file(
    sort: Sort, file: Document | PhotoSize, words: str, buttons: tuple[Action, ...]
) -> Incoming:
    async def fetch() -> bytes:
        try:
            return bytes(await (await file.get_file()).download_as_bytearray())
        except TelegramError as error:
            raise TransientError(f"file not fetched: {type(error).__name__}") from error

    name = file.file_name or "" if isinstance(file, Document) else ""
    return Incoming(sort, words, name, file.file_size or 0, fetch, buttons)


def _buttons(message: Message | None) -> tuple[Action, ...]:
    """Return what the buttons of a message of ours can do; Telegram shows them with a reply."""
    if message is None or message.from_user is None or not message.from_user.is_bot:
        return ()
    keyboard = message.reply_markup
    if not isinstance(keyboard, InlineKeyboardMarkup):
        return ()
    data = (button.callback_data for row in keyboard.inline_keyboard for button in row)
    found = (decode(one) for one in data if isinstance(one, str))
    return tuple(action for action in found if action is not None)
