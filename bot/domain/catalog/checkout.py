"""What the catalog asks of Stripe's Checkout page, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.catalog.text import Text
from bot.domain.money import Money


@dataclass(frozen=True, slots=True)
class ShippingRate:
    """One way of sending goods.

    Attributes:
        price: May be zero.
        days: Fewest and most business days until delivery.
    """

    name: Text
    price: Money
    days: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Shipping:
    """Where goods are sent to, and for how much.

    Attributes:
        countries: Upper-case ISO 3166 alpha-2 codes.
        rates: One to five, Stripe's limit of shipping options.
        free_over: Shipping costs nothing where the goods cost at least this much.
    """

    countries: tuple[str, ...]
    rates: tuple[ShippingRate, ...]
    free_over: Money | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the shop on the checkout page, answered in words."""

    id: str
    label: Text
    optional: bool = False


@dataclass(frozen=True, slots=True)
class CheckoutRules:
    """How the shop checks out.

    Attributes:
        hold_minutes: How long a payment link lives and its goods are held: 31 to 1439;
            35 at least and 1435 at most are used.
        terms: The buyer must agree to the terms whose address stands in Stripe's Dashboard.
        questions: At most three, Stripe's limit of custom fields.
        pickup: Where and when goods can be fetched; None: they cannot.
    """

    hold_minutes: int = 60
    promotion_codes: bool = False
    automatic_tax: bool = False
    phone: bool = False
    terms: bool = False
    questions: tuple[Question, ...] = ()
    pickup: Text | None = None
    shipping: Shipping | None = None
