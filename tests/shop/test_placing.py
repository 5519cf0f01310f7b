"""What a cart must come to before Stripe is asked: its least and its most, to the cent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.cart import Cart, CartLine, PricedLine
from bot.domain.catalog.model import LineKey, ProductId
from bot.domain.errors import RefusedError
from bot.domain.money import Money
from bot.shop.payment.wanted import check_cart


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
