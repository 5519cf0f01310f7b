"""Screens with hostile names: whatever people call things, limits hold and the HTML is sound."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.actions import BuyNow, StartCheckout, Then
from bot.chat.screen import Button, Screen
from bot.chat.screens import (
    cart,
    checkout,
    info,
    news,
    orders,
    owner_news,
    places,
    product,
    purchase,
    reminders,
    search,
    shop,
)
from bot.chat.screens.purchase import Purchase
from bot.domain.allowed import Allowed
from bot.domain.cart import Cart, WantedLine
from bot.domain.catalog.model import (
    Catalog,
    CheckoutRules,
    Option,
    OptionValue,
    ProductId,
    Shipping,
    ShippingRate,
    Text,
    Variant,
    Zone,
)
from bot.domain.order import Order, OrderId, OrderState
from bot.domain.payment import Recipient
from bot.locales import Languages, Texts
from bot.shop import View
from bot.shop.cart.buying_again import BoughtAgain, Difference, LineChange
from tests.chat.goods import (
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
)
from tests.chat.looks import looks_right

_EVERY = Languages.load(strict=True)
_TEXTS = st.sampled_from([_EVERY.texts(code) for code in _EVERY.codes])
#: What the outbox tells an order's chat.
_TOLD = (
    "processing", "failed", "expired", "cancelled", "review", "refunded", "refund_failed",
    "shipped", "shipped_pickup",
)  # fmt: skip
_MARKS = st.sampled_from(
    [
        "<",
        ">",
        "&",
        "_",
        "*",
        "`",
        '"',
        "'",
        "</b>",
        "&lt;",
        "{name}",
        "🛒",
        "👩‍👩‍👧",
        "Ж",
        "ß",
        "م",
        "a ",
    ]
)
_SIGNS = st.characters(exclude_categories=["Cs", "Cc", "Cn"])
_NAMES = st.lists(st.one_of(_MARKS, _SIGNS), min_size=1, max_size=100).map(
    lambda marks: ("n" + "".join(marks))[:100].strip()
)
_LONG = st.one_of(_NAMES, st.sampled_from(["🛒" * 700, "<" * 700, "&amp;" * 140, "Ж " * 350]))


def _purchases(variant: Variant, texts: Texts) -> list[Purchase]:
    back = purchase.back_to(variant, texts)
    alone = Purchase(BuyNow(*variant.key), back, (WantedLine(variant.key),), variant)
    return [Purchase(StartCheckout(), back), alone]


def _screens(catalog: Catalog, name: str, texts: Texts) -> list[Screen]:
    lines = [
        line(one.id, 9, seen=1, note=name, added_by=name, variant=next(one.variants()).id)
        for one in catalog.products
    ]
    view = a_view(catalog, lines)
    order = an_order(*[name] * 12, buyer_name=name, tracking=name, pickup=True)
    done = paid(order, card_brand=name, card_last4="4242")
    variant = next(catalog.products[0].variants())
    return [
        shop.home(catalog, view, texts),
        shop.category_page(catalog, catalog.categories[0], 1, view, texts),
        product.product(catalog, variant, 1, view, texts),
        cart.cart(catalog, view.cart, 1, texts, group=True),
        cart.cart(catalog, view.cart, 1, texts, pickup=True, removed=lines[0]),
        cart.cart_line(catalog, view.cart.lines[0], view.cart, texts, group=True),
        cart.ask_clear(view.cart, texts),
        cart.ask_note(catalog, view.cart.lines[0], texts, group=True),
        cart.ask_count(catalog, view.cart.lines[0], texts, group=True),
        *_places(catalog, view.cart, name, texts),
        *(
            purchase.choose_way(catalog, what, view.cart, texts)
            for what in _purchases(variant, texts)
        ),
        checkout.pay(catalog, order, "https://example.org", NOON, texts, again=True),
        checkout.pay(catalog, _sent_to_them(order), "https://example.org", NOON, texts),
        reminders.link(order, "https://example.org", NOON, texts),
        *filter(None, [reminders.cart(catalog, view.cart, texts)]),
        *(
            screen
            for what in _purchases(variant, texts)
            for screen in (
                purchase.still_open(info.said(name), OrderId(1001), what, texts),
                purchase.refused(info.said(name), what, texts),
                purchase.other_open(order, what, texts),
            )
        ),
        orders.orders([order, done], texts, NOON),
        orders.order(catalog, done, texts),
        orders.not_as_before(_differences(view, done), texts),
        orders.receipt(catalog, done, texts, chat_id=done.chat_id),
        *(news.news(f"news.{kind}", done, texts, {}) for kind in _TOLD),
        news.support({"text": name * 20}, texts),
        news.support({"text": "", "picture": "id"}, texts),
        reminders.reminders(catalog, texts, wanted=False),
        *(checkout.back(replace(order, state=state), texts) for state in OrderState),
        checkout.back_elsewhere(done, texts),
        search.results(catalog.products, name, 1, view, texts),
        search.nothing(catalog, catalog.products[:4], name, view, texts),
        search.ask(catalog, texts),
        info.languages(map(_EVERY.texts, _EVERY.codes), texts),
        info.kind(texts.html("unknown.thing"), texts),
        info.help_(catalog, texts, group=True),
        info.paysupport(catalog, texts),
        info.terms(catalog, texts),
        info.privacy(catalog, texts, owners=True),
    ]


def _places(catalog: Catalog, held: Cart, name: str, texts: Texts) -> list[Screen]:
    """Return the screens of a shop that sends to as many zones as it can."""
    one = catalog.checkout.shipping
    assert one
    (zone,) = one.zones
    zones = tuple(replace(zone, id=f"z{n}", name=Text.of(name)) for n in range(20))
    sent = Shipping(zones)
    there = replace(catalog, checkout=replace(catalog.checkout, shipping=sent))
    return [
        places.ask(sent, held, texts, Then.PAY),
        places.countries(zones[0], texts, Then.CART),
        cart.cart(there, held, 1, texts, place="z1"),
        cart.cart(there, held, 1, texts),
        purchase.choose_way(
            there,
            Purchase(StartCheckout(), Button("x", StartCheckout())),
            held,
            texts,
        ),
    ]


def _sent_to_them(order: Order) -> Order:
    """Return the order with everything that the payment page may add."""
    return replace(order, pickup=False, allowed=Allowed(True, True, (490,) * 5))


def _owners_screens(catalog: Catalog, name: str, texts: Texts) -> list[Screen]:
    done = paid(an_order(*[name] * 12, buyer_name=name), card_brand=name, card_last4="4242")
    recipient = Recipient(name, name, name, (name,) * 6, ((name, name),) * 3)
    details = {"message": name, "problem": name, "kind": name, "reason": name, "text": name}
    return [
        owner_news.owner_sale(catalog, done, recipient, texts),
        owner_news.owner_review(catalog, replace(done, review_reason=name), texts),
        owner_news.owner_parked(done, details, texts),
        owner_news.owner_parked(None, details, texts),
        owner_news.owner_alert(done, details, texts),
        owner_news.owner_alert(done, {**details, "problem": "stripe_refused"}, texts),
        owner_news.owner_dispute(done, {"status": name}, texts),
    ]


def _differences(view: View, order: Order) -> BoughtAgain:
    found = [Difference(one, change, 3, eur(1)) for one in order.lines for change in LineChange]
    return BoughtAgain(view, tuple(found), found=True)


@settings(max_examples=140, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(_NAMES, _LONG, _TEXTS)
def test_no_name_breaks_a_screen(name: str, long: str, texts: Texts) -> None:
    """Every screen keeps Telegram's limits and its HTML, with names and texts at their longest.

    In every language; and each of a customer's has a button that leads on.
    """
    goods = [
        blend(name, new=True, was=eur(9999), description=Text.of(long)),
        *(cup(number, name, was=eur(9999), new=True) for number in range(1, 11)),
    ]
    rates = tuple(
        ShippingRate(Text.of(name), eur(490), (2, 4), f"r{n}", eur(999_999)) for n in range(5)
    )
    sent = Shipping((Zone(("PT", "ES", "GS", "VC", "BA", "TT", "PM"), rates),))
    rules = CheckoutRules(terms=True, shipping=sent, pickup=Text.of(long))
    catalog = a_catalog(*goods, name=name, about=long, checkout=rules)
    told = replace(catalog.shop, support=name, terms=Text.of(long), privacy=Text.of(long))
    for screen in _screens(replace(catalog, shop=told), name, texts):
        looks_right(screen)
        assert screen.rows
    for screen in _owners_screens(catalog, name, texts):
        looks_right(screen)


def test_the_largest_product_fits() -> None:
    """Three options, a hundred variants, ids at their longest: one keyboard holds them."""
    values = tuple(
        OptionValue(f"value-{n:02}"[:6] + f"{n:02}", Text.of("V" * 100)) for n in range(20)
    )
    few = tuple(OptionValue(f"x{n}", Text.of("W" * 100)) for n in range(5))
    options = (
        Option("a", Text.of("A" * 100), values),
        Option("b", Text.of("B" * 100), few),
    )
    goods = blend(
        "N" * 100,
        id=ProductId("p" * 32),
        options=options,
        description=Text.of("D" * 700),
        photos=tuple(f"photos/{n}.jpg" for n in range(10)),
        stock=1,
    )
    catalog = a_catalog(goods)
    variant = list(goods.variants())[-1]
    view = a_view(catalog, [line("p" * 32, 1, variant=variant.id, seen=1250)])
    looks_right(product.product(catalog, variant, 1, view, ENGLISH))


def test_the_largest_cart_fits() -> None:
    """A hundred lines with everything that can be said about each."""
    catalog = a_catalog(*(cup(number, "🛒" * 50, stock=1) for number in range(1, 101)))
    held = a_view(
        catalog,
        [
            line(f"cup-{number}", 99, seen=1, note="🛒" * 100, added_by="🛒" * 60)
            for number in range(1, 101)
        ],
    ).cart
    for page in range(1, 14):
        looks_right(cart.cart(catalog, held, page, ENGLISH, group=True))


def test_an_amount_that_makes_no_sense_becomes_the_orders_total() -> None:
    """A message whose details are damaged is still told."""
    order = replace(paid(an_order()), id=OrderId(7))
    screen = news.news("news.refunded", order, ENGLISH, {"amount": "x", "currency": "eur"})
    assert looks_right(screen).startswith("We have refunded €28.00 for order 7.")
