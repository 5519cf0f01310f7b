"""Odd words and odd types from Stripe: what nobody knows is never taken for a yes.

Each is put into the embedded Stripe and comes over the wire, as the real one's would.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest

from bot.domain.errors import TransientError
from bot.domain.money import Money
from bot.domain.order import SessionId
from bot.domain.payment import Outcome, Session, judge, marks
from bot.payments import reading
from bot.ports import ShippingChoice
from tests.domain.samples import SHOP, an_order
from tests.payments.kit import Side, a_request

#: No enumeration of Stripe's, no amount, no time and no flag is any of these.
ODD: Final[tuple[Any, ...]] = (
    None,
    7,
    True,
    "zz",
    "",
    "PAID",
    [],
    {},
    ["paid"],
    3.5,
    -1,
    10**18,
    "3630",
)
#: With these something is decided for good: goods are sold or freed, a link is dead.
DECIDED: Final = {Outcome.PAID, Outcome.EXPIRED, Outcome.FAILED}


@dataclass(frozen=True)
class Paid:
    """A paid session at the embedded Stripe, for the order of the samples."""

    side: Side
    id: SessionId

    @property
    def objects(self) -> dict[str, dict[str, Any]]:
        """The objects that say whether it is paid."""
        session = self.side.stripe.sessions[self.id]
        intent = self.side.stripe.payment_intents[session["payment_intent"]]
        charge = self.side.stripe.charges[intent["latest_charge"]]
        return {"session": session, "intent": intent, "charge": charge}

    async def outcome(self) -> Outcome | None:
        """Return what the shop makes of it; None where the answer proves nothing."""
        try:
            session = await self.side.payments.retrieve(self.id)
        except TransientError:
            return None
        return judge(an_order(), session, shop_id=SHOP).outcome


@pytest.fixture
async def paid(side: Side) -> AsyncIterator[Paid]:
    """Pay 36.30 EUR: two bags of coffee, and the post."""
    request = replace(
        a_request(side.clock),
        metadata=marks(SHOP, "1042", 1_000),
        countries=("PT",),
        shipping=(ShippingChoice("post", "Post", Money(490, "eur")),),
    )
    made = await side.payments.create(side.payments.prepare(request), "key-1")
    await side.stripe.pay(made.id)
    one = Paid(side, made.id)
    assert await one.outcome() is Outcome.PAID  # the control: only what is changed is amiss
    yield one
    assert await one.outcome() is Outcome.PAID


async def _each(
    paid: Paid, where: str, name: str, check: Callable[[Any, Outcome | None], None]
) -> None:
    thing = paid.objects[where]
    right = thing[name]
    for odd in ODD:
        thing[name] = odd
        try:
            check(odd, await paid.outcome())
        finally:
            thing[name] = right


@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("session", "status"), ("session", "payment_status"), ("session", "mode"),
        ("session", "livemode"), ("session", "currency"), ("session", "amount_total"),
        ("session", "amount_subtotal"), ("session", "client_reference_id"),
        ("session", "metadata"), ("session", "created"), ("session", "expires_at"),
        ("intent", "status"), ("intent", "currency"), ("intent", "amount_received"),
        ("charge", "status"), ("charge", "amount"), ("charge", "amount_refunded"),
    ],
)  # fmt: skip
async def test_no_odd_value_of_what_decides_means_yes(paid: Paid, where: str, name: str) -> None:
    """Every field that says whether it is paid: it waits, or a person looks at it."""

    def check(odd: Any, outcome: Outcome | None) -> None:
        times = (
            name in {"created", "expires_at", "amount_refunded"} and type(odd) is int and odd == 7
        )
        assert times or outcome not in DECIDED, (odd, outcome)

    await _each(paid, where, name, check)


@pytest.mark.parametrize("part", ["amount_discount", "amount_shipping", "amount_tax"])
async def test_no_odd_part_of_the_sum_means_yes(paid: Paid, part: str) -> None:
    """A part that is not told is nothing; one that is told must be an amount and add up."""
    totals = paid.objects["session"]["total_details"]
    right = totals[part]
    for odd in ODD:
        totals[part] = odd
        outcome = await paid.outcome()
        assert odd is None or outcome not in DECIDED, (odd, outcome)
    totals[part] = right


@pytest.mark.parametrize(
    ("field", "payment_status", "outcome"),
    [
        ("zz", "unpaid", None), ("expired", "zz", Outcome.MISMATCH),
        ("expired", "paid", Outcome.PAID), ("open", "paid", Outcome.WAITING),
        ("open", "zz", Outcome.WAITING), ("complete", "unpaid", Outcome.MISMATCH),
        ("complete", "no_payment_required", Outcome.MISMATCH),
    ],
)  # fmt: skip
async def test_words_that_do_not_go_together_are_no_yes(
    paid: Paid, field: str, payment_status: str, outcome: Outcome | None
) -> None:
    """With a succeeded intent of the right amount: only what is known to be over is over."""
    session = paid.objects["session"]
    session["status"], session["payment_status"] = field, payment_status
    assert await paid.outcome() is outcome
    session["status"], session["payment_status"] = "complete", "paid"


@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("session", "customer_details"), ("session", "collected_information"),
        ("session", "custom_fields"), ("session", "shipping_options"), ("session", "discounts"),
        ("session", "presentment_details"), ("charge", "payment_method_details"),
    ],
)  # fmt: skip
async def test_what_is_only_shown_stops_no_sale(paid: Paid, where: str, name: str) -> None:
    """A name, a phone, an answer: where it is odd it is left out, and the money is still there."""
    thing = paid.objects[where]
    thing.setdefault(name, None)

    def check(odd: Any, outcome: Outcome | None) -> None:
        assert outcome is Outcome.PAID, (odd, outcome)

    await _each(paid, where, name, check)


_SOUND: Final[dict[str, Any]] = {
    "id": "cs_1", "status": "complete", "payment_status": "paid", "mode": "payment",
    "livemode": False, "currency": "eur", "amount_subtotal": 1400, "amount_total": 1400,
    "created": 1, "expires_at": 2, "payment_intent": None,
}  # fmt: skip


def _read(**fields: Any) -> Session:
    return reading.session({**_SOUND, **fields})


@pytest.mark.parametrize("odd", [7, True, 3.5, [], {}, [7], {"a": 7}])
def test_an_odd_detail_of_a_person_is_left_out(odd: Any) -> None:
    """Nothing but text reaches a screen."""
    names = ("name", "email", "phone", "business_name")
    told = _read(
        customer_details={
            **dict.fromkeys(names, odd),
            "tax_ids": [odd, {"type": odd, "value": odd}],
        },
        collected_information={
            "shipping_details": {"name": odd, "address": {"line1": odd, "city": odd}}
        },
        custom_fields=[
            odd,
            {"key": odd, "type": "text", "label": {"custom": odd}, "text": {"value": odd}},
        ],
    ).recipient
    assert told == reading.recipient({})


def test_what_the_buyer_filled_in_is_read() -> None:
    """Business, tax numbers and answers; a dropdown's by its label, not by its value."""
    told = _read(
        customer_details={
            "name": "Ann", "phone": "+351 1", "business_name": "Ann & Co",
            "tax_ids": [{"type": "eu_vat", "value": "PT123456789"}],
        },
        custom_fields=[
            {
                "key": "q1wrap", "type": "dropdown", "label": {"custom": "Gift wrap?"},
                "dropdown": {"options": [{"label": "Red paper", "value": "r"}], "value": "r"},
            }
        ],
    ).recipient  # fmt: skip
    assert (told.name, told.phone, told.business) == ("Ann", "+351 1", "Ann & Co")
    assert told.tax_ids == (("eu_vat", "PT123456789"),)
    assert told.answers == (("Gift wrap?", "Red paper"),)


