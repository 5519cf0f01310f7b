"""Messages that are no commands, read from Telegram's into ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

from telegram import Document, InlineKeyboardMarkup, Message, MessageEntity, PhotoSize, User
from telegram.error import TelegramError

from bot.chat.actions import Action
from bot.chat.request import Incoming, Sort
from bot.chat.routes import decode
from bot.domain.errors import TransientError
from bot.domain.names import person_name
from bot.domain.order import UserId


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who writes or taps.

    Attributes:
        name: The whole name; like the first one, empty where nothing of it can be seen.
        language_code: Of their app, as far as Telegram tells.
        initial: Of the last name, where that begins with a letter.
    """

    id: UserId
    name: str
    first_name: str
    language_code: str | None
    initial: str = ""

    @classmethod
    def of(cls, user: User) -> Speaker:
        """Return a person."""
        name = person_name(user.first_name, user.last_name)
        first, last = person_name(user.first_name), person_name(user.last_name)
        initial = last[0] if first and last[:1].isalpha() else ""
        return cls(UserId(user.id), name, first, user.language_code, initial)


def speaker_of(message: Message) -> Speaker | None:
    """Return who wrote a message; None where nobody did whom the shop should answer.

    An administrator who is anonymous writes in the name of the group, somebody else in that of a
    channel; a bot of Telegram's stands in for them. What a channel's linked group is told by
    itself is no word to the shop, and neither is another bot's.
    """
    author, chat = message.from_user, message.sender_chat
    if author is None or message.is_automatic_forward:
        return None
    if chat is not None and author.is_bot:
        name = person_name(chat.title)
        return Speaker(UserId(chat.id), name, name, None)
    return None if author.is_bot else Speaker.of(author)


def is_command(message: Message) -> bool:
    """Return whether a message begins with a command, for whichever bot."""
    first = message.entities[0] if message.entities else None
    return first is not None and first.type == MessageEntity.BOT_COMMAND and not first.offset


def command_of(message: Message, username: str) -> tuple[str, str] | None:
    """Return a message's command and what follows it; None where there is none, or not for us."""
    if not is_command(message):
        return None
    words, entities = message.text or "", message.entities
    name, _, addressed = words[1 : entities[0].length].partition("@")
    if addressed and addressed.lower() != username.lower():
        return None
    return name.lower(), words[entities[0].length :].strip()


def words_of(message: Message, username: str) -> str:
    """Return the words of a message; of a command those that follow it."""
    command = command_of(message, username)
    return command[1] if command else message.text or message.caption or ""


def is_addressed(message: Message) -> bool:
    """Return whether a message's command names its bot, as in ``/cart@shop_bot``."""
    return "@" in (message.text or "")[: message.entities[0].length if message.entities else 0]


def topic_of(message: Message | None) -> int | None:
    """Return the topic of a forum that a message stands in.

    A reply in an ordinary supergroup has a thread too, which is no topic.
    """
    return message.message_thread_id if message is not None and message.is_topic_message else None


def is_passed_on(message: Message) -> bool:
    """Return whether somebody else's words, or those of another bot, came with a message.

    One's own words, forwarded, look the same; a copy without its origin looks like one's own.
    """
    return message.forward_origin is not None or message.via_bot is not None


def card_of(message: Message) -> str | None:
    """Return what the link of a card of ours would start the bot with; a forward keeps its link."""
    keyboard = message.reply_markup
    if not isinstance(keyboard, InlineKeyboardMarkup):
        return None
    links = (button.url for row in keyboard.inline_keyboard for button in row if button.url)
    payloads = (parse_qs(urlsplit(link).query).get("start", [""])[0] for link in links)
    return next((payload for payload in payloads if payload), None)


def read_message(items: Sequence[Message], bot_id: int) -> Incoming:
    """Return what somebody sent, and which of our messages it replies to.

    Args:
        items: An album's, or the parts of a long text; of any other message it alone.
        bot_id: The bot's.
    """
    read = [_read(item, bot_id) for item in items]
    # What an album is depends on what can be used of it: its photos, or a file.
    first = next((one for one in read if one.sort is not Sort.OTHER), read[0])
    if len(read) == 1:
        return first
    return replace(
        first,
        words="\n".join(one.words for one in read if one.words),
        pictures=tuple(picture for one in read for picture in one.pictures),
        more=any(not one.pictures and one.sort is not Sort.WORDS for one in read),
    )


def _read(message: Message, bot_id: int) -> Incoming:
    buttons = _buttons(message.reply_to_message, bot_id)
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
    pictures = (file.file_id,) if isinstance(file, PhotoSize) else ()
    return Incoming(sort, words, name, file.file_size or 0, fetch, buttons, pictures)


def _buttons(message: Message | None, bot_id: int) -> tuple[Action, ...]:
    """Return what the buttons of a message of ours can do; Telegram shows them with a reply."""
    if message is None or message.from_user is None or message.from_user.id != bot_id:
        return ()
    keyboard = message.reply_markup
    if not isinstance(keyboard, InlineKeyboardMarkup):
        return ()
    data = (button.callback_data for row in keyboard.inline_keyboard for button in row)
    found = (decode(one) for one in data if isinstance(one, str))
    return tuple(action for action in found if action is not None)
