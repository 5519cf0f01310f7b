"""Screens of orders and receipts, and those that explain."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.chat.screens import info, owner_news
from bot.chat.screens import orders as order_screens
from bot.domain.allowed import Allowed
from bot.domain.catalog.model import Text
from bot.domain.order import ChatId, OrderId, OrderState
from bot.domain.payment import Charge, Intent, Recipient, Session
from tests.chat.goods import (
    COFFEE,
    ENGLISH,
    NOON,
    a_catalog,
    an_order,
    eur,
    paid,
)
from tests.chat.looks import data, labels, looks_right
from tests.domain.samples import a_paid_session


def _at_stripe(recipient: Recipient, receipt_url: str | None) -> Session:
    charge = Charge("ch_1", 2800, 0, receipt_url=receipt_url)
    intent = Intent("pi_1", "succeeded", charge, 2800, "eur")
    return replace(a_paid_session(), recipient=recipient, intent=intent)


def test_a_receipt_adds_up_what_stripe_reported() -> None:
    """Lines, discount, delivery, tax, total, card."""
    order = paid(
        an_order(allowed=Allowed(True, True, (490,))),
        total=eur(3160),
        discount=eur(200),
        shipping=eur(490),
        tax=eur(70),
    )
    screen = order_screens.receipt(a_catalog(), order, ENGLISH, chat_id=order.chat_id)
    assert looks_right(screen) == (
        "✅ Paid. Thank you!\nOrder 1001\n\n"
        "✓ Paid · Sep 21, 2026, 3:14\u202fPM\n○ Shipped\n○ Arrived\n\n2 × Cup: €28.00\n\n"
        "Goods: €28.00\nDiscount: −€2.00\nDelivery: €4.90\nTax: €0.70\nTotal: €31.60\n"
        "Paid with Visa ending in 4242."
    )
    assert data(screen) == [["1b:1001"], ["1bb:1001", "1hb"]]


def test_tax_within_the_price_is_named_but_not_added() -> None:
    """An inclusive tax is part of the total already."""
    order = paid(an_order(), tax=eur(500))
    seen = looks_right(order_screens.receipt(a_catalog(), order, ENGLISH, chat_id=order.chat_id))
    assert "Tax included: €5.00\nTotal: €28.00" in seen


def test_an_order_that_a_discount_made_free_has_no_card_and_no_receipt_at_stripe() -> None:
    """There is no PaymentIntent, so there is nothing to fetch."""
    order = paid(an_order(), total=eur(0), discount=eur(2800), intent_id=None, card_last4=None)
    screen = order_screens.receipt(a_catalog(), order, ENGLISH, chat_id=order.chat_id)
    assert looks_right(screen).endswith("Your discount covered it all; nothing was charged.")
    assert data(screen) == [["1bb:1001", "1hb"]]


def test_stripes_receipt_is_a_link_where_stripe_was_asked() -> None:
    """And where it goes is said to its buyer alone: the same link in a group tells no address."""
    url = "https://pay.stripe.com/receipts/x"
    session = _at_stripe(Recipient("Ann Hart", address=("Rua 1",)), url)
    order = paid(an_order(allowed=Allowed(shipping=(490,))))
    for chat, told in ((ChatId(42), True), (ChatId(-42), False)):
        screen = order_screens.receipt(a_catalog(), order, ENGLISH, chat_id=chat, session=session)
        assert data(screen)[0] == [url]
        assert ("Rua 1" in screen.text) is told


def test_an_order_of_a_hundred_lines_fits_and_counts_what_it_leaves_out() -> None:
    """Stripe's largest order still makes one message."""
    order = an_order(*("A title of a hundred characters. " * 3 for _ in range(100)))
    long = "🎩" * 200
    order = replace(
        paid(order),
        allowed=Allowed(shipping=(490,)),
        tracking=long,
        shipped_at=NOON,
        dispute="lost",
        refunded=eur(1),
    )
    where = Recipient(name=long, address=(long,) * 4, country="PT")
    session = _at_stripe(where, None)
    seen = looks_right(
        order_screens.receipt(a_catalog(), order, ENGLISH, chat_id=order.chat_id, session=session)
    )
    assert "🎩…\nPortugal\n\n" in seen
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
    screen = order_screens.orders([order], ENGLISH, NOON)  # type: ignore[list-item]
    looks_right(screen)
    assert labels(screen)[0] == [f"#1001 · Sep 21 · €28.00 · {state}"]


