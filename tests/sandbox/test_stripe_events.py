"""Events of the embedded Stripe: what is told, and how it is listed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import pytest
import stripe

from shop_sandbox.stripe.buyer import NotPaidError
from tests.sandbox.stripe_kit import NOON, Kit, serve

COMPLETED: Final = "checkout.session.completed"


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    """Serve a sandbox."""
    async with serve() as kit:
        yield kit


async def test_a_sale_tells_its_events_in_order(kit: Kit) -> None:
    """A decline and then a payment leave the events that Stripe would send."""
    created = await kit.create()
    with pytest.raises(NotPaidError):
        await kit.sandbox.pay(created.id, "4000000000000002")
    await kit.sandbox.pay(created.id)

    assert await kit.event_types() == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
        "charge.succeeded",
        "payment_intent.succeeded",
        COMPLETED,
    ]


@pytest.mark.parametrize(
    ("succeed", "kind"),
    [
        (True, "checkout.session.async_payment_succeeded"),
        (False, "checkout.session.async_payment_failed"),
    ],
)
async def test_a_debit_tells_how_it_ended(kit: Kit, succeed: bool, kind: str) -> None:
    """The completion says unpaid; a later event tells what the bank answered."""
    created = await kit.create()
    await kit.sandbox.pay(created.id, "debit")
    await kit.sandbox.settle_debit(created.id, succeed=succeed)

    events = await kit.client().v1.events.list_async({"types": [COMPLETED, kind]})

    assert [event.type for event in events.data] == [kind, COMPLETED]
    assert events.data[1].data["object"]["payment_status"] == "unpaid"


async def test_events_are_paged_forward_from_a_cursor(kit: Kit) -> None:
    """``ending_before`` gives what is newer than a cursor, nearest to it, still newest first."""
    for _ in range(5):
        created = await kit.create()
        await kit.client().v1.checkout.sessions.expire_async(created.id)
    events = kit.client().v1.events
    ids = [event["id"] for event in kit.sandbox.events]

    page = await events.list_async({"ending_before": ids[0], "limit": 3})
    rest = await events.list_async({"ending_before": page.data[0].id, "limit": 3})

    assert ([e.id for e in page.data], page.has_more) == ([ids[3], ids[2], ids[1]], True)
    assert ([e.id for e in rest.data], rest.has_more) == ([ids[4]], False)


async def test_events_are_filtered_by_kind_and_time(kit: Kit) -> None:
    """Kinds, patterns of kinds, and times narrow a list."""
    created = await kit.create()
    await kit.sandbox.pay(created.id)
    kit.clock.now += 100
    await kit.sandbox.refund_in_dashboard(kit.sandbox.sessions[created.id]["payment_intent"])
    events = kit.client().v1.events

    late = await events.list_async({"created": {"gt": int(NOON)}})
    charges = await events.list_async({"type": "charge.*"})

    assert [event.type for event in late.data] == ["charge.refunded", "refund.created"]
    assert [event.type for event in charges.data] == ["charge.refunded", "charge.succeeded"]


async def test_events_are_kept_for_thirty_days(kit: Kit) -> None:
    """After thirty days an event is neither listed nor found."""
    created = await kit.create()
    await kit.sandbox.pay(created.id)
    event = kit.sandbox.events[0]["id"]
    client = kit.client()
    assert (await client.v1.events.retrieve_async(event)).id == event

    kit.clock.now += 30 * 86_400 + 1

    assert (await client.v1.events.list_async()).data == []
    with pytest.raises(stripe.InvalidRequestError, match="No such event"):
        await client.v1.events.retrieve_async(event)


async def test_an_event_names_the_request_that_caused_it(kit: Kit) -> None:
    """Request id and idempotency key of a call are in its events."""
    created = await kit.create()
    await kit.client().v1.checkout.sessions.expire_async(
        created.id, None, {"idempotency_key": "expire-1"}
    )

    (event,) = kit.sandbox.events
    assert event["request"]["id"].startswith("req_")
    assert event["request"]["idempotency_key"] == "expire-1"
