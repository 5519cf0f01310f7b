"""A cart on its way to an order: what it must come to, and what of the catalog the order keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.cart import Cart, CartLine, PricedLine, price
from bot.domain.catalog.model import (
    Catalog,
    CheckoutRules,
    LineKey,
    ListedVariant,
    ProductId,
    StockId,
    VariantId,
)
from bot.domain.errors import RefusedError
from bot.domain.money import Money
from bot.domain.order import ChatId, UserId
from bot.shop.payment.placing import Buyer, Draft, draft
from bot.shop.payment.wanted import check_cart
from tests.chat.goods import a_catalog, cup, eur, tee


def _cart(total: Money) -> Cart:
    line = CartLine(LineKey(ProductId("cup")), 1, total, 0)
    return Cart((PricedLine(line, None, 1),), total)


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (49, "eur", "checkout.too_small"),
        (50, "eur", None),
        (17_499, "huf", "checkout.too_small"),
        (17_500, "huf", None),
        (999_999_999_999, "eur", None),
        (1_000_000_000_000, "eur", "checkout.too_large"),
    ],
)
def test_the_least_and_the_most_of_a_cart(minor: int, currency: str, said: str | None) -> None:
    """Stripe's published least, and twelve digits, may be paid; a cent beside them may not."""
    cart = _cart(Money(minor, currency))
    if said is None:
        check_cart(cart)
        return
    with pytest.raises(RefusedError) as caught:
        check_cart(cart)
    assert caught.value.key == said


def test_too_little_by_itself_is_told_so() -> None:
    """Nothing can be added to what is bought by itself: the cart is the way."""
    with pytest.raises(RefusedError) as caught:
        check_cart(_cart(Money(49, "eur")), alone=True)
    assert caught.value.key == "checkout.below_minimum_alone"
    assert caught.value.params == {"minimum": Money(50, "eur"), "total": Money(49, "eur")}


def test_a_price_that_changed_is_shown_before_it_is_paid() -> None:
    """Another price alone, all goods there, is reason enough to show the cart once more."""
    (line,) = _cart(Money(500, "eur")).lines
    with pytest.raises(RefusedError) as caught:
        check_cart(Cart((replace(line, was=Money(400, "eur")),), Money(500, "eur")))
    assert caught.value.key == "checkout.changed"


def _draft(catalog: Catalog, key: LineKey) -> Draft:
    """Return what one piece would be as an order."""
    variant = catalog.variant(key)
    assert variant is not None
    line = CartLine(key, 1, variant.price, 0)
    cart = price([line], catalog, {StockId("cup-1"): None, variant.stock_id: 9})
    return draft(ChatId(11), Buyer(UserId(11), "Ann", "en"), cart, catalog)


CUP = LineKey(ProductId("cup-1"))


@pytest.mark.parametrize(("least", "said"), [(1400, None), (1401, "checkout.below_minimum")])
def test_what_comes_to_just_the_smallest_order_may_be_bought(least: int, said: str | None) -> None:
    """And a cent less may not."""
    catalog = replace(a_catalog(cup(1)), checkout=CheckoutRules(minimum_order=eur(least)))
    if said is None:
        assert _draft(catalog, CUP).subtotal == eur(1400)
        return
    with pytest.raises(RefusedError) as caught:
        _draft(catalog, CUP)
    assert caught.value.key == said


def test_an_order_keeps_the_codes_and_the_weight_of_what_was_chosen() -> None:
    """Its own where the choice has them, and its product's for the rest."""
    key = VariantId("red.s")
    listed = (ListedVariant(key, stock=9, sku="TS-S-RED", weight=180),)
    goods = tee(listed=listed, sku="TS", barcode="5601234567892", weight=200)
    (line,) = _draft(a_catalog(goods), LineKey(goods.id, key)).lines
    assert (line.sku, line.barcode, line.weight) == ("TS-S-RED", "5601234567892", 180)


def test_another_code_for_the_tax_is_another_session() -> None:
    """An open link taxes by the code that it was made with; the same code gives the same link."""
    first, same, other = (
        _draft(a_catalog(cup(1, tax_code=code)), CUP).allowed
        for code in ("txcd_35010000", "txcd_35010000", "txcd_20030000")
    )
    assert first.like(same)
    assert not first.like(other)
