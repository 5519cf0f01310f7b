"""Screens: what a customer reads and can tap, from the shop's front to the receipt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.screens import cart as cart_screens
from bot.chat.screens import checkout as checkout_screens
from bot.chat.screens import info
from bot.chat.screens import orders as order_screens
from bot.chat.screens import product as product_screens
from bot.chat.screens import shop as shop_screens
from bot.domain.catalog import Catalog, CheckoutRules, Text, VariantId
from bot.domain.order import Allowed, OrderState
from bot.shop import View
from tests.chat.goods import (
    COFFEE,
    ENGLISH,
    NOON,
    a_catalog,
    a_view,
    an_order,
    blend,
    cup,
    eur,
    line,
    paid,
    shipping,
)
from tests.chat.looks import data, labels, looks_right


def _product(catalog: Catalog, view: View, variant: str, photo: int = 1) -> list[list[str]]:
    chosen = product_screens.default_variant(catalog.products[0], VariantId(variant), view)
    screen = product_screens.product(catalog, chosen, photo, view, ENGLISH)
    looks_right(screen)
    return labels(screen)


def test_the_front_shows_name_about_shelves_and_cart() -> None:
    """A newcomer sees at once whose shop it is and where to go."""
    catalog = a_catalog()
    screen = shop_screens.home(catalog, a_view(catalog, [line("cup-1", 2)]), ENGLISH)
    assert looks_right(screen) == ("Café Lume\n\nA small roaster.\n\nWhat would you like to see?")
    assert screen.picture == "photos/banner.jpg"
    assert labels(screen) == [["☕ Coffee"], ["🛒 Cart · €28.00", "My orders"]]
    assert data(screen) == [["1c:coffee"], ["1k", "1y"]]


def test_an_empty_shelf_is_not_offered() -> None:
    """A shelf whose products are all hidden leads nowhere and is left out."""
    catalog = a_catalog(cup(hidden=True))
    screen = shop_screens.home(catalog, a_view(catalog), ENGLISH)
    assert "The shelves are empty" in looks_right(screen)
    assert labels(screen) == [["🛒 Cart", "My orders"]]


def test_a_shelf_shows_prices_and_what_is_sold_out() -> None:
    """The list says what a product costs at least, and spares a tap on what is gone."""
    sold_out = cup(2, "Mug", stock=0)
    catalog = a_catalog(blend(), cup(), sold_out)
    screen = shop_screens.category_page(catalog, catalog.categories[0], 1, a_view(catalog), ENGLISH)
    looks_right(screen)
    assert labels(screen) == [
        ["House blend · from €12.50"],
        ["Cup · €14.00"],
        ["Mug · sold out"],
        ["‹ Shop", "🛒 Cart"],
    ]


def test_a_shelf_tells_what_is_new_and_what_is_on_sale() -> None:
    """Old prices are struck through beside the new ones."""
    catalog = a_catalog(cup(was=eur(1600)), cup(2, "Mug", new=True))
    screen = shop_screens.category_page(catalog, catalog.categories[0], 1, a_view(catalog), ENGLISH)
    assert "New: Mug" in screen.text
    assert "Cup <s>€16.00</s> €14.00" in screen.text


def test_a_long_shelf_has_pages_of_eight_that_go_round() -> None:
    """Pages are counted, and turning on from the last leads to the first."""
    catalog = a_catalog(*(cup(number, f"Cup {number}") for number in range(1, 18)))
    view = a_view(catalog)
    screen = shop_screens.category_page(catalog, catalog.categories[0], 3, view, ENGLISH)
    assert labels(screen) == [
        ["Cup 17 · €14.00"],
        ["‹", "3 of 3", "›"],
        ["‹ Shop", "🛒 Cart"],
    ]
    assert data(screen)[1] == ["1c:coffee:2", "1n", "1c:coffee"]
    assert len(shop_screens.page_of_category(catalog, catalog.categories[0], 1)) == 8
    assert shop_screens.place_of(catalog, catalog.products[8]).number == 2


def test_a_product_shows_its_choices_and_offers_it_at_its_price() -> None:
    """The first choice that is left is marked; other prices stand on their buttons."""
    catalog = a_catalog()
    assert _product(catalog, a_view(catalog), "") == [
        ["‹", "1 of 2", "›"],
        ["✓ 250 g · €12.50", "1 kg · €39.00"],
        ["✓ Beans", "Moka"],
        ["Add to cart · €12.50"],
        ["‹ ☕ Coffee", "🛒 Cart"],
    ]


def test_the_default_choice_is_one_that_is_left() -> None:
    """Somebody who opens a product lands on something that they can have."""
    catalog = a_catalog()
    view = a_view(catalog, free={"house-blend/250g": 0})
    assert _product(catalog, view, "")[1:4] == [
        ["250 g · sold out", "✓ 1 kg · €39.00"],
        ["✓ Beans", "Moka"],
        ["Add to cart · €39.00"],
    ]


def test_a_choice_with_its_own_picture_shows_that_first() -> None:
    """A colour is looked at before the product's other pictures."""
    catalog = a_catalog()
    variant = catalog.products[0].variant(VariantId("250g.moka"))
    assert variant is not None
    view = a_view(catalog)
    screen = product_screens.product(catalog, variant, 1, view, ENGLISH)
    assert screen.picture == "photos/moka.jpg"
    last = product_screens.product(catalog, variant, 99, view, ENGLISH)
    assert last.picture == "photos/beans.jpg"


