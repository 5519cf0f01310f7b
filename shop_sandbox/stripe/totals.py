"""What a session costs: goods less a coupon, and shipping, and tax, in whole minor units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bot.domain.money import step


@dataclass(frozen=True, slots=True)
class Coupon:
    """A reduction: a share of the goods, or an amount of one currency.

    Attributes:
        id: Stripe's id of the coupon.
        percent: Share taken off, 0 to 100.
        amount: Minor units taken off.
        currency: Of ``amount``.
    """

    id: str
    percent: int | None = None
    amount: int = 0
    currency: str | None = None

    def fits(self, currency: str) -> bool:
        """Say whether it can be used in a session of this currency."""
        return self.percent is not None or self.currency == currency

    def taken_off(self, subtotal: int, currency: str) -> int:
        """Return what it takes off a subtotal, in minor units that the currency allows."""
        if self.percent is None:
            return min(self.amount, subtotal)
        unit = step(currency)
        return _rounded(Decimal(subtotal) * self.percent / 100 / unit) * unit


@dataclass(frozen=True, slots=True)
class Part:
    """One line, or the shipping: its price before tax and how it is taxed."""

    amount: int
    tax_behavior: str = "unspecified"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one part comes to, in minor units."""

    subtotal: int
    discount: int
    tax: int
    total: int


@dataclass(frozen=True, slots=True)
class Sums:
    """What a session comes to, in minor units.

    ``tax`` counts taxes that are already inside of prices too; ``total`` does not add them again.
    """

    lines: tuple[Cost, ...]
    shipping: Cost | None
    subtotal: int
    discount: int
    tax: int
    total: int


def add_up(
    lines: Sequence[Part],
    currency: str,
    *,
    coupon: Coupon | None = None,
    shipping: Part | None = None,
    tax_percent: int = 0,
) -> Sums:
    """Reckon a session. A coupon is spread over the lines, so that no line falls below zero.

    Args:
        lines: The goods, quantity included.
        currency: Of everything.
        coupon: Taken off the goods, never off the shipping.
        shipping: The rate chosen.
        tax_percent: A flat rate; 0 reckons no tax.
    """
    subtotal = sum(line.amount for line in lines)
    discount = coupon.taken_off(subtotal, currency) if coupon else 0
    costs: list[Cost] = []
    before = 0
    for line in lines:
        whole = max(subtotal, 1)
        share = discount * (before + line.amount) // whole - discount * before // whole
        before += line.amount
        costs.append(_cost(line, share, currency, tax_percent))
    sent = _cost(shipping, 0, currency, tax_percent) if shipping else None
    every = [*costs, sent] if sent else costs
    return Sums(
        lines=tuple(costs),
        shipping=sent,
        subtotal=subtotal,
        discount=discount,
        tax=sum(cost.tax for cost in every),
        total=sum(cost.total for cost in every),
    )


def _cost(part: Part, discount: int, currency: str, tax_percent: int) -> Cost:
    taxable = part.amount - discount
    unit = step(currency)
    exclusive = part.tax_behavior == "exclusive"
    if part.tax_behavior == "inclusive":
        share = Decimal(taxable) * tax_percent / (100 + tax_percent)
    else:
        share = Decimal(taxable) * tax_percent / 100 if exclusive else Decimal(0)
    tax = _rounded(share / unit) * unit
    return Cost(part.amount, discount, tax, taxable + (tax if exclusive else 0))


def _rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))
