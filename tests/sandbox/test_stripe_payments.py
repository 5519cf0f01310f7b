"""What becomes of a press on Pay: cards that pay, cards that are declined, bank debits."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import stripe

from shop_sandbox.stripe import Over
from shop_sandbox.stripe.buyer import NotPaidError
from shop_sandbox.stripe.cards import SUCCEEDING
from shop_sandbox.stripe.errors import ApiError
from shop_sandbox.stripe.shelf import Shelf
from tests.sandbox.stripe_kit import Kit, serve


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    """Serve a sandbox."""
    async with serve() as kit:
        yield kit


@pytest.mark.parametrize("number", SUCCEEDING)
async def test_the_fourteen_cards_pay(kit: Kit, number: str) -> None:
    """Each card that succeeds pays, and leaves its brand and last four, never its number."""
    assert len(SUCCEEDING) == 14
    created = await kit.create()

    done = await kit.sandbox.pay(created.id, number)

    session = kit.sandbox.sessions[created.id]
    card = (await kit.charge(created.id))["payment_method_details"]["card"]
    assert done.address == f"http://127.0.0.1:9/success?session_id={created.id}"
    assert (session["status"], session["payment_status"], session["url"]) == (
        "complete",
        "paid",
        None,
    )
    assert card.last4 == number[-4:]
    book = kit.sandbox.world.test
    shelves = [list(shelf) for shelf in vars(book).values() if isinstance(shelf, Shelf)]
    kept = repr((shelves, book.checkouts, kit.exchanges))
    assert number[-4:] in kept
    assert number not in kept


async def test_what_the_buyer_told_is_in_the_session(kit: Kit) -> None:
    """Name and e-mail come back, and the intent carries its own metadata, not the session's."""
    created = await kit.create(
        metadata={"order": "1"}, payment_intent_data={"metadata": {"order": "intent-1"}}
    )
    await kit.sandbox.pay(created.id, email="grace@example.com", name="Grace Hopper")

    session = await kit.client().v1.checkout.sessions.retrieve_async(
        created.id, {"expand": ["payment_intent"]}
    )

    assert session.customer_details is not None
    assert (session.customer_details.email, session.customer_details.name) == (
        "grace@example.com",
        "Grace Hopper",
    )
    assert isinstance(session.payment_intent, stripe.PaymentIntent)
    assert session.payment_intent.metadata.to_dict() == {"order": "intent-1"}
    assert session.payment_intent.amount_received == 2500


@pytest.mark.parametrize(
    ("number", "key", "code", "reason"),
    [
        ("4000000000000002", "declined", "card_declined", "generic_decline"),
        ("4000000000009995", "insufficient_funds", "card_declined", "insufficient_funds"),
        ("4000000000009987", "declined", "card_declined", "lost_card"),
        ("4000000000009979", "declined", "card_declined", "stolen_card"),
        ("4000000000000069", "expired_card", "expired_card", "expired_card"),
        ("4000000000000127", "incorrect_cvc", "incorrect_cvc", "incorrect_cvc"),
        ("4000000000000119", "processing_error", "processing_error", "processing_error"),
    ],
)
async def test_declined_cards_say_why_and_leave_the_session_open(
    kit: Kit, number: str, key: str, code: str, reason: str
) -> None:
    """A decline is shown with its reason, the session stays open, and another card pays."""
    created = await kit.create()

    with pytest.raises(NotPaidError) as refused:
        await kit.sandbox.pay(created.id, number)

    intent = kit.sandbox.payment_intents[kit.sandbox.sessions[created.id]["payment_intent"]]
    assert refused.value.errors == {"card": key}
    assert intent["status"] == "requires_payment_method"
    assert intent["last_payment_error"]["code"] == code
    assert intent["last_payment_error"]["decline_code"] == reason
    assert (await kit.charge(created.id)).status == "failed"
    await kit.sandbox.pay(created.id)
    assert len(kit.sandbox.payment_intents) == 1
    assert (await kit.charge(created.id)).status == "succeeded"


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("4242424242424241", "incorrect_number"),
        ("4111111111111111", "not_a_test_card"),
        ("42424242", "number_incomplete"),
        ("", "number_incomplete"),
        ("٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", "number_incomplete"),
    ],
)
async def test_other_numbers_are_refused_before_anything_happens(
    kit: Kit, number: str, key: str
) -> None:
    """Whatever is no published test card makes no intent and no charge."""
    created = await kit.create()

    with pytest.raises(NotPaidError) as refused:
        await kit.sandbox.pay(created.id, number)

    assert refused.value.errors["card_number"] == key
    assert kit.sandbox.sessions[created.id]["payment_intent"] is None
    assert not kit.sandbox.charges


