"""When Stripe is slow, down, cut off, strict or wrong: what we make of it, and in what time."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.domain.errors import TransientError
from bot.domain.order import SessionId
from bot.domain.services import WrongServiceError
from bot.payments import StripePayments
from bot.ports import KeyReusedError, PaymentsDeniedError, PaymentsRefusedError
from kit.patience import PATIENCE
from shop_sandbox.faults import Fault, Phase
from tests.payments.kit import HASTY, KEY, Hands, Side, a_request, a_side

CREATE = "POST /v1/checkout/sessions"
RETRIEVE = "GET /v1/checkout/sessions/{id}"


#: The key is in use at this moment, which passes; by its type it reads like a spent key.
_IN_USE = {"error": {"type": "idempotency_error", "message": "Another request is in progress"}}


async def _create(side: Side, key: str = "key-1") -> SessionId:
    parameters = side.payments.prepare(a_request(side.clock))
    return (await side.payments.create(parameters, key)).id


@pytest.mark.parametrize("phase", ["before", "after"])
@pytest.mark.parametrize(
    "fault",
    [
        {"action": "cut"},
        {"action": "error", "status": 503},
        {"action": "error", "status": 429},
        {"action": "error", "status": 409},
        {"action": "error", "status": 409, "body": _IN_USE},
        {"action": "hang"},
    ],
    ids=["cut", "503", "429", "409", "409 of another type", "hang"],
)
async def test_one_fault_is_survived_with_one_session(
    side: Side, fault: dict[str, Any], phase: Phase
) -> None:
    """The same request under the same key goes through at the second try: one session."""
    side.stripe.faults.add(Fault(CREATE, phase=phase, **fault))
    session_id = await _create(side)
    assert list(side.stripe.sessions) == [session_id]
    assert side.calls(CREATE) == 2


async def test_a_server_fault_that_stripe_keeps_spends_the_key(side: Side) -> None:
    """A 500 is stored under its key: asking again gets it again, so a new key is needed."""
    side.stripe.faults.add(Fault(CREATE, "error", status=500))
    with pytest.raises(KeyReusedError) as caught:
        await _create(side)
    assert caught.value.code == "stored_server_fault"
    assert side.calls(CREATE) == 2
    assert side.stripe.sessions == {}
    assert await _create(side, "key-2") in side.stripe.sessions


async def test_patience_ends_within_its_budget(side: Side) -> None:
    """A Stripe that never answers costs a chat no more than the budget."""
    side.stripe.faults.add(Fault(CREATE, "hang", times=None))
    with pytest.raises(TransientError):
        async with asyncio.timeout(PATIENCE):
            await _create(side)
    assert side.calls(CREATE) <= HASTY.attempts
    side.stripe.faults.lift()


async def test_a_key_that_stays_in_use_is_no_other_service(side: Side) -> None:
    """The answer is Stripe's own and may pass, however long it goes on."""
    side.stripe.faults.add(Fault(CREATE, "error", status=409, body=_IN_USE, times=None))
    with pytest.raises(TransientError) as caught:
        await _create(side)
    assert type(caught.value) is not WrongServiceError


async def test_an_outage_is_asked_four_times_and_no_more(side: Side) -> None:
    """Retries are few, so that an outage is not made worse."""
    side.stripe.faults.add(Fault(RETRIEVE, "error", status=503, times=None))
    with pytest.raises(TransientError):
        await side.payments.retrieve(SessionId("cs_test_1"))
    assert side.calls(RETRIEVE) == HASTY.attempts


async def test_a_long_wait_that_stripe_asks_for_is_not_sat_out(side: Side) -> None:
    """Retry-After beyond the budget ends the call at once; a worker comes back later."""
    side.stripe.faults.add(Fault(RETRIEVE, "error", status=429, retry_after=30, times=None))
    begun = time.monotonic()
    with pytest.raises(TransientError):
        await side.payments.retrieve(SessionId("cs_test_1"))
    assert side.calls(RETRIEVE) == 1
    assert time.monotonic() - begun < 30


async def test_nobody_listening_is_transient() -> None:
    """A refused connection is no refusal."""
    async with StripePayments(
        KEY, Hands(), api_url="http://127.0.0.1:1", patience=HASTY
    ) as payments:
        with pytest.raises(TransientError):
            await payments.account()


