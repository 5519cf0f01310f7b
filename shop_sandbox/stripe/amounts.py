"""What Stripe says about amounts: one currency a session, its steps, its least and its most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from babel.numbers import format_currency

from bot.domain.money import Money, minimum_charge, step
from shop_sandbox.exchange import Json
from shop_sandbox.stripe.errors import ApiError

#: What one sale may take by card: twelve digits.
MOST: Final = 999_999_999_999


def check_currency(prices: Sequence[Json]) -> str:
    """Return the one currency of all prices.

    Raises:
        ApiError: there are several, or an amount does not end as its currency's must.
    """
    currency: str = prices[0]["currency"]
    for at, price in enumerate(prices):
        param = f"line_items[{at}][price_data]"
        if price["currency"] != currency:
            raise ApiError(
                "All prices on a Checkout Session must be of one currency.",
                param=f"{param}[currency]",
            )
        if price["unit_amount"] % step(currency):
            raise ApiError(
                f"Invalid amount: an amount in {currency} must be a multiple of {step(currency)} "
                "minor units.",
                code="parameter_invalid_integer",
                param=f"{param}[unit_amount]",
            )
    return currency


def check_total(total: int, currency: str) -> None:
    """Refuse a total that cannot be charged; nothing at all need not be.

    Raises:
        ApiError: ``amount_too_small`` or ``amount_too_large``.
    """
    least = minimum_charge(currency)
    if 0 < total < least.minor:
        raise ApiError(
            "The Checkout Session's total amount due must add up to at least "
            f"{written(least.minor, currency)}",
            code="amount_too_small",
        )
    if total > MOST:
        raise ApiError(
            "The Checkout Session's total amount due must be no more than "
            f"{written(MOST, currency)}",
            code="amount_too_large",
        )


def written(minor: int, currency: str) -> str:
    """Return an amount as Stripe's messages write it: ``€0.50 eur``."""
    number = format_currency(Money(minor, currency).to_decimal(), currency.upper(), locale="en")
    return f"{number} {currency}"
