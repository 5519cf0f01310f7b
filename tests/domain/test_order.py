"""The transition table: which steps an order may take; and what of its money and goods is left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.money import Money
from bot.domain.order import LIVE, TRANSITIONS, UNDECIDED, Order, OrderState, Payment, StockState
from tests.domain.samples import an_order

S = OrderState


def _eur(minor: int) -> Money:
    return Money(minor, "eur")


def _paid(**changes: object) -> Order:
    """Return an order of two bags, 31.40 EUR and 4.90 EUR for sending."""
    none = _eur(0)
    payment = Payment(_eur(3630), none, _eur(490), none, "pi_1")
    order = replace(an_order(), state=S.PAID, goods=StockState.SOLD, payment=payment)
    return replace(order, **changes)  # type: ignore[arg-type]


def test_every_state_stands_in_the_table() -> None:
    """No state is forgotten, so no order can get stuck in one the table does not know."""
    assert set(TRANSITIONS) == set(OrderState)


def test_paid_and_refunded_are_final() -> None:
    """What was paid stays paid: refunds and disputes are facts beside it."""
    assert TRANSITIONS[S.PAID] == frozenset()
    assert TRANSITIONS[S.REFUNDED] == frozenset()


@pytest.mark.parametrize("ended", [S.EXPIRED, S.CANCELLED, S.FAILED])
def test_an_ended_order_only_goes_to_review(ended: OrderState) -> None:
    """Money for an ended order is for the owner to decide on, never fulfilled by itself."""
    assert TRANSITIONS[ended] == {S.REVIEW}


def test_only_open_processing_and_reviewed_orders_become_paid() -> None:
    """An order that never had a session cannot be paid."""
    assert {old for old in S if S.PAID in TRANSITIONS[old]} == {S.OPEN, S.PROCESSING, S.REVIEW}


def test_every_undecided_state_has_a_way_on() -> None:
    """The reconciler's states can all be left, and for review too: no money is without a place."""
    assert all(S.REVIEW in TRANSITIONS[state] for state in UNDECIDED)
    assert LIVE < UNDECIDED


@pytest.mark.parametrize(
    ("dispute", "disputed", "lost", "net"),
    [
        ("lost", None, 630, 0),
        ("lost", 3630, 630, 0),  # what went back before cannot be taken once more
        ("lost", 200, 200, 430),
        ("won", 3630, None, 630),
        ("needs_response", 3630, None, 630),
        (None, None, None, 630),
    ],
)
def test_a_lost_dispute_takes_what_is_left_at_most(
    dispute: str | None, disputed: int | None, lost: int | None, net: int
) -> None:
    """Of 36.30 EUR, 30.00 went back before; only a lost dispute takes anything."""
    about = None if disputed is None else _eur(disputed)
    order = _paid(refunded=_eur(3000), dispute=dispute, disputed=about)
    assert order.lost == (None if lost is None else _eur(lost))
    assert order.net == _eur(net)


@pytest.mark.parametrize(
    ("refunded", "whole"), [(None, False), (3629, False), (3630, True), (3631, True)]
)
def test_an_order_is_refunded_whole_with_all_that_was_paid(
    refunded: int | None, whole: bool
) -> None:
    """Sending included; a cent less is a part."""
    assert _paid(refunded=refunded and _eur(refunded)).refunded_whole is whole


def test_units_are_given_back_until_they_are_in_stock_again() -> None:
    """Named by a refund and not returned; with all the money back, all that is not there yet."""
    (line,) = _paid().lines
    part = _paid(refunded=_eur(3140), lines=(replace(line, refunded=2, returned=1),))
    assert part.given_back() == {0: 1}
    assert _paid(refunded=_eur(3630)).given_back() == {0: 2}
    assert _paid(refunded=_eur(1000)).given_back() == {}
    assert replace(part, goods=StockState.RETURNED).given_back() == {}
