"""After the payment: refunds, disputes, events, endpoints, permissions."""

from __future__ import annotations

import pytest

from bot.domain.money import Money
from bot.domain.order import SessionId
from bot.payments import Endpoint, StripePayments
from bot.payments.events import KINDS
from bot.ports import (
    EventId,
    EventKind,
    KeyReusedError,
    PaymentsDeniedError,
    PaymentsRefusedError,
)
from kit.specs import stripe as specs
from shop_sandbox.faults import Fault
from tests.payments.kit import Side, a_request, a_side

REFUND = "POST /v1/refunds"


async def _paid(side: Side, number: int = 1) -> tuple[SessionId, str, str]:
    """Return session, intent and charge of a payment of 31.40 EUR."""
    parameters = side.payments.prepare(a_request(side.clock))
    made = await side.payments.create(parameters, f"key-{number}")
    await side.stripe.pay(made.id)
    session = await side.payments.retrieve(made.id)
    assert session.intent is not None
    assert session.intent.charge is not None
    return session.id, session.intent.id, session.intent.charge.id


async def test_a_refund_is_given_once_a_key(side: Side) -> None:
    """A second tap, or a lost answer, gives nothing back twice."""
    session_id, intent_id, _ = await _paid(side)
    side.stripe.faults.add(Fault(REFUND, "cut", phase="after"))
    refund = await side.payments.refund(intent_id, Money(1000, "eur"), "refund-1")
    again = await side.payments.refund(intent_id, Money(1000, "eur"), "refund-1")
    assert again == refund
    assert (refund.status, refund.amount, refund.currency) == ("succeeded", 1000, "eur")
    assert refund.intent_id == intent_id
    assert side.calls(REFUND) == 3
    session = await side.payments.retrieve(session_id)
    assert session.intent is not None
    assert session.intent.charge is not None
    assert session.intent.charge.refunded == 1000


async def test_a_refund_key_with_another_amount_is_spent(side: Side) -> None:
    """One key means one amount."""
    _, intent_id, _ = await _paid(side)
    await side.payments.refund(intent_id, Money(1000, "eur"), "refund-1")
    with pytest.raises(KeyReusedError):
        await side.payments.refund(intent_id, Money(1001, "eur"), "refund-1")
    assert len(side.stripe.refunds) == 1


async def test_more_than_is_left_is_refused(side: Side) -> None:
    """Stripe's own refusal comes through in its words and gives nothing back."""
    _, intent_id, _ = await _paid(side)
    with pytest.raises(PaymentsRefusedError, match="Refund amount"):
        await side.payments.refund(intent_id, Money(3141, "eur"), "refund-1")
    assert side.stripe.refunds == {}


async def test_all_refunds_of_a_payment_are_listed_beyond_one_page(side: Side) -> None:
    """Those made in the Dashboard count too, and a second page is fetched where there is one."""
    _, intent_id, _ = await _paid(side)
    for _ in range(101):
        await side.stripe.refund_in_dashboard(intent_id, 2)
    refunds = await side.payments.refunds(intent_id)
    assert len({one.id for one in refunds}) == 101
    assert sum(one.amount for one in refunds) == 202
    assert side.calls("GET /v1/refunds") == 2


async def test_a_dispute_is_read(side: Side) -> None:
    """Who disputes what, and why."""
    _, intent_id, charge_id = await _paid(side)
    dispute_id = await side.stripe.open_dispute(charge_id, reason="product_not_received")
    dispute = await side.payments.dispute(dispute_id)
    assert (dispute.id, dispute.intent_id) == (dispute_id, intent_id)
    assert (dispute.amount, dispute.currency) == (3140, "eur")
    assert dispute.reason == "product_not_received"
    assert dispute.status == "needs_response"


async def test_an_account_without_events_gives_none(side: Side) -> None:
    """There is no cursor to go on from, and the next look starts over."""
    assert await side.payments.events(None) == ()


async def test_old_history_is_not_replayed_but_marks_the_place(side: Side) -> None:
    """The first look at an old account returns its newest event only, as the cursor."""
    old = side.payments
    for number in range(3):
        await _paid(side, number)
    newest = side.stripe.events[-1]
    side.clock.seconds += 3600
    async with a_second(side) as payments:
        first = await payments.events(None)
        assert [event.id for event in first] == [_of_ours(side)[-1]["id"]]
        assert await payments.events(first[-1].id) == ()
    assert newest["created"] < side.clock.now()
    assert len(await old.events(None)) == len(_of_ours(side))


async def test_nothing_between_start_and_first_look_is_lost(side: Side) -> None:
    """What happens after the shop's start is told at its first look, oldest first, once."""
    session_id, intent_id, _ = await _paid(side)
    side.clock.seconds += 30
    await side.stripe.refund_in_dashboard(intent_id)
    first = await side.payments.events(None)
    assert [event.id for event in first] == [event["id"] for event in _of_ours(side)]
    assert first[0].kind is EventKind.SESSION
    assert (first[0].object_id, first[0].received_at) == (session_id, side.clock.now())
    refunded = next(event for event in first if event.kind is EventKind.REFUND)
    assert refunded.parent_id == intent_id
    assert await side.payments.events(first[-1].id) == ()


