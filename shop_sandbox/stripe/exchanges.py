"""One request to the API as it passes through: its call, its key, and the answer it is given."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from shop_sandbox.exchange import Exchange
from shop_sandbox.stripe.calls import CALLS, Call
from shop_sandbox.stripe.errors import ApiError
from shop_sandbox.stripe.idempotency import IdempotencyKeys
from shop_sandbox.stripe.keys import Key
from shop_sandbox.stripe.world import API_VERSION, new_id

_PREFIX: Final = "/stripe"
_TABLE: Final = [(call, call.pattern()) for call in CALLS]


@dataclass(slots=True)
class Answer:
    """What goes back: a status, and the bytes of JSON or of what a fault sends instead."""

    status: int
    body: bytes
    kind: str = "application/json"


@dataclass(slots=True)
class Passage:
    """A request on its way through.

    Attributes:
        request: As aiohttp has it.
        body: Its raw bytes.
        path: Below the service's base, without the query.
        call: What it calls; nothing where Stripe has no such call.
        identity: The id in its path.
        key: Its API key, once read.
        idempotency: The keys that its own is held in, while this request is the key's first.
        headers: Of the answer.
    """

    request: web.Request
    body: bytes
    path: str
    call: Call | None
    identity: str
    key: Key | None = None
    idempotency: IdempotencyKeys | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def of(cls, request: web.Request) -> Passage:
        """Read a request and find what it calls."""
        path = request.path.removeprefix(_PREFIX)
        call, identity = _route(request.method, path)
        headers = {"Request-Id": new_id("req_", 14), "Stripe-Version": API_VERSION}
        body = await request.read()
        return cls(request, body, path, call, identity, headers=headers)

    @property
    def name(self) -> str:
        """The call's name, for faults and for who listens."""
        return self.call.name if self.call else f"{self.request.method} {self.path}"

    @property
    def query(self) -> str:
        """The raw query string."""
        return self.request.rel_url.raw_query_string

    @property
    def idempotency_key(self) -> str | None:
        """The ``Idempotency-Key``, which only a POST has any use for."""
        if self.request.method != "POST":
            return None
        return self.request.headers.get("Idempotency-Key")

    def keep(self, answer: Answer) -> None:
        """Keep the answer under the request's idempotency key, if it is the key's first."""
        if self.idempotency is not None and self.idempotency_key is not None:
            self.idempotency.keep(self.idempotency_key, answer.status, answer.body)

    def drop(self) -> None:
        """Free the idempotency key of a request that never began."""
        if self.idempotency is not None and self.idempotency_key is not None:
            self.idempotency.drop(self.idempotency_key)

    def exchange(self, answer: Answer, *, played: bool) -> Exchange:
        """Return what went over the wire."""
        return Exchange(
            service="stripe",
            call=self.name,
            path=self.path,
            query=self.query,
            content_type=self.request.content_type,
            body=self.body,
            status=answer.status,
            answer=json.loads(answer.body) if answer.kind == "application/json" else None,
            played=played,
        )

    def unknown(self) -> ApiError:
        """Return the refusal of a path that Stripe does not have, or this sandbox does not."""
        return ApiError(
            f"Unrecognized request URL ({self.request.method}: {self.path}). Please see "
            "https://stripe.com/docs or we can help at https://support.stripe.com/.",
            status=404,
            early=True,
        )


def written(data: object, status: int = 200) -> Answer:
    """Return an answer with this JSON."""
    return Answer(status, json.dumps(data, indent=2).encode())


def refused(error: ApiError) -> Answer:
    """Return an answer with this error."""
    return written(error.body(), error.status)


def _route(verb: str, path: str) -> tuple[Call | None, str]:
    for call, pattern in _TABLE:
        match = pattern.match(path)
        if match is not None and call.verb == verb:
            return call, match[1] if pattern.groups else ""
    return None, ""
