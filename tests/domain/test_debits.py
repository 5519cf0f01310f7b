"""How a bank debit stands by its payment alone."""

from __future__ import annotations

import pytest

from bot.domain.payment import Intent, Outcome, debit_outcome


@pytest.mark.parametrize(
    ("status", "received", "outcome"),
    [
        ("succeeded", 1400, Outcome.PAID),
        ("succeeded", 0, Outcome.PROCESSING),
        ("canceled", 0, Outcome.FAILED),
        ("requires_payment_method", 0, Outcome.FAILED),
        ("processing", 0, Outcome.PROCESSING),
        ("a word of next year's", 1400, Outcome.PROCESSING),
    ],
)
def test_only_received_money_is_paid_and_what_nobody_knows_waits(
    status: str, received: int, outcome: Outcome
) -> None:
    """Goods are freed where nothing can come any more, and on no other word."""
    assert debit_outcome(Intent("pi_1", status, None, received, "eur")) is outcome
