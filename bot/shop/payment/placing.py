"""From a cart to an order: what is checked, frozen and held before anything is asked of Stripe."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace

from bot.domain.allowed import Allowed, OfferedRate
from bot.domain.cart import Cart, PricedLine
from bot.domain.catalog.model import Catalog, CheckoutRules, Question, Zone
from bot.domain.errors import RefusedError
from bot.domain.money import Money
from bot.domain.order import (
    Attempt,
    ChatId,
    Order,
    OrderId,
    OrderLine,
    OrderState,
    OrderToken,
    StockState,
    UserId,
)
from bot.domain.payment import marks
from bot.ports import Links, SessionLine, SessionQuestion, SessionRequest, ShippingChoice

#: Stripe takes 30 minutes to 24 hours by its own clock; five minutes' room for ours, each.
_SHORTEST, _LONGEST = 35 * 60, 24 * 3600 - 5 * 60
#: Stripe caps a product's name on the payment page.
_NAME_LIMIT = 250


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who checks out, in which topic of a forum.

    ``language`` is the one that the order's messages and pages are in.
    """

    id: UserId
    name: str
    language: str
    topic: int | None = None


def order_lines(cart: Cart, language: str) -> tuple[OrderLine, ...]:
    """Return the cart's lines as they will stand in the order, named in the buyer's language."""
    return tuple(_order_line(priced, language) for priced in cart.lines)


def _order_line(priced: PricedLine, language: str) -> OrderLine:
    line, variant = priced.line, priced.variant
    if variant is None:
        raise RefusedError("checkout.changed")
    return OrderLine(
        line.key,
        variant.stock_id,
        variant.title(language),
        variant.price,
        line.quantity,
        line.note,
        line.added_by,
        sku=variant.sku,
        barcode=variant.barcode,
        weight=variant.weight,
    )


def _zone(rules: CheckoutRules, place: str | None, grams: int, *, pickup: bool) -> Zone | None:
    """Return the zone that goods are sent to, with the rates that take them; None: not sent.

    Raises:
        RefusedError: ``place.ask``: there are several, and it is not known which;
            ``checkout.too_heavy``: nothing that goes there takes so much.
    """
    if rules.shipping is None or pickup:
        return None
    zone = rules.shipping.zone_of(place)
    if zone is None:
        raise RefusedError("place.ask")
    fitting = zone.carrying(grams)
    if not fitting.rates:
        raise RefusedError("checkout.too_heavy")
    return fitting


def shipping_choices(
    zone: Zone | None, subtotal: Money, language: str
) -> tuple[ShippingChoice, ...]:
    """Return the rates as offered for goods of this worth: each free over its own amount."""
    return tuple(
        ShippingChoice(
            rate.id, rate.name.in_language(language), rate.price_for(subtotal), rate.days
        )
        for rate in (zone.rates if zone else ())
    )


def expiry(rules: CheckoutRules, now: int) -> int:
    """Return when a session made now ends, within Stripe's bounds; seconds UTC."""
    return now + min(max(rules.hold_minutes * 60, _SHORTEST), _LONGEST)


@dataclass(frozen=True, slots=True)
class Draft:
    """An order in the making: everything but its number and its request to Stripe.

    Attributes:
        place: Where the buyer has goods sent, as they chose it.
        asked: What the owner's settings make of the request, as far as it is known by now.
    """

    chat_id: ChatId
    buyer: Buyer
    lines: tuple[OrderLine, ...]
    subtotal: Money
    allowed: Allowed
    pickup: bool
    place: str | None
    asked: SessionRequest
    alone: bool = False

    def like(self, order: Order) -> bool:
        """Return whether an order asks for the same goods at the same prices and terms.

        A cart is not like an order that leaves it as it is.
        """
        same = (order.lines, order.pickup) == (self.lines, self.pickup)
        return same and order.allowed.like(self.allowed) and (self.alone or not order.alone)


def refuse_below_minimum(catalog: Catalog, cart: Cart, *, alone: bool) -> None:
    """Refuse less than the owner sells at once.

    Raises:
        RefusedError: ``checkout.below_minimum``; alone, ``checkout.below_minimum_alone``.
    """
    least = catalog.checkout.minimum_order
    if least is not None and cart.total < least:
        if alone:
            raise below_minimum_alone(cart, least)
        raise RefusedError("checkout.below_minimum", minimum=least, left=least - cart.total)


def below_minimum_alone(cart: Cart, least: Money) -> RefusedError:
    """Return the refusal of goods that are bought by themselves, so that nothing can be added."""
    return RefusedError("checkout.below_minimum_alone", minimum=least, total=cart.total)


