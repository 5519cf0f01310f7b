"""The check against Stripe's specification, itself checked: what passes and what is refused."""

from __future__ import annotations

import pytest

from kit.specs import stripe as spec
from kit.specs.folder import SpecError

pytestmark = [
    pytest.mark.specs,
    pytest.mark.skipif(bool(spec.specs_missing()), reason=spec.specs_missing() or "there"),
]

_CREATE = "/v1/checkout/sessions"
_GOOD = (
    b"mode=payment&line_items[0][price_data][currency]=eur&line_items[0][quantity]=2"
    b"&line_items[0][price_data][unit_amount]=1250&metadata[order]=1&expand[]=line_items"
    b"&line_items[0][price_data][product_data][name]=Mug&allow_promotion_codes=true"
)


@pytest.mark.parametrize(
    "more",
    [b"", b"&allowed_payment_method_types[0]=card", b"&locale=hi-IN", b"&locale=pt-BR"],
)
def test_good_requests_pass(more: bytes) -> None:
    """A plain session passes, and so does what version endive added."""
    spec.check_request("POST", _CREATE, _GOOD + more)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (b"&payment_method_types[0]=card", r"payment_method_types\]: unknown"),
        (b"&line_items[0][colour]=red", r"colour\]: unknown"),
        (b"&line_items[0][price_data][product_data][size]=1", r"size\]: unknown"),
        (b"&expires_at=soon", "no integer"),
        (b"&phone_number_collection[enabled]=yes", "no boolean"),
        (b"&mode=payment", "given twice"),
        (b"&shipping_options[0][shipping_rate_data][type]=fixed_amount", "display_name.: missing"),
        (b"&submit_type=steal", "is no choice"),
        (b"&client_reference_id=" + b"x" * 201, "longer than 200"),
        (b"&custom_fields=1", "no list"),
        (b"&automatic_tax=true", "no group"),
    ],
)
def test_bad_requests_are_refused(more: bytes, words: str) -> None:
    """Unknown nested names, removed ones, wrong kinds and missing parts are told by name."""
    with pytest.raises(SpecError, match=words):
        spec.check_request("POST", _CREATE, _GOOD + more)


def test_queries_are_checked_too() -> None:
    """A GET's parameters stand in its query."""
    spec.check_request("GET", "/v1/events", b"", "limit=5&types[0]=charge.refunded&created[gte]=1")
    with pytest.raises(SpecError, match="unknown"):
        spec.check_request("GET", "/v1/events", b"", "limt=5")


def test_answers_are_held_to_their_schema() -> None:
    """A field that is missing, unknown or of another kind is refused."""
    refund = {
        "id": "re_1",
        "object": "refund",
        "amount": 1,
        "created": 1,
        "currency": "eur",
        "metadata": {},
        "charge": None,
    }
    spec.check_answer("POST", "/v1/refunds", 200, refund)

    for broken in (
        {**refund, "amount": "1"},
        {**refund, "colour": "red"},
        {key: value for key, value in refund.items() if key != "currency"},
    ):
        with pytest.raises(SpecError):
            spec.check_answer("POST", "/v1/refunds", 200, broken)


def test_errors_are_held_to_their_schema() -> None:
    """An error has Stripe's shape, whatever the call was."""
    spec.check_answer("GET", "/v1/charges/ch_1", 404, {"error": {"type": "api_error"}})
    with pytest.raises(SpecError):
        spec.check_answer("GET", "/v1/charges/ch_1", 404, {"error": {"type": "oops"}})


def test_calls_outside_of_the_specification_are_refused() -> None:
    """An answer of a call that nothing describes cannot be checked, and says so."""
    with pytest.raises(SpecError, match="in no specification"):
        spec.check_answer("GET", "/v1/nonsense", 200, {})
