"""Shops, carts and orders to show, with friendly and with hostile names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.domain.allowed import Allowed
from bot.domain.cart import CartLine, price
from bot.domain.catalog.model import (
    Catalog,
    Category,
    CategoryId,
    CheckoutRules,
    LineKey,
    ListedVariant,
    Option,
    OptionValue,
    Product,
    ProductId,
    Shipping,
    ShippingRate,
    ShopInfo,
    StockId,
    Text,
    VariantId,
    Zone,
)
from bot.domain.money import Money
from bot.domain.order import (
    Attempt,
    ChatId,
    Order,
    OrderId,
    OrderLine,
    OrderState,
    OrderToken,
    Payment,
    SessionId,
    StockState,
    UserId,
)
from bot.locales import Languages
from bot.shop import View

ENGLISH = Languages.load(strict=True).texts("en")
NOON = 1_790_000_000
COFFEE = CategoryId("coffee")


def eur(minor: int) -> Money:
    """Return an amount in euro cents."""
    return Money(minor, "eur")


def blend(name: str = "House blend", **changes: object) -> Product:
    """Return a product in two sizes, the larger with its own price and stock, and two grinds."""
    product = Product(
        id=ProductId("house-blend"),
        category=COFFEE,
        name=Text.of(name),
        description=Text.of("Brazil and Colombia, medium roast."),
        price=eur(1250),
        photos=("photos/house.jpg", "photos/beans.jpg"),
        max_per_order=5,
        options=(
            Option(
                "size",
                Text.of("Size"),
                (
                    OptionValue("250g", Text.of("250 g"), stock=20),
                    OptionValue("1kg", Text.of("1 kg"), eur(3900), stock=3),
                ),
            ),
            Option(
                "grind",
                Text.of("Grind"),
                (
                    OptionValue("beans", Text.of("Beans")),
                    OptionValue("moka", Text.of("Moka"), photo="photos/moka.jpg"),
                ),
            ),
        ),
    )
    return replace(product, **changes)  # type: ignore[arg-type]


def tee(**changes: object) -> Product:
    """Return a product that lists four of its six combinations, one of them sold out."""
    product = Product(
        id=ProductId("tee"),
        category=COFFEE,
        name=Text.of("T-shirt"),
        price=eur(1900),
        options=(
            Option(
                "size",
                Text.of("Size"),
                tuple(OptionValue(one, Text.of(one.upper())) for one in "sml"),
            ),
            Option(
                "colour",
                Text.of("Colour"),
                (OptionValue("red", Text.of("Red")), OptionValue("blue", Text.of("Blue"))),
            ),
        ),
        listed=(
            ListedVariant(VariantId("red.m"), stock=0),
            ListedVariant(VariantId("red.s"), stock=4, sku="TS-S-RED"),
            ListedVariant(
                VariantId("blue.m"), eur(1700), stock=7, was=eur(2100), photo="photos/blue.jpg"
            ),
            ListedVariant(VariantId("blue.l"), eur(1700), stock=2),
        ),
    )
    return replace(product, **changes)  # type: ignore[arg-type]


def cup(number: int = 1, name: str = "Cup", **changes: object) -> Product:
    """Return a product without options, uncounted."""
    product = Product(ProductId(f"cup-{number}"), COFFEE, Text.of(name), eur(1400))
    return replace(product, **changes)  # type: ignore[arg-type]


def a_catalog(
    *products: Product,
    name: str = "Café Lume",
    about: str = "A small roaster.",
    checkout: CheckoutRules | None = None,
    banner: str | None = "photos/banner.jpg",
) -> Catalog:
    """Return a shop with one category."""
    return Catalog(
        shop=ShopInfo(
            Text.of(name), "eur", about=Text.of(about), banner=banner, timezone="Europe/Lisbon"
        ),
        categories=(Category(COFFEE, Text.of("Coffee"), "☕"),),
        products=products or (blend(), cup()),
        checkout=checkout or CheckoutRules(),
        fingerprint="f" * 64,
    )


def shipping(free_over: Money | None = None) -> CheckoutRules:
    """Return checkout rules of a shop that ships."""
    rates = (ShippingRate(Text.of("Post"), eur(490), (2, 4), "post", free_over),)
    return CheckoutRules(shipping=Shipping((Zone(("PT",), rates),)))


def line(
    product: str, quantity: int = 1, *, variant: str = "", seen: int = 1400, **more: Any
) -> CartLine:
    """Return a line as a cart stores it."""
    return CartLine(
        LineKey(ProductId(product), VariantId(variant)), quantity, eur(seen), NOON, **more
    )  # fmt: skip


def a_view(
    catalog: Catalog, lines: Iterable[CartLine] = (), free: Mapping[str, int | None] | None = None
) -> View:
    """Return a cart as it stands, every stock as the file counts it unless told otherwise."""
    stock: dict[StockId, int | None] = dict(catalog.stock_counts())
    for written, left in (free or {}).items():
        stock[StockId(written)] = left
    return View(price(lines, catalog, stock), stock)


def an_order(*titles: str, **changes: object) -> Order:
    """Return an order of two cups a title, open to be paid."""
    lines = tuple(
        OrderLine(
            LineKey(ProductId(f"cup-{number}")),
            StockId(f"cup-{number}"),
            title,
            eur(1400),
            2,
        )
        for number, title in enumerate(titles or ("Cup",), 1)
    )
    order = Order(
        id=OrderId(1001),
        token=OrderToken("token-of-22-characters"),
        chat_id=ChatId(42),
        buyer_id=UserId(42),
        buyer_name="Ann",
        language="en",
        state=OrderState.OPEN,
        goods=StockState.HELD,
        lines=lines,
        subtotal=eur(2800 * len(lines)),
        allowed=Allowed(),
        livemode=False,
        attempt=Attempt(1, "key", "{}", NOON + 3600, NOON),
        placed_at=NOON,
        session_id=SessionId("cs_test_1"),
        url="https://checkout.stripe.com/c/pay/cs_test_1#fid",
    )
    return replace(order, **changes)  # type: ignore[arg-type]


def paid(order: Order, **changes: object) -> Order:
    """Return an order as it stands once it was paid with a Visa card."""
    payment = Payment(
        total=order.subtotal,
        discount=eur(0),
        shipping=eur(0),
        tax=eur(0),
        intent_id="pi_1",
        charge_id="ch_1",
        card_brand="visa",
        card_last4="4242",
    )
    payment = replace(payment, **changes)  # type: ignore[arg-type]
    return replace(
        order, state=OrderState.PAID, goods=StockState.SOLD, ended_at=NOON + 60, payment=payment
    )