def test_orders_that_came_to_nothing_stand_below_the_others() -> None:
    """A page is newest first in both parts, and the older ones are asked for as before."""
    states = [OrderState.CANCELLED, OrderState.PAID, OrderState.EXPIRED, OrderState.OPEN]
    found = [replace(an_order(), id=OrderId(1009 - n), state=states[n % 4]) for n in range(9)]
    screen = order_screens.orders(found, ENGLISH, NOON)
    shown = [label[0].split(" ")[0] for label in labels(screen)[:8]]
    assert shown == ["#1008", "#1006", "#1004", "#1002", "#1009", "#1007", "#1005", "#1003"]
    assert data(screen)[8] == ["1y:1002"]


def test_an_order_of_another_year_says_which() -> None:
    """Two of one day are told apart."""
    screen = order_screens.orders([an_order()], ENGLISH, NOON + 366 * 24 * 3600)
    assert labels(screen)[0] == ["#1001 · Sep 21, 2026 · €28.00 · not paid yet"]


def test_no_orders_lead_to_the_shop() -> None:
    """No dead end."""
    assert labels(order_screens.orders([], ENGLISH, NOON)) == [["Open the shop"]]


def test_an_order_shows_when_it_was_made_in_the_shops_time() -> None:
    """With its lines, its total and the ways on."""
    screen = order_screens.order(a_catalog(), an_order(), ENGLISH)
    assert "Ordered on Sep 21, 2026, 3:13\u202fPM" in looks_right(screen)
    assert labels(screen) == [["Pay €28.00"], ["Cancel this order", "‹ Shop"]]


@pytest.mark.parametrize("support", [None, "@cafe_lume", "ola@cafelume.example"])
def test_help_names_whom_to_ask(support: str | None) -> None:
    """Every explaining screen is sound and has a next step, with and without a contact."""
    catalog = a_catalog()
    catalog = replace(catalog, shop=replace(catalog.shop, support=support))
    for screen in (
        info.help_(catalog, ENGLISH, group=True),
        info.paysupport(catalog, ENGLISH),
        info.terms(catalog, ENGLISH),
        info.privacy(catalog, ENGLISH, owners=True),
        info.languages([ENGLISH], ENGLISH),
    ):
        assert looks_right(screen)
        assert screen.rows
    assert (support or "reply to the e-mail") in looks_right(info.paysupport(catalog, ENGLISH))
    last = f"A question? {support}" if support else "A question about a payment? /paysupport"
    assert last in looks_right(info.help_(catalog, ENGLISH))


def test_the_shops_own_terms_replace_ours() -> None:
    """The owner's words are shown as they wrote them."""
    catalog = a_catalog()
    catalog = replace(catalog, shop=replace(catalog.shop, terms=Text.of("1 < 2 & so on")))
    assert looks_right(info.terms(catalog, ENGLISH)) == "Terms of sale\n\n1 < 2 & so on"


def test_unknown_things_are_answered_with_a_next_step() -> None:
    """A kind answer always leads on."""
    assert labels(info.kind("Hm.", ENGLISH)) == [["Open the shop", "Help"]]


def test_the_category_of_the_samples_is_the_one_that_is_shown() -> None:
    """Samples and screens speak of the same category."""
    assert a_catalog().in_category(COFFEE)


@pytest.mark.parametrize("problem", ["till_opened", "checkout_opened"])
def test_a_notice_from_before_its_message_was_renamed_says_the_same(problem: str) -> None:
    """A row of the outbox may be older than today's keys."""
    screen = owner_news.owner_alert(None, {"problem": problem}, ENGLISH)
    assert screen.text == "▶️ Another owner opened checkout."
