"""The judgement: what a retrieved session means for its order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.allowed import Allowed, OfferedRate
from bot.domain.money import Money
from bot.domain.order import Payment
from bot.domain.payment import Charge, Intent, Outcome, Session, SessionStatus, judge
from tests.domain.samples import SHOP, a_paid_session, an_order


def test_a_paid_session_that_matches_pays_its_order() -> None:
    """Amounts, reference and metadata agree: the order is paid, with the card's last digits."""
    verdict = judge(an_order(), a_paid_session(), shop_id=SHOP)

    assert verdict.outcome is Outcome.PAID
    assert verdict.payment == Payment(
        total=Money(3630, "eur"),
        discount=Money(0, "eur"),
        shipping=Money(490, "eur"),
        tax=Money(0, "eur"),
        intent_id="pi_1",
        charge_id="ch_1",
        card_brand="visa",
        card_last4="4242",
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"mode": "subscription"}, "mode subscription"),
        ({"livemode": True}, "livemode"),
        ({"currency": "usd"}, "currency usd"),
        ({"subtotal": 3139, "total": 3629}, "subtotal 3139"),
        ({"reference": "1043"}, "reference"),
        ({"reference": None}, "reference"),
        ({"metadata": {"shop": "other", "order": "1042", "placed": "1000"}}, "metadata"),
        ({"metadata": {"shop": SHOP, "order": "1043", "placed": "1000"}}, "metadata"),
        ({"metadata": {"shop": SHOP, "order": "1042", "placed": "999"}}, "metadata"),
        ({"metadata": {}}, "metadata"),
        ({"total": 3629}, "total 3629"),
        ({"tax": 100, "total": 3730}, "tax 100"),
        ({"shipping": 491, "total": 3631}, "shipping 491"),
        ({"shipping": 0, "total": 3140}, "shipping 0"),
    ],
)
def test_a_session_that_differs_goes_to_review(changes: dict[str, Any], reason: str) -> None:
    """Each difference alone keeps the order from being fulfilled, and says which it is."""
    verdict = judge(an_order(), replace(a_paid_session(), **changes), shop_id=SHOP)

    assert (verdict.outcome, verdict.reason) == (Outcome.MISMATCH, reason)


def _paid(total: int, **changes: Any) -> Session:
    """Return a session of another total, paid in full."""
    intent = Intent("pi_1", "succeeded", Charge("ch_1", total, 0), total, "eur")
    return replace(a_paid_session(), total=total, intent=intent, **changes)


@pytest.mark.parametrize(
    ("changes", "intent", "reason"),
    [
        ({"payment_status": "None"}, {}, "payment_status None"),
        ({"payment_status": "7"}, {}, "payment_status 7"),
        ({"payment_status": "zz"}, {}, "payment_status zz"),
        ({"payment_status": "PAID"}, {}, "payment_status PAID"),
        ({"payment_status": "no_payment_required"}, {}, "total 3630"),
        ({"intent": None}, {}, "intent none"),
        ({}, {"status": "requires_capture"}, "intent requires_capture"),
        ({}, {"status": "zz"}, "intent zz"),
        ({}, {"status": "canceled"}, "intent canceled"),
        ({"payment_status": "unpaid"}, {"status": "requires_capture"}, "intent requires_capture"),
        ({"payment_status": "unpaid"}, {}, "intent succeeded"),
        ({}, {"received": 3629}, "received 3629"),
        ({}, {"received": 0}, "received 0"),
        ({}, {"currency": "usd"}, "currency usd"),
        ({}, {"charge": Charge("ch_1", 3629, 0)}, "charge 3629 succeeded"),
        ({}, {"charge": Charge("ch_1", 3630, 0, "zz")}, "charge 3630 zz"),
    ],
)
def test_what_is_not_known_to_mean_paid_is_not_paid(
    changes: dict[str, Any], intent: dict[str, Any], reason: str
) -> None:
    """Unknown words, another amount, or money that is not there: a person looks at it."""
    paid = a_paid_session()
    assert paid.intent
    session = replace(paid, intent=replace(paid.intent, **intent))

    verdict = judge(an_order(), replace(session, **changes), shop_id=SHOP)

    assert (verdict.outcome, verdict.reason) == (Outcome.MISMATCH, reason)


