"""One served call, as it went over the wire: what tests hold to the published specifications."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: An object as JSON has it.
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as its bytes and an answer as its JSON.

    Attributes:
        service: ``telegram`` or ``stripe``.
        call: Telegram's method, or Stripe's verb and path: ``POST /v1/checkout/sessions``.
        path: Path as requested, below the service's base, without the query and without a token.
        query: Raw query string.
        content_type: Of the request.
        body: The request's raw bytes.
        status: HTTP status of the answer; 0 where the connection was cut without one.
        answer: The answer's parsed JSON.
        played: True where the answer was written by a fault, not by the sandbox.
    """

    service: str
    call: str
    path: str
    query: str
    content_type: str
    body: bytes
    status: int
    answer: object
    played: bool = False


Listener = Callable[[Exchange], None]
