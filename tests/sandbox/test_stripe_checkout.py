"""What the buyer chooses on the page: codes, shipping, quantities, answers; and what it costs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shop_sandbox.stripe.buyer import Address, NotPaidError
from tests.sandbox.stripe_kit import Kit, line, serve


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    """Serve a sandbox."""
    async with serve() as kit:
        yield kit


async def test_methods_follow_the_currency_and_the_shops_filter(kit: Kit) -> None:
    """Debits exist in a few currencies; a shop can leave them out."""
    assert (await kit.create()).payment_method_types == ["card", "sepa_debit"]
    yen = await kit.create(line_items=[line(900, 1, currency="jpy")])
    assert yen.payment_method_types == ["card"]
    cards: Any = {"allowed_payment_method_types": ["card"]}
    assert (await kit.create(**cards)).payment_method_types == ["card"]
    without: Any = {"excluded_payment_method_types": ["sepa_debit"]}
    assert (await kit.create(**without)).payment_method_types == ["card"]


async def test_a_promotion_code_takes_its_share(kit: Kit) -> None:
    """WELCOME10 takes a tenth off the goods, and the session tells how much."""
    created = await kit.create(allow_promotion_codes=True)

    await kit.sandbox.pay(created.id, promotion_code="welcome10")

    session = kit.sandbox.sessions[created.id]
    assert (session["amount_subtotal"], session["amount_total"]) == (2500, 2250)
    assert session["total_details"]["amount_discount"] == 250
    assert session["discounts"] == [{"coupon": "WELCOME10", "promotion_code": "promo_WELCOME10"}]
    assert (await kit.charge(created.id)).amount == 2250


async def test_a_full_discount_needs_no_payment(kit: Kit) -> None:
    """FREE100 leaves nothing to pay: no card, no intent, no_payment_required."""
    created = await kit.create(allow_promotion_codes=True)

    await kit.sandbox.pay(created.id, "no card at all", promotion_code="FREE100")

    session = kit.sandbox.sessions[created.id]
    assert (session["status"], session["payment_status"]) == ("complete", "no_payment_required")
    assert (session["payment_intent"], session["amount_total"]) == (None, 0)


@pytest.mark.parametrize(
    ("code", "amount", "currency", "key"),
    [
        ("NOPE", 2500, "eur", "code_unknown"),
        ("FIVEOFF", 2500, "usd", "code_unknown"),
        ("FIVEOFF", 530, "eur", "code_too_much"),
    ],
)
async def test_a_code_that_does_not_fit_is_refused(
    kit: Kit, code: str, amount: int, currency: str, key: str
) -> None:
    """Unknown codes, those of another currency, and those that leave too little, change nothing."""
    created = await kit.create(
        line_items=[line(amount, 1, currency=currency)], allow_promotion_codes=True
    )

    with pytest.raises(NotPaidError) as refused:
        await kit.sandbox.pay(created.id, promotion_code=code)

    assert refused.value.errors == {"code": key}
    assert kit.sandbox.sessions[created.id]["amount_total"] == amount


async def test_a_discount_can_be_given_from_the_start(kit: Kit) -> None:
    """``discounts`` reduces the session before anybody opens it."""
    created = await kit.create(discounts=[{"coupon": "FIVEOFF"}])

    assert (created.amount_subtotal, created.amount_total) == (2500, 2000)


def _rates() -> list[dict[str, Any]]:
    return [
        {
            "shipping_rate_data": {
                "display_name": name,
                "type": "fixed_amount",
                "fixed_amount": {"amount": amount, "currency": "eur"},
                "tax_behavior": "exclusive",
            }
        }
        for name, amount in (("Post", 490), ("Express", 990))
    ]


async def test_shipping_is_chosen_and_its_address_comes_back(kit: Kit) -> None:
    """The first rate is chosen until the buyer chooses; the address is collected."""
    created = await kit.create(
        shipping_options=_rates(),
        shipping_address_collection={"allowed_countries": ["PT", "ES"]},
        phone_number_collection={"enabled": True},
    )
    assert created.amount_total == 2990

    await kit.sandbox.pay(
        created.id, rate=1, shipping=Address(line1="Gran Vía 1", city="Madrid", country="ES")
    )

    session = kit.sandbox.sessions[created.id]
    details = session["collected_information"]["shipping_details"]
    assert session["amount_total"] == 3490
    assert session["total_details"]["amount_shipping"] == 990
    assert session["shipping_cost"]["amount_total"] == 990
    assert (details["address"]["line1"], details["address"]["country"]) == ("Gran Vía 1", "ES")
    assert session["customer_details"]["phone"] == "+351912345678"


async def test_a_country_that_is_not_shipped_to_is_refused(kit: Kit) -> None:
    """Only the countries that the session allows can be chosen."""
    created = await kit.create(shipping_address_collection={"allowed_countries": ["PT"]})

    with pytest.raises(NotPaidError) as refused:
        await kit.sandbox.pay(created.id, shipping=Address(country="US"))

    assert refused.value.errors == {"shipping_country": "country"}


@pytest.mark.parametrize(
    ("behavior", "total", "tax"), [("exclusive", 3558, 568), ("inclusive", 3083, 492)]
)
async def test_automatic_tax_is_reckoned_once_the_place_is_known(
    kit: Kit, behavior: str, total: int, tax: int
) -> None:
    """Nineteen per cent come on top of prices without tax, and lie inside of prices with it."""
    lines = [line(1250, 2, tax_behavior=behavior)]
    created = await kit.create(
        line_items=lines,
        automatic_tax={"enabled": True},
        shipping_options=_rates(),
        shipping_address_collection={"allowed_countries": ["PT"]},
    )
    assert (created.amount_total, created.automatic_tax.status) == (
        2990,
        "requires_location_inputs",
    )

    await kit.sandbox.pay(created.id)

    session = kit.sandbox.sessions[created.id]
    assert session["automatic_tax"]["status"] == "complete"
    assert (session["amount_total"], session["total_details"]["amount_tax"]) == (total, tax)


async def test_questions_and_terms_come_back(kit: Kit) -> None:
    """Answers to custom fields and the consent are in the session."""
    options = [{"label": "Whole beans", "value": "beans"}]
    created = await kit.create(
        consent_collection={"terms_of_service": "required"},
        custom_fields=[
            {
                "key": "grind",
                "label": {"type": "custom", "custom": "Grind"},
                "type": "dropdown",
                "dropdown": {"options": options},
            },
            {
                "key": "note",
                "label": {"type": "custom", "custom": "Note"},
                "type": "text",
                "optional": True,
            },
        ],
    )

    await kit.sandbox.pay(created.id, answers={"note": "Ring twice"})

    session = kit.sandbox.sessions[created.id]
    assert session["consent"]["terms_of_service"] == "accepted"
    assert session["custom_fields"][0]["dropdown"]["value"] == "beans"
    assert session["custom_fields"][1]["text"]["value"] == "Ring twice"


async def test_an_adjustable_line_can_differ_from_the_cart(kit: Kit) -> None:
    """The buyer may change a quantity where the line allows it, and the line items say so."""
    adjustable = {**line(), "adjustable_quantity": {"enabled": True, "minimum": 1, "maximum": 4}}
    created = await kit.create(line_items=[adjustable])

    with pytest.raises(NotPaidError) as refused:
        await kit.sandbox.pay(created.id, quantities={0: 5})
    await kit.sandbox.pay(created.id, quantities={0: 4})

    lines = await kit.client().v1.checkout.sessions.line_items.list_async(created.id)
    assert refused.value.errors == {"quantity_0": "quantity"}
    assert (lines.data[0].quantity, lines.data[0].amount_total) == (4, 5000)