@pytest.mark.parametrize(
    ("payment_status", "intent", "came"),
    [
        ("zz", Intent("pi_1", "processing"), None),
        ("None", Intent("pi_1", "requires_payment_method"), None),
        ("7", Intent("pi_1", "canceled"), None),
        ("PAID", None, None),
        ("no_payment_required", None, None),
        ("paid", Intent("pi_1", "requires_capture"), None),
        ("unpaid", Intent("pi_1", "zz"), None),
        ("paid", None, 3630),
        ("zz", Intent("pi_1", "succeeded", None, 3630, "eur"), 3630),
        ("unpaid", Intent("pi_1", "succeeded", None, 3630, "eur"), 3630),
        ("paid", Intent("pi_1", "succeeded", None, 3629, "eur"), 3629),
        ("paid", Intent("pi_1", "succeeded", None, 0, "eur"), None),
    ],
)
def test_a_word_that_nobody_knows_makes_no_money(
    payment_status: str, intent: Intent | None, came: int | None
) -> None:
    """What is recorded as paid was received: nobody is told of money that is not there."""
    session = replace(a_paid_session(), payment_status=payment_status, intent=intent)

    verdict = judge(an_order(), session, shop_id=SHOP)

    assert verdict.outcome is Outcome.MISMATCH
    assert (verdict.payment.total.minor if verdict.payment else None) == came


@pytest.mark.parametrize("status", ["processing", "requires_action", "not told"])
def test_paid_with_money_still_on_its_way_waits(status: str) -> None:
    """The session runs ahead of its intent: asked again, neither sold nor freed."""
    session = replace(a_paid_session(), intent=Intent("pi_1", status))

    assert judge(an_order(), session, shop_id=SHOP).outcome is Outcome.WAITING


@pytest.mark.parametrize(
    ("payment_status", "intent"), [("paid", None), ("zz", None), ("unpaid", "zz")]
)
def test_an_expired_session_that_nobody_can_read_frees_nothing(
    payment_status: str, intent: str | None
) -> None:
    """Goods are freed on words that are known to mean that no money can come."""
    session = replace(
        a_paid_session(), status=SessionStatus.EXPIRED, payment_status=payment_status,
        intent=Intent("pi_1", intent) if intent else None,
    )  # fmt: skip

    assert judge(an_order(), session, shop_id=SHOP).outcome is Outcome.MISMATCH


def test_a_discount_counts_only_where_codes_are_allowed() -> None:
    """A discount that the order did not allow is a mismatch; an allowed one is paid."""
    session = _paid(3316, discount=314)
    strict = replace(an_order(), allowed=Allowed(shipping=(490,)))

    assert judge(an_order(), session, shop_id=SHOP).outcome is Outcome.PAID
    assert judge(strict, session, shop_id=SHOP).reason == "discount 314"


@pytest.mark.parametrize("total", [3630, 3730])
def test_tax_may_be_included_or_added_where_allowed(total: int) -> None:
    """Stripe reports an inclusive tax without adding it; both sums are sound where tax is on."""
    order = replace(an_order(), allowed=Allowed(tax=True, shipping=(490,)))
    session = _paid(total, tax=100)

    assert judge(order, session, shop_id=SHOP).outcome is Outcome.PAID


@pytest.mark.parametrize(
    ("plus_tax", "total", "reason"),
    [
        (True, 3730, None),
        (True, 3630, "total 3630"),
        (False, 3630, None),
        (False, 3730, "total 3730"),
    ],
)
def test_tax_is_added_or_included_as_the_order_was_offered(
    plus_tax: bool, total: int, reason: str | None
) -> None:
    """An order that says how its prices stand takes the one sum alone: the other is too much."""
    order = replace(an_order(), allowed=Allowed(tax=True, shipping=(490,), plus_tax=plus_tax))

    verdict = judge(order, _paid(total, tax=100), shop_id=SHOP)

    assert verdict.reason == reason
    assert verdict.outcome is (Outcome.MISMATCH if reason else Outcome.PAID)


