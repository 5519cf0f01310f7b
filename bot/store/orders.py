"""Orders with their lines: each lookup by an index, each change of state a conditional update."""

from __future__ import annotations

from bot.domain.allowed import Allowed
from bot.domain.money import Money
from bot.domain.order import (
    TRANSITIONS,
    UNDECIDED,
    Attempt,
    ChatId,
    Order,
    OrderId,
    OrderState,
    OrderToken,
    Payment,
    SessionId,
    StockState,
    Units,
    UserId,
)
from bot.ports import REMIND_BEFORE
from bot.store.db import Db
from bot.store.order_rows import (
    BEYOND,
    FRESH_FOR,
    FRESH_WAIT,
    WAIT,
    allowed_text,
    order_row,
    payment_row,
    select_orders,
)

#: States in which nothing more is expected; the time of getting there is kept.
ENDS = frozenset(
    {
        OrderState.PAID,
        OrderState.FAILED,
        OrderState.EXPIRED,
        OrderState.CANCELLED,
        OrderState.REFUNDED,
    }
)

_COUNT = """
UPDATE counters SET last = :id WHERE name = 'orders' AND last < :id
"""
_ADD_LINE = """
INSERT INTO order_lines (order_id, place, product_id, variant_id, stock_id, title, unit, quantity,
  note, added_by, sku, barcode, weight) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_LINES = "SELECT place, quantity, refunded FROM order_lines WHERE order_id = ?"
_REFUND_UNITS = "UPDATE order_lines SET refunded = ? WHERE order_id = ? AND place = ?"
_RETURN_UNITS = """
UPDATE order_lines SET returned = returned + :units
WHERE order_id = :order AND place = :place AND returned + :units <= quantity
"""
_ATTACH = """
UPDATE orders SET state = 'open', session_id = ?, url = ?, opened_at = ?, due_at = ?,
  remind_at = attempt_expires_at - ?, allowed = coalesce(?, allowed)
WHERE id = ? AND state = 'placed'
"""
_RETRY = """
UPDATE orders SET attempt_number = ?, attempt_key = ?, attempt_parameters = ?,
  attempt_expires_at = ?, attempt_made_at = ? WHERE id = ? AND state = 'placed'
"""
_WAIT_FROM = f"""
CASE WHEN :now - coalesce(opened_at, placed_at) < {FRESH_FOR} THEN {FRESH_WAIT} ELSE {WAIT} END
"""
_LOOKED_AT = f"""
UPDATE orders SET looked_at = :now, due_at = :now + {_WAIT_FROM}
WHERE id = :id AND due_at IS NOT NULL
"""
_TAKE_DUE = f"{_LOOKED_AT} AND due_at <= :now"
_SHIPPED = """
UPDATE orders SET shipped_at = coalesce(shipped_at, :now), tracking = coalesce(:tracking, tracking)
WHERE id = :id AND state = 'paid'
AND (shipped_at IS NULL OR coalesce(:tracking, tracking, '') <> coalesce(tracking, ''))
"""
_NOT_SHIPPED = """
UPDATE orders SET shipped_at = NULL, tracking = NULL
WHERE id = ? AND state = 'paid' AND shipped_at IS NOT NULL AND collected_at IS NULL
"""
_COLLECTED = """
UPDATE orders SET collected_at = ?
WHERE id = ? AND state = 'paid' AND shipped_at IS NOT NULL AND collected_at IS NULL
"""
_PACKED = """
UPDATE orders SET packed_at = ?
WHERE id = ? AND state = 'paid' AND pickup = 0 AND packed_at IS NULL AND shipped_at IS NULL
"""
_NOT_PACKED = """
UPDATE orders SET packed_at = NULL
WHERE id = ? AND packed_at IS NOT NULL AND shipped_at IS NULL
"""

_RECENT_ENDS = """
SELECT state, ended_at FROM orders WHERE buyer_id = ? AND ended_at IS NOT NULL
  AND (state <> 'cancelled' OR 2 * ended_at >= placed_at + attempt_expires_at)
  AND (state <> 'failed' OR session_id IS NOT NULL)
