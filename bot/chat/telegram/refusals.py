"""Telegram's refusals: the one table from its words to what they mean for us, and its pauses."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from telegram.error import BadRequest, RetryAfter


class Refusal(StrEnum):
    """What a 400 means."""

    UNCHANGED = "unchanged"  # the message shows that already: done
    MESSAGE_GONE = "message_gone"  # nothing there to edit: send a new one
    OTHER_CONTENT = "other_content"  # a picture where text was to be edited, or the reverse
    QUERY_OLD = "query_old"  # the spinner has stopped by itself: nothing to do
    PICTURE = "picture"  # the picture cannot be used: another source, or none
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
    ("rights to send", Refusal.CHAT_CLOSED),
    ("chat_write_forbidden", Refusal.CHAT_CLOSED),
    ("chat_restricted", Refusal.CHAT_CLOSED),
    ("topic_closed", Refusal.CHAT_CLOSED),
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


def refusal_of(error: BadRequest) -> Refusal:
    """Return what a 400 means."""
    words = error.message.lower()
    return next((meaning for sign, meaning in _WORDS if sign in words), Refusal.OTHER)


def seconds_of(error: RetryAfter) -> float:
    """Return how long Telegram asks to wait."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()
