"""Idempotency keys of the embedded Stripe, also when calls fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
import stripe

from shop_sandbox.faults import Fault
from tests.sandbox.stripe_kit import TEST_KEY, Kit, bare_client, line, serve, session

CREATE = "POST /v1/checkout/sessions"


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    """Serve a sandbox."""
    async with serve() as kit:
        yield kit


async def _post(kit: Kit, key: str, amount: int = 2500) -> tuple[int, Any, Any]:
    """Post a refund request's form by hand; return status, body and headers."""
    form = {
        "mode": "payment",
        "success_url": "http://127.0.0.1:9/ok",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "eur",
        "line_items[0][price_data][unit_amount]": str(amount),
        "line_items[0][price_data][product_data][name]": "Mug",
    }
    headers = {
        "Authorization": f"Bearer {TEST_KEY}",
        "Idempotency-Key": key,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    async with (
        bare_client() as http,
        http.post(
            f"{kit.url}/stripe/v1/checkout/sessions", data=urlencode(form), headers=headers
        ) as answer,
    ):
        return answer.status, await answer.json(), answer.headers


async def test_the_same_key_gives_the_same_answer(kit: Kit) -> None:
    """A repeat creates nothing and is answered with the first one's body, marked as replayed."""
    first = await _post(kit, "order-1")
    again = await _post(kit, "order-1")

    assert again[:2] == first[:2]
    assert "Idempotent-Replayed" not in first[2]
    assert again[2]["Idempotent-Replayed"] == "true"
    assert len(kit.sandbox.sessions) == 1


async def test_a_replay_is_a_snapshot(kit: Kit) -> None:
    """What happened to the session since is not in the replayed answer."""
    first = await kit.create("order-1")
    await kit.sandbox.pay(first.id)

    again = await kit.create("order-1")

    assert (again.id, again.status) == (first.id, "open")


async def test_other_parameters_under_a_key_are_an_error(kit: Kit) -> None:
    """A key belongs to its first parameters."""
    await kit.create("order-1")

    with pytest.raises(stripe.IdempotencyError, match="only be used with the same parameters"):
        await kit.create("order-1", line_items=[line(990, 1)])

    assert len(kit.sandbox.sessions) == 1


async def test_a_key_is_forgotten_after_a_day(kit: Kit) -> None:
    """After 24 hours the same key makes another session."""
    first = await kit.create("order-1")
    kit.clock.now += 24 * 3600

    second = await kit.create("order-1")

    assert first.id != second.id


async def test_keys_are_apart_between_modes(kit: Kit) -> None:
    """The same key under a live API key is another key."""
    params = session(success_url="https://shop.example/ok", cancel_url="https://shop.example/no")
    options: Any = {"idempotency_key": "order-1"}
    await kit.client().v1.checkout.sessions.create_async(params, options)
    await kit.client("sk_live_sandbox4242").v1.checkout.sessions.create_async(params, options)

    assert len(kit.sandbox.sessions) == 2


async def test_a_key_that_is_too_long_is_refused(kit: Kit) -> None:
    """Keys have at most 255 characters."""
    with pytest.raises(stripe.InvalidRequestError, match="255 characters"):
        await kit.create("k" * 256)
    assert (await kit.create("k" * 255)).status == "open"


async def test_a_second_request_meanwhile_is_told_so(kit: Kit) -> None:
    """While a key's first request is under way, another one answers 409 and creates nothing."""
    slow = kit.sandbox.faults.add(Fault(CREATE, "hang"))
    begun = asyncio.Event()
    kit.sandbox.faults.on_call.append(lambda _call, _phase: begun.set())
    first = asyncio.create_task(_post(kit, "order-1"))
    await begun.wait()

    status, body, _ = await _post(kit, "order-1")
    slow.lifted.set()

    assert (status, body["error"]["code"]) == (409, "idempotency_key_in_use")
    assert (await first)[0] == 200
    assert len(kit.sandbox.sessions) == 1


async def test_a_refused_shape_keeps_nothing(kit: Kit) -> None:
    """A request that never began leaves its key free for a better one."""
    with pytest.raises(stripe.InvalidRequestError):
        await kit.create("order-1", colour="red")

    assert (await kit.create("order-1")).status == "open"


async def test_a_rule_that_was_broken_is_kept(kit: Kit) -> None:
    """An endpoint's own refusal is kept and given again."""
    first = await _post(kit, "order-1", amount=10)
    again = await _post(kit, "order-1", amount=10)

    assert first[:2] == again[:2]
    assert first[1]["error"]["code"] == "amount_too_small"
    assert again[2]["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(("phase", "made"), [("before", 0), ("after", 1)])
async def test_a_500_is_kept_and_given_again(kit: Kit, phase: Any, made: int) -> None:
    """Stripe keeps its own 500s: the same key gives it again, whatever happened behind it."""
    kit.sandbox.faults.add(Fault(CREATE, "error", phase=phase, status=500))

    first = await _post(kit, "order-1")
    again = await _post(kit, "order-1")

    assert (first[0], again[0]) == (500, 500)
    assert again[2]["Idempotent-Replayed"] == "true"
    assert len(kit.sandbox.sessions) == made


async def test_a_503_before_keeps_nothing_and_after_the_true_answer(kit: Kit) -> None:
    """Errors of Stripe's front are not kept: a repeat does it, or is told what was done."""
    kit.sandbox.faults.add(Fault(CREATE, "error", status=503))
    assert (await _post(kit, "order-1"))[0] == 503
    assert not kit.sandbox.sessions

    kit.sandbox.faults.add(Fault(CREATE, "error", phase="after", status=503))
    assert (await _post(kit, "order-1"))[0] == 503
    status, body, headers = await _post(kit, "order-1")

    assert (status, headers["Idempotent-Replayed"]) == (200, "true")
    assert list(kit.sandbox.sessions) == [body["id"]]


async def test_an_answer_cut_off_is_given_to_the_repeat(kit: Kit) -> None:
    """The package's own retry after a cut connection gets the session that was created."""
    kit.sandbox.faults.add(Fault(CREATE, "cut", phase="after"))
    client = kit.client(retries=1)

    created = await client.v1.checkout.sessions.create_async(session())

    assert list(kit.sandbox.sessions) == [created.id]
    assert kit.sandbox.faults.calls[CREATE] == 2


async def test_a_client_that_went_away_has_done_nothing(kit: Kit) -> None:
    """A call that hangs before it takes effect is dropped with its client, its key with it."""
    kit.sandbox.faults.add(Fault(CREATE, "hang"))
    dropped = asyncio.Event()
    kit.sandbox.on_exchange.append(lambda _exchange: dropped.set())
    timeout = aiohttp.ClientTimeout(total=0.05)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        with pytest.raises(TimeoutError):
            await http.post(
                f"{kit.url}/stripe/v1/checkout/sessions",
                data="mode=payment",
                headers={"Authorization": f"Bearer {TEST_KEY}", "Idempotency-Key": "order-1"},
            )

    await dropped.wait()
    assert (await kit.create("order-1")).status == "open"
    assert len(kit.sandbox.sessions) == 1


async def test_a_rate_limit_that_is_played_names_its_wait(kit: Kit) -> None:
    """A played 429 carries Retry-After and keeps nothing under the key."""
    kit.sandbox.faults.add(Fault(CREATE, "error", status=429, retry_after=3))

    status, body, headers = await _post(kit, "order-1")

    assert (status, body["error"]["code"], headers["Retry-After"]) == (429, "rate_limit", "3")
    assert (await _post(kit, "order-1"))[0] == 200
