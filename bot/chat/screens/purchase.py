"""Before the payment link: how the goods get there, and what stands in its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bot.chat.actions import (
    Action,
    AskPlace,
    BuyNow,
    OpenOrder,
    OpenProduct,
    OrderAgain,
    StartCheckout,
    Then,
    Way,
)
from bot.chat.screen import (
    CAPTION_LIMIT,
    Button,
    Row,
    Screen,
    clip,
    lines,
    paragraphs,
    visible,
)
from bot.chat.screens import places
from bot.chat.screens.checkout import delivery, place_of_pickup
from bot.chat.screens.parts import order_lines, shop_button
from bot.domain.cart import Cart, WantedLine
from bot.domain.catalog.checkout import Shipping
from bot.domain.catalog.model import Catalog, Variant
from bot.domain.order import Order, OrderId, OrderMark, mark_of
from bot.locales import Texts

#: Of a product's name on the way back to it; of the lines of an order that would go.
_BACK: Final = 20
_OLD: Final = 600


@dataclass(frozen=True, slots=True)
class Purchase:
    """What somebody wants to pay for, as far as its screens say so.

    Attributes:
        asked: The button that asks for it; another way, or another order's end, is asked in it.
        back: Leads to where it came from.
        items: Goods by themselves; None: the cart.
        variant: What they are, where it is one choice of one product, whose picture stays.
    """

    asked: StartCheckout | BuyNow | OrderAgain
    back: Button
    items: tuple[WantedLine, ...] | None = None
    variant: Variant | None = None

    def again(self, way: Way | None = None, instead: OrderMark | None = None) -> Action:
        """Return what asks for it once more, and whether something is decided then."""
        asked = self.asked
        return replace(
            asked,
            way=asked.way if way is None else way,
            instead=asked.instead if instead is None else instead,
        )


def back_to(variant: Variant, texts: Texts) -> Button:
    """Return the way back to a product."""
    name = clip(variant.product.name.in_language(texts.language), _BACK)
    return Button(texts.text("button.back", name=name), OpenProduct(*variant.key))


def choose_way(
    catalog: Catalog,
    what: Purchase,
    held: Cart,
    texts: Texts,
    *,
    place: str | None = None,
    answer: Callable[[Way], Action] | None = None,
) -> Screen:
    """Ask whether the goods are sent or picked up, before the payment link is made.

    Args:
        catalog: Today's.
        what: Is to be paid for.
        held: The goods, as the cart that they are or would be.
        texts: The reader's language.
        place: Where the goods would be sent, of a shop with several zones.
        answer: What an answer does; without one it goes on to the payment link.
    """
    rules, answer = catalog.checkout, answer or what.again
    both = rules.both_ways
    said = [texts.html("checkout.choose_way" if both else "checkout.way_gone")]
    rows: list[Row] = []
    if rules.shipping is not None:
        zone = rules.shipping.zone_of(place)
        offered = (Shipping((zone,)) if zone else rules.shipping).carrying(held.weight)
        if offered.from_price(held.total) is None:
            said.append(texts.html("checkout.too_heavy"))
        else:
            rates = delivery(offered.zones[0], held.total, texts) if zone else []
            said.append(lines(places.costs(offered, held.total, texts), *rates))
        rows.append((Button(texts.text("button.deliver"), answer(Way.DELIVERY)),))
    if rules.pickup is not None:
        said.append(texts.html("checkout.way_pickup", place=place_of_pickup(catalog, texts)))
        rows.append((Button(texts.text("button.pickup"), answer(Way.PICKUP)),))
    text = paragraphs(*said)
    return Screen(text, (*rows, (what.back, shop_button(texts))), _picture(catalog, what, text))


def too_heavy(
    catalog: Catalog, what: Purchase, held: Cart, place: str | None, texts: Texts
) -> Screen | None:
    """Return what there is instead where goods are too heavy to be sent there; None: they are not.

    Args:
        catalog: Today's.
        what: Is to be paid for by itself: no cart says this.
        held: The goods, as the cart that they would be.
        place: Where they would be sent, as it was chosen.
        texts: The reader's language.
    """
    rules = catalog.checkout
    if rules.shipping is None:
        return None
    pickup = rules.pickup is not None
    said = places.too_heavy(rules.shipping, held, place, texts, pickup=pickup)
    if not said:
        return None
    rows: list[Row] = []
    if pickup:
        rows.append((Button(texts.text("button.pickup"), what.again(Way.PICKUP)),))
    if rules.shipping.carrying(held.weight).from_price(held.total) is not None:
        rows.append((Button(texts.text("button.place_other"), AskPlace(Then.PAY)),))
    text = lines(*said)
    return Screen(text, (*rows, (what.back, shop_button(texts))), _picture(catalog, what, text))


def _picture(catalog: Catalog, what: Purchase, text: str) -> str | None:
    """Return the picture of the message that a question takes the place of, where it fits."""
    if what.variant is None or visible(text) > CAPTION_LIMIT:
        return None
    return next(iter(what.variant.pictures()), catalog.shop.banner)


def other_open(old: Order, what: Purchase, texts: Texts) -> Screen:
    """Say that another order waits to be paid, and offer to let it go for this one."""
    instead = Button(
        texts.text("button.buy_instead"), what.again(instead=mark_of(old.id)), style="primary"
    )
    pay_old = Button(texts.text("button.pay_old"), OpenOrder(old.id))
    return Screen(
        paragraphs(
            texts.html("checkout.other_open", number=str(old.id)),
            order_lines(old.lines, texts, key="checkout.line", room=_OLD),
            texts.html("checkout.other_ends"),
        ),
        ((instead,), (pay_old,), (what.back, shop_button(texts))),
    )


def still_open(words: str, order_id: OrderId, what: Purchase, texts: Texts) -> Screen:
    """Return the way to the old order, which could not be closed, beside trying again."""
    old = Button(texts.text("button.pay_old"), OpenOrder(order_id), style="success")
    again = Button(texts.text("button.try_again"), what.again())
    return Screen(words, ((old,), (again,), (what.back, shop_button(texts))))


def refused(words: str, what: Purchase, texts: Texts) -> Screen:
    """Return why the payment could not be started, with the ways on; `words` are HTML."""
    again = Button(texts.text("button.try_again"), what.again())
    return Screen(words, ((what.back,), (again, shop_button(texts))))
