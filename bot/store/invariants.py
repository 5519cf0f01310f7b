"""What must always be true of the stored facts, as queries that return what is not.

`doctor` runs them over a live shop, `backup` over the copy and the tests after every fault. Each
query gives the order's number (or nothing) and a few words. They read everything, so they are for
a connection of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.order import OrderId
from bot.ports import Violation
from bot.store.db import Db

#: At most this many findings of a kind are told.
MOST_TOLD = 20

_STATES_OF_GOODS = """
SELECT id, 'is ' || state || ' and its goods are ' || goods FROM orders WHERE NOT (
  (state IN ('placed', 'open', 'processing') AND goods = 'held')
  OR (state IN ('expired', 'cancelled', 'failed') AND goods IN ('freed', 'returned'))
  OR (state = 'paid' AND (goods IN ('sold', 'returned')
      OR (goods = 'freed' AND review_reason IS NOT NULL)))
  OR (state = 'refunded' AND goods <> 'held')
  OR state = 'review')
"""
_HELD_ADDS_UP = """
SELECT NULL, s.id || ' holds ' || s.held || ', its movements ' || coalesce(m.held, 0)
FROM stock AS s LEFT JOIN
  (SELECT stock_id, sum(CASE kind WHEN 'held' THEN units WHEN 'freed' THEN -units
     WHEN 'sold' THEN -units ELSE 0 END) AS held
   FROM stock_movements GROUP BY stock_id) AS m ON m.stock_id = s.id
WHERE s.held <> coalesce(m.held, 0)
"""
_SOLD_ADDS_UP = """
SELECT NULL, s.id || ' sold ' || s.sold || ', its movements ' || coalesce(m.sold, 0)
FROM stock AS s LEFT JOIN
  (SELECT moved.stock_id, sum(CASE moved.kind WHEN 'sold' THEN moved.units
     WHEN 'returned' THEN -moved.units ELSE 0 END) AS sold
   FROM stock_movements AS moved JOIN stock ON stock.id = moved.stock_id
   WHERE moved.id > stock.counted_by GROUP BY moved.stock_id) AS m ON m.stock_id = s.id
WHERE s.sold <> coalesce(m.sold, 0)
"""
_COUNT_ADDS_UP = """
SELECT NULL, s.id || ' is counted ' || coalesce(cast(s.counted AS text), 'not at all')
  || ', its movements say ' || coalesce(cast(c.units + coalesce(r.units, 0) AS text), 'not at all')
FROM stock AS s LEFT JOIN stock_movements AS c ON c.id = s.counted_by
LEFT JOIN
  (SELECT moved.stock_id, sum(moved.units) AS units
   FROM stock_movements AS moved JOIN stock ON stock.id = moved.stock_id
   WHERE moved.kind = 'restocked' AND moved.id > stock.counted_by
   GROUP BY moved.stock_id) AS r ON r.stock_id = s.id
WHERE coalesce(c.kind, '') <> 'counted' OR c.stock_id <> s.id
  OR coalesce(s.counted, -1) <> coalesce(c.units + coalesce(r.units, 0), -1)
"""
_ORDERS_MOVED_UNITS = """
SELECT o.id, 'goods ' || o.goods || ' of ' || coalesce(l.stock_id, m.stock_id) || ': holds '
  || coalesce(m.held, 0) || ', sold ' || coalesce(m.sold, 0) || ' of ' || coalesce(l.units, 0)
FROM orders AS o
JOIN (SELECT order_id, stock_id, sum(quantity) AS units, sum(quantity - returned) AS kept
      FROM order_lines GROUP BY order_id, stock_id) AS l ON l.order_id = o.id
LEFT JOIN
  (SELECT order_id, stock_id,
     sum(CASE kind WHEN 'held' THEN units WHEN 'returned' THEN 0 ELSE -units END) AS held,
     sum(CASE kind WHEN 'sold' THEN units WHEN 'returned' THEN -units ELSE 0 END) AS sold
   FROM stock_movements WHERE order_id IS NOT NULL GROUP BY order_id, stock_id) AS m
  ON m.order_id = o.id AND m.stock_id = l.stock_id
WHERE coalesce(m.held, 0) <> CASE o.goods WHEN 'held' THEN l.units ELSE 0 END
  OR coalesce(m.sold, 0) <> CASE o.goods WHEN 'sold' THEN l.kept ELSE 0 END
"""
_RETURNED = """
SELECT o.id, 'goods ' || o.goods || ', back are ' || l.back || ' of ' || l.units FROM orders AS o
JOIN (SELECT order_id, sum(quantity) AS units, sum(returned) AS back FROM order_lines
      GROUP BY order_id) AS l ON l.order_id = o.id
WHERE (o.goods = 'returned') <> (l.back = l.units)
  OR (l.back > 0 AND o.goods NOT IN ('sold', 'returned'))
"""
_STRAY_MOVEMENTS = """
SELECT m.order_id, 'moved ' || m.stock_id || ', which it has not' FROM
  (SELECT order_id, stock_id FROM stock_movements WHERE order_id IS NOT NULL
   GROUP BY order_id, stock_id HAVING sum(CASE kind WHEN 'held' THEN units WHEN 'freed' THEN -units
     ELSE 0 END) <> 0 OR max(CASE WHEN kind IN ('held', 'freed') THEN 0 ELSE 1 END) = 1) AS m
