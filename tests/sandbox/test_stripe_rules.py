"""What the embedded Stripe refuses, in Stripe's words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import stripe

from tests.sandbox.stripe_kit import NOON, Kit, line, serve

_HALF_HOUR = int(NOON) + 1800
_DAY = int(NOON) + 86_400


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    """Serve a sandbox."""
    async with serve() as kit:
        yield kit


def _rate(**more: Any) -> dict[str, Any]:
    return {
        "shipping_rate_data": {
            "display_name": "Post",
            "type": "fixed_amount",
            "fixed_amount": {"amount": 490, "currency": "eur"},
            **more,
        }
    }


def _field(key: str = "grind", **more: Any) -> dict[str, Any]:
    label = {"type": "custom", "custom": "Grind"}
    return {"key": key, "label": label, "type": "text", **more}


_REFUSED: dict[str, tuple[dict[str, Any], str | None]] = {
    "payment_method_types": ({"payment_method_types": ["card"]}, "parameter_unknown"),
    "line_items[0][colour]": ({"line_items": [{**line(), "colour": "red"}]}, "parameter_unknown"),
    "mode": ({"mode": None}, "parameter_missing"),
    "success_url": ({"success_url": None}, "parameter_missing"),
    "line_items": ({"line_items": [line()] * 101}, None),
    "line_items[0][quantity]": (
        {"line_items": [{"price_data": line()["price_data"]}]},
        "parameter_missing",
    ),
    "line_items[0][price_data][unit_amount]": (
        {"line_items": [line(12.5)]},  # type: ignore[arg-type]
        "parameter_invalid_integer",
    ),
    "line_items[0][price_data][product_data][name]": (
        {"line_items": [line(name="x" * 251)]},
        None,
    ),
    "line_items[0][price_data][product_data][description]": (
        {"line_items": [line(product_data={"name": "Mug", "description": "x" * 40_001})]},
        None,
    ),
    "line_items[0][price_data][product_data][images]": (
        {"line_items": [line(product_data={"name": "Mug", "images": ["https://a.b/c"] * 9})]},
        None,
    ),
    "line_items[0][price_data][product_data][images][0]": (
        {"line_items": [line(product_data={"name": "Mug", "images": ["mug.jpg"]})]},
        "url_invalid",
    ),
    "line_items[0][adjustable_quantity][maximum]": (
        {"line_items": [{**line(), "adjustable_quantity": {"enabled": True, "maximum": 10**6}}]},
        "parameter_invalid_integer",
    ),
    "line_items[1][price_data][currency]": (
        {"line_items": [line(), line(currency="usd")]},
        None,
    ),
    "cancel_url": ({"cancel_url": "t.me/shop"}, "url_invalid"),
    "client_reference_id": ({"client_reference_id": "x" * 201}, None),
    "metadata": ({"metadata": {f"k{n}": "v" for n in range(51)}}, None),
    f"metadata[{'k' * 41}]": ({"metadata": {"k" * 41: "v"}}, None),
    "metadata[k]": ({"metadata": {"k": "v" * 501}}, None),
    "expires_at": ({"expires_at": _HALF_HOUR}, None),
    "locale": ({"locale": "xx"}, None),
    "shipping_options": ({"shipping_options": [_rate()] * 6}, None),
    "shipping_options[0][shipping_rate_data][display_name]": (
        {"shipping_options": [_rate(display_name="x" * 101)]},
        None,
    ),
    "shipping_options[0][shipping_rate_data][fixed_amount][currency]": (
        {"shipping_options": [_rate(fixed_amount={"amount": 1, "currency": "usd"})]},
        None,
    ),
    "shipping_address_collection[allowed_countries][0]": (
        {"shipping_address_collection": {"allowed_countries": ["KP"]}},
        None,
    ),
    "allow_promotion_codes": (
        {"allow_promotion_codes": True, "discounts": [{"coupon": "WELCOME10"}]},
        None,
    ),
    "discounts[0][coupon]": ({"discounts": [{"coupon": "NOPE"}]}, "resource_missing"),
    "line_items[0][price_data][tax_behavior]": ({"automatic_tax": {"enabled": True}}, None),
    "custom_fields": ({"custom_fields": [_field(f"k{n}") for n in range(4)]}, None),
    "custom_fields[0][key]": ({"custom_fields": [_field("a key")]}, None),
    "custom_fields[0][dropdown]": (
        {"custom_fields": [_field(type="dropdown")]},
        "parameter_missing",
    ),
    "custom_text[submit][message]": ({"custom_text": {"submit": {"message": "x" * 1201}}}, None),
    "customer_email": ({"customer_email": "ada"}, "email_invalid"),
    "subscription_data": ({"subscription_data": {"description": "x"}}, None),
}


@pytest.mark.parametrize("param", _REFUSED)
async def test_a_bad_parameter_is_refused_by_name(kit: Kit, param: str) -> None:
    """Each rule's refusal names its parameter and carries Stripe's code; nothing is created."""
    changed, code = _REFUSED[param]
    params = {key: value for key, value in changed.items() if value is not None}
    dropped = [key for key, value in changed.items() if value is None]

    with pytest.raises(stripe.InvalidRequestError) as refused:
        await _create_without(kit, dropped, params)

    assert (refused.value.param, refused.value.code) == (param, code)
    assert refused.value.http_status == 400
    assert not kit.sandbox.sessions


async def _create_without(kit: Kit, dropped: list[str], params: Any) -> None:
    sessions = kit.client().v1.checkout.sessions
    base: Any = {
        "mode": "payment",
        "line_items": [line()],
        "success_url": "http://127.0.0.1:9/ok",
    }
    for key in dropped:
        del base[key]
    merged: Any = {**base, **params}
    await sessions.create_async(merged)


@pytest.mark.parametrize(
    ("at", "fits"),
    [(_HALF_HOUR, False), (_HALF_HOUR + 1, True), (_DAY - 1, True), (_DAY, False)],
)
async def test_expiry_lies_between_half_an_hour_and_a_day(kit: Kit, at: int, fits: bool) -> None:
    """Both ends exact fail: 30 minutes is too soon, and 24 hours is too late."""
    if fits:
        assert (await kit.create(expires_at=at)).expires_at == at
    else:
        with pytest.raises(stripe.InvalidRequestError, match="expires_at"):
            await kit.create(expires_at=at)


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "eur", "amount_too_small"),
        (50, "eur", None),
        (49, "jpy", "amount_too_small"),
        (50, "jpy", None),
        (17_499, "huf", "amount_too_small"),
        (0, "eur", None),
        (99_999_999, "eur", None),
        (1_000_000_000_000, "eur", "amount_too_large"),
        (150_050, "isk", "parameter_invalid_integer"),
        (150_000, "isk", None),
        (370_050, "ugx", "parameter_invalid_integer"),
        (1_505, "kwd", "parameter_invalid_integer"),
        (1_500, "kwd", None),
    ],
)
async def test_amounts_keep_to_their_currency(
    kit: Kit, amount: int, currency: str, code: str | None
) -> None:
    """Minimum, maximum and the steps of ISK, UGX and three-decimal currencies are enforced."""
    lines = [line(amount, 1, currency=currency)]
    if code is None:
        assert (await kit.create(line_items=lines)).amount_total == amount
        return
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await kit.create(line_items=lines)
    assert refused.value.code == code


async def test_the_message_of_too_little_names_the_minimum(kit: Kit) -> None:
    """A total that is too small is told with the amount that would do."""
    with pytest.raises(stripe.InvalidRequestError, match=r"at least €0\.50 eur"):
        await kit.create(line_items=[line(10, 1)])


async def test_consent_needs_terms_in_the_dashboard(kit: Kit) -> None:
    """Terms can be asked for only where the account has a page of them."""
    wanted = {"terms_of_service": "required"}
    assert (await kit.create(consent_collection=wanted)).consent_collection is not None

    kit.sandbox.settings.has_terms = False

    with pytest.raises(stripe.InvalidRequestError, match="terms of service"):
        await kit.create(consent_collection=wanted)


async def test_automatic_tax_takes_the_accounts_default_behavior(kit: Kit) -> None:
    """With a default tax behavior in the account, prices need none of their own."""
    kit.sandbox.settings.tax_behavior = "exclusive"

    session = await kit.create(automatic_tax={"enabled": True})

    assert session.automatic_tax.status == "requires_location_inputs"


async def test_several_unknown_parameters_are_told_at_once(kit: Kit) -> None:
    """Unknown names of one group are all in the message."""
    with pytest.raises(stripe.InvalidRequestError, match="parameters: one, two"):
        await kit.create(one=1, two=2)


async def test_metadata_keys_have_no_brackets(kit: Kit) -> None:
    """A bracket in a metadata key cannot be told from a group, and is refused."""
    with pytest.raises(stripe.InvalidRequestError, match="malformed parameter name"):
        await kit.create(metadata={"a[b]": "v"})


async def test_an_empty_string_is_not_a_value(kit: Kit) -> None:
    """A blank where a value belongs is refused as an attempt to unset."""
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await kit.create(client_reference_id="")

    assert refused.value.code == "parameter_invalid_empty"


async def test_lists_are_bounded(kit: Kit) -> None:
    """A page has at most 100 entries, and a cursor must exist."""
    sessions = kit.client().v1.checkout.sessions

    with pytest.raises(stripe.InvalidRequestError) as too_many:
        await sessions.list_async({"limit": 101})
    with pytest.raises(stripe.InvalidRequestError) as unknown:
        await sessions.list_async({"starting_after": "cs_test_nope"})

    assert too_many.value.param == "limit"
    assert (unknown.value.param, unknown.value.http_status) == ("starting_after", 400)
