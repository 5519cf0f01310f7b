"""Where goods go: the zones of the shop by name, a zone's countries, and what delivery costs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.chat.actions import AskPlace, ChoosePlace, OpenCart, OpenZone, Then
from bot.chat.screen import Button, Row, Screen, bold, clip, in_rows, lines, paragraphs, safe
from bot.chat.screens.parts import TITLE
from bot.domain.cart import Cart
from bot.domain.catalog.checkout import Shipping, Zone
from bot.domain.catalog.model import ShippingRate
from bot.domain.money import Money
from bot.locales import Html, Texts

#: A zone of as many countries or fewer asks for the country too.
_FEW: Final = 12
#: UTF-16 units of a name on a button, and within a list.
_NAME: Final = 40


def ask(
    shipping: Shipping,
    held: Cart,
    texts: Texts,
    then: Then,
    back: Button | None = None,
    *,
    pickup: Button | None = None,
) -> Screen:
    """Ask where the goods go.

    Args:
        shipping: Where they can go.
        held: The goods.
        texts: The reader's language.
        then: What an answer leads to.
        back: The way back; None: to the cart.
        pickup: Leads to picking them up, offered where they are too heavy for some places.
    """
    buttons = (Button(_name(zone, texts), _choice(zone, then)) for zone in shipping.zones)
    fitting = shipping.carrying(held.weight)
    said = [*zones(fitting, held.total, texts), *_too_heavy(shipping, fitting, texts)]
    weight = texts.weight(held.weight)
    fits = all(one.rates for one in fitting.zones)
    pickup = None if fits else pickup
    why = lines(
        None if fits else texts.html("place.heavy", weight=weight),
        texts.html("heavy.pickup") if pickup else None,
    )
    return Screen(
        paragraphs(bold(texts.text("place.ask")), lines(*said), why),
        (
            *in_rows(buttons, most=2),
            *(((pickup,),) if pickup else ()),
            (back,) if back else _back(texts),
        ),
    )


def countries(zone: Zone, texts: Texts, then: Then, back: Button | None = None) -> Screen:
    """Ask for the country of a zone that has few."""
    named = sorted((texts.countries([code]), code) for code in zone.countries)
    buttons = (Button(clip(name, _NAME), ChoosePlace(code, then)) for name, code in named)
    other = Button(texts.text("button.place_other"), AskPlace(then))
    return Screen(
        paragraphs(bold(_name(zone, texts)), texts.html("place.country")),
        (*in_rows(buttons, most=2), (other,), (back,) if back else _back(texts)),
    )


def zones(shipping: Shipping, goods: Money, texts: Texts) -> list[str]:
    """Return what sending goods of this worth costs, a line a zone."""
    said = []
    for zone in (one for one in shipping.zones if one.rates):
        prices, name = set(zone.prices(goods)), _name(zone, texts)
        cheapest = Money(min(prices), goods.currency)
        price = texts.money(cheapest) if cheapest else texts.text("checkout.free")
        if len(prices) == 1:
            said.append(texts.html("place.zone", name=name, price=price))
        elif cheapest:
            said.append(texts.html("place.zone_from", name=name, price=price))
        else:
            rate = _rate_name(_free(zone.rates, goods), texts)
            said.append(texts.html("place.zone_by", name=name, price=price, rate=rate))
    return said


def _too_heavy(shipping: Shipping, fitting: Shipping, texts: Texts) -> list[str]:
    """Return to which zones nothing so heavy is sent, a line each, and how much at most."""
    pairs = zip(shipping.zones, fitting.zones, strict=True)
    return [
        texts.html("place.zone_heavy", name=_name(zone, texts), most=texts.weight(zone.most or 0))
        for zone, carrying in pairs
        if not carrying.rates
    ]


def costs(shipping: Shipping, goods: Money, texts: Texts) -> str:
    """Say what sending goods of this worth costs; of several ways the least, or which is free.

    Args:
        shipping: The zones that it may go to, with the rates that take the goods: one at least.
        goods: What they cost.
        texts: The reader's language.
    """
    rates = [rate for zone in shipping.zones for rate in zone.rates]
    prices = {rate.price_for(goods).minor for rate in rates}
    least = Money(min(prices), goods.currency)
    if least:
        key = "checkout.way_delivery" if len(prices) > 1 else "checkout.way_delivery_one"
        return texts.html(key, price=least)
    if len(prices) == 1:
        return texts.html("cart.free_shipping")
    if shipping.asks:
        return texts.html("cart.delivery_by_place")
    return texts.html("cart.free_by", name=_rate_name(_free(rates, goods), texts))


def delivery(
    shipping: Shipping | None, held: Cart, place: str | None, texts: Texts, *, pickup: bool = False
) -> list[str]:
    """Say where the goods go and what that costs, as far as it is known, and what makes it free.

    Args:
        shipping: Where they can go.
        held: The goods.
        place: Where they are to go, as it was chosen.
        texts: The reader's language.
        pickup: Whether they can be picked up instead.
    """
    if shipping is None or not held.total:
        return []
    name = place_name(shipping, place, texts)
    said = [texts.html("cart.place", name=name)] if name else []
    if why := too_heavy(shipping, held, place, texts, pickup=pickup):
        return [*said, *why]
    chosen = shipping.zone_of(place)
    zone = chosen.carrying(held.weight) if chosen else None
    offered = Shipping((zone,)) if zone else shipping.carrying(held.weight)
    said.append(costs(offered, held.total, texts))
    coming = zone.next_free(held.total) if zone else None
    if zone and coming and coming.free_over:
        left = coming.free_over - held.total
        key = "cart.to_free_by" if len(zone.rates) > 1 else "cart.to_free_shipping"
        said.append(texts.html(key, left=left, name=_rate_name(coming, texts)))
    return said


def too_heavy(
    shipping: Shipping, held: Cart, place: str | None, texts: Texts, *, pickup: bool
) -> list[str]:
    """Say that nothing so heavy is sent there, and what there is instead; nothing where it is.

    Arguments as `delivery`.
    """
    chosen = shipping.zone_of(place)
    zones = (chosen,) if chosen else shipping.zones
    if any(zone.carrying(held.weight).rates for zone in zones):
        return []
    most = max(zone.most or 0 for zone in zones)
    weights = {"weight": texts.weight(held.weight), "most": texts.weight(most)}
    said = [texts.html("cart.too_heavy", **weights)]
    if pickup:
        said.append(texts.html("heavy.pickup"))
    if names := [_name(zone, texts) for zone in shipping.carrying(held.weight).zones if zone.rates]:
        said.append(texts.html("heavy.elsewhere", zones=texts.listed(names)))
    return said


def _free(rates: Iterable[ShippingRate], goods: Money) -> ShippingRate:
    """Return the first that costs nothing for goods of this worth, where one does."""
    return next(rate for rate in rates if not rate.price_for(goods))


def _rate_name(rate: ShippingRate, texts: Texts) -> Html:
    return Html(safe(rate.name.in_language(texts.language), TITLE // 2))


def place_name(shipping: Shipping, place: str | None, texts: Texts) -> str | None:
    """Return what a chosen place is called; None where nothing is chosen that there is today."""
    zone = shipping.zone_of(place) if shipping.asks else None
    if zone is None or place is None:
        return None
    return texts.countries([place]) if place in zone.countries else _name(zone, texts)


def place_row(shipping: Shipping | None, place: str | None, texts: Texts) -> tuple[Row, ...]:
    """Return the button that says where goods go and changes it; none where all costs the same."""
    if shipping is None or not shipping.asks:
        return ()
    name = place_name(shipping, place, texts) or texts.text("place.ask")
    return ((Button(f"📍 {name}", AskPlace()),),)


def _choice(zone: Zone, then: Then) -> ChoosePlace | OpenZone:
    if len(zone.countries) == 1:
        return ChoosePlace(zone.countries[0], then)
    return OpenZone(zone.id, then) if len(zone.countries) <= _FEW else ChoosePlace(zone.id, then)


def _name(zone: Zone, texts: Texts) -> str:
    return clip(zone.name.in_language(texts.language), _NAME) if zone.name else ""


def _back(texts: Texts) -> Row:
    return (Button(texts.text("button.back_to_cart"), OpenCart()),)
