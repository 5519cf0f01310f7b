"""Checkout Sessions of the embedded Stripe, by the real package."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import stripe

from shop_sandbox.faults import Fault
from tests.sandbox.stripe_kit import NOON, Kit, line, serve


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    """Serve a sandbox."""
    async with serve() as kit:
        yield kit


async def test_a_new_session_is_open_unpaid_and_has_no_intent(kit: Kit) -> None:
    """A session starts open and unpaid, without PaymentIntent, for 24 hours by default."""
    session = await kit.create(client_reference_id="order_1", metadata={"order": "1"})

    assert (session.status, session.payment_status, session.payment_intent) == (
        "open",
        "unpaid",
        None,
    )
    assert (session.amount_subtotal, session.amount_total, session.currency) == (2500, 2500, "eur")
    assert session.client_reference_id == "order_1"
    assert session["metadata"].to_dict() == {"order": "1"}
    assert session.livemode is False
    assert session.expires_at == int(NOON) + 24 * 3600


async def test_ids_are_66_characters_and_the_address_has_a_fragment(kit: Kit) -> None:
    """A session's id is 66 characters, and the fragment is part of its address."""
    session = await kit.create()

    assert session.id.startswith("cs_test_")
    assert len(session.id) == 66
    assert session.url is not None
    page, _, fragment = session.url.partition("#")
    assert page == f"{kit.url}/c/pay/{session.id}"
    assert len(fragment) > 100


async def test_stripe_can_be_made_to_say_something_else(kit: Kit) -> None:
    """Some fields of an answer are others for as long as the rule holds; what is kept is not."""
    created = await kit.create()
    sessions = kit.client().v1.checkout.sessions
    told = {"status": "expired"}
    kit.sandbox.faults.add(
        Fault("GET /v1/checkout/sessions/{id}", "alter", "after", times=None, body=told)
    )
    odd = await sessions.retrieve_async(created.id)
    kit.sandbox.faults.lift()
    after = await sessions.retrieve_async(created.id)

    assert (odd.id, odd.status, odd.amount_total) == (created.id, "expired", 2500)
    assert after.status == "open"


async def test_a_session_is_retrieved_with_what_is_expanded(kit: Kit) -> None:
    """Line items, their products, the intent and its charge come only when they are asked for."""
    created = await kit.create(line_items=[line(name="Mug"), line(490, 1, name="Filters")])
    await kit.sandbox.pay(created.id)
    sessions = kit.client().v1.checkout.sessions

    plain = await sessions.retrieve_async(created.id)
    full = await sessions.retrieve_async(
        created.id,
        {"expand": ["payment_intent.latest_charge", "line_items.data.price.product"]},
    )

    assert "line_items" not in plain
    assert isinstance(plain.payment_intent, str)
    assert isinstance(full.payment_intent, stripe.PaymentIntent)
    assert isinstance(full.payment_intent.latest_charge, stripe.Charge)
    assert full.payment_intent.latest_charge.amount == 2990
    assert full.line_items is not None
    products = [item.price.product for item in full.line_items.data if item.price]
    assert [p.name for p in products if isinstance(p, stripe.Product)] == ["Mug", "Filters"]


async def test_an_expansion_that_leads_nowhere_is_refused(kit: Kit) -> None:
    """A property that is no reference cannot be expanded, and four levels are the deepest."""
    session = await kit.create()
    sessions = kit.client().v1.checkout.sessions

    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        await sessions.retrieve_async(session.id, {"expand": ["customer_details"]})
    with pytest.raises(stripe.InvalidRequestError, match="more than 4 levels"):
        await sessions.retrieve_async(
            session.id,
            {"expand": ["payment_intent.latest_charge.payment_intent.latest_charge.refunds"]},
        )


async def test_sessions_are_listed_newest_first_in_pages(kit: Kit) -> None:
    """A list starts with the newest; cursors lead both ways, and filters hold."""
    ids = []
    for _ in range(5):
        ids.append((await kit.create()).id)
        kit.clock.now += 10
    sessions = kit.client().v1.checkout.sessions

    first = await sessions.list_async({"limit": 2})
    second = await sessions.list_async({"limit": 2, "starting_after": first.data[-1].id})
    newer = await sessions.list_async({"limit": 2, "ending_before": ids[1]})
    late = await sessions.list_async({"created": {"gte": int(NOON) + 30}})

    assert ([s.id for s in first.data], first.has_more) == ([ids[4], ids[3]], True)
    assert [s.id for s in second.data] == [ids[2], ids[1]]
    assert ([s.id for s in newer.data], newer.has_more) == ([ids[3], ids[2]], True)
    assert [s.id for s in late.data] == [ids[4], ids[3]]


