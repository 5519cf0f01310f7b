"""Telegram's refusals: the one table from its words to what they mean for us, and its pauses.

Also what is made of answers that are not Telegram's at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

from telegram.error import (
    BadRequest,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.chat.telegram.transport import NotTelegramError, TransportError


class Refusal(StrEnum):
    """What a 400 or a 403 means."""

    UNCHANGED = "unchanged"  # the message shows that already: done
    MESSAGE_GONE = "message_gone"  # nothing there to edit: send a new one
    OTHER_CONTENT = "other_content"  # a picture where text was to be edited, or the reverse
    QUERY_OLD = "query_old"  # the spinner has stopped by itself: nothing to do
    PICTURE = "picture"  # the picture cannot be used: another source, or none
    TOPIC_CLOSED = "topic_closed"  # not there: elsewhere in the same chat
    CONTENT = "content"  # no photos, or no text, may be sent there: something else may
    BUTTON = "button"  # a kind of button that this server does not know
    CHAT_CLOSED = "chat_closed"  # we may not write there
    OTHER = "other"  # a mistake of ours


#: Wording after the Bot API server's and tdlib's published sources, lower case.
_WORDS: Final = (
    ("message is not modified", Refusal.UNCHANGED),
    ("message to edit not found", Refusal.MESSAGE_GONE),
    ("message can't be edited", Refusal.MESSAGE_GONE),
    ("message_id_invalid", Refusal.MESSAGE_GONE),
    ("message_author_required", Refusal.MESSAGE_GONE),
    ("there is no text in the message", Refusal.OTHER_CONTENT),
    ("there is no caption in the message", Refusal.OTHER_CONTENT),
    ("there is no media in the message", Refusal.OTHER_CONTENT),
    ("query is too old", Refusal.QUERY_OLD),
    ("query id is invalid", Refusal.QUERY_OLD),
    ("query_id_invalid", Refusal.QUERY_OLD),
    ("chat not found", Refusal.CHAT_CLOSED),
    ("peer_id_invalid", Refusal.CHAT_CLOSED),
    ("rights to send a message", Refusal.CHAT_CLOSED),
    ("rights to send", Refusal.CONTENT),
    ("no write access", Refusal.CHAT_CLOSED),
    ("chat_write_forbidden", Refusal.CHAT_CLOSED),
    ("chat_restricted", Refusal.CHAT_CLOSED),
    ("topic_closed", Refusal.TOPIC_CLOSED),
    ("topic_deleted", Refusal.TOPIC_CLOSED),
    ("thread not found", Refusal.TOPIC_CLOSED),
    ("buttons are unallowed", Refusal.BUTTON),
    ("inline keyboard button", Refusal.BUTTON),
    ("button_type_invalid", Refusal.BUTTON),
    ("wrong file", Refusal.PICTURE),
    ("wrong remote file", Refusal.PICTURE),
    ("file identifier", Refusal.PICTURE),
    ("file_reference", Refusal.PICTURE),
    ("type of file", Refusal.PICTURE),
    ("file of type", Refusal.PICTURE),
    ("file is too big", Refusal.PICTURE),
    ("file must be non-empty", Refusal.PICTURE),
    ("http url", Refusal.PICTURE),
    ("web page content", Refusal.PICTURE),
    ("webpage_", Refusal.PICTURE),
    ("photo_", Refusal.PICTURE),
    ("image_process_failed", Refusal.PICTURE),
)


#: What the server says of one kind of content, as CHAT_SEND_PHOTOS_FORBIDDEN.
_CONTENT: Final = re.compile("chat_send_[a-z]+_forbidden|voice_messages_forbidden").search


def refusal_of(error: BadRequest | Forbidden) -> Refusal:
    """Return what a 400 or a 403 means."""
    words = error.message.lower()
    if _CONTENT(words):
        return Refusal.CONTENT
    found = next((meaning for sign, meaning in _WORDS if sign in words), Refusal.OTHER)
    if isinstance(error, Forbidden) and found is not Refusal.CONTENT:
        return Refusal.CHAT_CLOSED
    return found


def seconds_of(error: RetryAfter) -> float:
    """Return how long Telegram asks to wait."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()


@contextmanager
def understood() -> Iterator[None]:
    """Make a call of the library's; what it stumbles over is an answer of another shape.

    Raises:
        NotTelegramError: instead of whatever the library raised.
    """
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotTelegramError(
            f"an answer that is not understood: {type(error).__name__}"
        ) from None


def told(error: TelegramError) -> str:
    """Return what the log says of a call that did not do: no secret, and nobody's words."""
    match error:
        case TransportError():
            return error.message
        case InvalidToken() | EndPointNotFound():  # the library tells them apart by the call's way
            return "the token or the method is unknown to it"
    return type(error).__name__
