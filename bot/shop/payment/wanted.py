"""What somebody wants to pay for: their chat's cart, or goods by themselves, beside the cart."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.cart import Cart, LineProblem, PricedLine, WantedLine
from bot.domain.catalog.model import Catalog
from bot.domain.errors import RefusedError
from bot.domain.money import MAXIMUM_MINOR, Money, minimum_charge
from bot.domain.order import ChatId, Order, OrderLine, OrderMark, mark_of
from bot.ports import Note, Transaction
from bot.shop.cart.cart_view import look, look_at_items
from bot.shop.payment.placing import Buyer, below_minimum_alone, order_lines, refuse_below_minimum

#: Goods to be bought by themselves; None: the chat's cart.
Items = tuple[WantedLine, ...] | None


@dataclass(frozen=True, slots=True)
class Considered:
    """What would be paid for, and the unpaid order that is for just that, whichever its way."""

    cart: Cart
    same: Order | None


def consider(
    tx: Transaction,
    catalog: Catalog,
    chat_id: ChatId,
    buyer: Buyer,
    items: Items,
    *,
    instead: OrderMark | None,
) -> Considered:
    """Return what would be paid for, refused as far as that needs no word of Stripe's."""
    refuse_closed(tx)
    cart, live = wanted_cart(tx, catalog, chat_id, items), tx.orders.live_of(chat_id)
    alone, lines = items is not None, order_lines(cart, buyer.language)
    refuse_below_minimum(catalog, cart, alone=alone)
    refuse_other(lines, live, alone=alone, instead=instead)
    fits = live is not None and _same_goods(live.lines, lines) and (alone or not live.alone)
    same = live if fits else None
    return Considered(cart, same)


def wanted_cart(tx: Transaction, catalog: Catalog, chat_id: ChatId, items: Items) -> Cart:
    """Return what is to be paid for, once it is found fit for it. Raises as `check_cart`."""
    if items is None:
        cart = look(tx, catalog, chat_id).cart
    else:
        cart = look_at_items(tx, catalog, chat_id, items)
    check_cart(cart, alone=items is not None)
    return cart


def check_cart(cart: Cart, *, alone: bool = False) -> None:
    """Refuse a cart that cannot be bought as it was last shown.

    Args:
        cart: The chat's, or, `alone`, goods to be bought by themselves.
        alone: What cannot be had is named by itself: no cart shows it.

    Raises:
        RefusedError: ``checkout.empty``, ``checkout.changed``, ``checkout.too_small`` or
            ``checkout.too_large``; alone, ``cart.gone``, ``cart.sold_out``,
            ``cart.no_room``, ``cart.stock``, ``cart.minimum``, ``cart.minimum_left`` or
            ``checkout.below_minimum_alone``.
    """
    if not cart:
        raise RefusedError("checkout.empty")
    for one in cart.lines if alone else ():
        _refuse_problem(one)
    if cart.changed:
        raise RefusedError("checkout.changed")
    minimum = minimum_charge(cart.total.currency)
    if cart.total < minimum:
        if alone:
            raise below_minimum_alone(cart, minimum)
        raise RefusedError("checkout.too_small", minimum=minimum)
    if cart.total.minor > MAXIMUM_MINOR:
        raise RefusedError("checkout.too_large", maximum=Money(MAXIMUM_MINOR, cart.total.currency))


def _refuse_problem(one: PricedLine) -> None:
    least = (one.variant and one.variant.product.min_per_order) or 1
    match one.problem:
        case LineProblem.GONE:
            raise RefusedError("cart.gone")
        case LineProblem.SOLD_OUT:
            raise RefusedError("cart.sold_out")
        case LineProblem.NO_ROOM:
            raise RefusedError("cart.no_room")
        case LineProblem.TOO_MANY if one.limit < least:
            raise RefusedError("cart.minimum_left", minimum=least, left=one.limit)
        case LineProblem.TOO_MANY:
            raise RefusedError("cart.stock", left=one.limit)
        case LineProblem.TOO_FEW:
            raise RefusedError("cart.minimum", limit=least)
        case None:
            pass


def refuse_closed(tx: Transaction) -> None:
    """Refuse while the owners take no orders."""
    if tx.notes.get(Note.CHECKOUT_CLOSED) == "closed":
        words = tx.notes.get(Note.CHECKOUT_WORDS)
        raise RefusedError("checkout.paused_words" if words else "checkout.paused", text=words)


def refuse_other(
    lines: tuple[OrderLine, ...], live: Order | None, *, alone: bool, instead: OrderMark | None
) -> None:
    """Refuse to end an unpaid order unasked; one for the same goods may get another way.

    A cart's own order follows its cart.
    """
    if live is None or instead == mark_of(live.id):
        return
    if not _same_goods(live.lines, lines) if alone else live.alone:
        raise RefusedError("checkout.other_open", order=live.id)


def _same_goods(some: tuple[OrderLine, ...], others: tuple[OrderLine, ...]) -> bool:
    """Return whether lines are for the same, whatever it is called by now, in another language."""
    named = [[replace(line, title="") for line in lines] for lines in (some, others)]
    return named[0] == named[1]
