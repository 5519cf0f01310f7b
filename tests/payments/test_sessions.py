"""Checkout Sessions: created once, retrieved whole, expired kindly."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.money import Money
from bot.domain.order import SessionId
from bot.domain.payment import SessionStatus
from bot.ports import (
    Account,
    KeyReusedError,
    PaymentsRefusedError,
    SessionLine,
    SessionQuestion,
    ShippingChoice,
    UnknownSessionError,
)
from shop_sandbox.stripe.buyer import Address, NotPaidError
from tests.payments.kit import Side, a_request

CREATE = "POST /v1/checkout/sessions"
RETRIEVE = "GET /v1/checkout/sessions/{id}"


async def test_a_session_is_created_as_asked(side: Side) -> None:
    """What Stripe was asked for is what it made: amounts, reference, metadata, times, language."""
    request = a_request(side.clock)
    session = await side.payments.create(side.payments.prepare(request), "key-1")
    assert session.status is SessionStatus.OPEN
    assert session.payment_status == "unpaid"
    assert (session.mode, session.livemode, session.currency) == ("payment", False, "eur")
    assert (session.subtotal, session.total) == (3140, 3140)
    assert (session.discount, session.shipping, session.tax) == (0, 0, 0)
    assert session.reference == "1042"
    assert session.metadata == {"shop": "5f0c", "order": "1042"}
    assert (session.created, session.expires_at) == (side.clock.now(), request.expires_at)
    assert session.url is not None
    assert "#" in session.url
    assert session.intent is None
    assert not session.paid
    assert side.stripe.sessions[session.id]["locale"] == "de"


async def test_the_same_key_gives_the_same_session(side: Side) -> None:
    """A request that is sent again, after a restart too, makes no second session."""
    parameters = side.payments.prepare(a_request(side.clock))
    first = await side.payments.create(parameters, "key-1")
    side.clock.seconds += 600
    assert await side.payments.create(parameters, "key-1") == first
    assert len(side.stripe.sessions) == 1


async def test_a_key_with_other_parameters_is_spent(side: Side) -> None:
    """Stripe refuses a key that belongs to another request, and we say so."""
    request = a_request(side.clock)
    await side.payments.create(side.payments.prepare(request), "key-1")
    other = side.payments.prepare(replace(request, language="fr"))
    with pytest.raises(KeyReusedError):
        await side.payments.create(other, "key-1")
    assert len(side.stripe.sessions) == 1


async def test_a_paid_session_comes_with_its_card(side: Side) -> None:
    """One request tells the intent, the charge, the card and the receipt."""
    made = await side.payments.create(side.payments.prepare(a_request(side.clock)), "key-1")
    await side.stripe.pay(made.id, email="ada@example.com", name="Ada Lovelace")
    session = await side.payments.retrieve(made.id)
    assert session.status is SessionStatus.COMPLETE
    assert session.paid
    assert session.intent is not None
    assert session.intent.status == "succeeded"
    charge = session.intent.charge
    assert charge is not None
    assert (charge.amount, charge.refunded) == (3140, 0)
    assert (charge.card_brand, charge.card_last4) == ("visa", "4242")
    assert session.recipient.email == "ada@example.com"
    assert session.recipient.name == "Ada Lovelace"
    assert side.calls(RETRIEVE) == 1
    intent = side.stripe.payment_intents[session.intent.id]
    assert intent["metadata"] == {"shop": "5f0c", "order": "1042"}
    assert session.receipt_url == charge.receipt_url is not None


async def test_everything_the_owner_may_ask_for_reaches_the_page_and_comes_back(
    side: Side,
) -> None:
    """Codes, tax, phone, terms, shipping and questions are sent, and their answers are read."""
    side.stripe.settings.has_terms = True
    request = replace(
        a_request(side.clock),
        promotion_codes=True,
        automatic_tax=True,
        phone=True,
        terms=True,
        countries=("PT", "ES"),
        shipping=(
            ShippingChoice("post", "Post", Money(490, "eur"), (2, 4)),
            ShippingChoice("bike", "Bicycle", Money(0, "eur"), (0, 1)),
        ),
        questions=(
            SessionQuestion("for-whom", "Whom is it for?"),
            SessionQuestion("for_whom", "And why?", optional=True),
        ),
    )
    made = await side.payments.create(side.payments.prepare(request), "key-1")
    raw = side.stripe.sessions[made.id]
    assert raw["allow_promotion_codes"] is True
    assert raw["automatic_tax"]["enabled"] is True
    assert raw["phone_number_collection"] == {"enabled": True}
    assert raw["consent_collection"]["terms_of_service"] == "required"
    assert raw["shipping_address_collection"] == {"allowed_countries": ["PT", "ES"]}
    assert len(raw["shipping_options"]) == 2
    assert [field["key"] for field in raw["custom_fields"]] == ["q1forwhom", "q2forwhom"]
    await side.stripe.pay(made.id, rate=0, answers={"q1forwhom": "Grandmother"})
    session = await side.payments.retrieve(made.id)
    assert session.shipping == 490
    assert session.recipient.answers == (("Whom is it for?", "Grandmother"),)
    assert session.recipient.phone == "+351912345678"
    assert session.recipient.name == "Ada Lovelace"
    assert session.recipient.address == ("Rua Augusta 1", "1100-048 Lisboa")
    assert session.recipient.country == "PT"


async def test_businesses_get_what_their_papers_need(side: Side) -> None:
    """Tax on top, a VAT id, the payer's address and a choice, as the page takes and tells them."""
    line = SessionLine("House blend", Money(1000, "eur"), 2, tax_code="txcd_30011000")
    choices = (("am", "In the morning"), ("pm", "In the afternoon"))
    request = replace(
        a_request(side.clock),
        lines=(line,),
        automatic_tax=True,
        plus_tax=True,
        tax_ids=True,
        billing_address=True,
        countries=("PT", "DE"),
        shipping=(ShippingChoice("post", "Post", Money(500, "eur")),),
        questions=(SessionQuestion("when", "When?", choices=choices),),
    )
    made = await side.payments.create(side.payments.prepare(request), "key-1")
    raw = side.stripe.sessions[made.id]
    assert raw["tax_id_collection"] == {"enabled": True, "required": "never"}
    assert raw["billing_address_collection"] == "required"
    assert raw["custom_fields"][0]["type"] == "dropdown"
    assert made.total == 2500
    await side.stripe.pay(
        made.id,
        billing=Address(
            line1="Unter den Linden 1", city="Berlin", postal_code="10117", country="DE"
        ),
        business=("Ada GmbH", "DE 123456789"),
        answers={"q1when": "pm"},
    )
    session = await side.payments.retrieve(made.id)
    assert (session.subtotal, session.shipping, session.tax, session.total) == (
        2000,
        500,
        475,
        2975,
    )
    assert session.recipient.answers == (("When?", "In the afternoon"),)
    assert session.recipient.business == "Ada GmbH"
    assert session.recipient.tax_ids == (("eu_vat", "DE123456789"),)
    assert session.recipient.address == ("Rua Augusta 1", "1100-048 Lisboa")
    assert session.recipient.billing == ("Unter den Linden 1", "10117 Berlin", "DE")


