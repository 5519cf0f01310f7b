"""Refusals in the Bot API's own words.

Wording after the Bot API server's published source, where it is known; status and parameters
are what a client acts on.
"""

from __future__ import annotations

from shop_sandbox.exchange import Json


class BotApiError(Exception):
    """A call is refused: HTTP status, description, and parameters for the client to act on."""

    def __init__(self, status: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> Json:
        """Return the answer's JSON."""
        body: Json = {"ok": False, "error_code": self.status, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(why: str) -> BotApiError:
    """Return the refusal of a request that is wrong in itself."""
    return BotApiError(400, f"Bad Request: {why}")


def forbidden(why: str) -> BotApiError:
    """Return the final refusal of a chat that the bot may not write to."""
    return BotApiError(403, f"Forbidden: {why}")


def conflict(why: str) -> BotApiError:
    """Return the refusal of a second way to fetch updates."""
    return BotApiError(409, f"Conflict: {why}")


def too_many_requests(retry_after: int) -> BotApiError:
    """Return the refusal of a call that comes too soon; ``retry_after`` in seconds."""
    return BotApiError(
        429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after}
    )


def migrated(new_chat_id: int) -> BotApiError:
    """Return the refusal of a group that has become a supergroup."""
    return BotApiError(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": new_chat_id},
    )


_WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}


def played(status: int, retry_after: int | None) -> BotApiError:
    """Return the error that a fault without a body of its own plays."""
    if status == 429:  # noqa: PLR2004 - the status' own number reads best
        return too_many_requests(retry_after or 1)
    return BotApiError(status, _WORDS.get(status, "Internal Server Error"))
