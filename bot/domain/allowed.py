"""What Stripe may add to an order's goods, as it stood when the order was placed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class OfferedRate:
    """A way of sending as the buyer was offered it: the catalog's id, and its name then.

    Attributes:
        ref: Stripe's id of the rate; None where its amount does not tell which rate it is.
    """

    id: str
    name: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """What Stripe may add to an order's subtotal, as it stood when the order was placed.

    Attributes:
        discount: Promotion codes may be entered.
        tax: Stripe computes tax.
        invoices: Stripe makes an invoice of it.
        plus_tax: It is added to the prices, not found within them; None in orders from before that
            was kept.
        shipping: Every shipping amount offered, in minor units; empty where nothing is shipped.
        rates: What each of these amounts is for; empty in orders from before that was kept.
        zone: The id of the zone that these are for; None in orders from before that was kept, and
            where nothing is shipped.
        terms: A digest of what else of the owner's settings the session was made with; empty in
            orders from before that was kept.
    """

    discount: bool = False
    tax: bool = False
    shipping: tuple[int, ...] = ()
    rates: tuple[OfferedRate, ...] = ()
    zone: str | None = None
    terms: str = ""
    plus_tax: bool | None = None
    invoices: bool = False

    def adds_tax(self) -> bool:
        """Return whether tax may come on top of the prices; where it was not kept, it may."""
        return self.tax and self.plus_tax is not False

    def adds(self) -> bool:
        """Return whether the total at Stripe can be more than the subtotal."""
        return any(self.shipping) or self.adds_tax()

    def known_as(self, made: Iterable[tuple[str, int]]) -> Allowed:
        """Return this with Stripe's ids of the rates, where the amount tells which is which.

        Args:
            made: (Stripe's id, minor units) of each rate of the session.
        """
        refs: dict[int, list[str]] = {}
        for ref, minor in made:
            refs.setdefault(minor, []).append(ref)
        rates = tuple(
            replace(rate, ref=refs[minor][0])
            if self.shipping.count(minor) == len(refs.get(minor, ())) == 1
            else rate
            for rate, minor in zip(self.rates, self.shipping, strict=False)
        )
        return replace(self, rates=rates)

    def like(self, wanted: Allowed) -> bool:
        """Return whether a session that allows this is what another order would be given.

        What Stripe calls the rates does not matter, and what was not kept is not compared.
        """
        rates = tuple(replace(rate, ref=None) for rate in self.rates)
        kept = replace(self, rates=rates)
        if not self.terms:
            kept = replace(
                kept,
                terms=wanted.terms,
                zone=wanted.zone,
                plus_tax=wanted.plus_tax,
                invoices=wanted.invoices,
            )
        return kept == wanted

    def chosen(self, ref: str | None, minor: int) -> tuple[OfferedRate, ...]:
        """Return the ways of sending that can be meant by Stripe's id of a rate and its price."""
        at_price = self.at_price(minor)
        named = tuple(rate for rate in at_price if ref and rate.ref == ref)
        return named or at_price

    def at_price(self, minor: int) -> tuple[OfferedRate, ...]:
        """Return the ways of sending that were offered at a price."""
        offered = zip(self.rates, self.shipping, strict=False)
        return tuple(rate for rate, price in offered if price == minor)
