"""Stripe's published test cards, and what each does ("Test card numbers" in its documentation).

A number is compared here and dropped: what is kept of a card is its brand and its last four.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """What becomes of a payment with a test card."""

    SUCCEEDS = "succeeds"
    DECLINED = "declined"
    CHALLENGE = "challenge"
    CHALLENGE_THEN_DECLINED = "challenge_then_declined"
    REFUND_PENDS = "refund_pends"
    REFUND_FAILS = "refund_fails"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class Decline:
    """A refusal by the issuer.

    Attributes:
        code: Stripe's error code.
        reason: Stripe's decline code.
        message: What Stripe says to the customer.
    """

    code: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class TestCard:
    """What may be known of a card once its number is gone."""

    __test__ = False

    brand: str
    last4: str
    funding: str = "credit"
    country: str = "US"
    outcome: Outcome = Outcome.SUCCEEDS
    decline: Decline | None = None


_DECLINED: Final = "Your card was declined."
GENERIC: Final = Decline("card_declined", "generic_decline", _DECLINED)
_FUNDS: Final = Decline("card_declined", "insufficient_funds", "Your card has insufficient funds.")
_LOST: Final = Decline("card_declined", "lost_card", _DECLINED)
_STOLEN: Final = Decline("card_declined", "stolen_card", _DECLINED)
_EXPIRED: Final = Decline("expired_card", "expired_card", "Your card has expired.")
WRONG_CVC: Final = Decline(
    "incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."
)
_PROCESSING: Final = Decline(
    "processing_error",
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
)


def _good(number: str, brand: str, funding: str = "credit") -> tuple[str, TestCard]:
    return number, TestCard(brand, number[-4:], funding)


def _visa(
    number: str, outcome: Outcome, decline: Decline | None = None, country: str = "US"
) -> tuple[str, TestCard]:
    return number, TestCard("visa", number[-4:], "credit", country, outcome, decline)


_CARDS: Final = dict(
    [
        _good("4242424242424242", "visa"),
        _good("4000056655665556", "visa", "debit"),
        _good("5555555555554444", "mastercard"),
        _good("2223003122003222", "mastercard"),
        _good("5200828282828210", "mastercard", "debit"),
        _good("5105105105105100", "mastercard", "prepaid"),
        _good("378282246310005", "amex"),
        _good("371449635398431", "amex"),
        _good("6011111111111117", "discover"),
        _good("6011000990139424", "discover"),
        _good("3056930009020004", "diners"),
        _good("36227206271667", "diners"),
        _good("3566002020360505", "jcb"),
        _good("6200000000000005", "unionpay"),
        _visa("4000000000000002", Outcome.DECLINED, GENERIC),
        _visa("4000000000009995", Outcome.DECLINED, _FUNDS),
        _visa("4000000000009987", Outcome.DECLINED, _LOST),
        _visa("4000000000009979", Outcome.DECLINED, _STOLEN),
        _visa("4000000000000069", Outcome.DECLINED, _EXPIRED),
        _visa("4000000000000127", Outcome.DECLINED, WRONG_CVC),
        _visa("4000000000000119", Outcome.DECLINED, _PROCESSING),
        _visa("4000002760003184", Outcome.CHALLENGE, country="DE"),
        _visa("4000000000003220", Outcome.CHALLENGE),
        _visa("4000008400001629", Outcome.CHALLENGE_THEN_DECLINED, GENERIC),
        _visa("4000000000007726", Outcome.REFUND_PENDS),
        _visa("4000000000005126", Outcome.REFUND_FAILS),
        _visa("4000000000000259", Outcome.DISPUTED),
    ]
)

#: The numbers that pay at once, for whoever lists or tries them.
SUCCEEDING: Final = tuple(n for n, card in _CARDS.items() if card.outcome is Outcome.SUCCEEDS)


def find_card(number: str) -> TestCard | None:
    """Return the published test card of this number, digits only, or nothing."""
    return _CARDS.get(number)


def passes_luhn(number: str) -> bool:
    """Say whether the check digit is right (ISO/IEC 7812)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004 - the sum of its two digits
    return total % 10 == 0


def cvc_length(number: str) -> int:
    """Return how many digits the security code has: four on American Express."""
    return 4 if number[:2] in ("34", "37") else 3
