"""How an order is written as a row and its lines, and read again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.allowed import Allowed, OfferedRate
from bot.domain.catalog.model import LineKey, ProductId, StockId, VariantId
from bot.domain.money import Money
from bot.domain.order import (
    Attempt,
    ChatId,
    Chosen,
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
from bot.store.db import Db, DbRow, marks, padded

#: Stripe is asked about a fresh order after so many seconds, about another after so many; an
#: order is fresh for a while after it was placed or opened.
FRESH_WAIT, WAIT, FRESH_FOR = 20, 240, 300

#: Above every number that an order can have.
BEYOND = 2**62

#: What is written of a row, by the columns' names.
OrderColumns = dict[str, str | int | None]


def order_row(order: Order) -> OrderColumns:
    """Return the order's columns, its lines left out."""
    attempt = order.attempt
    return {
        "id": order.id,
        "token": order.token,
        "chat_id": order.chat_id,
        "buyer_id": order.buyer_id,
        "buyer_name": order.buyer_name,
        "language": order.language,
        "state": order.state,
        "goods": order.goods,
        "currency": order.subtotal.currency,
        "subtotal": order.subtotal.minor,
        "allowed": allowed_text(order.allowed),
        "livemode": int(order.livemode),
        "pickup": int(order.pickup),
        "alone": int(order.alone),
        "topic": order.topic,
        "extra": json.dumps(dict(order.extra), ensure_ascii=False),
        "placed_at": order.placed_at,
        "opened_at": order.placed_at if order.state is OrderState.OPEN else None,
        "ended_at": order.ended_at,
        "due_at": order.placed_at + FRESH_WAIT if order.unsettled else None,
        "session_id": order.session_id,
        "url": order.url,
        "refunded": order.refunded.minor if order.refunded else None,
        "refunded_currency": order.refunded.currency if order.refunded else None,
        "refund_pending": order.refund_pending.minor if order.refund_pending else 0,
        "dispute": order.dispute,
        "disputed": order.disputed.minor if order.disputed else None,
        "review_reason": order.review_reason,
        "packed_at": order.packed_at,
        "shipped_at": order.shipped_at,
        "collected_at": order.collected_at,
        "tracking": order.tracking,
        "attempt_number": attempt.number,
        "attempt_key": attempt.key,
        "attempt_expires_at": attempt.expires_at,
        "attempt_made_at": attempt.made_at,
        "attempt_parameters": attempt.parameters,
        **payment_row(order.payment),
    }


def payment_row(payment: Payment | None) -> OrderColumns:
    """Return the columns of a payment; its parts share one currency."""
    chosen = payment.chosen if payment else Chosen()
    return {
        "paid_currency": payment.total.currency if payment else None,
        "paid_total": payment.total.minor if payment else None,
        "paid_discount": payment.discount.minor if payment else None,
        "paid_shipping": payment.shipping.minor if payment else None,
        "paid_tax": payment.tax.minor if payment else None,
        "intent_id": payment.intent_id if payment else None,
        "charge_id": payment.charge_id if payment else None,
        "card_brand": payment.card_brand if payment else None,
        "card_last4": payment.card_last4 if payment else None,
        "paid_rate": chosen.rate,
        "paid_delivery": chosen.delivery,
        "paid_code": chosen.code,
        "presented": chosen.presentment.minor if chosen.presentment else None,
        "presented_currency": chosen.presentment.currency if chosen.presentment else None,
    }