@pytest.mark.parametrize("business", [("", "DE123456789"), ("Ada GmbH", "?")])
async def test_a_tax_id_needs_its_name_and_its_form(side: Side, business: tuple[str, str]) -> None:
    """Left out it is not missed; half of it is asked for."""
    request = replace(a_request(side.clock), tax_ids=True, countries=("DE",))
    made = await side.payments.create(side.payments.prepare(request), "key-1")
    with pytest.raises(NotPaidError) as refused:
        await side.stripe.pay(made.id, business=business)
    assert list(refused.value.errors) == ["business_name" if business[1] != "?" else "tax_id"]
    await side.stripe.pay(made.id)
    assert (await side.payments.retrieve(made.id)).recipient.tax_ids == ()


async def test_a_plain_request_sends_nothing_that_was_not_asked_for(side: Side) -> None:
    """No payment methods, no page mode, no empty collections; what changes a sum is said."""
    parameters = json.loads(side.payments.prepare(a_request(side.clock)))
    assert sorted(parameters) == [
        "adaptive_pricing", "automatic_tax", "billing_address_collection", "cancel_url",
        "client_reference_id", "customer_creation", "expires_at", "line_items", "locale",
        "metadata", "mode", "payment_intent_data", "success_url",
    ]  # fmt: skip


async def test_the_dashboard_does_not_decide_what_a_sale_comes_to(side: Side) -> None:
    """An account that taxes and converts by default sells for what the chat said."""
    settings = side.stripe.settings
    settings.tax_by_default, settings.tax_behavior = True, "exclusive"
    settings.adaptive_pricing, settings.presentment = True, ("usd", Decimal("1.1"))
    made = await side.payments.create(side.payments.prepare(a_request(side.clock)), "k1")

    await side.stripe.pay(made.id)

    session = await side.payments.retrieve(made.id)
    assert (session.total, session.tax, session.presentment) == (3140, 0, None)


async def test_prepared_parameters_are_the_same_text_for_the_same_request(side: Side) -> None:
    """The stored text can be compared, and sent again, byte for byte."""
    request = a_request(side.clock)
    turned = replace(request, metadata=dict(reversed(tuple(request.metadata.items()))))
    assert side.payments.prepare(request) == side.payments.prepare(turned)


@pytest.mark.parametrize("ahead", [0, 1800, 86400, -5])
async def test_an_expiry_that_stripe_would_refuse_is_a_fault_of_ours(
    side: Side, ahead: int
) -> None:
    """Both ends of Stripe's range are outside of it."""
    request = replace(a_request(side.clock), expires_at=side.clock.now() + ahead)
    with pytest.raises(ValueError, match="expires_at"):
        side.payments.prepare(request)