ORDER BY ended_at DESC, id DESC LIMIT ?
"""

_HELD_BY = "SELECT count(*) FROM orders WHERE buyer_id = ? AND state IN ('placed', 'open')"

_ENDING = """
SELECT id FROM orders WHERE remind_at <= ? ORDER BY remind_at, id LIMIT ?
"""


def _move_statement(to: OrderState, *, paid: bool) -> str | None:
    """Return the conditional update into a state, None where no state leads there."""
    sources = sorted(old for old, targets in TRANSITIONS.items() if to in targets)
    if not sources:
        return None
    changes = ["state = :state", "review_reason = coalesce(:reason, review_reason)"]
    changes.append("remind_at = NULL")
    changes.append("ended_at = :now" if to in ENDS else "ended_at = NULL")
    if to in UNDECIDED or (to is OrderState.REVIEW and not paid):
        changes.append(f"due_at = :now + {_WAIT_FROM}")
    else:
        changes.append("due_at = NULL")
    if to not in UNDECIDED:
        # Nothing will be sent again: the parameters are most of a row's size.
        changes.append("attempt_parameters = ''")
    if paid:
        changes += [f"{column} = :{column}" for column in payment_row(None)]
    listed = ", ".join(f"'{state}'" for state in sources)
    return f"UPDATE orders SET {', '.join(changes)} WHERE id = :id AND state IN ({listed})"


_FOUND_PAYMENT = f"""
UPDATE orders SET review_reason = :reason, due_at = NULL,
  {", ".join(f"{column} = :{column}" for column in payment_row(None))}