async def test_the_page_learns_on_pay_that_the_session_expired(kit: Kit) -> None:
    """Paying an expired session takes nothing."""
    created = await kit.create()
    await kit.client().v1.checkout.sessions.expire_async(created.id)

    with pytest.raises(NotPaidError) as refused:
        await kit.sandbox.pay(created.id)

    assert isinstance(refused.value.result, Over)
    assert not kit.sandbox.charges


@pytest.mark.parametrize("succeed", [True, False])
async def test_a_bank_debit_settles_later(kit: Kit, succeed: bool) -> None:
    """A debit completes the session unpaid; the bank's answer pays it, or fails its intent."""
    created = await kit.create()
    await kit.sandbox.pay(created.id, "debit")
    sessions = kit.client().v1.checkout.sessions
    waiting = await sessions.retrieve_async(created.id, {"expand": ["payment_intent"]})

    await kit.sandbox.settle_debit(created.id, succeed=succeed)

    settled = await sessions.retrieve_async(created.id, {"expand": ["payment_intent"]})
    assert isinstance(waiting.payment_intent, stripe.PaymentIntent)
    assert isinstance(settled.payment_intent, stripe.PaymentIntent)
    assert (waiting.status, waiting.payment_status, waiting.payment_intent.status) == (
        "complete",
        "unpaid",
        "processing",
    )
    assert (settled.status, settled.payment_status, settled.payment_intent.status) == (
        ("complete", "paid", "succeeded")
        if succeed
        else ("complete", "unpaid", "requires_payment_method")
    )
    assert (await kit.charge(created.id))["payment_method_details"]["type"] == "sepa_debit"


async def test_a_debit_settles_once(kit: Kit) -> None:
    """The bank answers a debit once."""
    created = await kit.create()
    await kit.sandbox.pay(created.id, "debit")
    await kit.sandbox.settle_debit(created.id)

    with pytest.raises(ApiError, match="No bank debit"):
        await kit.sandbox.settle_debit(created.id)


async def test_intents_of_open_sessions_cannot_be_canceled(kit: Kit) -> None:
    """Checkout's intents end with their session; a paid one is too late."""
    created = await kit.create()
    with pytest.raises(NotPaidError):
        await kit.sandbox.pay(created.id, "4000000000000002")
    intent = kit.sandbox.sessions[created.id]["payment_intent"]
    intents = kit.client().v1.payment_intents

    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        await intents.cancel_async(intent)
    await kit.sandbox.pay(created.id)
    with pytest.raises(stripe.InvalidRequestError) as late:
        await intents.cancel_async(intent)

    assert late.value.code == "payment_intent_unexpected_state"


async def test_charges_are_listed_by_intent(kit: Kit) -> None:
    """All tries of an intent are there, the newest first."""
    created = await kit.create()
    with pytest.raises(NotPaidError):
        await kit.sandbox.pay(created.id, "4000000000000002")
    await kit.sandbox.pay(created.id)
    intent = kit.sandbox.sessions[created.id]["payment_intent"]

    charges = await kit.client().v1.charges.list_async({"payment_intent": intent})

    assert [charge.status for charge in charges.data] == ["succeeded", "failed"]