def draft(
    chat_id: ChatId,
    buyer: Buyer,
    cart: Cart,
    catalog: Catalog,
    *,
    pickup: bool = False,
    place: str | None = None,
    alone: bool = False,
) -> Draft:
    """Return what a cart, or goods bought by themselves, would be as an order.

    Raises:
        RefusedError: ``place.ask``, ``checkout.too_heavy`` or as `refuse_below_minimum`.
    """
    refuse_below_minimum(catalog, cart, alone=alone)
    zone = _zone(catalog.checkout, place, cart.weight, pickup=pickup)
    asked = _asked(catalog.checkout, zone, cart.total, buyer.language)
    allowed = Allowed(
        discount=asked.promotion_codes,
        tax=asked.automatic_tax,
        plus_tax=asked.plus_tax,
        invoices=asked.invoices,
        shipping=tuple(choice.price.minor for choice in asked.shipping),
        rates=tuple(OfferedRate(choice.id, choice.name) for choice in asked.shipping),
        zone=zone.id if zone else None,
        terms=_digest(asked, cart),
    )
    lines = order_lines(cart, buyer.language)
    return Draft(chat_id, buyer, lines, cart.total, allowed, pickup, place, asked, alone)


def _asked(
    rules: CheckoutRules, zone: Zone | None, subtotal: Money, language: str
) -> SessionRequest:
    """Return a request that holds the owner's settings, and nothing yet of one order."""
    return SessionRequest(
        reference="",
        metadata={},
        currency=subtotal.currency,
        lines=(),
        success_url="",
        cancel_url="",
        expires_at=0,
        language=language,
        promotion_codes=rules.promotion_codes,
        automatic_tax=rules.automatic_tax,
        phone=rules.phone,
        terms=rules.terms,
        countries=zone.countries if zone else (),
        shipping=shipping_choices(zone, subtotal, language),
        questions=tuple(_question(one, language) for one in rules.questions),
        plus_tax=rules.plus_tax,
        tax_ids=rules.tax_ids,
        billing_address=rules.billing_address,
        invoices=rules.invoices,
    )


def _question(question: Question, language: str) -> SessionQuestion:
    choices = tuple((one.id, one.name.in_language(language)) for one in question.choices)
    label = question.label.in_language(language)
    return SessionQuestion(question.id, label, question.optional, choices)


def _digest(asked: SessionRequest, cart: Cart) -> str:
    """Return what tells one set of settings from another; the page's language is none of them."""
    codes = [one.variant.product.tax_code for one in cart.lines if one.variant]
    told = repr((replace(asked, language=""), codes))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def new_order(  # noqa: PLR0917 - an order is made of this much, in one place
    wanted: Draft, order_id: OrderId, parameters: str, token: OrderToken, expires_at: int, now: int,
    *, livemode: bool,
) -> Order:  # fmt: skip
    """Return the order as it is stored before Stripe is asked for its session."""
    return Order(
        id=order_id,
        token=token,
        chat_id=wanted.chat_id,
        buyer_id=wanted.buyer.id,
        buyer_name=wanted.buyer.name,
        language=wanted.buyer.language,
        state=OrderState.PLACED,
        goods=StockState.HELD,
        lines=wanted.lines,
        subtotal=wanted.subtotal,
        allowed=wanted.allowed,
        livemode=livemode,
        attempt=Attempt(1, new_key(order_id), parameters, expires_at, now),
        placed_at=now,
        pickup=wanted.pickup,
        alone=wanted.alone,
        topic=wanted.buyer.topic,
    )


def new_token() -> OrderToken:
    """Return an unguessable token of 22 characters for the order's links."""
    return OrderToken(secrets.token_urlsafe(16))


def new_key(order_id: OrderId) -> str:
    """Return a fresh idempotency key: random, so that no other database can have used it."""
    return f"order-{order_id}-{secrets.token_hex(16)}"


def session_request(
    order_id: OrderId,
    token: OrderToken,
    wanted: Draft,
    catalog: Catalog,
    links: Links,
    *,
    shop_id: str,
    expires_at: int,
    placed_at: int,
) -> SessionRequest:
    """Return what Stripe is asked for: one line item a line, and the owner's checkout rules."""
    language = wanted.buyer.language
    return replace(
        wanted.asked,
        reference=str(order_id),
        metadata=marks(shop_id, str(order_id), placed_at),
        lines=tuple(_session_line(line, catalog, links, language) for line in wanted.lines),
        success_url=links.success_url(token),
        cancel_url=links.cancel_url(token),
        expires_at=expires_at,
        button_colour=catalog.shop.colour,
    )


def _session_line(line: OrderLine, catalog: Catalog, links: Links, language: str) -> SessionLine:
    variant = catalog.variant(line.key)
    about = variant.product.description if variant else None
    description = about.in_language(language) if about else None
    photo = variant.photo if variant else None
    return SessionLine(
        name=line.title[:_NAME_LIMIT],
        unit=line.unit,
        quantity=line.quantity,
        description=f"“{line.note}”" if line.note else description,
        image_url=links.picture_url(photo) if photo else None,
        tax_code=variant.product.tax_code if variant else None,
    )
