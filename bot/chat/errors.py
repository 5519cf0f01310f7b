"""Mishaps in words: nobody is shown a traceback, and everybody is told what to do next."""

from __future__ import annotations

import secrets

import structlog

from bot.domain.errors import RefusedError, ShopError, TransientError
from bot.locales import Texts
from bot.ports import DatabaseTroubleError, UpdateId

_log = structlog.get_logger(__name__)


def words_for(error: Exception, texts: Texts, update_id: UpdateId) -> str:
    """Return what to tell the person whose update ended in an error, in plain words.

    A bug is logged under a short reference that the person reads too; the log holds no word of
    what they wrote.
    """
    match error:
        case RefusedError():
            return refusal_words(error, texts)
        case TransientError():
            _log.warning("slow", update=update_id, error=str(error))
            return texts.text("error.slow")
        case _:
            reference = secrets.token_hex(3).upper()
            _log.error("bug", reference=reference, update=update_id, exc_info=error)
            return texts.text("error.bug", reference=reference)


def reason_words(error: ShopError, texts: Texts) -> str:
    """Return why something cannot be done, as stands within a sentence to whoever can mend it."""
    if isinstance(error, DatabaseTroubleError):
        return texts.text(f"trouble.{error.trouble}", file=error.file)
    return str(error)


def refusal_words(refused: RefusedError, texts: Texts) -> str:
    """Return a refusal in plain words; one without words of its own gets general ones."""
    try:
        return texts.text(refused.key, **refused.params)
    except KeyError:
        _log.error("refusal without words", key=refused.key)
        return texts.text("error.refused")
