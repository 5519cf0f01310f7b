"""What the outbox tells: news about an order to its chat, and what owners must know."""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat.actions import Checkout, OpenCart, OpenOrder
from bot.chat.screen import Button, Row, Screen, lines, paragraphs, safe
from bot.chat.screens.orders import sums
from bot.chat.screens.parts import TITLE, open_shop_button, order_lines
from bot.domain.errors import InvalidMoneyError
from bot.domain.money import Money
from bot.domain.order import Order
from bot.domain.payment import Recipient
from bot.locales import Html, Texts


def news(
    key: str, order: Order, texts: Texts, details: Mapping[str, str], *, try_again: bool = False
) -> Screen:
    """Return news about an order to its chat.

    Args:
        key: Text, with ``number`` and ``amount``.
        order: The order.
        texts: The chat's language.
        details: Of the message; ``amount`` in minor units and ``currency`` where money moved.
        try_again: Offer to check out again.
    """
    words = texts.html(key, number=str(order.id), amount=amount_of(details, order))
    rows: list[Row] = []
    if try_again:
        again = Button(texts.text("button.checkout_again"), Checkout(), style="primary")
        rows.append((again, Button(texts.text("button.cart_empty"), OpenCart())))
    onward = (Button(texts.text("button.order_short"), OpenOrder(order.id)),)
    rows.append((*onward, open_shop_button(texts)))
    tracking = None
    if order.tracking and key.startswith("news.shipped"):
        tracking = texts.html("order.tracking", tracking=Html(safe(order.tracking, TITLE * 2)))
    return Screen(paragraphs(words, tracking), tuple(rows))


def amount_of(details: Mapping[str, str], order: Order) -> Money:
    """Return the amount that a message is about, the order's total where it names none."""
    try:
        return Money(int(details["amount"]), details["currency"])
    except (KeyError, ValueError, InvalidMoneyError):
        return order.total


def owner_sale(order: Order, recipient: Recipient | None, texts: Texts) -> Screen:
    """Return the notice of a sale: what, how much, who, and where to."""
    return Screen(
        paragraphs(
            f"<b>{texts.html('owner.sale', number=str(order.id), total=order.total)}</b>",
            order_lines(order.lines, texts, key="receipt.line"),
            sums(order, texts),
            lines(
                texts.html("owner.customer", name=Html(safe(order.buyer_name, TITLE))),
                texts.html("owner.pickup") if order.pickup else None,
            ),
            recipient_words(recipient, order, texts),
        )
    )


def recipient_words(recipient: Recipient | None, order: Order, texts: Texts) -> str:
    """Return whom an order goes to, as HTML."""
    if recipient is None:
        return texts.html("owner.recipient_later")
    typed = [recipient.name, *recipient.address, recipient.phone, recipient.email]
    where = [safe(one, TITLE) for one in typed if one]
    answers = [
        texts.html(
            "owner.answer", question=Html(safe(label, TITLE)), answer=Html(safe(said, TITLE))
        )
        for label, said in recipient.answers
    ]
    head = texts.html("owner.contact" if order.pickup else "owner.recipient")
    return lines(head if where else None, *where, *answers)


def owner_review(order: Order, texts: Texts) -> Screen:
    """Tell the owner that a payment does not match its order, why, and the amounts."""
    reason = review_reason(order, texts)
    paid = texts.money(order.payment.total) if order.payment else texts.text("owner.nothing_paid")
    return Screen(
        texts.html(
            "owner.review",
            number=str(order.id),
            reason=reason,
            subtotal=order.subtotal,
            paid=paid,
        )
    )


def review_reason(order: Order, texts: Texts) -> str:
    """Return in words why an order waits for its owner."""
    code = order.review_reason or ""
    key = f"review.{code.partition(' ')[0]}"
    return texts.text(key) if key in texts else code


def owner_refund(key: str, order: Order, details: Mapping[str, str], texts: Texts) -> Screen:
    """Tell the owner of money sent back, or of a refund that failed."""
    amount = amount_of(details, order)
    return Screen(texts.html(key, number=str(order.id), amount=amount, total=order.total))


def owner_dispute(order: Order, details: Mapping[str, str], texts: Texts) -> Screen:
    """Alert the owner that a customer disputes a payment, or how that now stands."""
    status = details.get("status", order.dispute or "").replace("_", " ")
    return Screen(
        texts.html(
            "owner.dispute",
            number=str(order.id),
            total=amount_of(details, order),
            status=Html(safe(status, TITLE)),
        )
    )


def owner_parked(order: Order | None, details: Mapping[str, str], texts: Texts) -> Screen:
    """Tell the owner of a message that Telegram would not take."""
    key = "owner.parked" if order else "owner.parked_no_order"
    kind = details.get("kind", "").replace("_", " ")
    return Screen(
        texts.html(
            key,
            number=str(order.id) if order else "",
            kind=Html(safe(kind, TITLE)),
            reason=Html(safe(details.get("reason", ""), TITLE * 4)),
        )
    )


def owner_alert(order: Order | None, details: Mapping[str, str], texts: Texts) -> Screen:
    """Tell the owner of a problem, in the words of its ``problem`` where there are some."""
    message = Html(safe(details.get("message", details.get("problem", "")), TITLE * 10))
    key = f"owner.{details.get('problem', '')}"
    if key not in texts:
        return Screen(texts.html("owner.alert", text=message))
    return Screen(texts.html(key, number=str(order.id) if order else "", reason=message))
