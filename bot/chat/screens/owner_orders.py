"""Orders as their owner sees them: the lists, one order with all that can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from bot.chat.actions import Action, OpenOrders
from bot.chat.owner_actions import (
    AcceptPaid,
    AskMessage,
    AskRefund,
    AskShipped,
    FetchAddress,
    FreeGoods,
    MarkCollected,
    MarkPacked,
    OwnerOrder,
    OwnerOrders,
    ReturnGoods,
    SureCancel,
    SureRefund,
    UndoCollected,
    UndoPacked,
    UndoShipped,
    Which,
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
from bot.chat.screens.orders import state_of
from bot.chat.screens.owner_news import facts, weight_of
from bot.chat.screens.parts import TITLE, order_lines
from bot.chat.screens.sums import sums
from bot.domain.catalog.model import Catalog
from bot.domain.order import LIVE, Order, OrderState
from bot.locales import Html, Texts

#: Orders on one page.
PAGE_SIZE: Final = 8
_DASHBOARD: Final = "https://dashboard.stripe.com"
_NAME: Final = 20
#: Texts by kind of list.
_FILTERS: Final = {
    Which.TO_SHIP: "button.owner_to_ship",
    Which.PACKED: "button.owner_packed_list",
    Which.TO_COLLECT: "button.owner_to_collect",
    Which.REVIEW: "button.owner_review",
    Which.UNPAID: "button.owner_unpaid",
    Which.ALL: "button.owner_all",
}


def orders(
    which: Which,
    shown: Sequence[Order],
    texts: Texts,
    *,
    newest: bool,
    waiting: int,
    pickup: bool = False,
) -> Screen:
    """Return a page of orders.

    Args:
        which: Of which list.
        shown: Up to one more than a page holds: the last tells that there are more.
        texts: The owner's language.
        newest: Whether this is the list's first page.
        waiting: How many orders are in review.
        pickup: Whether goods can be fetched here.
    """
    page = shown[:PAGE_SIZE]
    rows: list[Row] = [_line(one, texts) for one in page]
    turn: list[Button] = []
    if not newest:
        turn.append(Button(texts.text("button.owner_newest"), OwnerOrders(which)))
    if len(shown) > PAGE_SIZE:
        older = OwnerOrders(which, page[-1].id)
        turn.append(Button(texts.text("button.owner_older"), older))
    if turn:
        rows.append(tuple(turn))
    labels = {
        one: texts.text(key)
        for one, key in _FILTERS.items()
        if pickup or one is not Which.TO_COLLECT
    }
    if waiting:
        labels[Which.REVIEW] = texts.text("button.owner_review_n", n=waiting)
    filters = [
        Button(f"• {label}" if one is which else label, OwnerOrders(one))
        for one, label in labels.items()
    ]
    rows += [tuple(filters[at : at + 2]) for at in range(0, len(filters), 2)]
    rows.append((Button(texts.text("button.owner_mine"), OpenOrders()),))
    said = "owner.orders_choose" if page else "owner.orders_none"
    return Screen(paragraphs(bold(texts.text("owner.orders_title")), texts.html(said)), tuple(rows))


def found(words: str, matches: Sequence[Order], texts: Texts) -> Screen:
    """Return the orders that a search found."""
    key = "owner.found" if matches else "owner.found_none"
    back = Button(texts.text("button.owner_orders"), OwnerOrders(Which.ALL))
    rows = (*(_line(one, texts) for one in matches), (back,))
    return Screen(texts.html(key, words=clip(words, TITLE)), rows)


def order(
    catalog: Catalog, one: Order, texts: Texts, *, address: str | None = None, news: str = ""
) -> Screen:
    """Return an order, whole.

    Args:
        catalog: Today's, for its time zone.
        one: The order.
        texts: The owner's language.
        address: Whom the goods go to, as HTML, where it was just fetched.
        news: HTML to begin with: what was just done.
    """
    placed = texts.moment(one.placed_at, catalog.shop.timezone)
    head = lines(
        f"{bold(texts.text('order.title', number=str(one.id)))} · {state_of(one, texts)}",
        texts.html("order.placed_on", date=placed),
        texts.html("owner.customer", name=Html(safe(one.buyer_name, TITLE)))
        if one.buyer_name
        else None,
        texts.html("owner.pickup") if one.awaits_pickup else None,
        weight_of(one, texts),
    )
    bought = order_lines(one.lines, texts, key="receipt.line", catalog=catalog, codes=True)
    after = (sums(catalog, one, texts), lines(*facts(catalog, one, texts)) or None, address)
    text = paragraphs(news or None, head, bought, *after)
    if visible(text) > TEXT_LIMIT:  # a very long order: what is asked for just now comes first
        text = paragraphs(news or None, head, *after)
    ways = ways_on(one, texts, with_address=address is None)
    return Screen(text, (*ways, (Button(texts.text("button.owner_orders"), OwnerOrders()),)))


def ways_on(one: Order, texts: Texts, *, with_address: bool = True) -> tuple[Row, ...]:
    """Return the buttons for what an owner can do about an order as it stands."""

    def button(key: str, action: Action) -> Button:
        return Button(texts.text(key), action)

    rows: list[Row] = []
    message = (button("button.owner_message", AskMessage(one.id)),) if one.chat_id else ()
    match one.state:
        case OrderState.PAID:
            rows += _ship(one, texts)
            rows.append((*_ship_undo(one, texts), *_refund(one, texts)))
            if one.refunded and one.to_return():
                rows.append((button("button.owner_return_goods", ReturnGoods(one.id)),))
            fetch = (button("button.owner_address", FetchAddress(one.id)),) if with_address else ()
            rows.append((*message, *fetch))
        case OrderState.REVIEW:
            rows += [*_decide(one, texts), message]
        case OrderState.REFUNDED:
            rows.append((*_refund(one, texts), *message))
        case state if state in LIVE:
            rows.append((button("button.owner_cancel", SureCancel(one.id)), *message))
        case _:
            rows.append(message)
    link = dashboard_url(one)
    if link:
        rows.append((Button(texts.text("button.owner_dashboard"), url=link),))
    return tuple(row for row in rows if row)


def dashboard_url(one: Order) -> str | None:
    """Return the payment's page in Stripe's Dashboard, None where nothing was paid."""
    if one.payment is None or one.payment.intent_id is None:
        return None
    mode = "" if one.livemode else "/test"
    return f"{_DASHBOARD}{mode}/payments/{quote(one.payment.intent_id, safe='')}"


def _line(one: Order, texts: Texts) -> Row:
    label = texts.text(
        "button.owner_order",
        number=str(one.id),
        total=one.total,
        name=clip(one.buyer_name, _NAME),
        state=state_of(one, texts),
    )
    return (Button(label, OwnerOrder(one.id)),)


def _ship(one: Order, texts: Texts) -> tuple[Row, ...]:
    """Return the next steps of an order's way, a row each."""
    if one.shipped_at is None:
        key = "button.owner_ready" if one.pickup else "button.owner_shipped"
        packed = Button(texts.text("button.owner_packed"), MarkPacked(one.id))
        ship = Button(texts.text(key), AskShipped(one.id))
        return ((ship,) if one.pickup or one.packed_at is not None else (packed, ship),)
    if one.collected_at is not None:
        return ()
    key = "button.owner_collected" if one.pickup else "button.owner_arrived"
    there = Button(texts.text(key), MarkCollected(one.id))
    if one.pickup:
        return ((there,),)
    key = "button.owner_tracking_change" if one.tracking else "button.owner_tracking"
    return ((Button(texts.text(key), AskShipped(one.id)),), (there,))


