"""What the outbox tells owners: a sale, a payment to decide about, refunds, disputes, problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.chat.screen import TEXT_LIMIT, Screen, bold, lines, paragraphs, safe, visible
from bot.chat.screens.news import amount_of
from bot.chat.screens.orders import refunds, state_of
from bot.chat.screens.parts import LIST, TITLE, order_lines
from bot.chat.screens.steps import tracking
from bot.chat.screens.sums import sums
from bot.domain.catalog.model import Catalog
from bot.domain.order import DEBIT_UNKNOWN, UNKNOWN_AT_STRIPE, Order, OrderState
from bot.domain.payment import Recipient
from bot.locales import Html, Texts
from bot.ports import AlertKind

#: Units for what stands around a list that was cut: an empty line and how many more there are.
_BETWEEN: Final = 100
#: What a question ends with, in the languages that shops ask in.
_ASKED: Final = ("?", "\u061f", "\uff1f")


def owner_sale(catalog: Catalog, order: Order, recipient: Recipient | None, texts: Texts) -> Screen:
    """Return the notice of a sale: what, how much, who, where to, and what became of it since."""
    sold = texts.html("owner.sale", number=str(order.id), total=order.total)
    since = facts(catalog, order, texts)
    head = f"<b>{sold}</b>" + (f" · {safe(state_of(order, texts))}" if since else "")
    after = (
        sums(catalog, order, texts),
        lines(
            texts.html("owner.customer", name=Html(safe(order.buyer_name, TITLE))),
            texts.html("owner.pickup") if order.pickup else None,
            weight_of(order, texts),
        ),
        recipient_words(recipient, order, texts),
        lines(*since) or None,
    )
    room = TEXT_LIMIT - visible(paragraphs(head, *after)) - _BETWEEN
    bought = order_lines(
        order.lines, texts, key="receipt.line", catalog=catalog, room=min(LIST, room), codes=True
    )
    return Screen(paragraphs(head, bought, *after))


def weight_of(order: Order, texts: Texts) -> str | None:
    """Return as HTML what the goods of an order weigh; None where that is not known."""
    return texts.html("owner.weight", weight=texts.weight(order.weight)) if order.weight else None


def facts(catalog: Catalog, one: Order, texts: Texts) -> list[str]:
    """Return as lines of HTML what became of an order: sent, given back, disputed, in review."""
    zone = catalog.shop.timezone
    said = []
    if one.state is OrderState.REVIEW:
        said.append(texts.html("owner.review_why", reason=review_reason(one, texts)))
    said += refunds(one, texts)
    if one.dispute:
        said.append(texts.html("owner.dispute_stands", status=dispute_words(one.dispute, texts)))
    if one.packed_at is not None:
        said.append(texts.html("owner.packed_on", date=texts.moment(one.packed_at, zone)))
    if one.shipped_at is not None:
        key = "owner.ready_on" if one.pickup else "owner.shipped_on"
        said.append(texts.html(key, date=texts.moment(one.shipped_at, zone)))
    if one.collected_at is not None:
        key = "order.collected_on" if one.pickup else "owner.arrived_on"
        said.append(texts.html(key, date=texts.moment(one.collected_at, zone)))
    if followed := tracking(one, texts):
        said.append(followed)
    return said


def recipient_words(recipient: Recipient | None, order: Order, texts: Texts) -> str:
    """Return whom an order goes to, as HTML."""
    if recipient is None:
        return texts.html("owner.recipient_later")
    country = texts.countries([recipient.country]) if recipient.country else None
    typed = [
        recipient.name,
        recipient.business if recipient.business != recipient.name else None,
        *recipient.address,
        country,
        recipient.phone,
        recipient.email,
    ]
    where = [safe(one, TITLE) for one in typed if one]
    answers = [
        texts.html(
            "owner.answer_asked" if label.rstrip().endswith(_ASKED) else "owner.answer",
            question=Html(safe(label, TITLE)),
            answer=Html(safe(said, TITLE)),
        )
        for label, said in recipient.answers
    ]
    tax_ids = [
        texts.html("owner.tax_id", kind=kind.replace("_", " ").upper(), number=number[:TITLE])
        for kind, number in recipient.tax_ids
    ]
    head = texts.html("owner.contact" if order.pickup else "owner.recipient")
    billing = _billing(recipient, texts)
    return lines(head if where else None, *where, *tax_ids, *billing, *answers)


def _billing(recipient: Recipient, texts: Texts) -> list[str]:
    """Return who pays, where that is another address than the goods go to."""
    if not recipient.billing:
        return []
    *address, country = recipient.billing
    where = (*address, texts.countries([country]))
    return [texts.html("owner.billing"), *(safe(one, TITLE) for one in where)]


def owner_review(catalog: Catalog, order: Order, texts: Texts) -> Screen:
    """Tell the owner that a payment does not match its order, why, and the amounts.

    Once it is decided, the message says how.
    """
    number, reason = str(order.id), review_reason(order, texts)
    if order.payment:
        paid = order.payment.total
        told = texts.html(
            "owner.review", number=number, reason=reason, subtotal=order.subtotal, paid=paid
        )
    elif order.review_reason == DEBIT_UNKNOWN:
        told = texts.html("owner.review_debit", number=number)
    elif order.review_reason == UNKNOWN_AT_STRIPE:
        told = texts.html("owner.review_unpaid", number=number)
    else:
        told = texts.html("owner.review_unclear", number=number, reason=reason)
    if order.state is OrderState.REVIEW:
        return Screen(told)
    title = bold(texts.text("order.title", number=str(order.id)))
    stands = f"✓ {title} · {safe(state_of(order, texts))}"
    since = lines(*facts(catalog, order, texts))
    return Screen(paragraphs(stands, since or None, f"<blockquote>{told}</blockquote>"))


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
    status = details.get("status", order.dispute or "")
    known = f"owner.dispute.{status}"
    return Screen(
        texts.html(
            known if known in texts else "owner.dispute.unknown",
            number=str(order.id),
            total=amount_of(details, order),
            status=Html(safe(status.replace("_", " "), TITLE)),
        )
    )


def dispute_words(status: str, texts: Texts) -> str:
    """Return in a few words how a dispute stands; Stripe's own where it has found a new one."""
    key = f"dispute.{status}"
    return texts.text(key) if key in texts else status.replace("_", " ")