WHERE id = :id AND state = 'review' AND paid_total IS NULL
"""
_MOVES = {(to, paid): _move_statement(to, paid=paid) for to in OrderState for paid in (False, True)}


class SqlOrders:
    """Implements `bot.ports.OrderStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def next_id(self) -> OrderId:
        row = self._db.execute("SELECT last FROM counters WHERE name = 'orders'").fetchone()
        return OrderId(row[0] + 1)

    def add(self, order: Order) -> None:
        # First of all: whoever places at the same moment meets here and not at the order's key.
        self._db.execute(_COUNT, {"id": order.id})
        row = order_row(order)
        names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
        self._db.execute(f"INSERT INTO orders ({names}) VALUES ({values})", row)
        self._db.executemany(
            _ADD_LINE,
            [
                (
                    order.id,
                    place,
                    *line.key,
                    line.stock_id,
                    line.title,
                    line.unit.minor,
                    line.quantity,
                    line.note,
                    line.added_by,
                    line.sku,
                    line.barcode,
                    line.weight,
                )
                for place, line in enumerate(order.lines)
            ],
        )

    def get(self, order_id: OrderId) -> Order | None:
        return self._one("WHERE id = ?", order_id)

    def by_token(self, token: OrderToken) -> Order | None:
        return self._one("WHERE token = ?", token)

    def by_session(self, session_id: SessionId) -> Order | None:
        return self._one("WHERE session_id = ?", session_id)

    def by_intent(self, intent_id: str) -> Order | None:
        return self._one("WHERE intent_id = ? ORDER BY id DESC LIMIT 1", intent_id)

    def live_of(self, chat_id: ChatId) -> Order | None:
        return self._one("WHERE chat_id = ? AND state IN ('placed', 'open')", chat_id)

    def latest_of(
        self, chat_id: ChatId, limit: int, before: OrderId | None = None
    ) -> tuple[Order, ...]:
        below = BEYOND if before is None else before
        return select_orders(
            self._db, "WHERE chat_id = ? AND id < ? ORDER BY id DESC LIMIT ?", chat_id, below, limit
        )

    def attach(
        self,
        order_id: OrderId,
        session_id: SessionId,
        url: str | None,
        now: int,
        allowed: Allowed | None = None,
    ) -> bool:
        known = allowed and allowed_text(allowed)
        values = (session_id, url, now, now + FRESH_WAIT, REMIND_BEFORE, known, order_id)
        return self._db.execute(_ATTACH, values).rowcount == 1

    def retry_with(self, order_id: OrderId, attempt: Attempt) -> bool:
        values = (
            attempt.number,
            attempt.key,
            attempt.parameters,
            attempt.expires_at,
            attempt.made_at,
            order_id,
        )
        return self._db.execute(_RETRY, values).rowcount == 1

    def transition(
        self,
        order_id: OrderId,
        to: OrderState,
        *,
        now: int,
        payment: Payment | None = None,
        reason: str | None = None,
    ) -> bool:
        statement = _MOVES[to, payment is not None]
        if statement is None:
            return False
        values = {"id": order_id, "state": to, "now": now, "reason": reason}
        return self._db.execute(statement, {**values, **payment_row(payment)}).rowcount == 1

    def found_payment(self, order_id: OrderId, payment: Payment, reason: str | None) -> bool:
        values = {"id": order_id, "reason": reason, **payment_row(payment)}
        return self._db.execute(_FOUND_PAYMENT, values).rowcount == 1

    def set_goods(self, order_id: OrderId, old: StockState, new: StockState) -> bool:
        return self._change(
            "UPDATE orders SET goods = ? WHERE id = ? AND goods = ?", new, order_id, old
        )

    def next_version(self, order_id: OrderId, version: int) -> bool:
        """Count an answer about refunds or disputes; False where one was recorded meanwhile."""
        return self._change(
            "UPDATE orders SET version = version + 1 WHERE id = ? AND version = ?",
            order_id,
            version,
        )

    def record_refund(self, order_id: OrderId, refunded: Money, pending: int = 0) -> bool:
        return self._change(
            "UPDATE orders SET refunded = ?, refunded_currency = ?, refund_pending = ?"
            " WHERE id = ? AND (coalesce(refunded, 0) <> ? OR refund_pending <> ?)",
            refunded.minor,
            refunded.currency,
            pending,
            order_id,
            refunded.minor,
            pending,
        )

    def record_refund_units(self, order_id: OrderId, units: Units) -> bool:
        lines = self._db.execute(_LINES, (order_id,)).fetchall()
        changes = [
            (min(units.get(place, 0), quantity), order_id, place)
            for place, quantity, refunded in lines
            if min(units.get(place, 0), quantity) != refunded
        ]
        self._db.executemany(_REFUND_UNITS, changes)
        return bool(changes)

    def return_units(self, order_id: OrderId, place: int, units: int) -> bool:
        values = {"order": order_id, "place": place, "units": units}
        return self._db.execute(_RETURN_UNITS, values).rowcount == 1

    def record_dispute(self, order_id: OrderId, status: str, amount: Money) -> bool:
        return self._change(
            "UPDATE orders SET dispute = ?,"
            " disputed = CASE WHEN paid_currency = ? THEN cast(? AS bigint) END"
            " WHERE id = ? AND coalesce(dispute, '') <> ?",
            status,
            amount.currency,
            amount.minor,
            order_id,
            status,
        )

    def record_packed(self, order_id: OrderId, now: int) -> bool:
        return self._change(_PACKED, now, order_id)

    def record_not_packed(self, order_id: OrderId) -> bool:
        return self._change(_NOT_PACKED, order_id)

    def record_shipped(self, order_id: OrderId, now: int, tracking: str | None) -> bool:
        values = {"id": order_id, "now": now, "tracking": tracking}
        return self._db.execute(_SHIPPED, values).rowcount == 1

    def record_not_shipped(self, order_id: OrderId) -> bool:
        return self._change(_NOT_SHIPPED, order_id)

    def record_collected(self, order_id: OrderId, now: int) -> bool:
        return self._change(_COLLECTED, now, order_id)

    def record_not_collected(self, order_id: OrderId) -> bool:
        return self._change(
            "UPDATE orders SET collected_at = NULL WHERE id = ? AND collected_at IS NOT NULL",
            order_id,
        )

    def looked_at(self, order_id: OrderId, now: int) -> None:
        self._db.execute(_LOOKED_AT, {"id": order_id, "now": now})

    def take_due(self, order_id: OrderId, now: int) -> bool:
        return self._db.execute(_TAKE_DUE, {"id": order_id, "now": now}).rowcount == 1

    def due(self, now: int, limit: int) -> tuple[Order, ...]:
        return select_orders(self._db, "WHERE due_at <= ? ORDER BY due_at, id LIMIT ?", now, limit)

    def next_due(self) -> int | None:
        row = self._db.execute("SELECT min(due_at) FROM orders WHERE due_at > 0").fetchone()
        at: int | None = row[0]
        return at

    def none_after(self, now: int) -> int:
        at = now + WAIT
        return self._db.execute("UPDATE orders SET due_at = ? WHERE due_at > ?", (at, at)).rowcount

    def all_due(self) -> None:
        self._db.execute("UPDATE orders SET due_at = 0 WHERE due_at > 0")

    def recent_ends(self, buyer_id: UserId, limit: int) -> tuple[tuple[OrderState, int], ...]:
        rows = self._db.execute(_RECENT_ENDS, (buyer_id, limit))
        return tuple((OrderState(state), ended_at) for state, ended_at in rows)

    def unpaid_of(self, buyer_id: UserId) -> int:
        found: int = self._db.execute(_HELD_BY, (buyer_id,)).fetchone()[0]
        return found

    def _change(self, statement: str, *values: str | int) -> bool:
        return self._db.execute(statement, values).rowcount == 1

    def _one(self, where: str, value: str | int) -> Order | None:
        return next(iter(select_orders(self._db, where, value)), None)


class SqlLinks:
    """Implements `bot.ports.LinkStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def ending(self, now: int, limit: int) -> tuple[OrderId, ...]:
        rows = self._db.execute(_ENDING, (now, limit))
        return tuple(OrderId(row[0]) for row in rows)

    def reminded(self, order_id: OrderId) -> bool:
        done = self._db.execute(
            "UPDATE orders SET remind_at = NULL WHERE id = ? AND remind_at IS NOT NULL", (order_id,)
        )
        return done.rowcount == 1
