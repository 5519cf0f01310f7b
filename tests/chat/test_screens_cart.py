"""Screens of the cart: its lines, what changed, the way to pay."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.chat.actions import Then
from bot.chat.screens import cart as cart_screens
from bot.chat.screens import places as place_screens
from bot.chat.screens import reminders
from bot.domain.catalog.checkout import Shipping, ShippingRate, Zone
from bot.domain.catalog.model import CheckoutRules, Text
from bot.domain.money import Money
from bot.domain.order import UserId
from bot.domain.shares import Member
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
        "🛒 Your cart\n\n1. House blend, 250 g, Beans\n2 × €12.50 = €25.00\n\n"
        "2. Cup\n1 × €14.00 = €14.00\n\n"
        "Total: €39.00\nDelivery: €4.90\n€21.00 more and delivery is free."
    )
    assert labels(screen) == [
        ["1. House blend, 250 g, Beans"],
        ["−", "2", "+", "✕"],
        ["2. Cup"],
        ["−", "1", "+", "✕"],
        ["Checkout"],
        ["‹ Shop", "Empty the cart"],
    ]
    assert data(screen)[:2] == [
        ["1l:house-blend:250g.beans"],
        [
            "1kd:house-blend:250g.beans",
            "1u:house-blend:250g.beans",
            "1ku:house-blend:250g.beans",
            "1r:house-blend:250g.beans",
        ],
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
        "1. Cup\n1 × €14.00 = €14.00\nThe price changed from €12.00 to €14.00.\n\n"
        "2. Mug\n3 × €14.00 = €42.00\nYou can have 2 of these at most.\n\n"
        "3. Jug\nSold out at the moment.\n\n"
        "4. Something no longer sold\nThis isn’t for sale at the moment.\n\nTotal: €56.00"
    )
    assert labels(screen) == [
        ["1. Cup"],
        ["−", "1", "+", "✕"],
        ["2. Mug"],
        ["−", "3", "+", "✕"],
        ["3. Jug"],
        ["🔔 Tell me when it’s back"],
        ["✕"],
        ["4. Something no longer sold"],
        ["✕"],
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


def test_a_groups_cart_says_what_is_each_ones_sum() -> None:
    """Above the total; a crowd is told in part, and one person's cart needs no sums."""
    catalog = a_catalog()
    held = a_view(catalog, [line("cup-1", 3)]).cart
    ann, jonas = Member(UserId(1), "Ann <3"), Member(UserId(2), "Jonas")

    def told(sums: Mapping[Member | None, Money]) -> str:
        screen = cart_screens.cart(catalog, held, 1, ENGLISH, group=True, sums=sums)
        return looks_right(screen)

    assert "\n\nAnn <3: €28.00\nJonas: €14.00\nTotal: €42.00" in told(
        {ann: eur(2800), jonas: eur(1400)}
    )
    assert "\n\nAnn <3: €28.00\nOthers: €14.00\nTotal: €42.00" in told(
        {ann: eur(2800), None: eur(1400)}
    )
    crowd: dict[Member | None, Money] = {Member(UserId(n), f"M{n}"): eur(300) for n in range(14)}
    assert "\nM11: €3.00\nOthers: €6.00\nTotal: €42.00" in told(crowd)
    assert "Ann" not in told({ann: eur(4200)})


def test_a_line_stays_on_its_page_of_the_cart() -> None:
    """Changing a line of page two does not lead back to page one."""
    catalog = a_catalog(*(cup(number) for number in range(1, 11)))
    held = a_view(catalog, [line(f"cup-{number}") for number in range(1, 11)]).cart
    ninth = held.lines[8].line
    place = cart_screens.place_in_cart(held, ninth.key)
    assert (place.number, place.of) == (2, 2)
    screen = cart_screens.cart(catalog, held, 2, ENGLISH)
    rows = labels(screen)
    assert rows[0] == ["6. Cup"]
    assert rows[8:11] == [["10. Cup"], ["−", "1", "+", "✕"], ["‹", "2 of 2", "›"]]
    assert "10. Cup\n1 × €14.00" in looks_right(screen)