def test_a_product_without_a_picture_shows_the_shops() -> None:
    """So that the message can be edited in place from screen to screen."""
    catalog = a_catalog(cup())
    variant = next(catalog.products[0].variants())
    screen = product_screens.product(catalog, variant, 1, a_view(catalog), ENGLISH)
    assert screen.picture == "photos/banner.jpg"
    assert labels(screen)[0] == ["Add to cart · €14.00"]


def test_what_is_in_the_cart_is_counted_on_the_product() -> None:
    """Plus and minus stand where the product is looked at."""
    catalog = a_catalog()
    view = a_view(catalog, [line("house-blend", 2, variant="1kg.beans", seen=3900)])
    rows = _product(catalog, view, "1kg.beans")
    assert rows[3:] == [["−", "2 in cart", "+"], ["‹ ☕ Coffee", "🛒 Cart · €78.00"]]


@pytest.mark.parametrize(
    ("free", "said"),
    [
        ({"house-blend/1kg": 3}, "Only 3 left."),
        ({"house-blend/1kg": 1}, "Only 1 left."),
        ({"house-blend/1kg": 0}, "This choice is sold out. Another may be left."),
        ({"house-blend/1kg": 0, "house-blend/250g": 0}, "Sold out at the moment."),
    ],
)
def test_scarce_goods_say_so(free: dict[str, int], said: str) -> None:
    """A buyer learns how many are left before it matters."""
    catalog = a_catalog()
    view = a_view(catalog, free=free)
    variant = catalog.products[0].variant(VariantId("1kg.beans"))
    assert variant is not None
    screen = product_screens.product(catalog, variant, 1, view, ENGLISH)
    assert looks_right(screen).endswith(said)


def test_the_limit_of_an_order_is_said_once_it_is_reached() -> None:
    """All variants count together."""
    catalog = a_catalog()
    view = a_view(
        catalog,
        [
            line("house-blend", 3, variant="250g.beans", seen=1250),
            line("house-blend", 2, variant="1kg.moka", seen=3900),
        ],
    )
    variant = catalog.products[0].variant(VariantId("250g.moka"))
    assert variant is not None
    screen = product_screens.product(catalog, variant, 1, view, ENGLISH)
    assert looks_right(screen).endswith("At most 5 per order.")


