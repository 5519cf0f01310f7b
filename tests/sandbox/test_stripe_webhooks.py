"""Webhooks of the embedded Stripe: signed, tried again, held, repeated, registered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
import stripe

from shop_sandbox.stripe import HookEndpoint
from tests.sandbox.stripe_kit import HOOK_SECRET, NOON, Kit, serve

COMPLETED: Final = "checkout.session.completed"


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    """Serve a sandbox."""
    async with serve() as kit:
        yield kit


def _listen(kit: Kit, *events: str) -> None:
    """Have the sandbox deliver events to the listening webhook."""
    kit.sandbox.post.webhooks.append(HookEndpoint(kit.hook_url, HOOK_SECRET, events or ("*",)))


def _bodies(kit: Kit) -> list[Any]:
    return [json.loads(body) for _, body in kit.received]


async def test_webhooks_are_signed_so_that_the_package_verifies_them(kit: Kit) -> None:
    """The package accepts signature and body; the event carries the sandbox's API version."""
    _listen(kit, COMPLETED)
    created = await kit.create()
    await kit.sandbox.pay(created.id)

    ((signature, body),) = kit.received
    event = stripe.Webhook.construct_event(body, signature, HOOK_SECRET, 10**9)
    assert signature.startswith(f"t={int(NOON)},v1=")
    assert (event.type, event.api_version) == (COMPLETED, "2026-10-28.endive")
    assert event.data["object"]["id"] == created.id


async def test_a_wrong_secret_does_not_verify(kit: Kit) -> None:
    """Control of the signature: another secret is refused by the package."""
    _listen(kit, COMPLETED)
    await kit.sandbox.pay((await kit.create()).id)

    ((signature, body),) = kit.received
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, signature, "whsec_other", 10**9)


async def test_a_failed_delivery_is_tried_again_with_a_fresh_signature(kit: Kit) -> None:
    """Retries follow their delays by ticks, are signed anew, and stop at success."""
    _listen(kit, COMPLETED)
    kit.hook_status = 500
    await kit.sandbox.pay((await kit.create()).id)
    assert [sent.status for sent in kit.sandbox.sent] == [500]

    await kit.sandbox.tick()
    assert len(kit.received) == 1
    kit.clock.now += 5
    kit.hook_status = 200
    await kit.sandbox.tick()
    kit.clock.now += 86_400
    await kit.sandbox.tick()

    assert [sent.status for sent in kit.sandbox.sent][:2] == [500, 200]
    first, second = kit.received[:2]
    assert second[0].startswith(f"t={int(NOON) + 5},")
    assert json.loads(first[1])["id"] == json.loads(second[1])["id"]
    completed = [body for body in _bodies(kit) if body["type"] == COMPLETED]
    assert len(completed) == 2


async def test_delivery_gives_up_after_its_last_delay(kit: Kit) -> None:
    """With every try failed the event stays to be listed as not delivered."""
    _listen(kit, COMPLETED)
    kit.sandbox.post.retries = (1.0,)
    kit.hook_status = 500
    await kit.sandbox.pay((await kit.create()).id)

    for _ in range(3):
        kit.clock.now += 10
        await kit.sandbox.tick()

    missed = await kit.client().v1.events.list_async({"delivery_success": False})
    assert len(kit.received) == 2
    assert [event.type for event in missed.data] == [COMPLETED]


async def test_an_endpoint_that_is_gone_is_tried_again(kit: Kit) -> None:
    """A refused connection counts as a failed try."""
    kit.sandbox.post.webhooks.append(
        HookEndpoint("http://127.0.0.1:9/hook", HOOK_SECRET, (COMPLETED,))
    )
    await kit.sandbox.pay((await kit.create()).id)

    assert [sent.status for sent in kit.sandbox.sent] == [0]


