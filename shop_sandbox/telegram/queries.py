"""Queries that wait for the bot's answer: taps on buttons and inline queries."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from shop_sandbox.exchange import Json
from shop_sandbox.telegram.errors import bad_request
from shop_sandbox.telegram.model import Message, User

ANSWER_SECONDS = 150
_KEPT = 5000
_FIRST_ID = 4_382_915_073_114_902_001


@dataclass(frozen=True, slots=True)
class Toast:
    """The bot's answer to a tap, as the person sees it."""

    query_id: str
    chat_id: int
    user_id: int
    text: str
    show_alert: bool
    url: str | None = None


@dataclass(slots=True, eq=False)
class Query:
    """A tap or an inline query.

    Attributes:
        asked: When, by the sandbox's clock.
        message: Whose button was tapped.
        data: Of the button; the text of an inline query.
        answer: What the bot said, None until then.
        results: Of an inline query, by result id.
    """

    id: str
    kind: str
    user: User
    asked: float
    data: str
    message: Message | None = None
    answer: Toast | Json | None = None
    results: dict[str, Json] = field(default_factory=dict)


class QueryBook:
    """The last queries."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._queries: dict[str, Query] = {}
        self._ids = itertools.count(_FIRST_ID, 7)

    def ask(self, kind: str, user: User, data: str, message: Message | None = None) -> Query:
        """Open a query of ``kind`` "callback" or "inline"."""
        query = Query(str(next(self._ids)), kind, user, self._clock(), data, message)
        self._queries[query.id] = query
        if len(self._queries) > _KEPT:
            del self._queries[next(iter(self._queries))]
        return query

    def find(self, query_id: str) -> Query | None:
        """Return a query, answered or not."""
        return self._queries.get(query_id)

    def toasts(self, user_id: int) -> list[Toast]:
        """Return a person's answered taps that showed a text or opened a link, oldest first."""
        return [
            query.answer
            for query in self._queries.values()
            if query.user.id == user_id
            and isinstance(query.answer, Toast)
            and (query.answer.text or query.answer.url)
        ]

    def to_answer(self, query_id: str, kind: str) -> Query:
        """Return a query that may still be answered.

        Raises:
            ApiError: 400, unknown, answered already, or too old.
        """
        query = self._queries.get(query_id)
        if (
            query is None
            or query.kind != kind
            or query.answer is not None
            or self._clock() - query.asked > ANSWER_SECONDS
        ):
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        return query