def test_the_cart_shows_each_line_with_its_sum_and_the_way_to_pay() -> None:
    """Quantity times price, the total, and buttons to change a line where it stands."""
    catalog = a_catalog(checkout=shipping(free_over=eur(6000)))
    held = a_view(
        catalog, [line("house-blend", 2, variant="250g.beans", seen=1250), line("cup-1")]
    ).cart
    screen = cart_screens.cart(catalog, held, 1, ENGLISH)
    assert looks_right(screen) == (
        "🛒 Your cart\n\nHouse blend, 250 g, Beans\n2 × €12.50 = €25.00\n\n"
        "Cup\n1 × €14.00 = €14.00\n\nTotal: €39.00\n€21.00 more and delivery is free."
    )
    assert labels(screen) == [
        ["−", "2 × House blend, 250 g, Bea…", "+"],
        ["✕", "1 × Cup", "+"],
        ["Checkout · €39.00"],
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
        (shipping(), "Delivery is added on the payment page."),
        (shipping(free_over=eur(1400)), "Delivery is free."),
        (shipping(free_over=eur(1820)), "€4.20 more and delivery is free."),
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
        ["1 × Jug", "✕"],
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
    place = cart_screens.place_in_cart(held, ninth.product_id, ninth.variant_id)
    assert (place.number, place.of) == (2, 2)
    rows = labels(cart_screens.cart(catalog, held, 2, ENGLISH))
    assert rows[:3] == [["✕", "1 × Cup", "+"], ["✕", "1 × Cup", "+"], ["‹", "2 of 2", "›"]]


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
        (Allowed(shipping=(0,), tax=True), "Delivery is free.\nTax is reckoned"),
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
        "How would you like to get it?\n\nDelivery: from €4.90\n\nPick-up: Rua do Lume 7"
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


def test_a_receipt_adds_up_what_stripe_reported() -> None:
    """Lines, discount, delivery, tax, total, card."""
    order = paid(
        an_order(allowed=Allowed(True, True, (490,))),
        total=eur(3160),
        discount=eur(200),
        shipping=eur(490),
        tax=eur(70),
    )
    screen = order_screens.receipt(a_catalog(), order, ENGLISH)
    assert looks_right(screen) == (
        "✅ Paid. Thank you!\nOrder № 1001\n\n2 × Cup: €28.00\n\n"
        "Goods: €28.00\nDiscount: −€2.00\nDelivery: €4.90\nTax: €0.70\nTotal: €31.60\n"
        "Paid with Visa ending in 4242."
    )
    assert data(screen) == [["1b:1001"], ["1i:1001", "1h"]]


def test_tax_within_the_price_is_named_but_not_added() -> None:
    """An inclusive tax is part of the total already."""
    order = paid(an_order(), tax=eur(500))
    seen = looks_right(order_screens.receipt(a_catalog(), order, ENGLISH))
    assert "Tax included: €5.00\nTotal: €28.00" in seen


def test_an_order_that_a_discount_made_free_has_no_card_and_no_receipt_at_stripe() -> None:
    """There is no PaymentIntent, so there is nothing to fetch."""
    order = paid(an_order(), total=eur(0), discount=eur(2800), intent_id=None, card_last4=None)
    screen = order_screens.receipt(a_catalog(), order, ENGLISH)
    assert looks_right(screen).endswith("Your discount covered it all; nothing was charged.")
    assert data(screen) == [["1i:1001", "1h"]]


def test_a_fetched_receipt_is_a_link() -> None:
    """The button becomes the link itself."""
    url = "https://pay.stripe.com/receipts/x"
    screen = order_screens.receipt(a_catalog(), paid(an_order()), ENGLISH, receipt_url=url)
    assert data(screen)[0] == [url]


def test_an_order_of_a_hundred_lines_fits_and_counts_what_it_leaves_out() -> None:
    """Stripe's largest order still makes one message."""
    order = an_order(*("A title of a hundred characters. " * 3 for _ in range(100)))
    seen = looks_right(order_screens.receipt(a_catalog(), paid(order), ENGLISH))
    assert seen.count("2 × ") + int(seen.split("and ")[1].split(" more")[0]) == 100


@pytest.mark.parametrize(
    ("order", "state"),
    [
        (an_order(), "not paid yet"),
        (paid(an_order()), "paid"),
        (replace(paid(an_order()), shipped_at=NOON), "shipped"),
        (replace(paid(an_order()), refunded=eur(100)), "paid"),
        (replace(paid(an_order()), refunded=eur(2800)), "refunded"),
    ],
)
def test_orders_say_in_a_word_where_they_stand(order: object, state: str) -> None:
    """Shipped and refunded are facts beside a paid order."""
    screen = order_screens.orders([order], ENGLISH)  # type: ignore[list-item]
    looks_right(screen)
    assert labels(screen)[0] == [f"№ 1001 · €28.00 · {state}"]


def test_no_orders_lead_to_the_shop() -> None:
    """No dead end."""
    assert labels(order_screens.orders([], ENGLISH)) == [["Open the shop"]]


def test_an_order_shows_when_it_was_made_in_the_shops_time() -> None:
    """With its lines, its total and the ways on."""
    screen = order_screens.order(a_catalog(), an_order(), ENGLISH)
    assert "Ordered on Sep 21, 2026, 3:13\u202fPM" in looks_right(screen)
    assert labels(screen) == [["Pay €28.00"], ["Cancel this order"], ["My orders", "‹ Shop"]]


@pytest.mark.parametrize("support", [None, "@cafe_lume", "ola@cafelume.example"])
def test_help_names_whom_to_ask(support: str | None) -> None:
    """Every explaining screen is sound and has a next step, with and without a contact."""
    catalog = a_catalog()
    catalog = replace(catalog, shop=replace(catalog.shop, support=support))
    for screen in (
        info.help_(catalog, ENGLISH, group=True),
        info.paysupport(catalog, ENGLISH),
        info.terms(catalog, ENGLISH),
        info.privacy(catalog, ENGLISH),
        info.languages([ENGLISH], ENGLISH),
    ):
        assert looks_right(screen)
        assert screen.rows
    assert (support or "reply to the e-mail") in looks_right(info.paysupport(catalog, ENGLISH))


def test_the_shops_own_terms_replace_ours() -> None:
    """The owner's words are shown as they wrote them."""
    catalog = a_catalog()
    catalog = replace(catalog, shop=replace(catalog.shop, terms=Text.of("1 < 2 & so on")))
    assert looks_right(info.terms(catalog, ENGLISH)) == "Terms of sale\n\n1 < 2 & so on"


def test_unknown_things_are_answered_with_a_next_step() -> None:
    """A kind answer always leads on."""
    assert labels(info.kind("Hm.", ENGLISH)) == [["Open the shop", "Help"]]


def test_the_shelf_of_the_samples_is_the_one_that_is_shown() -> None:
    """Samples and screens speak of the same shelf."""
    assert a_catalog().in_category(COFFEE)
