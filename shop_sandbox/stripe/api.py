"""Serve ``/stripe/v1``: keys, faults, idempotency, and the calls themselves.

An idempotency key is held from the moment its request comes until it is answered, so that a second
one meanwhile is told so (409). A played 500 is kept under the key, as Stripe keeps its own; other
played errors come from Stripe's front and keep nothing, or what truly happened.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from email.utils import formatdate
from typing import Final

from aiohttp import web

from shop_sandbox.exchange import Exchange
from shop_sandbox.faults import ConnectionCut, Fault, FaultError, Faults
from shop_sandbox.stripe.actions import Asked
from shop_sandbox.stripe.endpoints import Secrets
from shop_sandbox.stripe.errors import ApiError, outage
from shop_sandbox.stripe.exchanges import Answer, Passage, refused, written
from shop_sandbox.stripe.expand import Expander
from shop_sandbox.stripe.forms import decode
from shop_sandbox.stripe.idempotency import IdempotencyKeys
from shop_sandbox.stripe.keys import Key, Keyring
from shop_sandbox.stripe.params import read
from shop_sandbox.stripe.rate import RateLimit
from shop_sandbox.stripe.world import Book, StripeAccount

_KEPT_ERROR: Final = 500
_NOT_FOUND: Final = 404
_LOOK: Final = 0.05


class Api:
    """Stripe's API over one account.

    Args:
        world: The account.
        faults: Played before and after calls.
        secrets: Of webhook endpoints.
        report: Gets every exchange.
    """

    def __init__(
        self,
        world: StripeAccount,
        faults: Faults,
        secrets: Secrets,
        report: Callable[[Exchange], None],
    ) -> None:
        self.keyring = Keyring()
        self.rate = RateLimit(world.clock)
        self._world = world
        self._faults = faults
        self._secrets = secrets
        self._report = report
        self._idempotency = {live: IdempotencyKeys(world.clock) for live in (False, True)}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one request under ``/stripe/v1``."""
        passage = await Passage.of(request)
        passage.headers["Date"] = formatdate(self._world.now(), usegmt=True)
        ready = self._begin(passage)
        try:
            await self._meet(passage, "before")
        except (ConnectionCut, FaultError) as fault:
            return self._play(passage, fault, happened=False)
        except BaseException:
            passage.drop()
            raise
        answer = self._act(passage) if ready is None else ready
        try:
            await self._meet(passage, "after")
        except (ConnectionCut, FaultError) as fault:
            if isinstance(fault, FaultError) and fault.fault.action == "alter":
                return self._respond(passage, _altered(answer, fault.fault), played=True)
            return self._play(passage, fault, happened=True)
        return self._respond(passage, answer, played=False)

    async def _meet(self, passage: Passage, phase: str) -> None:
        """Play faults, but not for a client that has gone away."""
        if not self._faults.rules():
            await self._faults.meet(passage.name, "before" if phase == "before" else "after")
            return
        meeting = asyncio.ensure_future(
            self._faults.meet(passage.name, "before" if phase == "before" else "after")
        )
        try:
            while not (await asyncio.wait({meeting}, timeout=_LOOK))[0]:
                transport = passage.request.transport
                if transport is None or transport.is_closing():
                    raise ConnectionCut
            meeting.result()
        finally:
            meeting.cancel()

    def _begin(self, passage: Passage) -> Answer | None:
        """Read the keys; an answer where nothing more is to be done."""
        try:
            self.rate.take()
            passage.key = self.keyring.read(passage.request.headers.get("Authorization"))
            if passage.call is None:
                raise passage.unknown()
            return self._replayed(passage, passage.key)
        except ApiError as error:
            return refused(error)

    def _replayed(self, passage: Passage, key: Key) -> Answer | None:
        text = passage.idempotency_key
        if text is None:
            return None
        passage.headers["Idempotency-Key"] = text
        keys = self._idempotency[key.livemode]
        kept = keys.begin(text, (passage.request.method, passage.path, passage.body))
        if kept is None:
            passage.idempotency = keys
            return None
        passage.headers["Idempotent-Replayed"] = "true"
        return Answer(kept.status, kept.body)

    def _act(self, passage: Passage) -> Answer:
        try:
            answer = self._call(passage)
        except ApiError as error:
            answer = refused(error)
            if error.early:
                passage.drop()
                return answer
        except BaseException:
            passage.drop()
            raise
        passage.keep(answer)
        return answer

    def _call(self, passage: Passage) -> Answer:
        key, call, world = passage.key, passage.call, self._world
        if key is None or call is None:
            raise passage.unknown()
        account = world.settings.account_id
        self.keyring.demand(key, call.resource, call.right, account)
        book = world.live if key.livemode else world.test
        form = passage.query.encode() if call.verb == "GET" else passage.body
        params = read(call.schema, decode(form), "")
        expand = params.pop("expand", [])
        expander = Expander(
            book, lambda resource: self.keyring.demand(key, resource, "read", account)
        )
        book.catch_up()
        world.origin = (passage.headers["Request-Id"], passage.idempotency_key)
        try:
            found = call.act(Asked(book, passage.identity, params, self._secrets))
        except ApiError as error:
            raise _hinted(error, world, book, passage.identity) from error
        finally:
            world.origin = (None, None)
        return written(expander.expand(found, expand))

    def _play(
        self, passage: Passage, fault: ConnectionCut | FaultError, *, happened: bool
    ) -> web.StreamResponse:
        if isinstance(fault, ConnectionCut):
            if not happened:
                passage.drop()
            self._report(passage.exchange(Answer(0, b"null"), played=True))
            if passage.request.transport is not None:
                passage.request.transport.abort()
            return web.Response()
        rule = fault.fault
        answer = refused(outage(rule.status))
        if isinstance(rule.body, bytes):
            answer = Answer(rule.status, rule.body, "text/html")
        elif rule.body is not None:
            answer = written(rule.body, rule.status)
        if rule.retry_after is not None:
            passage.headers["Retry-After"] = str(rule.retry_after)
        if rule.status == _KEPT_ERROR:
            passage.keep(answer)
        elif not happened:
            passage.drop()
        return self._respond(passage, answer, played=True)

    def _respond(self, passage: Passage, answer: Answer, *, played: bool) -> web.Response:
        self._report(passage.exchange(answer, played=played))
        return web.Response(
            status=answer.status,
            body=answer.body,
            content_type=answer.kind,
            headers=passage.headers,
        )


def _altered(answer: Answer, fault: Fault) -> Answer:
    """Return an answer with other values in some fields."""
    return written(json.loads(answer.body) | fault.body, answer.status)


def _hinted(error: ApiError, world: StripeAccount, book: Book, identity: str) -> ApiError:
    """Say where the object is, as Stripe does, when a key of the other mode asks for it."""
    if error.code != "resource_missing" or error.status != _NOT_FOUND:
        return error
    other = world.test if book.livemode else world.live
    shelves = (other.sessions, other.intents, other.charges, other.refunds, other.disputes)
    if not any(identity in shelf for shelf in shelves):
        return error
    here, there = ("live", "test") if book.livemode else ("test", "live")
    return ApiError(
        f"{error.message}; a similar object exists in {there} mode, but a {here} mode key was used "
        "to make this request.",
        status=error.status,
        code=error.code,
        param=error.param,
    )
