"""Screens of paying: the link, and how an order stands on return."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.actions import BuyNow, OpenCart, StartCheckout, Way
from bot.chat.screen import Button
from bot.chat.screens import cart as cart_screens
from bot.chat.screens import checkout as checkout_screens
from bot.chat.screens import places, purchase
from bot.chat.screens.purchase import Purchase
from bot.domain.allowed import Allowed, OfferedRate
from bot.domain.cart import WantedLine
from bot.domain.catalog.checkout import Shipping, Zone
from bot.domain.catalog.model import CheckoutRules, ShippingRate, Text
from bot.domain.order import OrderState
from kit.samples import eur
from tests.chat.goods import (
    ENGLISH,
    NOON,
    a_catalog,
    a_view,
    an_order,
    line,
    shipping,
)
from tests.chat.looks import data, labels, looks_right


def test_the_payment_button_names_the_total_where_nothing_can_be_added() -> None:
    """Pay €28.00 is what will be charged, and the link keeps its fragment."""
    order = an_order()
    screen = checkout_screens.pay(a_catalog(), order, str(order.url), NOON, ENGLISH)
    assert "We hold everything for you for 60 minutes." in looks_right(screen)
    assert labels(screen) == [["Pay €28.00"], ["Cancel this order", "‹ Shop"]]
    assert data(screen)[0] == ["https://checkout.stripe.com/c/pay/cs_test_1#fid"]


@pytest.mark.parametrize(
    ("allowed", "said", "label"),
    [
        (
            Allowed(shipping=(0, 490)),
            "Goods: €28.00\nYou choose delivery on the payment page",
            "Pay €28.00",
        ),
        (
            Allowed(shipping=(490, 0)),
            "Goods: €28.00\nYou choose delivery on the payment page",
            "Pay €28.00 + delivery",
        ),
        (
            Allowed(shipping=(0,), tax=True, plus_tax=True),
            "Goods: €28.00\nDelivery is free.\n\nPlus tax:",
            "Pay €28.00 + tax",
        ),
        (Allowed(tax=True), "Goods: €28.00\n\nTax is calculated", "Pay €28.00 + tax"),
        (
            Allowed(shipping=(490,), tax=True, plus_tax=True),
            "Delivery is added on the payment page",
            "Pay €28.00 + delivery + tax",
        ),
        (
            Allowed(tax=True, plus_tax=False),
            "Total: €28.00\n\nTax is calculated",
            "Pay €28.00",
        ),
        (
            Allowed(shipping=(0,), discount=True),
            "Total: €28.00\nDelivery is free.\n\nHave a promotion code?",
            "Pay €28.00",
        ),
    ],
)
def test_the_payment_button_names_what_can_be_added_to_the_goods(
    allowed: Allowed, said: str, label: str
) -> None:
    """A code can only take off, and tax within the prices adds nothing: these are the total.

    So does what is sent by the first way of several, where that is free: Stripe has it chosen.
    """
    order = an_order(allowed=allowed)
    screen = checkout_screens.pay(a_catalog(), order, str(order.url), NOON, ENGLISH)
    assert said in looks_right(screen)
    assert labels(screen)[0] == [label]


def _post(price: int) -> ShippingRate:
    return ShippingRate(Text.of("Post"), eur(price), id="post")


COURIER = ShippingRate(Text.of("Courier"), eur(990), id="courier")


@pytest.mark.parametrize(
    ("rates", "said", "zone"),
    [
        ((_post(0), COURIER), "Free delivery: Post.\nTo Portugal:", "Here: free (Post)"),
        ((COURIER, _post(0)), "Free delivery: Post.\nTo Portugal:", "Here: free (Post)"),
        ((_post(0),), "Delivery is free.\nTo Portugal:", "Here: free"),
        ((_post(490), COURIER), "Delivery: from €4.90\nTo Portugal:", "Here: from €4.90"),
        ((_post(490), _post(490)), "Delivery: €4.90\nTo Portugal:", "Here: €4.90"),
    ],
)
def test_delivery_is_called_free_only_by_the_name_of_what_is_free(
    rates: tuple[ShippingRate, ...], said: str, zone: str
) -> None:
    """Beside a dearer courier nothing says that delivery costs nothing, whichever stands first."""
    one = Zone(("PT",), rates, "here", Text.of("Here"))
    catalog = a_catalog(checkout=CheckoutRules(shipping=Shipping((one,)), pickup=Text.of("Lume 7")))
    held = a_view(catalog, [line("cup-1")]).cart
    what = Purchase(StartCheckout(), Button("‹ Cart", OpenCart()))
    assert said in looks_right(purchase.choose_way(catalog, what, held, ENGLISH))
    assert said.partition("\n")[0] in looks_right(cart_screens.cart(catalog, held, 1, ENGLISH))
    assert places.zones(Shipping((one,)), eur(1400), ENGLISH) == [zone]


def test_ways_of_sending_are_named_only_as_the_payment_page_offers_them() -> None:
    """A rate that the file has changed since is not told beside the old page."""
    catalog = replace(a_catalog(), checkout=shipping())
    for cents, told in ((490, True), (590, False)):
        allowed = Allowed(shipping=(cents,), rates=(OfferedRate("post", "Post"),))
        order = an_order(allowed=allowed)
        screen = checkout_screens.pay(catalog, order, str(order.url), NOON, ENGLISH)
        said = "To Portugal:\nPost: €4.90, 2–4 business days" in looks_right(screen)
        assert said is told


def test_delivery_and_pick_up_are_chosen_before_the_link_is_made() -> None:
    """Stripe cannot waive an address later."""
    rules = replace(shipping(), pickup=Text.of("Rua do Lume 7"))
    catalog = a_catalog(checkout=rules)
    held = a_view(catalog, [line("cup-1")]).cart
    back = Button("‹ Cart", OpenCart())
    screen = purchase.choose_way(catalog, Purchase(StartCheckout(), back), held, ENGLISH)
    assert looks_right(screen) == (
        "Delivery or pick-up?\n\nDelivery: €4.90\nTo Portugal:\n"
        "Post: €4.90, 2–4 business days\n\nPick-up: Rua do Lume 7"
    )
    assert labels(screen)[:2] == [["Send it to me"], ["Pick up"]]
    assert data(screen)[:2] == [["1o:d"], ["1o:p"]]


def test_a_question_on_the_way_of_one_product_keeps_its_picture() -> None:
    """So that it takes the place of the product's screen, which is one with a picture."""
    rules = replace(shipping(), pickup=Text.of("Rua do Lume 7"))
    catalog = a_catalog(checkout=rules)
    variant = next(catalog.products[0].variants())
    asked = BuyNow(*variant.key)
    what = Purchase(asked, purchase.back_to(variant, ENGLISH), (WantedLine(variant.key),), variant)
    screen = purchase.choose_way(catalog, what, a_view(catalog, [line("cup-1")]).cart, ENGLISH)
    looks_right(screen)
    assert screen.picture == variant.pictures()[0]
    assert data(screen) == [
        [f"1an:{variant.key.product}:{variant.id}:d"],
        [f"1an:{variant.key.product}:{variant.id}:p"],
        [f"1p:{variant.key.product}:{variant.id}", "1h"],
    ]


