"""The transition table: which steps an order may take."""

from __future__ import annotations

import pytest

from bot.domain.order import LIVE, TRANSITIONS, UNDECIDED, OrderState

S = OrderState


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
    """The reconciler's states can all be left."""
    assert all(TRANSITIONS[state] for state in UNDECIDED)
    assert LIVE < UNDECIDED
