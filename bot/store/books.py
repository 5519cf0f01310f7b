"""The books: orders in lists and sums, for the owner's questions. Nothing here changes anything."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from bot.domain.catalog.model import LineKey
from bot.domain.money import Money
from bot.domain.order import Order, OrderId, OrderState
from bot.ports import Sales, Seller
from bot.store.db import Db, marks
from bot.store.order_rows import BEYOND, select_orders

#: Orders that a search by name looks through: some tens of milliseconds of the reader's time.
_LOOKED_THROUGH = 10_000
#: Of the orders below one, those that were not given back whole.
_KEPT_BELOW = """
AND id < ? AND (refunded IS NULL OR refunded < paid_total) ORDER BY id DESC LIMIT ?
"""
#: An expression and not the column itself: SQLite would walk through every paid order there ever
#: was, by the index of states, where the index of times finds the few of a period.
_SOLD_WITHIN = """
coalesce(state, '') = 'paid' AND placed_at >= :since AND placed_at < :until
"""
_LEFT = "paid_total - coalesce(refunded, 0)"
#: What stays with the shop of a payment, as `Order.net` says.
_NET = f"""
CASE WHEN coalesce(dispute, '') <> 'lost' THEN {_LEFT}
  WHEN coalesce(disputed, paid_total) >= {_LEFT} THEN 0
  ELSE {_LEFT} - disputed END
"""
_PAID = f"""
SELECT placed_at, {_NET} FROM orders
WHERE {_SOLD_WITHIN} AND paid_currency = :currency ORDER BY placed_at, id
"""
_BEST = f"""
SELECT sold.product_id, sold.variant_id, l.title, sold.units FROM
  (SELECT product_id, variant_id, cast(sum(quantity) AS bigint) AS units, max(order_id) AS latest
   FROM orders AS o JOIN order_lines ON order_id = o.id
   WHERE {_SOLD_WITHIN} GROUP BY product_id, variant_id) AS sold
JOIN order_lines AS l ON l.order_id = sold.latest
  AND l.product_id = sold.product_id AND l.variant_id = sold.variant_id
ORDER BY sold.units DESC, l.title LIMIT :best
"""
_SHOPPERS = f"""
SELECT
  (SELECT count(*) FROM (
    SELECT chat_id FROM orders WHERE placed_at >= :since AND placed_at < :until
    UNION SELECT chat_id FROM cart_lines WHERE added_at >= :since AND added_at < :until)
    AS shoppers),
  (SELECT count(DISTINCT chat_id) FROM orders WHERE {_SOLD_WITHIN})
"""


_OTHERS = f"""
SELECT paid_currency, cast(sum({_NET}) AS bigint), count(*) FROM orders
WHERE {_SOLD_WITHIN} AND paid_currency <> :currency
GROUP BY paid_currency ORDER BY paid_currency
"""


class SqlBooks:
    """Implements `bot.ports.Books`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def count_by_state(self) -> Mapping[OrderState, int]:
        counts = dict.fromkeys(OrderState, 0)
        for state, total in self._db.execute("SELECT state, total FROM order_counts"):
            counts[OrderState(state)] = total
        return counts

    def in_state(
        self, state: OrderState, limit: int, before: OrderId | None = None
    ) -> tuple[Order, ...]:
        below = BEYOND if before is None else before
        return select_orders(
            self._db, "WHERE state = ? AND id < ? ORDER BY id DESC LIMIT ?", state, below, limit
        )

    def page(self, after: OrderId, limit: int) -> tuple[Order, ...]:
        return select_orders(self._db, "WHERE id > ? ORDER BY id LIMIT ?", after, limit)

    def to_ship(self, limit: int, before: OrderId | None = None) -> tuple[Order, ...]:
        return select_orders(
            self._db,
            f"WHERE state = 'paid' AND shipped_at IS NULL AND packed_at IS NULL {_KEPT_BELOW}",
            BEYOND if before is None else before,
            limit,
        )

    def packed(self, limit: int, before: OrderId | None = None) -> tuple[Order, ...]:
        return select_orders(
            self._db,
            f"WHERE state = 'paid' AND shipped_at IS NULL AND packed_at IS NOT NULL {_KEPT_BELOW}",
            BEYOND if before is None else before,
            limit,
        )

    def to_collect(self, limit: int, before: OrderId | None = None) -> tuple[Order, ...]:
        return select_orders(
            self._db,
            "WHERE state = 'paid' AND pickup = 1 AND shipped_at IS NOT NULL"
            f" AND collected_at IS NULL {_KEPT_BELOW}",
            BEYOND if before is None else before,
            limit,
        )

    def newest(self, limit: int, before: OrderId | None = None) -> tuple[Order, ...]:
        below = BEYOND if before is None else before
        return select_orders(self._db, "WHERE id < ? ORDER BY id DESC LIMIT ?", below, limit)

    def sales(self, since: int, until: int, currency: str, best: int) -> Sales:
        values = {"since": since, "until": until, "currency": currency, "best": best}
        paid = self._db.execute(_PAID, values).fetchall()
        sellers = self._db.execute(_BEST, values).fetchall()
        others = self._db.execute(_OTHERS, values).fetchall()
        shoppers, buyers = self._db.execute(_SHOPPERS, values).fetchone()
        return Sales(
            tuple((row[0], row[1]) for row in paid),
            tuple(Seller(LineKey(row[0], row[1]), row[2], row[3]) for row in sellers),
            shoppers,
            buyers,
            tuple(Money(row[1], row[0]) for row in others),
            sum(row[2] for row in others),
        )

    def first_since(self, since: int) -> OrderId | None:
        row = self._db.execute(
            "SELECT id FROM orders WHERE placed_at >= ? ORDER BY placed_at, id LIMIT 1", (since,)
        ).fetchone()
        return OrderId(row[0]) if row else None

    def bought_by(self, name: str, limit: int) -> tuple[Order, ...]:
        wanted = name.casefold()
        rows = self._db.execute(
            "SELECT id, buyer_name FROM orders ORDER BY id DESC LIMIT ?", (_LOOKED_THROUGH,)
        )
        found = (row["id"] for row in rows if wanted in row["buyer_name"].casefold())
        ids = list(itertools.islice(found, limit))
        if not ids:
            return ()
        return select_orders(self._db, f"WHERE id IN ({marks(ids)}) ORDER BY id DESC", *ids)
