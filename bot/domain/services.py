"""What went wrong between the shop and a service that it calls, in words that hold no secret."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

from bot.domain.errors import TransientError

_LONGEST: Final = 200
#: What a server of another kind answers with; 429 and the other 5xx pass by themselves.
_NOT_IMPLEMENTED: Final = 501


class WrongServiceError(TransientError):
    """What answers at a service's address is not that service, and waiting will hardly mend it.

    Attributes:
        service: ``Telegram`` or ``Stripe``.
        answer: What came instead.
    """

    def __init__(self, service: str, answer: str) -> None:
        super().__init__(f"what answers is not {service}: {answer}")
        self.service = service
        self.answer = answer


class RedirectedError(WrongServiceError):
    """A service's address leads to another one, which is never followed.

    Attributes:
        to: The other address: host and path.
    """

    def __init__(self, service: str, to: str) -> None:
        super().__init__(service, f"a redirect to {to}")
        self.to = to


def is_redirect(status: int) -> bool:
    """Return whether an HTTP status sends the caller elsewhere."""
    return 300 <= status < 400  # noqa: PLR2004 - HTTP's redirections


def may_pass(status: int) -> bool:
    """Return whether an answer of another shape may be a passing fault of what stands between."""
    return status == 429 or (500 <= status < 600 and status != _NOT_IMPLEMENTED)  # noqa: PLR2004


def told_address(location: str, asked: str, secret: str) -> str:
    """Return where a redirect points to, as host and path.

    Args:
        location: The header, which may be anything.
        asked: The URL that was asked for.
        secret: Never appears in what is returned, however it is written.
    """
    try:
        parts = urlsplit(urljoin(asked, location))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "an address that cannot be read"
    told = unquote(unquote((f"{host}:{port}" if port else host) + parts.path))
    if secret:
        told = re.sub(re.escape(secret), "…", told, flags=re.IGNORECASE)
    told = "".join(letter for letter in told if letter.isprintable() and letter != " ")
    return told[:_LONGEST] or "nowhere"
