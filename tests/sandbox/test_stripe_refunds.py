"""Refunds and disputes of the embedded Stripe."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import stripe

from shop_sandbox.stripe.errors import ApiError
from tests.sandbox.stripe_kit import Kit, serve


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    """Serve a sandbox."""
    async with serve() as kit:
        yield kit


async def _paid(kit: Kit, card: str = "4242424242424242") -> str:
    """Return the PaymentIntent of a session paid with this card."""
    created = await kit.create()
    await kit.sandbox.pay(created.id, card)
    intent: str = kit.sandbox.sessions[created.id]["payment_intent"]
    return intent


def _charge_of(kit: Kit, intent: str) -> str:
    charge: str = kit.sandbox.payment_intents[intent]["latest_charge"]
    return charge


async def test_money_is_given_back_in_parts_and_then_no_more(kit: Kit) -> None:
    """Partial refunds add up; beyond the whole they are refused, a full one twice by its code."""
    intent = await _paid(kit)
    refunds = kit.client().v1.refunds

    part = await refunds.create_async(
        {"payment_intent": intent, "amount": 1000, "reason": "requested_by_customer"}
    )
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount") as more:
        await refunds.create_async({"payment_intent": intent, "amount": 1501})
    rest = await refunds.create_async({"payment_intent": intent, "metadata": {"order": "1"}})
    with pytest.raises(stripe.InvalidRequestError) as again:
        await refunds.create_async({"payment_intent": intent})

    charge = kit.sandbox.charges[_charge_of(kit, intent)]
    assert (part.amount, part.status, rest.amount) == (1000, "succeeded", 1500)
    assert more.value.param == "amount"
    assert again.value.code == "charge_already_refunded"
    assert (charge["amount_refunded"], charge["refunded"]) == (2500, True)


async def test_refunds_are_found_again(kit: Kit) -> None:
    """A refund is retrieved by its id and listed by charge and intent."""
    intent = await _paid(kit)
    refunds = kit.client().v1.refunds
    made = await refunds.create_async({"charge": _charge_of(kit, intent), "amount": 100})

    again = await refunds.retrieve_async(made.id, {"expand": ["charge", "payment_intent"]})
    by_intent = await refunds.list_async({"payment_intent": intent})
    by_charge = await refunds.list_async({"charge": "ch_other"})
    charge = await kit.client().v1.charges.retrieve_async(
        _charge_of(kit, intent), {"expand": ["refunds"]}
    )

    assert isinstance(again.charge, stripe.Charge)
    assert again.charge.amount_refunded == 100
    assert [refund.id for refund in by_intent.data] == [made.id]
    assert by_charge.data == []
    assert charge.refunds is not None
    assert [refund.id for refund in charge.refunds.data] == [made.id]


async def test_a_refund_key_gives_back_once(kit: Kit) -> None:
    """The same idempotency key refunds once."""
    intent = await _paid(kit)
    refunds = kit.client().v1.refunds

    first = await refunds.create_async(
        {"payment_intent": intent, "amount": 900}, {"idempotency_key": "refund-1"}
    )
    second = await refunds.create_async(
        {"payment_intent": intent, "amount": 900}, {"idempotency_key": "refund-1"}
    )

    assert first.id == second.id
    assert len(kit.sandbox.refunds) == 1


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({}, "payment_intent"),
        ({"payment_intent": "pi_nope"}, "payment_intent"),
        ({"charge": "ch_nope"}, "charge"),
        ({"amount": 0}, "amount"),
    ],
)
async def test_a_refund_of_nothing_is_refused(
    kit: Kit, params: dict[str, object], param: str
) -> None:
    """Without a charge, with an unknown one, or of nothing, there is no refund."""
    given = dict(params)
    if "amount" in given:
        given["payment_intent"] = await _paid(kit)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        await kit.client().v1.refunds.create_async(given)  # type: ignore[arg-type]

    assert refused.value.param == param
    assert not kit.sandbox.refunds


async def test_an_unpaid_intent_has_nothing_to_refund(kit: Kit) -> None:
    """A debit that still waits cannot be given back."""
    intent = await _paid(kit, "debit")

    with pytest.raises(stripe.InvalidRequestError, match="successful charge to refund"):
        await kit.client().v1.refunds.create_async({"payment_intent": intent})


async def test_7726_refunds_slowly(kit: Kit) -> None:
    """The refund is pending until a tick, and then succeeds and says so."""
    intent = await _paid(kit, "4000000000007726")
    refunds = kit.client().v1.refunds

    made = await refunds.create_async({"payment_intent": intent})
    pending = await refunds.retrieve_async(made.id)
    await kit.sandbox.tick()
    done = await refunds.retrieve_async(made.id)

    assert (made.status, pending.status, done.status) == ("pending", "pending", "succeeded")
    assert (await kit.event_types())[-3:] == [
        "refund.created",
        "charge.refunded",
        "refund.updated",
    ]


async def test_5126_refunds_and_then_fails(kit: Kit) -> None:
    """The refund succeeds, fails at a tick, and the money counts as not given back again."""
    intent = await _paid(kit, "4000000000005126")
    refunds = kit.client().v1.refunds

    made = await refunds.create_async({"payment_intent": intent})
    await kit.sandbox.tick()
    failed = await refunds.retrieve_async(made.id)

    charge = kit.sandbox.charges[_charge_of(kit, intent)]
    assert (made.status, failed.status) == ("succeeded", "failed")
    assert failed.failure_reason == "expired_or_canceled_card"
    assert (charge["amount_refunded"], charge["refunded"]) == (0, False)
    assert (await kit.event_types())[-1] == "refund.failed"


async def test_a_refund_can_be_made_to_wait(kit: Kit) -> None:
    """With a delay set, a tick before its time leaves a pending refund as it is."""
    kit.sandbox.settings.refund_seconds = 60
    intent = await _paid(kit, "4000000000007726")
    made = await kit.client().v1.refunds.create_async({"payment_intent": intent})

    await kit.sandbox.tick()
    assert kit.sandbox.refunds[made.id]["status"] == "pending"
    kit.clock.now += 60
    await kit.sandbox.tick()

    assert kit.sandbox.refunds[made.id]["status"] == "succeeded"


async def test_a_refund_in_the_dashboard_tells_by_its_events(kit: Kit) -> None:
    """The owner's refund has no request of ours behind it, and the same events."""
    intent = await _paid(kit)

    made = await kit.sandbox.refund_in_dashboard(intent, 700)

    events = await kit.client().v1.events.list_async({"types": ["refund.created"]})
    assert kit.sandbox.refunds[made]["amount"] == 700
    assert [event.data["object"]["id"] for event in events.data] == [made]
    assert events.data[0].request is not None
    assert events.data[0].request.id is None