def read_order(row: DbRow, lines: Iterable[DbRow]) -> Order:
    """Return the order of a row and its lines in their order."""
    currency: str = row["currency"]
    refunded = row["refunded"]
    session_id = row["session_id"]
    return Order(
        id=OrderId(row["id"]),
        token=OrderToken(row["token"]),
        chat_id=ChatId(row["chat_id"]),
        buyer_id=UserId(row["buyer_id"]),
        buyer_name=row["buyer_name"],
        language=row["language"],
        state=OrderState(row["state"]),
        goods=StockState(row["goods"]),
        lines=tuple(_read_line(line, currency) for line in lines),
        subtotal=Money(row["subtotal"], currency),
        allowed=_read_allowed(row["allowed"]),
        livemode=bool(row["livemode"]),
        attempt=Attempt(
            number=row["attempt_number"],
            key=row["attempt_key"],
            parameters=row["attempt_parameters"],
            expires_at=row["attempt_expires_at"],
            made_at=row["attempt_made_at"],
        ),
        placed_at=row["placed_at"],
        session_id=None if session_id is None else SessionId(session_id),
        url=row["url"],
        ended_at=row["ended_at"],
        payment=_read_payment(row),
        refunded=None if refunded is None else Money(refunded, row["refunded_currency"]),
        refund_pending=Money(row["refund_pending"], row["refunded_currency"])
        if row["refund_pending"]
        else None,
        dispute=row["dispute"],
        disputed=None if row["disputed"] is None else Money(row["disputed"], row["paid_currency"]),
        review_reason=row["review_reason"],
        packed_at=row["packed_at"],
        shipped_at=row["shipped_at"],
        collected_at=row["collected_at"],
        tracking=row["tracking"],
        pickup=bool(row["pickup"]),
        alone=bool(row["alone"]),
        topic=row["topic"],
        extra=json.loads(row["extra"]),
        version=row["version"],
    )


def _read_line(row: DbRow, currency: str) -> OrderLine:
    return OrderLine(
        key=LineKey(ProductId(row["product_id"]), VariantId(row["variant_id"])),
        stock_id=StockId(row["stock_id"]),
        title=row["title"],
        unit=Money(row["unit"], currency),
        quantity=row["quantity"],
        note=row["note"],
        added_by=row["added_by"],
        refunded=row["refunded"],
        returned=row["returned"],
        sku=row["sku"],
        barcode=row["barcode"],
        weight=row["weight"],
    )


def _read_payment(row: DbRow) -> Payment | None:
    currency = row["paid_currency"]
    if currency is None:
        return None
    return Payment(
        total=Money(row["paid_total"], currency),
        discount=Money(row["paid_discount"], currency),
        shipping=Money(row["paid_shipping"], currency),
        tax=Money(row["paid_tax"], currency),
        intent_id=row["intent_id"],
        charge_id=row["charge_id"],
        card_brand=row["card_brand"],
        card_last4=row["card_last4"],
        chosen=_read_chosen(row),
    )


def _read_chosen(row: DbRow) -> Chosen:
    presented = row["presented"]
    return Chosen(
        rate=row["paid_rate"],
        delivery=row["paid_delivery"],
        code=row["paid_code"],
        presentment=None if presented is None else Money(presented, row["presented_currency"]),
    )


def allowed_text(allowed: Allowed) -> str:
    """Return what an order allows as it is stored."""
    return json.dumps(
        {
            "discount": allowed.discount,
            "tax": allowed.tax,
            "shipping": list(allowed.shipping),
            "rates": [[rate.id, rate.name, rate.ref] for rate in allowed.rates],
            "zone": allowed.zone,
            "terms": allowed.terms,
            "plus_tax": allowed.plus_tax,
            "invoices": allowed.invoices,
        }
    )


def _read_allowed(text: str) -> Allowed:
    value = json.loads(text)
    rates = tuple(OfferedRate(*rate) for rate in value.get("rates", ()))
    return Allowed(
        discount=value["discount"],
        tax=value["tax"],
        shipping=tuple(value["shipping"]),
        rates=rates,
        zone=value.get("zone"),
        terms=value.get("terms", ""),
        plus_tax=value.get("plus_tax"),
        invoices=value.get("invoices", False),
    )


def select_orders(db: Db, where: str, *values: str | int) -> tuple[Order, ...]:
    """Return the orders that a constant condition selects, with their lines."""
    rows = db.execute(f"SELECT * FROM orders {where}", values).fetchall()
    lines = _lines(db, [row["id"] for row in rows])
    return tuple(read_order(row, lines[row["id"]]) for row in rows)


def _lines(db: Db, order_ids: Sequence[int]) -> Mapping[int, Iterable[DbRow]]:
    lines: defaultdict[int, list[DbRow]] = defaultdict(list)
    for part in padded(order_ids):
        for row in db.execute(
            f"SELECT * FROM order_lines WHERE order_id IN ({marks(part)}) ORDER BY order_id, place",
            part,
        ):
            lines[row["order_id"]].append(row)
    return lines