def owner_parked(order: Order | None, details: Mapping[str, str], texts: Texts) -> Screen:
    """Tell the owner of a message that Telegram would not take."""
    key = "owner.parked" if order else "owner.parked_no_order"
    kind = f"message.{details.get('kind', '')}"
    return Screen(
        texts.html(
            key,
            number=str(order.id) if order else "",
            kind=texts.text(kind if kind in texts else "message.other"),
            reason=Html(safe(details.get("reason", ""), TITLE * 4)),
        )
    )


#: Problems as rows call them that were written before their messages had today's keys.
_RENAMED: Final = {
    "till_closed": AlertKind.CHECKOUT_CLOSED,
    "till_closed_words": AlertKind.CHECKOUT_CLOSED_WORDS,
    "till_opened": AlertKind.CHECKOUT_OPENED,
}


def owner_alert(order: Order | None, details: Mapping[str, str], texts: Texts) -> Screen:
    """Tell the owner of a problem, in the words of its ``problem`` where there are some."""
    message = Html(safe(details.get("message", details.get("problem", "")), TITLE * 27))
    name = Html(safe(details.get("name", "") or "—", TITLE))
    problem = details.get("problem", "")
    key = f"owner.{_RENAMED.get(problem, problem)}"
    if key not in texts:
        return Screen(texts.html("owner.alert", text=message))
    number = str(order.id) if order else ""
    return Screen(texts.html(key, number=number, reason=message, name=name))