WHERE NOT EXISTS (SELECT 1 FROM order_lines AS l
  WHERE l.order_id = m.order_id AND l.stock_id = m.stock_id)
"""
_ONE_RECEIPT = """
SELECT o.id, 'has ' || coalesce(r.receipts, 0) || ' receipts' FROM orders AS o
LEFT JOIN (SELECT order_id, count(*) AS receipts FROM outbox WHERE kind = 'receipt'
           GROUP BY order_id) AS r ON r.order_id = o.id
WHERE (o.state = 'paid' AND coalesce(r.receipts, 0) <> 1)
  OR (o.state <> 'paid' AND coalesce(r.receipts, 0) <> 0)
"""
_HEADS = """
SELECT NULL, 'messages for one chat wait with ' || count(due_at) || ' of them due' FROM
  (SELECT chat_id, due_at, id, min(id) OVER (PARTITION BY chat_id) AS head
   FROM outbox WHERE done_at IS NULL) AS waiting
GROUP BY chat_id HAVING count(due_at) <> 1 OR max(CASE WHEN due_at IS NULL THEN 0 ELSE id END)
  <> max(head)
"""
_COUNTERS = """
SELECT NULL, s.state || ' counts ' || coalesce(c.total, 0) || ', there are '
  || coalesce(o.total, 0)
FROM (SELECT state FROM order_counts UNION SELECT DISTINCT state FROM orders) AS s
LEFT JOIN order_counts AS c ON c.state = s.state
LEFT JOIN (SELECT state, count(*) AS total FROM orders GROUP BY state) AS o ON o.state = s.state
WHERE coalesce(c.total, 0) <> coalesce(o.total, 0)
"""

#: Every rule with the query of what breaks it.
RULES: dict[str, str] = {
    "units held are those that movements held": _HELD_ADDS_UP,
    "units sold since the last count are those that movements sold": _SOLD_ADDS_UP,
    "the count is the last one and what was restocked since": _COUNT_ADDS_UP,
    "no hold took more than was free": (
        "SELECT order_id, stock_id || ' was left with ' || free_after FROM stock_movements"
        " WHERE kind = 'held' AND free_after < 0"
    ),
    "an order's goods suit its state": _STATES_OF_GOODS,
    "an order moved the units of its lines": _ORDERS_MOVED_UNITS,
    "goods are returned when the last unit of their lines is": _RETURNED,
    "an order moved nothing else": _STRAY_MOVEMENTS,
    "a chat has at most one unpaid order": (
        "SELECT max(id), count(*) || ' unpaid orders in one chat' FROM orders"
        " WHERE state IN ('placed', 'open') GROUP BY chat_id HAVING count(*) > 1"
    ),
    "an order's lines add up to its subtotal": (
        "SELECT o.id, 'lines ' || coalesce(sum(l.unit * l.quantity), 0) || ', subtotal '"
        " || o.subtotal FROM orders AS o LEFT JOIN order_lines AS l ON l.order_id = o.id"
        " WHERE o.review_reason IS NULL"
        " GROUP BY o.id HAVING coalesce(sum(l.unit * l.quantity), 0) <> o.subtotal"
    ),
    "an order that is or was paid has a payment": (
        "SELECT id, 'is ' || state || ' without one' FROM orders"
        " WHERE state IN ('paid', 'refunded') AND paid_total IS NULL"
    ),
    "an open order has a Checkout Session": (
        "SELECT id, 'is ' || state || ' without one' FROM orders"
        " WHERE state IN ('open', 'processing', 'paid') AND session_id IS NULL"
    ),
    "no more is refunded than was paid": (
        "SELECT id, 'refunded ' || refunded || ' of ' || coalesce(paid_total, 0) FROM orders"
        " WHERE refunded > coalesce(paid_total, 0)"
    ),
    "an order that ended has the time, and an undecided one has not": (
        "SELECT id, 'is ' || state FROM orders WHERE state <> 'review' AND (ended_at IS NOT NULL)"
        " <> (state NOT IN ('placed', 'open', 'processing'))"
    ),
    "Stripe is asked again about every order that may yet be paid and no other": (
        "SELECT id, 'is ' || state FROM orders WHERE (due_at IS NOT NULL) <>"
        " (state IN ('placed', 'open', 'processing') OR (state = 'review' AND paid_total IS NULL))"
    ),
    "a paid order has exactly one receipt": _ONE_RECEIPT,
    "the oldest message that waits for a chat is the one that is due": _HEADS,
    "orders by state are counted right": _COUNTERS,
}


def find(db: Db) -> tuple[Violation, ...]:
    """Return what breaks a rule, at most `MOST_TOLD` findings of each."""

    def every() -> Iterator[Violation]:
        for rule, query in RULES.items():
            for order_id, detail in db.execute(query).fetchmany(MOST_TOLD):
                yield Violation(rule, None if order_id is None else OrderId(order_id), detail)

    return tuple(every())
