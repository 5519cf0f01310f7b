"""An owner's questions and answers about one order: shipping, refunds, words, decisions."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.chat.actions import Action
from bot.chat.owner_actions import (
    AcceptShort,
    AskAnswer,
    AskRefundAmount,
    FreeAnyway,
    GiveRefund,
    Never,
    OwnerCancel,
    OwnerOrder,
    PickUnits,
    ReturnGoods,
    ShipWithoutLink,
    SureRefund,
)
from bot.chat.screen import Button, Row, Screen, clip, lines, paragraphs, safe
from bot.chat.screens.orders import refunds
from bot.chat.screens.parts import TITLE, title_of
from bot.domain.amounts import TwoWaysError
from bot.domain.catalog.model import Catalog, StockId
from bot.domain.money import Money
from bot.domain.order import DEBIT_UNKNOWN, ChatId, Order, StockState
from bot.locales import Html, Texts
from bot.shop.orders.picking import For


def ask_shipped(catalog: Catalog, one: Order, texts: Texts) -> Screen:
    """Ask for a tracking link; goods that are picked up have none."""
    number = str(one.id)
    if one.shipped_at is not None:
        date = texts.moment(one.shipped_at, catalog.shop.timezone)
        if one.pickup:
            words = texts.html("owner.was_ready", number=number, date=date)
            return Screen(words, (to_order(one, texts),))
        words = texts.html("owner.ask_tracking_again", number=number, date=date)
        return Screen(words, ((never(texts),),))
    key = "owner.ask_ready" if one.pickup else "owner.ask_tracking"
    label = texts.text("button.owner_ready_tell" if one.pickup else "button.owner_no_link")
    send = Button(label, ShipWithoutLink(one.id), style="primary")
    return Screen(texts.html(key, number=number), ((send, never(texts)),))


def ask_words(name: str, texts: Texts) -> Screen:
    """Ask for the words to be carried to a customer."""
    return Screen(texts.html("owner.ask_words", name=name), ((never(texts),),))


def ask_refund(one: Order, texts: Texts) -> Screen:
    """Ask how much goes back."""
    left = one.left
    if not left:
        return Screen(texts.html("refund.nothing"), (to_order(one, texts),))
    given = one.refunded or Money.zero(left.currency)
    every = Button(
        texts.text("button.owner_refund_all", amount=left),
        SureRefund(one.id, left.minor, given.minor),
    )
    return Screen(
        lines(
            texts.html("owner.ask_refund", number=str(one.id), total=one.total),
            *refunds(one, texts),
        ),
        (
            (every,),
            (
                *_by_line(one, texts),
                Button(texts.text("button.owner_refund_part"), AskRefundAmount(one.id)),
            ),
            to_order(one, texts),
        ),
    )


def _by_line(one: Order, texts: Texts) -> Row:
    if one.goods is StockState.HELD or not one.worth(one.to_refund()):
        return ()
    return (Button(texts.text("button.owner_refund_lines"), PickUnits(one.id, For.REFUND)),)


def ask_refund_amount(one: Order, left: Money, texts: Texts) -> Screen:
    """Ask for an amount to be typed."""
    words = texts.html("owner.ask_refund_amount", number=str(one.id), left=left)
    return Screen(words, ((never(texts),),))


def which_amount(
    words: str, two: TwoWaysError, meant: Mapping[Money, Action], texts: Texts
) -> Screen:
    """Ask which amount was meant, by a button for each."""
    said = texts.html(
        "owner.two_ways" if two.exact else "owner.thousands",
        written=clip(words.strip(), TITLE),
        currency=two.below.currency.upper(),
        decimal=two.below,
        thousands=two.thousands,
    )
    row = tuple(Button(texts.money(one), action) for one, action in meant.items())
    return Screen(said, (row, (never(texts),)))


def sure_refund(one: Order, amount: Money, refunded: int, texts: Texts) -> Screen:
    """Ask once more before money moves."""
    yes = Button(
        texts.text("button.owner_refund_yes", amount=amount),
        GiveRefund(one.id, amount.minor, refunded),
        style="danger",
    )
    words = texts.html(
        "owner.sure_refund", amount=amount, number=str(one.id), name=one.buyer_name or "—"
    )
    return Screen(words, ((yes,), (no(one, texts),)))


def refunded(catalog: Catalog, one: Order, amount: Money, texts: Texts) -> Screen:
    """Tell of a refund just given, and ask about the goods."""
    given = texts.html("owner.refund_given", amount=amount, number=str(one.id))
    return ask_about_goods(given, catalog, one, texts)


def ask_about_goods(news: str, catalog: Catalog, one: Order, texts: Texts) -> Screen:
    """Ask, below what is new, which units of a refunded order go back to stock."""
    back = one.given_back()
    every = Button(texts.text("button.owner_return_goods"), ReturnGoods(one.id))
    choose = Button(texts.text("button.owner_choose"), PickUnits(one.id, For.STOCK))
    none = Button(texts.text("button.owner_not_back"), OwnerOrder(one.id))
    some = sum(one.to_return().values()) > 1 or not back
    words = texts.html("owner.ask_return_goods")
    listed = lines(
        *(f"{n} × {safe(title_of(one.lines[at], catalog, texts), 100)}" for at, n in back.items())
    )
    ways = ((every,) if back else (), (choose,) if some else (), (none,))
    return Screen(paragraphs(news, listed or None, words), tuple(row for row in ways if row))


def short(catalog: Catalog, one: Order, stock: Collection[StockId], texts: Texts) -> Screen:
    """Tell that goods are missing for an order that was to be accepted, and what can be done."""
    missing = (title_of(line, catalog, texts) for line in one.lines if line.stock_id in stock)
    titles = ", ".join(dict.fromkeys(missing))
    anyway = Button(texts.text("button.owner_accept_short"), AcceptShort(one.id))
    words = texts.html("owner.short", number=str(one.id), titles=Html(safe(titles, 1000)))
    return Screen(words, ((anyway,), to_order(one, texts)))


def sure_free(one: Order, texts: Texts) -> Screen:
    """Ask once more before an order ends of which Stripe cannot say whether it was paid."""
    yes = Button(texts.text("button.owner_free_yes"), FreeAnyway(one.id), style="danger")
    key = "owner.sure_free_debit" if one.review_reason == DEBIT_UNKNOWN else "owner.sure_free"
    words = texts.html(key, number=str(one.id), amount=one.subtotal)
    return Screen(words, ((yes,), (no(one, texts),)))


def sure_cancel(one: Order, texts: Texts) -> Screen:
    """Ask once more before an unpaid order is cancelled."""
    yes = Button(texts.text("button.owner_cancel_yes"), OwnerCancel(one.id), style="danger")
    words = texts.html("owner.sure_cancel", number=str(one.id), name=one.buyer_name or "—")
    return Screen(words, ((yes,), (no(one, texts),)))


def support(chat_id: ChatId, details: Mapping[str, str], one: Order | None, texts: Texts) -> Screen:
    """Return what a customer says to the owner, who answers by the button or by a reply."""
    words = details["text"]
    if pictures := details.get("pictures"):
        said = texts.html("owner.support", name=details["name"])
        return Screen(said, album=tuple(pictures.split()))
    key = "owner.support_edited" if "edited" in details else "owner.support"
    answer = AskAnswer(chat_id, int(details.get("topic", 0)))
    rows: list[Row] = [(Button(texts.text("button.owner_answer"), answer, style="primary"),)]
    if one is not None:
        rows.append(to_order(one, texts))
    return Screen(
        paragraphs(
            texts.html(key, name=details["name"]),
            f"<blockquote>{safe(words, 3200)}</blockquote>" if words else None,
            f"<i>{texts.html('owner.support_how')}</i>",
        ),
        tuple(rows),
        carried=details.get("picture"),
    )


def never(texts: Texts) -> Button:
    """Return the way out of a question."""
    return Button(texts.text("button.owner_never"), Never())


def no(one: Order, texts: Texts) -> Button:
    """Return the way back to an order from a question whether something is meant."""
    return Button(texts.text("button.owner_no"), OwnerOrder(one.id))


def to_order(one: Order, texts: Texts) -> Row:
    """Return the way to an order, for a message about it."""
    return (Button(texts.text("button.owner_to_order", number=str(one.id)), OwnerOrder(one.id)),)
