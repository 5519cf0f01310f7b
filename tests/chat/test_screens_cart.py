"""Screens of the cart: its lines, what changed, the way to pay."""

from __future__ import annotations

import pytest

from bot.chat.screens import cart as cart_screens
from bot.domain.catalog.model import CheckoutRules
from tests.chat.goods import (
    ENGLISH,
    a_catalog,
    a_view,
    cup,
    eur,
    line,
    shipping,
)
from tests.chat.looks import data, labels, looks_right


def test_the_cart_shows_each_line_with_its_sum_and_the_way_to_pay() -> None:
    """Quantity times price, the total, and buttons to change a line where it stands."""
    catalog = a_catalog(checkout=shipping(free_over=eur(6000)))
    held = a_view(
        catalog, [line("house-blend", 2, variant="250g.beans", seen=1250), line("cup-1")]
    ).cart
    screen = cart_screens.cart(catalog, held, 1, ENGLISH)
    assert looks_right(screen) == (
        "🛒 Your cart\n\nHouse blend, 250 g, Beans\n2 × €12.50 = €25.00\n\n"
        "Cup\n1 × €14.00 = €14.00\n\n"
        "Total: €39.00\nDelivery: €4.90\n€21.00 more and delivery is free."
    )
    assert labels(screen) == [
        ["−", "2 × House blend, 250 g, Bea…", "+"],
        ["✕", "1 × Cup", "+"],
        ["Checkout"],
        ["‹ Shop", "Empty the cart"],
    ]
    assert data(screen)[0] == [
        "1kd:house-blend:250g.beans",
        "1l:house-blend:250g.beans",
        "1ku:house-blend:250g.beans",
    ]


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (CheckoutRules(), "Total: €14.00"),
        (shipping(), "Delivery: €4.90"),
        (shipping(free_over=eur(1400)), "Delivery is free."),
        (shipping(free_over=eur(1820)), "Delivery: €4.90\n€4.20 more and delivery is free."),
    ],
)
def test_the_cart_says_what_delivery_will_cost(rules: CheckoutRules, said: str) -> None:
    """Nobody is surprised on the payment page."""
    catalog = a_catalog(cup(), checkout=rules)
    held = a_view(catalog, [line("cup-1")]).cart
    assert looks_right(cart_screens.cart(catalog, held, 1, ENGLISH)).endswith(said)


def test_the_cart_explains_what_changed_and_asks_to_accept_it() -> None:
    """A dearer, a scarcer, a sold-out and a vanished line each say so; paying waits."""
    catalog = a_catalog(cup(), cup(2, "Mug", stock=2), cup(3, "Jug", stock=0))
    held = a_view(
        catalog, [line("cup-1", seen=1200), line("cup-2", 3), line("cup-3"), line("gone")]
    ).cart
    screen = cart_screens.cart(catalog, held, 1, ENGLISH)
    assert looks_right(screen) == (
        "🛒 Your cart\n\nSomething changed since you last looked:\n\n"
        "Cup\n1 × €14.00 = €14.00\nThe price changed from €12.00 to €14.00.\n\n"
        "Mug\n3 × €14.00 = €42.00\nYou can have 2 of these at most.\n\n"
        "Jug\nSold out at the moment.\n\n"
        "Something no longer sold\nWe no longer sell this.\n\nTotal: €56.00"
    )
    assert labels(screen) == [
        ["✕", "1 × Cup", "+"],
        ["−", "3 × Mug", "+"],
        ["1 × Jug", "🔔", "✕"],
        ["1 × Something no longer sold", "✕"],
        ["OK, update my cart"],
        ["‹ Shop", "Empty the cart"],
    ]


def test_an_empty_cart_leads_back_to_the_shop() -> None:
    """No dead end."""
    catalog = a_catalog()
    screen = cart_screens.cart(catalog, a_view(catalog).cart, 1, ENGLISH)
    assert "Your cart is empty" in looks_right(screen)
    assert labels(screen) == [["‹ Shop"]]


def test_a_groups_cart_says_who_added_what() -> None:
    """In a group everybody sees whose wish a line is."""
    catalog = a_catalog()
    held = a_view(catalog, [line("cup-1", added_by="Ann <3")]).cart
    seen = looks_right(cart_screens.cart(catalog, held, 1, ENGLISH, group=True))
    assert seen.startswith("🛒 Our cart")
    assert "added by Ann <3" in seen


def test_a_line_stays_on_its_page_of_the_cart() -> None:
    """Changing a line of page two does not lead back to page one."""
    catalog = a_catalog(*(cup(number) for number in range(1, 11)))
    held = a_view(catalog, [line(f"cup-{number}") for number in range(1, 11)]).cart
    ninth = held.lines[8].line
    place = cart_screens.place_in_cart(held, ninth.key)
    assert (place.number, place.of) == (2, 2)
    rows = labels(cart_screens.cart(catalog, held, 2, ENGLISH))
    assert rows[:3] == [["✕", "1 × Cup", "+"], ["✕", "1 × Cup", "+"], ["‹", "2 of 2", "›"]]