async def test_events_can_be_held_and_delivered_in_any_order(kit: Kit) -> None:
    """Held events are listed but not sent, and then go out as the test wishes."""
    _listen(kit)
    kit.sandbox.hold_events = True
    await kit.sandbox.pay((await kit.create()).id)
    ids = [event["id"] for event in kit.sandbox.events]
    assert kit.received == []

    statuses = await kit.sandbox.deliver(reversed(ids))

    assert statuses == [200] * len(ids)
    assert [body["id"] for body in _bodies(kit)] == ids[::-1]


async def test_an_event_can_be_delivered_twice_and_twinned(kit: Kit) -> None:
    """A duplicate has the same id; a twin is another event of the same object."""
    _listen(kit, COMPLETED)
    created = await kit.create()
    await kit.sandbox.pay(created.id)
    first = _bodies(kit)[0]["id"]

    assert await kit.sandbox.redeliver(first) == [200]
    twin = kit.sandbox.twin(first)
    await kit.sandbox.post.quiet()

    bodies = _bodies(kit)
    assert [body["id"] for body in bodies] == [first, first, twin]
    assert {body["data"]["object"]["id"] for body in bodies} == {created.id}


async def test_an_endpoint_is_registered_and_its_secret_shown_once(kit: Kit) -> None:
    """Only the answer to its creation has the secret, and deliveries are signed with it."""
    endpoints = kit.client().v1.webhook_endpoints

    made = await endpoints.create_async({"url": kit.hook_url, "enabled_events": [COMPLETED]})
    again = await endpoints.retrieve_async(made.id)
    await kit.sandbox.pay((await kit.create()).id)

    ((signature, body),) = kit.received
    assert made.secret is not None
    assert "secret" not in again
    event = stripe.Webhook.construct_event(body, signature, made.secret, 10**9)
    assert event.type == COMPLETED


async def test_an_endpoint_is_changed_disabled_and_deleted(kit: Kit) -> None:
    """A disabled or deleted endpoint gets nothing more."""
    endpoints = kit.client().v1.webhook_endpoints
    made = await endpoints.create_async({"url": kit.hook_url, "enabled_events": ["*"]})

    changed = await endpoints.update_async(made.id, {"disabled": True, "metadata": {"a": "b"}})
    await kit.sandbox.pay((await kit.create()).id)
    deleted = await endpoints.delete_async(made.id)

    assert (changed.status, deleted.deleted) == ("disabled", True)
    assert (await endpoints.list_async()).data == []
    assert kit.received == []


async def test_endpoints_are_checked(kit: Kit) -> None:
    """An address must be one, and an event's name too."""
    endpoints = kit.client().v1.webhook_endpoints
    nonsense: Any = ["Nonsense!"]

    with pytest.raises(stripe.InvalidRequestError) as no_url:
        await endpoints.create_async({"url": "shop", "enabled_events": ["*"]})
    with pytest.raises(stripe.InvalidRequestError) as no_event:
        await endpoints.create_async({"url": kit.hook_url, "enabled_events": nonsense})

    assert no_url.value.code == "url_invalid"
    assert no_event.value.param == "enabled_events"
    kit.exchanges.clear()


async def test_paying_waits_for_the_webhooks_answer(kit: Kit) -> None:
    """The buyer is sent on once the webhook has answered."""
    _listen(kit, COMPLETED)
    created = await kit.create()
    kit.hook_open.clear()

    paying = asyncio.create_task(kit.sandbox.pay(created.id))
    await kit.hook_called.wait()
    assert not paying.done()
    kit.hook_open.set()

    assert (await paying).address.endswith(created.id)


async def test_paying_does_not_wait_for_ever(kit: Kit) -> None:
    """Where the webhook does not answer, the buyer is sent on when patience ends."""
    _listen(kit, COMPLETED)
    kit.sandbox.settings.webhook_patience = 0.02
    kit.hook_open.clear()

    done = await kit.sandbox.pay((await kit.create()).id)

    assert done.address
    assert kit.sandbox.sent == []