async def test_0259_is_disputed_at_once(kit: Kit) -> None:
    """The dispute card pays and is disputed; such a charge cannot be refunded."""
    intent = await _paid(kit, "4000000000000259")
    (identity,) = kit.sandbox.disputes

    dispute = await kit.client().v1.disputes.retrieve_async(identity, {"expand": ["charge"]})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await kit.client().v1.refunds.create_async({"payment_intent": intent})

    assert (dispute.status, dispute.reason, dispute.amount) == (
        "needs_response",
        "fraudulent",
        2500,
    )
    assert isinstance(dispute.charge, stripe.Charge)
    assert dispute.charge.disputed is True
    assert refused.value.code == "charge_disputed"
    assert (await kit.event_types())[-1] == "charge.dispute.created"


@pytest.mark.parametrize(("won", "status"), [(True, "won"), (False, "lost")])
async def test_a_dispute_is_answered_and_decided(kit: Kit, won: bool, status: str) -> None:
    """Evidence puts it under review, the bank closes it, and then it is closed."""
    intent = await _paid(kit)
    dispute = await kit.sandbox.open_dispute(_charge_of(kit, intent), amount=500)
    await kit.sandbox.update_dispute(dispute)
    await kit.sandbox.close_dispute(dispute, won=won)

    with pytest.raises(ApiError, match="already closed"):
        await kit.sandbox.close_dispute(dispute, won=won)

    listed = await kit.client().v1.disputes.list_async({"payment_intent": intent})
    assert [(d.id, d.status) for d in listed.data] == [(dispute, status)]
    assert (await kit.event_types())[-3:] == [
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
    ]