def test_limits_are_said_before_they_are_hit() -> None:
    """With all that can be had, and with the fewest that one order needs; not in between."""
    catalog = a_catalog(cup(stock=6), cup(2, min_per_order=4), cup(3, max_per_order=5))
    held = a_view(catalog, [line("cup-1", 6), line("cup-2", 4), line("cup-3", 5)]).cart
    seen = looks_right(cart_screens.cart(catalog, held, 1, ENGLISH))
    assert "1. Cup\n6 × €14.00 = €84.00\nYou can have 6 of these at most.\n" in seen
    assert "2. Cup\n4 × €14.00 = €56.00\nOne order needs at least 4 of these.\n" in seen
    assert "3. Cup\n5 × €14.00 = €70.00\nYou can have 5 of these at most.\n" in seen
    held = a_view(catalog, [line("cup-1", 5), line("cup-2", 5), line("cup-3", 4)]).cart
    seen = looks_right(cart_screens.cart(catalog, held, 1, ENGLISH))
    assert "of these" not in seen


def test_a_choice_that_others_leave_no_room_for_says_so() -> None:
    """It is there and not sold out: nobody is told when it comes back, it only goes."""
    lines_ = [line("house-blend", 5, variant="250g.beans"), line("house-blend", variant="1kg.moka")]
    catalog = a_catalog()
    screen = cart_screens.cart(catalog, a_view(catalog, lines_).cart, 1, ENGLISH)
    assert "With your other choices you already have as many of these" in looks_right(screen)
    assert labels(screen)[2:4] == [["2. House blend, 1 kg, Moka"], ["✕"]]


def test_what_was_taken_out_can_be_put_back_while_it_is_sold() -> None:
    """One button, which also an empty cart has; nothing for what is gone."""
    catalog = a_catalog(cup())
    empty = a_view(catalog).cart
    screen = cart_screens.cart(catalog, empty, 1, ENGLISH, removed=line("cup-1", 3))
    assert labels(screen) == [["↩ Undo: Cup"], ["‹ Shop"]]
    assert data(screen)[0] == ["1ru:cup-1::3"]
    gone = cart_screens.cart(catalog, empty, 1, ENGLISH, removed=line("gone", 3))
    assert labels(gone) == [["‹ Shop"]]


POST = ShippingRate(Text.of("Post"), eur(490), id="post", free_over=eur(1000))
COURIER = ShippingRate(Text.of("Courier"), eur(900), id="courier")
TWELVE = ("AT", "BE", "DE", "ES", "FI", "FR", "GR", "IE", "IT", "LU", "NL", "PT")


def test_a_zone_of_twelve_asks_for_the_country_too() -> None:
    """With one more it does not, nor where there is one alone."""
    zones = (
        Zone(TWELVE, (POST,), "few", Text.of("Euro")),
        Zone((*TWELVE, "SE"), (POST,), "many", Text.of("Union")),
        Zone(("NO",), (POST,), "one", Text.of("Norway")),
    )
    catalog = a_catalog()
    screen = place_screens.ask(Shipping(zones), a_view(catalog).cart, ENGLISH, Then.CART)

    assert [[code.split(":")[:2] for code in row] for row in data(screen)[:-1]] == [
        [["1kz", "few"], ["1kp", "many"]],
        [["1kp", "NO"]],
    ]


@pytest.mark.parametrize(
    ("rates", "said"),
    [((POST, COURIER), ["Free delivery: Post."]), ((POST,), ["Delivery is free."])],
)
def test_delivery_is_called_free_where_every_way_of_it_is(
    rates: tuple[ShippingRate, ...], said: list[str]
) -> None:
    """Where one way alone is free, that one is named."""
    shop = Shipping((Zone(("PT",), rates),))
    held = a_view(a_catalog(), [line("cup-1")]).cart

    assert place_screens.delivery(shop, held, None, ENGLISH) == said


def test_a_reminder_of_a_cart_leads_to_the_cart_first() -> None:
    """One button stands out, and it is not the way into the shop."""
    catalog = a_catalog(cup())
    screen = reminders.cart(catalog, a_view(catalog, [line("cup-1", 2)]).cart, ENGLISH)

    assert screen is not None
    assert [one.text for row in screen.rows for one in row if one.style] == ["🛒 Cart · €28.00"]
