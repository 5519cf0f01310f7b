"""The way to pay: the payment link, and how an order stands on return."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.chat.actions import (
    CancelOrder,
    HomeBeside,
    OpenCart,
    TryAgain,
)
from bot.chat.screen import (
    Button,
    Row,
    Screen,
    bold,
    clip,
    lines,
    paragraphs,
    safe,
)
from bot.chat.screens.parts import (
    TITLE,
    open_shop_button,
    order_lines,
    orders_button,
    shop_beside_button,
)
from bot.domain.catalog.checkout import Zone
from bot.domain.catalog.model import Catalog
from bot.domain.money import Money
from bot.domain.order import Order, OrderState
from bot.locales import Html, Texts

#: Room for an order's lines beside everything else, in UTF-16 units; countries that are named.
_LINES: Final = 2400
_COUNTRIES: Final = 6


def pay(
    catalog: Catalog,
    order: Order,
    url: str,
    now: int,
    texts: Texts,
    *,
    again: bool = False,
    late: bool = False,
) -> Screen:
    """Return an order's payment link.

    Args:
        catalog: Today's, for the place of pick-up.
        order: As it was placed.
        url: Of Stripe's page, fragment and all.
        now: Seconds UTC.
        texts: The reader's language.
        again: The link was handed out before.
        late: It comes by itself, some time after it was asked for.
    """
    minutes = max(1, round((order.attempt.expires_at - now) / 60))
    total = "checkout.goods" if order.allowed.adds() else "checkout.total"
    pickup = None
    if order.pickup and catalog.checkout.pickup is not None:
        pickup = texts.html("checkout.pickup", place=place_of_pickup(catalog, texts))
    return Screen(
        paragraphs(
            bold(texts.text("checkout.title", number=str(order.id))),
            texts.html("checkout.again") if again else None,
            texts.html("checkout.late") if late else None,
            order_lines(order.lines, texts, key="checkout.line", room=_LINES),
            lines(
                texts.html(total, total=order.subtotal),
                _sending(order, texts),
                *_offered(catalog, order, texts),
            ),
            pickup,
            lines(
                tax_words(texts, plus=bool(order.allowed.plus_tax)) if order.allowed.tax else None,
                texts.html("checkout.adds_code") if order.allowed.discount else None,
                texts.html("checkout.terms") if catalog.checkout.terms else None,
            ),
            texts.html("checkout.valid", n=minutes),
        ),
        ways_to_pay(order, url, texts),
    )


def ways_to_pay(order: Order, url: str, texts: Texts) -> tuple[Row, ...]:
    """Return what leads on from a payment link without turning its message into another."""
    cancel = Button(texts.text("button.cancel_order"), CancelOrder(order.id))
    return ((pay_button(order, url, texts),), (cancel, shop_beside_button(texts)))


def tax_words(texts: Texts, *, plus: bool) -> str:
    """Say where the tax is found: within the prices, or on top of them."""
    return texts.html("checkout.plus_tax" if plus else "checkout.adds_tax")


def _offered(catalog: Catalog, order: Order, texts: Texts) -> list[str]:
    """Return the delivery that the payment page offers, as far as the file still says the same."""
    shipping = catalog.checkout.shipping
    if shipping is None or not order.allowed.shipping:
        return []
    zone, offered = shipping.zone_of(order.allowed.zone), {one.id for one in order.allowed.rates}
    if zone is None:
        return []
    zone = replace(zone, rates=tuple(one for one in zone.rates if one.id in offered))
    if zone.prices(order.subtotal) != order.allowed.shipping:
        return []
    return delivery(zone, order.subtotal, texts)


def delivery(zone: Zone, subtotal: Money, texts: Texts) -> list[str]:
    """Return where goods of this worth are sent to, how, for how much and how fast."""
    named = zone.countries[:_COUNTRIES]
    more = len(zone.countries) - len(named)
    key = "checkout.delivers_more" if more else "checkout.delivers"
    said = [texts.html(key, countries=texts.countries(named, goes_on=more > 0), n=more)]
    for rate in zone.rates:
        name = clip(rate.name.in_language(texts.language), TITLE // 2)
        costs = rate.price_for(subtotal)
        price = texts.money(costs) if costs else texts.text("checkout.free")
        if rate.days is None:
            said.append(texts.html("checkout.rate", name=name, price=price))
        else:
            fewest, most = rate.days
            days = str(most) if fewest == most else f"{fewest}–{most}"
            said.append(texts.html("checkout.rate_days", name=name, price=price, days=days, n=most))
    return said


def _sending(order: Order, texts: Texts) -> str | None:
    """Say what sending the goods costs, as far as that is known before the payment page."""
    if len(set(order.allowed.shipping)) > 1:
        return texts.html("checkout.choose_shipping")
    if any(order.allowed.shipping):
        return texts.html("checkout.adds_shipping")
    return texts.html("cart.free_shipping") if order.allowed.shipping else None


def pay_button(order: Order, url: str, texts: Texts) -> Button:
    """Return the button that opens Stripe's page; it says what may still be added there."""
    # The page opens with the first way of sending chosen (Stripe, "Charge for shipping").
    match any(order.allowed.shipping[:1]), order.allowed.adds_tax():
        case True, True:
            key = "button.pay_delivery_tax"
        case True, _:
            key = "button.pay_delivery"
        case _, True:
            key = "button.pay_tax"
        case _:
            key = "button.pay"
    return Button(texts.text(key, total=order.subtotal), url=url, style="success")


def back(order: Order, texts: Texts) -> Screen:
    """Return how an order stands, to someone who comes back from the payment page."""
    unpaid = order.state in {OrderState.EXPIRED, OrderState.FAILED}
    key = f"back.{order.told_as}_alone" if order.alone and unpaid else f"back.{order.told_as}"
    words = texts.html(key, number=str(order.id))
    match order.state:
        case OrderState.OPEN if order.url:
            cancel = Button(texts.text("button.cancel_order"), CancelOrder(order.id))
            beside = Button(texts.text("button.open_shop"), HomeBeside())
            return Screen(words, ((pay_button(order, order.url, texts),), (cancel,), (beside,)))
        case OrderState.PROCESSING:  # it is told once more how this ends
            beside = Button(texts.text("button.open_shop"), HomeBeside(), style="primary")
            return Screen(words, ((beside,),))
        case OrderState.EXPIRED | OrderState.CANCELLED | OrderState.FAILED:
            onward = Button(texts.text("button.back_to_cart"), OpenCart(), style="primary")
            if order.alone:  # its goods were never in the cart
                again = texts.text("button.checkout_again")
                onward = Button(again, TryAgain(order.id), style="primary")
            return Screen(words, ((onward,), (open_shop_button(texts, first=False),)))
        case _:
            return Screen(words, ((orders_button(texts),), (open_shop_button(texts),)))


def back_elsewhere(order: Order, texts: Texts) -> Screen:
    """Return what another chat than the order's may know of it: whether it is paid, no more."""
    paid = order.state is OrderState.PAID
    words = texts.html("back.elsewhere_paid" if paid else "back.elsewhere")
    return Screen(words, ((open_shop_button(texts),),))


def place_of_pickup(catalog: Catalog, texts: Texts) -> Html:
    """Return where and when goods can be fetched, in the owner's words."""
    pickup = catalog.checkout.pickup
    return Html(safe(pickup.in_language(texts.language), TITLE * 4) if pickup else "")