async def test_a_cancelled_chat_is_not_held(side: Side) -> None:
    """Cancelling the caller ends the call at once and is no fault of Stripe's."""
    side.stripe.faults.add(Fault(RETRIEVE, "hang"))
    begun = asyncio.Event()
    side.stripe.faults.on_call.append(lambda _call, _phase: begun.set())
    task = asyncio.create_task(side.payments.retrieve(SessionId("cs_test_1")))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>captive portal</html>"),
        (200, b"[]"),
        (200, b"null"),
        (200, b'{"object": "checkout.session"}'),
        (200, b'{"id": "cs_1", "object": "checkout.session", "status": "new"}'),
        (200, b"\xff\xfe"),
        (502, b"<html>bad gateway</html>"),
        (500, b""),
        (404, b"<html>not found</html>"),
        (400, b'{"error": "text"}'),
    ],
)
async def test_an_answer_that_makes_no_sense_proves_nothing(status: int, body: bytes) -> None:
    """Whatever stands between us and Stripe may answer; it is never taken for Stripe's word."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        url = str(server.make_url("")).rstrip("/")
        async with StripePayments(KEY, Hands(), api_url=url, patience=HASTY) as payments:
            with pytest.raises((TransientError, PaymentsRefusedError)) as caught:
                await payments.retrieve(SessionId("cs_test_1"))
    assert isinstance(caught.value, TransientError) or status == 400


async def test_a_body_that_is_cut_or_slow_is_asked_for_again() -> None:
    """Stripe's client lets such answers through as other errors; they are retried all the same."""
    served = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal served
        served += 1
        response = web.StreamResponse(headers={"Content-Length": "100"})
        if served == 3:
            return web.json_response({"object": "account", "id": "acct_1"})
        await response.prepare(request)
        await response.write(b'{"object":')
        if served == 1 and request.transport:
            request.transport.abort()
        else:
            await asyncio.sleep(HASTY.attempt * 1.5)
        return response

    app = web.Application()
    app.router.add_get("/v1/account", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        url = str(server.make_url("")).rstrip("/")
        async with StripePayments(KEY, Hands(), api_url=url, patience=HASTY) as payments:
            account = await payments.account()
    assert account.id == "acct_1"
    assert served == 3


async def test_a_wrong_key_is_denied_and_never_quoted(side: Side) -> None:
    """A 401 is told once, without the key."""
    side.stripe.keyring.known = set()
    with pytest.raises(PaymentsDeniedError) as caught:
        await _create(side)
    assert "Invalid API Key" in caught.value.message
    assert caught.value.code == "key"
    assert side.calls(CREATE) == 1
    assert KEY not in f"{caught.value!r}{caught.value}{caught.value.message}"


async def test_a_missing_permission_is_named() -> None:
    """A restricted key that lacks something says what, in Stripe's words."""
    async with a_side("rk_test_canaryKEY123") as side:
        side.stripe.keyring.lacking = {"rak_event_read"}
        with pytest.raises(PaymentsDeniedError, match="rak_event_read") as caught:
            await side.payments.events(None)
        assert caught.value.code == "permission"


async def test_a_key_that_stands_in_a_message_is_taken_out() -> None:
    """Should an answer ever quote the whole key, we do not pass it on."""

    async def answer(_: web.Request) -> web.Response:
        error = {"type": "invalid_request_error", "message": f"Bad key {KEY}!"}
        return web.json_response({"error": error}, status=401)

    app = web.Application()
    app.router.add_get("/v1/account", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        url = str(server.make_url("")).rstrip("/")
        async with StripePayments(KEY, Hands(), api_url=url, patience=HASTY) as payments:
            with pytest.raises(PaymentsDeniedError) as caught:
                await payments.account()
            assert "canary" not in repr(payments) + repr(vars(payments))
    assert caught.value.message == "Bad key …!"


async def test_when_stripe_last_answered_is_remembered(side: Side) -> None:
    """A refusal is an answer too; silence is none."""
    assert side.payments.answered_at is None
    side.stripe.faults.add(Fault(RETRIEVE, "cut", times=None))
    with pytest.raises(TransientError):
        await side.payments.retrieve(SessionId("cs_test_1"))
    assert side.payments.answered_at is None
    await side.payments.account()
    assert side.payments.answered_at is not None
