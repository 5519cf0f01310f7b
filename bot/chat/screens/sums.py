"""What an order came to, as its buyer and its owner read it: goods, discount, delivery, tax."""

from __future__ import annotations

from bot.chat.screen import lines, safe
from bot.chat.screens.parts import TITLE
from bot.domain.catalog.model import Catalog
from bot.domain.order import Order, Payment
from bot.locales import Html, Texts

#: Names of card brands as Stripe's API spells them and as people do.
_BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "discover": "Discover",
    "eftpos_au": "eftpos",
    "jcb": "JCB",
    "link": "Link",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}


def sums(catalog: Catalog, one: Order, texts: Texts) -> str:
    """Return the order's amounts: what Stripe said was paid, or what the goods cost."""
    payment = one.payment
    if payment is None:
        return texts.html("receipt.total", total=one.subtotal)
    added = payment.total != one.subtotal or payment.shipping or payment.tax or payment.discount
    free_shipping = bool(one.allowed.shipping) and not payment.shipping and not one.pickup
    return lines(
        texts.html("receipt.subtotal", amount=one.subtotal) if added or free_shipping else None,
        _discount(payment, texts),
        _shipping(catalog, one, payment, texts),
        _tax(one, payment, texts),
        texts.html("receipt.total", total=payment.total),
        _presented(payment, texts),
        _means(payment, texts),
    )


def _discount(payment: Payment, texts: Texts) -> str | None:
    if not payment.discount:
        return None
    if payment.chosen.code is None:
        return texts.html("receipt.discount", amount=payment.discount)
    code = Html(safe(payment.chosen.code, TITLE))
    return texts.html("receipt.discount_code", amount=payment.discount, code=code)


def _shipping(catalog: Catalog, one: Order, payment: Payment, texts: Texts) -> str | None:
    """Return how the goods are sent, as the buyer chose, and what that cost."""
    if one.pickup or not (one.allowed.shipping or payment.shipping or payment.chosen.delivery):
        return None
    costs = payment.shipping
    name = _delivery_name(catalog, one, payment, texts)
    if name is None:
        key = "receipt.shipping" if costs else "receipt.shipping_free"
        return texts.html(key, amount=costs)
    price = texts.money(costs) if costs else texts.text("checkout.free")
    return texts.html("receipt.shipping_by", name=Html(safe(name, TITLE * 2)), price=price)


def _delivery_name(catalog: Catalog, one: Order, payment: Payment, texts: Texts) -> str | None:
    """Return how goods are sent in the reader's language, or as the buyer read it."""
    chosen, shipping = payment.chosen, catalog.checkout.shipping
    zone = shipping.zone_of(one.allowed.zone) if shipping else None
    for rate in zone.rates if zone else ():
        if rate.id == chosen.rate and chosen.rate:
            return rate.name.in_language(texts.language)
    return chosen.delivery


def _presented(payment: Payment, texts: Texts) -> str | None:
    paid = payment.chosen.presentment
    if paid is None or paid.currency == payment.total.currency:
        return None
    return texts.html("receipt.presented", amount=paid)


def _tax(one: Order, payment: Payment, texts: Texts) -> str | None:
    if not payment.tax:
        return None
    before = one.subtotal - payment.discount + payment.shipping
    key = "receipt.tax_included" if payment.total == before else "receipt.tax"
    return texts.html(key, amount=payment.tax)


def _means(payment: Payment, texts: Texts) -> str | None:
    if payment.intent_id is None:
        return texts.html("receipt.free")
    if payment.card_brand and payment.card_last4:
        brand = _BRANDS.get(payment.card_brand, payment.card_brand.replace("_", " ").capitalize())
        return texts.html("receipt.card", brand=brand, last4=payment.card_last4)
    return None
