"""3-D Secure: the bank asks, in time, too late, or in vain."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from shop_sandbox.stripe import Asks
from shop_sandbox.stripe.buyer import NotPaidError
from shop_sandbox.stripe.errors import ApiError
from tests.sandbox.stripe_kit import NOON, Kit, serve


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    """Serve a sandbox."""
    async with serve() as kit:
        yield kit


@pytest.mark.parametrize("number", ["4000002760003184", "4000000000003220"])
async def test_3d_secure_asks_and_an_approval_pays(kit: Kit, number: str) -> None:
    """The intent waits for the buyer, and approving completes the session."""
    created = await kit.create()

    asked = await kit.sandbox.start_3ds(created.id, number)

    intent = kit.sandbox.payment_intents[kit.sandbox.sessions[created.id]["payment_intent"]]
    assert isinstance(asked, Asks)
    assert (intent["status"], kit.sandbox.sessions[created.id]["status"]) == (
        "requires_action",
        "open",
    )
    await kit.sandbox.finish_3ds(created.id)
    assert kit.sandbox.sessions[created.id]["payment_status"] == "paid"


async def test_a_refused_3d_secure_leaves_the_session_open(kit: Kit) -> None:
    """Refusing takes nothing and makes no charge; another card pays."""
    created = await kit.create()
    await kit.sandbox.start_3ds(created.id)

    with pytest.raises(NotPaidError) as refused:
        await kit.sandbox.finish_3ds(created.id, approve=False)

    assert refused.value.errors == {"card": "payment_intent_authentication_failure"}
    assert not kit.sandbox.charges
    await kit.sandbox.pay(created.id)
    assert kit.sandbox.sessions[created.id]["payment_status"] == "paid"


async def test_a_card_that_asks_can_be_declined_all_the_same(kit: Kit) -> None:
    """4000008400001629 asks, and is declined after the approval."""
    created = await kit.create()
    await kit.sandbox.start_3ds(created.id, "4000008400001629")

    with pytest.raises(NotPaidError) as refused:
        await kit.sandbox.finish_3ds(created.id)

    assert refused.value.errors == {"card": "declined"}
    assert (await kit.charge(created.id)).status == "failed"


async def test_a_session_can_expire_under_3d_secure(kit: Kit) -> None:
    """The intent still waits after the expiry; the approval then comes too late and cancels it."""
    created = await kit.create(expires_at=int(NOON) + 1860)
    await kit.sandbox.start_3ds(created.id)
    kit.clock.now += 1860

    intent_id = kit.sandbox.sessions[created.id]["payment_intent"]
    assert kit.sandbox.sessions[created.id]["status"] == "expired"
    assert kit.sandbox.payment_intents[intent_id]["status"] == "requires_action"
    with pytest.raises(ApiError, match="expired"):
        await kit.sandbox.finish_3ds(created.id)

    assert kit.sandbox.payment_intents[intent_id]["status"] == "canceled"
    assert not kit.sandbox.charges


async def test_a_late_approval_can_be_made_to_pay(kit: Kit) -> None:
    """Where the sandbox is told so, the money comes though the session has expired."""
    kit.sandbox.settings.late_authentication = "paid"
    created = await kit.create(expires_at=int(NOON) + 1860)
    await kit.sandbox.start_3ds(created.id)
    kit.clock.now += 1860
    assert kit.sandbox.sessions[created.id]["status"] == "expired"

    await kit.sandbox.finish_3ds(created.id)

    session = kit.sandbox.sessions[created.id]
    assert (session["status"], session["payment_status"]) == ("expired", "paid")
    assert (await kit.charge(created.id)).paid is True


async def test_an_abandoned_3d_secure_is_given_up(kit: Kit) -> None:
    """Ten minutes after the expiry the bank stops waiting, and the intent is canceled."""
    created = await kit.create(expires_at=int(NOON) + 1860)
    await kit.sandbox.start_3ds(created.id)
    kit.clock.now += 1860
    await kit.sandbox.tick()
    kit.clock.now += 600

    intent = kit.sandbox.payment_intents[kit.sandbox.sessions[created.id]["payment_intent"]]
    assert intent["status"] == "canceled"


async def test_expiring_cancels_the_intent_of_a_declined_card(kit: Kit) -> None:
    """An expired session takes its unpaid PaymentIntent along."""
    created = await kit.create()
    with pytest.raises(NotPaidError):
        await kit.sandbox.pay(created.id, "4000000000000002")

    await kit.client().v1.checkout.sessions.expire_async(created.id)

    intent = kit.sandbox.payment_intents[kit.sandbox.sessions[created.id]["payment_intent"]]
    assert intent["status"] == "canceled"


async def test_an_intent_left_in_3d_secure_can_be_canceled_after_expiry(kit: Kit) -> None:
    """Once the session has expired its waiting intent may be canceled by the API."""
    created = await kit.create()
    await kit.sandbox.start_3ds(created.id)
    await kit.client().v1.checkout.sessions.expire_async(created.id)
    intent = kit.sandbox.sessions[created.id]["payment_intent"]

    canceled = await kit.client().v1.payment_intents.cancel_async(
        intent, {"cancellation_reason": "abandoned"}
    )

    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
