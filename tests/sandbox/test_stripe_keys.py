"""API keys, modes, permissions, headers and limits of the embedded Stripe."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import stripe

from tests.sandbox.stripe_kit import TEST_KEY, Kit, bare_client, serve, session

LIVE_KEY = "sk_live_sandbox4242"
RESTRICTED_KEY = "rk_test_sandbox4242"


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    """Serve a sandbox."""
    async with serve() as kit:
        yield kit


@pytest.mark.parametrize("key", ["pk_test_sandbox4242", "sk_test_", "nonsense"])
async def test_a_key_of_another_form_is_refused(kit: Kit, key: str) -> None:
    """Publishable keys and nonsense answer 401, and the key is not repeated in whole."""
    with pytest.raises(stripe.AuthenticationError) as refused:
        await kit.client(key).v1.checkout.sessions.create_async(session())

    assert refused.value.http_status == 401
    assert not kit.sandbox.sessions


async def test_the_message_of_a_bad_key_masks_it(kit: Kit) -> None:
    """A refused key is shown with its start and its end only."""
    kit.sandbox.keyring.known = {TEST_KEY}

    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key") as refused:
        await kit.client("sk_test_anotherkey9876").v1.balance.retrieve_async()

    assert "anotherkey" not in str(refused.value)
    assert str(refused.value).endswith("9876")


async def test_a_request_without_a_key_is_told_how_to_send_one(kit: Kit) -> None:
    """No Authorization header at all answers 401 too."""
    async with bare_client() as http, http.get(f"{kit.url}/stripe/v1/account") as answer:
        assert answer.status == 401
        assert "Authorization" in (await answer.json())["error"]["message"]


async def test_an_expired_key_says_so(kit: Kit) -> None:
    """A key that was rolled is refused with its own code."""
    kit.sandbox.keyring.expired.add(TEST_KEY)

    with pytest.raises(stripe.AuthenticationError) as refused:
        await kit.client().v1.balance.retrieve_async()

    assert "api_key_expired" in str(refused.value.json_body)


async def test_a_test_session_is_missing_to_a_live_key(kit: Kit) -> None:
    """Test and live objects are kept apart, and the refusal says where the object is."""
    created = await kit.create()

    with pytest.raises(stripe.InvalidRequestError, match="object exists in test mode") as no:
        await kit.client(LIVE_KEY).v1.checkout.sessions.retrieve_async(created.id)

    assert (no.value.http_status, no.value.code) == (404, "resource_missing")


async def test_a_live_session_redirects_by_https_only(kit: Kit) -> None:
    """A live key is refused http success URLs, and its sessions are live."""
    sessions = kit.client(LIVE_KEY).v1.checkout.sessions

    with pytest.raises(stripe.InvalidRequestError, match="redirected via HTTPS"):
        await sessions.create_async(session())
    live = await sessions.create_async(
        session(success_url="https://shop.example/ok", cancel_url="https://shop.example/no")
    )

    assert live.livemode is True
    assert live.id.startswith("cs_live_")


async def test_a_restricted_key_is_told_what_it_lacks(kit: Kit) -> None:
    """A missing permission answers 403 and is named; the others serve."""
    kit.sandbox.keyring.lacking.add("rak_event_read")
    client = kit.client(RESTRICTED_KEY)

    await client.v1.checkout.sessions.create_async(session())
    with pytest.raises(stripe.PermissionError, match="'rak_event_read'") as refused:
        await client.v1.events.list_async()

    assert refused.value.http_status == 403


async def test_expanding_needs_the_right_to_read_what_is_expanded(kit: Kit) -> None:
    """A key that may not read PaymentIntents cannot see one through its session either."""
    created = await kit.create()
    await kit.sandbox.pay(created.id)
    kit.sandbox.keyring.lacking.add("rak_payment_intent_read")
    sessions = kit.client(RESTRICTED_KEY).v1.checkout.sessions

    assert (await sessions.retrieve_async(created.id)).status == "complete"
    with pytest.raises(stripe.PermissionError, match="rak_payment_intent_read"):
        await sessions.retrieve_async(created.id, {"expand": ["payment_intent"]})


async def test_a_secret_key_lacks_nothing(kit: Kit) -> None:
    """Permissions are asked of restricted keys only."""
    kit.sandbox.keyring.lacking.add("rak_event_read")

    assert (await kit.client().v1.events.list_async()).data == []


async def test_every_answer_has_a_request_id_and_the_version(kit: Kit) -> None:
    """Both headers come with answers and with errors."""
    created = await kit.create()
    last = created.last_response
    assert last is not None
    headers = last.headers
    assert headers is not None

    with pytest.raises(stripe.InvalidRequestError) as refused:
        await kit.client().v1.checkout.sessions.retrieve_async("cs_test_nope")

    assert headers["Request-Id"].startswith("req_")
    assert headers["Stripe-Version"] == "2026-10-28.endive"
    assert str(refused.value.request_id).startswith("req_")


async def test_too_many_requests_a_second_are_refused(kit: Kit) -> None:
    """With a limit set, what comes above it within a second answers 429, and later ones serve."""
    kit.sandbox.rate.per_second = 2
    balance = kit.client().v1.balance
    await balance.retrieve_async()
    await balance.retrieve_async()

    with pytest.raises(stripe.RateLimitError):
        await balance.retrieve_async()
    kit.clock.now += 1.0
    await balance.retrieve_async()

    assert kit.sandbox.rate.refused == 1


async def test_an_unknown_path_is_told(kit: Kit) -> None:
    """A call that Stripe does not have answers 404 with the path."""
    headers = {"Authorization": f"Bearer {TEST_KEY}"}
    async with (
        bare_client() as http,
        http.get(f"{kit.url}/stripe/v1/nonsense", headers=headers) as answer,
    ):
        assert answer.status == 404
        assert "Unrecognized request URL (GET: /v1/nonsense)" in await answer.text()
    kit.exchanges.clear()
