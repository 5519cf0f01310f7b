"""Every amount from 0 to 10,000,000 minor units, written and parsed and written again."""

from __future__ import annotations

from rich.progress import track

from bot.domain.money import Money, step

#: A currency with each number of decimals, and the two that Stripe takes in whole units only.
CURRENCIES = ("jpy", "eur", "kwd", "isk", "ugx")


def check_amounts(currency: str, highest: int) -> int:
    """Return how many amounts of a currency came back as they were.

    Args:
        currency: Lower-case code.
        highest: The last amount, in minor units.

    Raises:
        AssertionError: an amount changed on the way.
    """
    amounts = range(0, highest + 1, step(currency))
    for minor in track(amounts, f"{currency.upper()} 0–{highest:,}", update_period=0.5):
        amount = Money(minor, currency)
        written = f"{amount.to_decimal():f}"
        again = Money.parse(written, currency)
        assert again == amount, f"{minor} {currency} was read back as {again.minor}"
        assert f"{again.to_decimal():f}" == written, f"{written} was written differently again"
    return len(amounts)