@pytest.mark.parametrize("odd", [None, 7, "zz", "eur", {}, -5])
def test_an_odd_presentment_is_left_out(odd: Any) -> None:
    """Nothing hangs on it; half of it is none of it."""
    details = {"presentment_amount": odd, "presentment_currency": "usd"}
    presented = _read(presentment_details=details).presentment
    assert presented == (Money(7, "usd") if odd == 7 else None)
    details = {"presentment_amount": 1911, "presentment_currency": odd}
    presented = _read(presentment_details=details).presentment
    assert presented == (Money(1911, "eur") if odd == "eur" else None)


def test_an_intent_of_which_only_the_id_came_is_not_known() -> None:
    """Not expanded, or with a status that is none: never succeeded, never dead."""
    told = reading.intent("pi_1")
    assert told
    assert told.status not in {"succeeded", "canceled", "requires_payment_method"}
    odds: tuple[Any, ...] = (None, 7, True, "", [], {})
    for odd in odds:
        with pytest.raises((TypeError, ValueError)):
            reading.intent({"id": "pi_1", "status": odd, "amount_received": 1, "currency": "eur"})


_REFUND: Final[dict[str, Any]] = {
    "id": "re_1", "status": "succeeded", "amount": 500, "currency": "eur", "payment_intent": "pi_1",
}  # fmt: skip
_DISPUTE: Final[dict[str, Any]] = {
    "id": "dp_1", "status": "lost", "amount": 500, "currency": "eur", "payment_intent": "pi_1",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        (name, odd)
        for name, odd in itertools.product(["id", "amount", "currency"], ODD)
        if not (name == "id" and isinstance(odd, str) and odd) and (name, odd) != ("amount", 7)
    ],
)
def test_an_odd_refund_or_dispute_is_not_read(name: str, odd: Any) -> None:
    """Whose and how much must be there: otherwise the answer proves nothing."""
    for read, sound in ((reading.refund, _REFUND), (reading.dispute, _DISPUTE)):
        with pytest.raises((KeyError, TypeError, ValueError)):
            read({**sound, name: odd})


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_status_of_a_refund_has_given_nothing_back(odd: Any) -> None:
    """It is none of the words that are known to."""
    told = reading.refund({**_REFUND, "status": odd})
    assert told.status not in {"succeeded", "pending", "requires_action", "failed", "canceled"}


@pytest.mark.parametrize("odd", [None, 7, True, "", [], {}])
def test_a_dispute_without_a_status_is_not_read(odd: Any) -> None:
    """Nobody is told that one was won or lost which says neither."""
    with pytest.raises((TypeError, ValueError)):
        reading.dispute({**_DISPUTE, "status": odd})
