"""Orders as their chat reads them: the list, one order, its receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bot.chat.actions import (
    BuyAgain,
    FetchInvoice,
    FetchReceipt,
    OpenOrder,
    OpenOrders,
    OrderAgain,
    OrderAgainBeside,
    SayArrived,
    SayNotArrived,
    StartCheckout,
    TellMe,
)
from bot.chat.screen import (
    TEXT_LIMIT,
    Button,
    Row,
    Screen,
    bold,
    clip,
    lines,
    paragraphs,
    safe,
    visible,
)
from bot.chat.screens.checkout import place_of_pickup, ways_to_pay
from bot.chat.screens.parts import (
    LIST,
    TITLE,
    cart_button,
    open_shop_button,
    order_lines,
    orders_button,
    shop_beside_button,
    shop_button,
)
from bot.chat.screens.steps import address_words, shows_address, steps
from bot.chat.screens.sums import sums
from bot.domain.catalog.model import Catalog
from bot.domain.order import ENDED_UNPAID, ChatId, DisputeStatus, Order, OrderState
from bot.domain.payment import Session
from bot.locales import Html, Texts
from bot.shop.cart.buying_again import BoughtAgain, Difference, LineChange

#: Orders on one page.
PAGE_SIZE: Final = 8
#: Units for what stands around a list that was cut: an empty line and how many more there are.
_BETWEEN: Final = 100
#: Differences that are told one by one.
_TOLD: Final = 15

#: What the payer reads once a dispute is over; before that, that the bank looks into it.
_DISPUTES: Final[Mapping[str, str]] = {
    DisputeStatus.WARNING_CLOSED: "order.dispute_kept",
    DisputeStatus.WON: "order.dispute_kept",
    DisputeStatus.LOST: "order.dispute_returned",
    DisputeStatus.PREVENTED: "order.dispute_returned",
}


def orders(
    found: Sequence[Order], texts: Texts, now: int, *, newest: bool = True, zone: str = "UTC"
) -> Screen:
    """Return a page of the chat's orders, newest first; those that came to nothing stand last.

    Args:
        found: Up to one more than a page holds: the last tells that there are more.
        texts: The reader's language.
        now: Seconds UTC.
        newest: Whether this is the first page.
        zone: Where the shop is, as its days are told.
    """
    head = bold(texts.text("orders.title"))
    latest = found[:PAGE_SIZE]
    if not latest:
        words = paragraphs(head, texts.html("orders.none"))
        return Screen(words, ((open_shop_button(texts),),))
    rows = [
        (
            Button(
                texts.text(
                    "button.order",
                    number=str(order.id),
                    day=texts.day_of(order.placed_at, now, zone),
                    total=order.total,
                    state=state_of(order, texts),
                ),
                OpenOrder(order.id),
            ),
        )
        for order in sorted(latest, key=lambda one: one.state in ENDED_UNPAID)
    ]
    turn: list[Button] = []
    if not newest:
        turn.append(Button(texts.text("button.owner_newest"), OpenOrders()))
    if len(found) > PAGE_SIZE:
        turn.append(Button(texts.text("button.owner_older"), OpenOrders(latest[-1].id)))
    words = paragraphs(head, texts.html("orders.choose"))
    return Screen(words, (*rows, *([tuple(turn)] if turn else []), (shop_button(texts),)))


def not_as_before(again: BoughtAgain, texts: Texts) -> Screen:
    """Say what of an order is not in the cart again as it was, and lead on."""
    shown = again.differences[:_TOLD]
    more = len(again.differences) - len(shown)
    gone = [one.line for one in shown if one.change is LineChange.SOLD_OUT]
    label = texts.text("button.tell_me") if len(gone) == 1 else None
    bells = (
        (Button(label or f"🔔 {clip(one.title, TITLE // 2)}", TellMe(*one.key)),) for one in gone
    )
    return Screen(
        paragraphs(
            texts.html("again.some" if again.found else "again.none"),
            lines(
                *(_difference(one, texts) for one in shown),
                texts.html("checkout.more", n=more) if more else None,
            ),
        ),
        (
            *bells,
            (cart_button(again.view.cart, texts), shop_button(texts)),
        ),
    )


def _difference(one: Difference, texts: Texts) -> str:
    title = Html(bold(one.line.title, TITLE))
    match one.change:
        case LineChange.FEW if not one.left:
            return texts.html("again.no_room", title=title)
        case LineChange.FEW:
            return texts.html("again.few", title=title, n=one.left)
        case LineChange.PRICE if one.now is not None:
            return texts.html("again.price", title=title, old=one.line.unit, new=one.now)
        case LineChange.RENAMED if one.called is not None:
            name = Html(bold(one.called.in_language(texts.language), TITLE))
            return texts.html("again.renamed", title=title, name=name)
        case LineChange.SOLD_OUT:
            return texts.html("again.sold_out", title=title)
        case _:
            return texts.html("again.gone", title=title)


def order(
    catalog: Catalog,
    one: Order,
    texts: Texts,
    *,
    session: Session | None = None,
    invoice_url: str | None = None,
) -> Screen:
    """Return one order, whole.

    Args:
        catalog: Today's, for its time zone and the place of pick-up.
        one: The order.
        texts: The reader's language.
        session: What Stripe keeps of it, where that was just fetched.
        invoice_url: Stripe's invoice, likewise.
    """
    placed = texts.moment(one.placed_at, catalog.shop.timezone)
    text = paragraphs(
        lines(
            f"{bold(texts.text('order.title', number=str(one.id)))} · {state_of(one, texts)}",
            texts.html("order.placed_on", date=placed),
            _by(one, texts),
        ),
        steps(catalog, one, texts),
        order_lines(one.lines, texts, key="receipt.line"),
        sums(catalog, one, texts),
        _after(catalog, one, texts),
    )
    if one.state is OrderState.OPEN and one.url:
        return Screen(text, ways_to_pay(one, one.url, texts))
    back = (orders_button(texts), shop_button(texts))
    arrived: Row = ()
    if one.state is OrderState.PAID and one.collected_at is not None and not one.pickup:
        arrived = (Button(texts.text("button.not_arrived"), SayNotArrived(one.id)),)
    rows = (*_ways_on(one, texts, session, invoice_url), arrived, back)
    return Screen(text, tuple(row for row in rows if row))


def receipt(
    catalog: Catalog,
    one: Order,
    texts: Texts,
    *,
    chat_id: ChatId,
    session: Session | None = None,
    invoice_url: str | None = None,
) -> Screen:
    """Return the message of a paid order: how far it is, what, how much, with which card, where to.

    Its buttons lead on beside it: it is kept, and edited at each step.

    Args:
        catalog: Today's.
        one: The order.
        texts: The reader's language.
        chat_id: Where it stands.
        session: What Stripe keeps of it, where that was just fetched.
        invoice_url: Stripe's invoice, likewise.
    """
    title = bold(texts.text("order.title", number=str(one.id)))
    fresh = one.packed_at is None and one.shipped_at is None and not one.refunded_whole
    head = lines(
        bold(texts.text("receipt.title")) if fresh else None,
        texts.html("receipt.number", number=str(one.id))
        if fresh
        else f"{title} · {state_of(one, texts)}",
        _by(one, texts),
    )
    above = (head, steps(catalog, one, texts))
    where = None
    if session and shows_address(one, chat_id):
        where = address_words(session.recipient, texts)
    below = (sums(catalog, one, texts), where, _after(catalog, one, texts))
    room = min(LIST, TEXT_LIMIT - visible(paragraphs(*above, *below)) - _BETWEEN)
    bought = order_lines(one.lines, texts, key="receipt.line", room=room)
    text = paragraphs(*above, bought, *below)
    rows = _receipt_row(one, texts, session, invoice_url)
    arrived: Row = ()
    on_its_way = one.shipped_at is not None and one.collected_at is None
    if on_its_way and not one.pickup and not one.refunded_whole:
        label = texts.text("button.arrived")
        arrived = (Button(label, SayArrived(one.id), style="primary"),)
    onward = (
        Button(texts.text("button.buy_again"), OrderAgainBeside(one.id)),
        shop_beside_button(texts),
    )
    return Screen(text, tuple(row for row in (arrived, *rows, onward) if row))


def papers(
    one: Order,
    texts: Texts,
    *,
    session: Session | None = None,
    invoice_url: str | None = None,
) -> Screen:
    """Return links to what Stripe writes about an order, for its buyer alone in a group."""
    title = bold(texts.text("order.title", number=str(one.id)))
    return Screen(title, _receipt_row(one, texts, session, invoice_url))


def _by(one: Order, texts: Texts) -> str | None:
    """Return who checked out for a group; in a person's own chat it goes without saying."""
    if one.chat_id > 0 or not one.buyer_name:
        return None
    return texts.html("receipt.by", name=Html(safe(one.buyer_name, TITLE // 2)))


def state_of(one: Order, texts: Texts) -> str:
    """Return in a word or two where an order stands; what happened last comes first."""
    state = one.told_as
    if one.state is OrderState.PAID:
        if one.refunded_whole:
            state = "refunding" if one.refund_pending else "refunded"
        elif one.collected_at is not None:
            state = "collected" if one.pickup else "arrived"
        elif one.shipped_at is not None:
            state = "ready" if one.pickup else "shipped"
        elif one.packed_at is not None:
            state = "packed"
    return texts.text(f"order.state.{state}")


def refunds(one: Order, texts: Texts) -> list[str]:
    """Return as lines of HTML what has gone back of a payment, and what is on its way."""
    given, pending = one.refunded, one.refund_pending
    done = given - pending if given and pending else given
    return [
        *([texts.html("order.refunded", amount=done)] if done else ()),
        *([texts.html("order.refund_pending", amount=pending)] if pending else ()),
    ]


def _after(catalog: Catalog, one: Order, texts: Texts) -> str | None:
    said = refunds(one, texts)
    if one.awaits_pickup:
        said.append(pickup_words(catalog, texts))
    if one.dispute:
        said.append(texts.html(_DISPUTES.get(one.dispute, "order.disputed")))
    return lines(*said)


def pickup_words(catalog: Catalog, texts: Texts) -> str:
    """Return where and when a pick-up can be fetched, as HTML."""
    where = place_of_pickup(catalog, texts)
    return texts.html("order.pickup" if where else "order.pickup_plain", place=where)


def _ways_on(
    one: Order, texts: Texts, session: Session | None, invoice_url: str | None
) -> tuple[Row, ...]:
    match one.state:
        case OrderState.PLACED:
            again = OrderAgain(one.id) if one.alone else StartCheckout()
            return ((Button(texts.text("button.try_again"), again, style="primary"),),)
        case OrderState.PAID | OrderState.REFUNDED:
            return (*_receipt_row(one, texts, session, invoice_url), _again_row(one, texts))
        case OrderState.EXPIRED | OrderState.CANCELLED | OrderState.FAILED:
            return (_again_row(one, texts),)
        case _:
            return ()


def _again_row(one: Order, texts: Texts) -> Row:
    return (
        Button(texts.text("button.buy_again"), OrderAgain(one.id)),
        Button(texts.text("button.to_cart"), BuyAgain(one.id)),
    )


def _receipt_row(
    one: Order, texts: Texts, session: Session | None, invoice_url: str | None
) -> tuple[Row, ...]:
    row: list[Button] = []
    if session and session.receipt_url:
        row.append(Button(texts.text("button.open_receipt"), url=session.receipt_url))
    elif one.payment is not None and one.payment.intent_id is not None:
        row.append(Button(texts.text("button.receipt"), FetchReceipt(one.id)))
    if invoice_url:
        row.append(Button(texts.text("button.open_invoice"), url=invoice_url))
    elif one.payment is not None and one.allowed.invoices:
        row.append(Button(texts.text("button.invoice"), FetchInvoice(one.id)))
    return (tuple(row),) if row else ()