def test_another_order_that_would_go_is_named_before_it_does() -> None:
    """Its number and lines, and one tap that lets it go for what is wanted now."""
    order = an_order()
    what = Purchase(StartCheckout(Way.PICKUP), Button("‹ Cart", OpenCart()))
    screen = purchase.other_open(order, what, ENGLISH)
    text = looks_right(screen)
    assert text.startswith(f"Order {order.id} is still waiting to be paid:")
    assert text.endswith("that order is cancelled. You haven’t been charged for it.")
    assert labels(screen) == [
        ["Buy this instead"],
        ["Pay the earlier order"],
        ["‹ Cart", "‹ Shop"],
    ]
    assert data(screen)[0] == ["1o:p:3e9"]


@pytest.mark.parametrize("state", list(OrderState))
def test_somebody_who_comes_back_reads_how_the_order_stands(state: OrderState) -> None:
    """Every state has its words and a next step; only an open order can be paid."""
    screen = checkout_screens.back(an_order(state=state), ENGLISH)
    assert "1001" in looks_right(screen)
    assert ("Pay €28.00" in str(labels(screen))) is (state is OrderState.OPEN)
    assert labels(screen)[-1] == ["Open the shop"]


@pytest.mark.parametrize("state", list(OrderState))
def test_another_chat_learns_at_most_that_it_is_paid(state: OrderState) -> None:
    """Whoever presses the link in another chat sees no number, no amount, no link to pay."""
    screen = checkout_screens.back_elsewhere(an_order(state=state), ENGLISH)
    seen = looks_right(screen)
    assert ("Paid" in seen) is (state is OrderState.PAID)
    assert "1001" not in seen
    assert labels(screen) == [["Open the shop"]]
