"""Refusals and mishaps in words."""

from __future__ import annotations

import structlog

from bot.domain.errors import RefusedError
from bot.locales import Texts

_log = structlog.get_logger(__name__)


def words(refused: RefusedError, texts: Texts) -> str:
    """Return a refusal in plain words; one without words of its own gets general ones."""
    try:
        return texts.text(refused.key, **refused.params)
    except KeyError:
        _log.error("refusal without words", key=refused.key)
        return texts.text("error.refused")