async def test_sessions_are_filtered_by_status_and_intent(kit: Kit) -> None:
    """Lists take a status, a PaymentIntent, and the buyer's e-mail."""
    paid, open_one = await kit.create(), await kit.create()
    await kit.sandbox.pay(paid.id, email="grace@example.com")
    intent = kit.sandbox.sessions[paid.id]["payment_intent"]
    sessions = kit.client().v1.checkout.sessions

    by_status = await sessions.list_async({"status": "open"})
    by_intent = await sessions.list_async({"payment_intent": intent})
    by_email = await sessions.list_async({"customer_details": {"email": "grace@example.com"}})

    assert [s.id for s in by_status.data] == [open_one.id]
    assert [s.id for s in by_intent.data] == [paid.id]
    assert [s.id for s in by_email.data] == [paid.id]


async def test_line_items_are_paged_in_their_order(kit: Kit) -> None:
    """A session's own list gives all lines, ten of them when expanded."""
    session = await kit.create(line_items=[line(100, 1, f"Item {n}") for n in range(12)])
    client = kit.client()

    page = await client.v1.checkout.sessions.line_items.list_async(session.id, {"limit": 7})
    rest = await client.v1.checkout.sessions.line_items.list_async(
        session.id, {"limit": 7, "starting_after": page.data[-1].id}
    )
    expanded = await client.v1.checkout.sessions.retrieve_async(
        session.id, {"expand": ["line_items"]}
    )

    names = [item.description for item in [*page.data, *rest.data]]
    assert names == [f"Item {n}" for n in range(12)]
    assert expanded.line_items is not None
    assert (len(expanded.line_items.data), expanded.line_items.has_more) == (10, True)


async def test_an_expired_session_has_no_address_and_stays_so(kit: Kit) -> None:
    """Expire works on open sessions only; the second time it is refused."""
    session = await kit.create()
    sessions = kit.client().v1.checkout.sessions

    expired = await sessions.expire_async(session.id)
    with pytest.raises(stripe.InvalidRequestError, match=r"status of `expired`") as refused:
        await sessions.expire_async(session.id)

    assert (expired.status, expired.url, expired.payment_intent) == ("expired", None, None)
    assert refused.value.http_status == 400
    assert await kit.event_types() == ["checkout.session.expired"]


async def test_a_paid_session_cannot_be_expired(kit: Kit) -> None:
    """Expiring a complete session is refused and changes nothing."""
    session = await kit.create()
    await kit.sandbox.pay(session.id)

    with pytest.raises(stripe.InvalidRequestError, match=r"status of `complete`"):
        await kit.client().v1.checkout.sessions.expire_async(session.id)

    assert kit.sandbox.sessions[session.id]["status"] == "complete"


async def test_time_expires_a_session(kit: Kit) -> None:
    """Once its time has come a session reads expired, and tells so once."""
    session = await kit.create(expires_at=int(NOON) + 1860)
    sessions = kit.client().v1.checkout.sessions

    kit.clock.now += 1859
    before = await sessions.retrieve_async(session.id)
    kit.clock.now += 1
    after = await sessions.retrieve_async(session.id)
    await kit.sandbox.tick()

    assert (before.status, after.status, after.url) == ("open", "expired", None)
    assert await kit.event_types() == ["checkout.session.expired"]


async def test_a_tick_expires_what_nobody_looks_at(kit: Kit) -> None:
    """A tick alone brings the expiry about."""
    session = await kit.create()

    kit.clock.now += 24 * 3600
    await kit.sandbox.tick()

    assert kit.sandbox.sessions[session.id]["status"] == "expired"


async def test_an_unknown_session_is_missing(kit: Kit) -> None:
    """An id that Stripe does not know answers 404, resource_missing."""
    with pytest.raises(stripe.InvalidRequestError, match=r"No such checkout\.session") as refused:
        await kit.client().v1.checkout.sessions.retrieve_async("cs_test_nope")

    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


async def test_prices_products_and_the_account_can_be_retrieved(kit: Kit) -> None:
    """What a line was made of, the account and its balance are there to be read."""
    session = await kit.create()
    await kit.sandbox.pay(session.id)
    client = kit.client()
    lines = await client.v1.checkout.sessions.line_items.list_async(session.id)
    price = lines.data[0].price
    assert price is not None

    again = await client.v1.prices.retrieve_async(price.id)
    product = await client.v1.products.retrieve_async(str(again.product))
    account = await client.v1.accounts.retrieve_current_async()
    balance = await client.v1.balance.retrieve_async()

    assert (again.unit_amount, product.name) == (1250, "House blend")
    assert account.id == kit.sandbox.settings.account_id
    assert balance.available[0].amount == 2500


async def test_a_price_that_exists_can_be_sold_again(kit: Kit) -> None:
    """A line may name a price that an earlier session made."""
    first = await kit.create()
    lines = await kit.client().v1.checkout.sessions.line_items.list_async(first.id)
    price = lines.data[0].price
    assert price is not None

    second = await kit.create(line_items=[{"price": price.id, "quantity": 3}])

    assert second.amount_total == 3750