@pytest.mark.parametrize("ahead", [1801, 86399])
async def test_the_outermost_expiries_are_taken(side: Side, ahead: int) -> None:
    """One second within the range is within it, for Stripe too."""
    request = replace(a_request(side.clock), expires_at=side.clock.now() + ahead)
    session = await side.payments.create(side.payments.prepare(request), "key-1")
    assert session.expires_at == side.clock.now() + ahead


async def test_long_names_are_cut_and_no_picture_is_sent_where_there_is_none(side: Side) -> None:
    """A name stops at 250 characters; a line without a public picture goes without."""
    line = SessionLine("ж" * 300, Money(100, "eur"), 1, "", None)
    public = SessionLine("b", Money(100, "eur"), 1, None, "https://shop.example/pictures/a.jpg")
    request = replace(a_request(side.clock), lines=(line, public))
    products = [
        item["price_data"]["product_data"]
        for item in json.loads(side.payments.prepare(request))["line_items"]
    ]
    assert products == [
        {"name": "ж" * 250},
        {"name": "b", "images": ["https://shop.example/pictures/a.jpg"]},
    ]


@pytest.mark.parametrize(
    ("language", "locale"),
    [("pt-br", "pt-BR"), ("pt", "pt"), ("en_us", "en"), ("ru", "ru"), ("ar", "auto"),
     ("nn", "nb"), ("", "auto"), ("zh-hant", "zh")],
)  # fmt: skip
async def test_the_page_speaks_the_nearest_language(side: Side, language: str, locale: str) -> None:
    """A language that Stripe's page lacks leaves the choice to the browser."""
    request = replace(a_request(side.clock), language=language)
    assert json.loads(side.payments.prepare(request))["locale"] == locale


async def test_lines_are_read_back(side: Side) -> None:
    """What was sold can be told from Stripe alone."""
    request = a_request(side.clock)
    made = await side.payments.create(side.payments.prepare(request), "key-1")
    assert await side.payments.lines(made.id) == (
        SessionLine("House blend, 250 g", Money(1570, "eur"), 2),
    )


async def test_an_open_session_is_expired_once(side: Side) -> None:
    """Expiring again, as after a lost answer, finds it expired and says so without a fault."""
    made = await side.payments.create(side.payments.prepare(a_request(side.clock)), "key-1")
    first = await side.payments.expire(made.id)
    again = await side.payments.expire(made.id)
    assert first.status is again.status is SessionStatus.EXPIRED
    assert first.url is None


async def test_a_paid_session_is_not_expired_but_returned(side: Side) -> None:
    """Whoever cancels too late learns that it was paid, with the payment."""
    made = await side.payments.create(side.payments.prepare(a_request(side.clock)), "key-1")
    await side.stripe.pay(made.id)
    session = await side.payments.expire(made.id)
    assert session.paid
    assert session.intent is not None


async def test_expiring_tells_the_state_of_the_intent(side: Side) -> None:
    """A buyer whom the bank is asking just now can still pay; the answer must show it."""
    made = await side.payments.create(side.payments.prepare(a_request(side.clock)), "key-1")
    await side.stripe.start_3ds(made.id)
    session = await side.payments.expire(made.id)
    retrieved = await side.payments.retrieve(made.id)
    assert session.intent is not None
    assert session.intent.status == "requires_action"
    assert retrieved == session


@pytest.mark.parametrize("method", ["retrieve", "expire", "lines"])
async def test_an_unknown_session_is_told_apart(side: Side, method: str) -> None:
    """What is not there is not a fault of the connection nor a refusal."""
    with pytest.raises(UnknownSessionError):
        await getattr(side.payments, method)(SessionId("cs_test_none"))


@pytest.mark.parametrize("identity", ["", "../refunds", "%2e%2e/account", "?limit=1", "x" * 256])
async def test_what_cannot_be_an_id_never_reaches_stripe(side: Side, identity: str) -> None:
    """Nothing that a browser or an event writes turns into another call, or a list of others'."""
    for method in (side.payments.retrieve, side.payments.expire, side.payments.lines):
        with pytest.raises(UnknownSessionError):
            await method(SessionId(identity))
    for ask in (side.payments.refunds, side.payments.dispute):
        with pytest.raises(PaymentsRefusedError):
            await ask(identity)
    assert sum(side.stripe.faults.calls.values()) == 0


async def test_an_amount_below_the_minimum_is_refused_with_its_code(side: Side) -> None:
    """The refusal can be told to the customer in their words, by Stripe's code."""
    line = SessionLine("Sticker", Money(20, "eur"), 1)
    request = replace(a_request(side.clock), lines=(line,))
    with pytest.raises(PaymentsRefusedError) as caught:
        await side.payments.create(side.payments.prepare(request), "key-1")
    assert caught.value.code == "amount_too_small"
    assert "€0.50" in caught.value.message
    assert side.calls(CREATE) == 1


async def test_the_account_is_named(side: Side) -> None:
    """A database can tell whose payments it holds."""
    account = await side.payments.account()
    assert account == Account(side.stripe.settings.account_id, livemode=False)
