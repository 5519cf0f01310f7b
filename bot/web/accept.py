"""Which of the shop's languages a browser asks for (RFC 9110, Accept-Language)."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.catalog.text import plain_tag

#: A browser sends a handful; more are not looked at.
_MOST = 12


def wanted_language(header: str, known: Collection[str]) -> str | None:
    """Return the language that is wanted most and known, None where none of them is.

    Args:
        header: The header's value, from anybody.
        known: Lower-case tags.
    """
    ranked = sorted(
        (_quality(rest), tag)
        for tag, _, rest in (part.partition(";") for part in header.split(",")[:_MOST])
    )
    for quality, written in reversed(ranked):
        tag = plain_tag(written)
        for candidate in (tag, tag.partition("-")[0]):
            if quality > 0 and candidate in known:
                return candidate
    return None


def _quality(written: str) -> float:
    name, _, value = written.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