async def test_a_busy_start_is_read_from_its_oldest_event(side: Side) -> None:
    """More than a page since the start: the oldest hundred first, then the others by cursor."""
    _, intent_id, _ = await _paid(side)
    for _ in range(60):
        await side.stripe.refund_in_dashboard(intent_id, 2)
    expected = [event["id"] for event in _of_ours(side)]
    assert len(expected) > 100
    seen = list(await side.payments.events(None))
    assert len(seen) == 100
    while more := await side.payments.events(seen[-1].id):
        seen.extend(more)
    assert [event.id for event in seen] == expected


async def test_a_cursor_goes_forward_in_order(side: Side) -> None:
    """Later events come oldest first after the one before them."""
    await _paid(side)
    cursor = (await side.payments.events(None))[-1].id
    session_id, intent_id, charge_id = await _paid(side, 2)
    dispute_id = await side.stripe.open_dispute(charge_id)
    events = await side.payments.events(cursor)
    assert [event.id for event in events] == [
        event["id"] for event in _of_ours(side) if event["id"] in {one.id for one in events}
    ]
    assert [(event.kind, event.object_id, event.parent_id) for event in events] == [
        (EventKind.SESSION, session_id, intent_id),
        (EventKind.DISPUTE, dispute_id, intent_id),
    ]


async def test_a_cursor_that_stripe_forgot_counts_as_none(side: Side) -> None:
    """After a month away, events begin anew; the reconciler finds what was missed."""
    await _paid(side)
    events = await side.payments.events(EventId("evt_forgotten"))
    assert [event.id for event in events] == [event["id"] for event in _of_ours(side)]


async def test_an_endpoint_is_registered_and_found_again(side: Side) -> None:
    """Its secret is shown once; it gets every kind of event that the shop acts on."""
    endpoint, secret = await side.payments.register_endpoint("http://127.0.0.1:9/stripe/webhook")
    assert secret.startswith("whsec_")
    assert endpoint == Endpoint(endpoint.id, "http://127.0.0.1:9/stripe/webhook", True, ())
    assert await side.payments.endpoints() == (endpoint,)


async def test_every_permission_is_there_with_a_full_key(side: Side) -> None:
    """Asking changes nothing at Stripe."""
    permissions = await side.payments.permissions()
    assert [one.name for one in permissions if not one.allowed] == []
    assert len(permissions) == 8
    assert side.stripe.sessions == side.stripe.refunds == {}


async def test_missing_permissions_are_named_one_by_one() -> None:
    """An operator sees which rights the restricted key lacks, in Stripe's words."""
    async with a_side("rk_test_canaryKEY123") as side:
        side.stripe.keyring.lacking = {"rak_event_read", "rak_charge_write", "rak_dispute_read"}
        permissions = await side.payments.permissions()
        assert [one.name for one in permissions if not one.allowed] == [
            "Charges and Refunds: write", "Disputes: read", "Events: read",
        ]  # fmt: skip
        assert "rak_event_read" in next(p.message for p in permissions if p.name == "Events: read")
        with pytest.raises(PaymentsDeniedError, match="rak_charge_write"):
            await side.payments.refund("pi_1", Money(1, "eur"), "refund-1")


async def test_what_the_catalog_sells_with_needs_rights_of_its_own() -> None:
    """Invoices, codes and deliveries: asked about only where they are used."""
    async with a_side("rk_test_canaryKEY123") as side:
        side.stripe.keyring.lacking = {
            "rak_invoice_read", "rak_credit_note_read", "rak_credit_note_write",
            "rak_promotion_code_read", "rak_shipping_rate_read",
        }  # fmt: skip
        assert all(one.allowed for one in await side.payments.permissions())
        every = await side.payments.permissions(invoices=True, codes=True, rates=True)
        assert [one.name for one in every if not one.allowed] == [
            "Invoices: read", "Credit notes: read", "Credit notes: write",
            "Promotion Codes: read", "Shipping Rates: read",
        ]  # fmt: skip
        side.stripe.keyring.lacking = set()
        every = await side.payments.permissions(invoices=True, codes=True, rates=True)
        assert all(one.allowed for one in every)


@pytest.mark.specs
async def test_all_that_is_asked_is_as_published(side: Side) -> None:
    """Every call that the adapter knows is held to Stripe's specification."""
    if reason := specs.specs_missing():
        pytest.skip(reason)
    session_id, intent_id, charge_id = await _paid(side)
    await side.payments.lines(session_id)
    await side.payments.expire(session_id)
    await side.payments.refund(intent_id, Money(100, "eur"), "refund-1")
    await side.payments.refunds(intent_id)
    await side.payments.dispute(await side.stripe.open_dispute(charge_id))
    first = await side.payments.events(None)
    await side.payments.events(first[0].id)
    await side.payments.account()
    await side.payments.register_endpoint("http://127.0.0.1:9/stripe/webhook")
    await side.payments.endpoints()
    await side.payments.permissions()
    calls = set()
    for exchange in side.exchanges:
        specs.check_exchange_request(exchange)
        calls.add(exchange.call)
    assert len(calls) == 13


def _of_ours(side: Side) -> list[dict[str, object]]:
    return [event for event in side.stripe.events if event["type"] in KINDS]


def a_second(side: Side) -> StripePayments:
    """Return the adapter of a process that starts now."""
    return StripePayments("sk_test_canaryKEY123", side.clock, api_url=side.url)