def _ship_undo(one: Order, texts: Texts) -> tuple[Button, ...]:
    """Return the way back from a step that was tapped by mistake."""
    if one.collected_at is not None:
        key = "button.owner_not_collected" if one.pickup else "button.not_arrived"
        return (Button(texts.text(key), UndoCollected(one.id)),)
    if one.shipped_at is None:
        undo = Button(texts.text("button.owner_not_packed"), UndoPacked(one.id))
        return () if one.packed_at is None else (undo,)
    key = "button.owner_not_ready" if one.pickup else "button.owner_not_shipped"
    return (Button(texts.text(key), UndoShipped(one.id)),)


def _decide(one: Order, texts: Texts) -> list[Row]:
    """Return the ways out of review: to accept a payment, to send it back, to free the goods."""
    accept = (Button(texts.text("button.owner_accept"), AcceptPaid(one.id)),)
    if one.payment is None or not one.payment.total:
        free = Button(texts.text("button.owner_free"), FreeGoods(one.id))
        return [(free, *(accept if one.payment is not None else ()))]
    left = one.left
    if not left or not one.payment.intent_id:
        return [accept]
    given = one.refunded.minor if one.refunded else 0
    label = texts.text("button.owner_refund_all", amount=left)
    return [accept, (Button(label, SureRefund(one.id, left.minor, given)),)]


def _refund(one: Order, texts: Texts) -> tuple[Button, ...]:
    if not one.left or one.payment is None or one.payment.intent_id is None:
        return ()
    return (Button(texts.text("button.owner_refund"), AskRefund(one.id)),)