def test_an_order_made_free_by_a_code_is_paid_without_an_intent() -> None:
    """``no_payment_required`` confirms, though there is no PaymentIntent."""
    session = replace(
        a_paid_session(), payment_status="no_payment_required", discount=3140, shipping=0, total=0,
        intent=None,
    )  # fmt: skip
    picked_up = replace(an_order(), allowed=Allowed(discount=True))
    verdict = judge(picked_up, session, shop_id=SHOP)

    assert verdict.outcome is Outcome.PAID
    assert verdict.payment
    assert verdict.payment.intent_id is None


def test_nothing_received_for_nothing_due_is_no_payment() -> None:
    """An order that costs nothing is confirmed by Stripe's own word for it, not by "paid"."""
    paid = a_paid_session()
    assert paid.intent
    intent = replace(paid.intent, received=0, charge=None)
    session = replace(paid, discount=3140, shipping=0, total=0, intent=intent)
    picked_up = replace(an_order(), allowed=Allowed(discount=True))
    verdict = judge(picked_up, session, shop_id=SHOP)

    assert (verdict.outcome, verdict.payment) == (Outcome.MISMATCH, None)
    assert verdict.reason == "received 0"


@pytest.mark.parametrize(
    ("intent_status", "outcome"),
    [
        ("processing", Outcome.PROCESSING),
        ("requires_payment_method", Outcome.FAILED),
        ("canceled", Outcome.FAILED),
    ],
)
def test_complete_but_unpaid_hangs_on_the_intent(intent_status: str, outcome: Outcome) -> None:
    """A bank debit under way reads the same as a failed one, except in its PaymentIntent."""
    session = replace(
        a_paid_session(), payment_status="unpaid", intent=Intent("pi_1", intent_status)
    )

    assert judge(an_order(), session, shop_id=SHOP).outcome is outcome


@pytest.mark.parametrize(
    ("intent_status", "outcome"),
    [
        (None, Outcome.EXPIRED),
        ("canceled", Outcome.EXPIRED),
        ("requires_payment_method", Outcome.EXPIRED),
        ("requires_action", Outcome.WAITING),
        ("processing", Outcome.WAITING),
        ("succeeded", Outcome.PAID),
    ],
)
def test_an_expired_session_frees_only_once_no_money_can_come(
    intent_status: str | None, outcome: Outcome
) -> None:
    """A buyer can be in 3-D Secure as the session expires: ask again; money that came counts."""
    intent = Intent("pi_1", intent_status, None, 3630, "eur") if intent_status else None
    session = replace(
        a_paid_session(), status=SessionStatus.EXPIRED, payment_status="unpaid", intent=intent
    )

    assert judge(an_order(), session, shop_id=SHOP).outcome is outcome


def test_an_open_session_changes_nothing() -> None:
    """Open means that the link can still be paid."""
    session = replace(a_paid_session(), status=SessionStatus.OPEN, payment_status="unpaid")

    assert judge(an_order(), session, shop_id=SHOP).outcome is Outcome.WAITING


def test_a_rate_that_nobody_offered_leaves_what_was_offered_at_its_price() -> None:
    """Two ways cost the same, and Stripe names a third: the owner reads both, and none is certain.

    The one that Stripe names is told where it was offered.
    """
    offered = (OfferedRate("post", "Post"), OfferedRate("bike", "Bicycle"))
    order = replace(an_order(), allowed=Allowed(shipping=(490, 490), rates=offered))
    for rate, told in (
        (("boat", "Boat"), (None, "Post / Bicycle")),
        (("bike", "Bicycle"), ("bike", "Bicycle")),
    ):
        verdict = judge(order, replace(a_paid_session(), rate=rate), shop_id=SHOP)
        assert verdict.payment
        chosen = verdict.payment.chosen
        assert (chosen.rate, chosen.delivery) == told
