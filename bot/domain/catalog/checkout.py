"""What the catalog asks of Stripe's Checkout page, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.catalog.text import Text
from bot.domain.money import Money


@dataclass(frozen=True, slots=True)
class ShippingRate:
    """One way of sending goods.

    Attributes:
        price: May be zero.
        days: Fewest and most business days until delivery.
        id: Stays as it is when the rate is renamed or moved.
        free_over: This rate costs nothing where the goods cost at least this much.
        max_weight: The most that the goods may weigh for it, in grams; None: any weight.
    """

    name: Text
    price: Money
    days: tuple[int, int] | None = None
    id: str = ""
    free_over: Money | None = None
    max_weight: int | None = None

    def takes(self, grams: int) -> bool:
        """Return whether goods of this weight can go this way."""
        return self.max_weight is None or grams <= self.max_weight

    def price_for(self, goods: Money) -> Money:
        """Return what sending goods of this worth costs."""
        free = self.free_over is not None and goods >= self.free_over
        return Money.zero(self.price.currency) if free else self.price


@dataclass(frozen=True, slots=True)
class Zone:
    """Countries that goods are sent to at the same rates.

    Attributes:
        countries: Upper-case ISO 3166 alpha-2 codes.
        rates: One to five, Stripe's limit of shipping options.
        id: Small letters, so that it is no country's code; stays as it is when the zone is renamed.
        name: None where the shop has one zone only, which nobody chooses.
    """

    countries: tuple[str, ...]
    rates: tuple[ShippingRate, ...]
    id: str = ""
    name: Text | None = None

    def carrying(self, grams: int) -> Zone:
        """Return this with the rates alone that take goods of this weight; there may be none."""
        return replace(self, rates=tuple(rate for rate in self.rates if rate.takes(grams)))

    @property
    def most(self) -> int | None:
        """The most that goods may weigh to be sent here, in grams; None: any weight."""
        limits = [rate.max_weight for rate in self.rates]
        heaviest = [limit for limit in limits if limit is not None]
        return max(heaviest) if heaviest and None not in limits else None

    def prices(self, goods: Money) -> tuple[int, ...]:
        """Return what each rate costs for goods of this worth, in minor units."""
        return tuple(rate.price_for(goods).minor for rate in self.rates)

    def next_free(self, goods: Money) -> ShippingRate | None:
        """Return the rate that is free soonest, None where one is free already or none will be."""
        if not all(self.prices(goods)):
            return None
        coming = [rate for rate in self.rates if rate.free_over is not None]
        return min(
            coming, key=lambda rate: rate.free_over.minor if rate.free_over else 0, default=None
        )


@dataclass(frozen=True, slots=True)
class Shipping:
    """Where goods are sent to, and for how much.

    Attributes:
        zones: One or more; a country is in one of them at most.
    """

    zones: tuple[Zone, ...]

    @property
    def countries(self) -> tuple[str, ...]:
        """Every country that goods are sent to."""
        return tuple(code for zone in self.zones for code in zone.countries)

    @property
    def asks(self) -> bool:
        """Whether a buyer has to say where to before rates and countries are known."""
        return len(self.zones) > 1

    def zone_of(self, place: str | None) -> Zone | None:
        """Return the zone of a place that a buyer chose; None where that has to be asked.

        Args:
            place: A country's code or a zone's id; of a shop with one zone it does not matter.
        """
        if not self.asks:
            return self.zones[0]
        fitting = (zone for zone in self.zones if place and place in {zone.id, *zone.countries})
        return next(fitting, None)

    def carrying(self, grams: int) -> Shipping:
        """Return this with the rates alone that take goods of this weight."""
        return Shipping(tuple(zone.carrying(grams) for zone in self.zones))

    def from_price(self, goods: Money) -> Money | None:
        """Return what sending goods of this worth costs at least; None where no rate takes them."""
        prices = [minor for zone in self.zones for minor in zone.prices(goods)]
        return Money(min(prices), goods.currency) if prices else None


@dataclass(frozen=True, slots=True)
class QuestionChoice:
    """An answer to choose."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the shop on the checkout page, answered in words or, with choices, by one."""

    id: str
    label: Text
    optional: bool = False
    choices: tuple[QuestionChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckoutRules:
    """How the shop checks out.

    Attributes:
        hold_minutes: How long a payment link lives and its goods are held: 31 to 1439;
            35 at least and 1435 at most are used.
        terms: The buyer must agree to the terms whose address stands in Stripe's Dashboard.
        questions: At most three, Stripe's limit of custom fields.
        minimum_order: The least that goods must come to in one order; None: Stripe's alone.
        plus_tax: Prices are without tax, which `automatic_tax` adds.
        tax_ids: Businesses may enter their VAT id.
        invoices: Stripe makes an invoice of each sale, and a credit note of each refund.
        billing_address: The address of whoever pays is asked for.
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
    minimum_order: Money | None = None
    plus_tax: bool = False
    tax_ids: bool = False
    billing_address: bool = False
    invoices: bool = False

    @property
    def both_ways(self) -> bool:
        """Whether goods are sent or picked up, as the buyer likes."""
        return self.pickup is not None and self.shipping is not None
