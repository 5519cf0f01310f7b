"""Screens of paying: the link, and how an order stands on return."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.screens import checkout as checkout_screens
from bot.domain.catalog.model import Text
from bot.domain.order import Allowed, OrderState
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
    ("allowed", "said"),
    [
        (Allowed(shipping=(490,)), "Delivery is added on the payment page"),
        (Allowed(shipping=(0,), tax=True), "Delivery is free.\n\nTax is reckoned"),
        (Allowed(discount=True), "Have a promotion code?"),
    ],
)
def test_the_payment_button_names_the_goods_where_something_can_be_added(
    allowed: Allowed, said: str
) -> None:
    """Pay · goods €28.00 promises no total, and the text says what may be added."""
    order = an_order(allowed=allowed)
    screen = checkout_screens.pay(a_catalog(), order, str(order.url), NOON, ENGLISH)
    assert said in looks_right(screen)
    assert labels(screen)[0] == ["Pay · goods €28.00"]


def test_delivery_and_pick_up_are_chosen_before_the_link_is_made() -> None:
    """Stripe cannot waive an address later."""
    rules = replace(shipping(), pickup=Text.of("Rua do Lume 7"))
    catalog = a_catalog(checkout=rules)
    held = a_view(catalog, [line("cup-1")]).cart
    screen = checkout_screens.choose_way(catalog, held, ENGLISH)
    assert looks_right(screen) == (
        "How would you like to get it?\n\nDelivery: from €4.90\nTo Portugal:\n"
        "Post: €4.90, 2–4 business days\n\nPick-up: Rua do Lume 7"
    )
    assert data(screen)[0] == ["1o:d", "1o:p"]


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
