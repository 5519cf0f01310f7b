"""The stock ledger: a row of totals for each stock id, and every movement beside it.

Free units are the count less what is held and less what was sold since that count. A unit that
comes back lowers ``sold``, below zero where its sale was before the count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import assert_never

from bot.domain.catalog.model import LineKey, ProductId, StockId, VariantId
from bot.domain.errors import CorruptError
from bot.domain.order import ChatId, OrderId
from bot.ports import HeldLine, MovementKind, StockLevel
from bot.store.db import Db, marks, padded

_MOVE = """
INSERT INTO stock_movements (stock_id, kind, units, order_id, moved_at, free_after)
VALUES (?, ?, ?, ?, ?, ?) RETURNING id
"""
_COUNT = """
INSERT INTO stock (id, counted, counted_by) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET counted = excluded.counted, sold = 0,
  counted_by = excluded.counted_by
"""
#: The guard against selling a unit twice: one statement looks and takes.
_HOLD = """
UPDATE stock SET held = held + ?
WHERE id = ? AND (counted IS NULL OR counted - held - sold >= ?)
RETURNING counted - held - sold
"""


#: Of units that are held, those that a chat's unpaid order holds.
_OWN = """
SELECT cast(coalesce(sum(order_lines.quantity), 0) AS bigint)
FROM orders JOIN order_lines ON order_lines.order_id = orders.id
WHERE orders.chat_id = ? AND orders.state IN ('placed', 'open')
  AND order_lines.stock_id = stock.id
"""


_HELD_LINES = """
SELECT order_lines.order_id, place, product_id, variant_id, stock_id, quantity
FROM orders JOIN order_lines ON order_lines.order_id = orders.id
WHERE orders.state IN ('placed', 'open', 'processing', 'review') AND orders.goods = 'held'
ORDER BY order_lines.order_id, place
"""


class SqlStock:
    """Implements `bot.ports.StockStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def levels(self, stock_ids: Iterable[StockId]) -> Mapping[StockId, StockLevel]:
        found: dict[StockId, StockLevel] = {}
        for part in padded(stock_ids):
            rows = self._db.execute(
                f"SELECT id, counted, held, sold FROM stock WHERE id IN ({marks(part)})", part
            )
            found.update(
                (StockId(stock_id), StockLevel(counted, held, sold))
                for stock_id, counted, held, sold in rows
            )
        return found

    def free_for(self, chat_id: ChatId, stock_ids: Iterable[StockId]) -> dict[StockId, int | None]:
        found: dict[StockId, int | None] = {}
        for part in padded(stock_ids):
            rows = self._db.execute(
                f"SELECT id, counted, held, sold, ({_OWN}) FROM stock WHERE id IN ({marks(part)})",
                (chat_id, *part),
            )
            for stock_id, counted, held, sold, own in rows:
                free = StockLevel(counted, held, sold).free
                found[StockId(stock_id)] = None if free is None else free + own
        return found

    def counted_otherwise(self, counts: Mapping[StockId, int | None]) -> tuple[StockId, ...]:
        # The whole table, as fits a whole catalog: 20,000 ids in 20 ms; looking each up took 100.
        others = dict(counts)
        for stock_id, counted in self._db.execute("SELECT id, counted FROM stock"):
            if others.get(stock_id, -1) == counted:
                del others[stock_id]
        return tuple(others)

    def count(self, stock_id: StockId, counted: int | None, now: int) -> None:
        movement = self._record(MovementKind.COUNTED, stock_id, counted, now)
        self._db.execute(_COUNT, (stock_id, counted, movement))

    def restock(self, stock_id: StockId, units: int, now: int) -> None:
        changed = self._db.execute(
            "UPDATE stock SET counted = counted + ? WHERE id = ? AND counted + ? >= 0",
            (units, stock_id, units),
        ).rowcount
        if not changed:
            raise CorruptError(f"{stock_id} cannot be restocked by {units}")
        self._record(MovementKind.RESTOCKED, stock_id, units, now)

    def hold(self, stock_id: StockId, units: int, order_id: OrderId, now: int) -> bool:
        row = self._db.execute(_HOLD, (units, stock_id, units)).fetchone()
        if row is None:
            return False
        self._record(MovementKind.HELD, stock_id, units, now, order_id=order_id, free_after=row[0])
        return True

    def held_lines(self) -> tuple[HeldLine, ...]:
        return tuple(
            HeldLine(
                OrderId(order_id),
                place,
                LineKey(ProductId(product_id), VariantId(variant_id)),
                StockId(stock_id),
                units,
            )
            for order_id, place, product_id, variant_id, stock_id, units in self._db.execute(
                _HELD_LINES
            )
        )

    def hold_elsewhere(self, line: HeldLine, stock_id: StockId, now: int) -> None:
        self.settle(MovementKind.FREED, line.stock_id, line.units, line.order_id, now)
        held = self._db.execute(
            "UPDATE stock SET held = held + ? WHERE id = ?", (line.units, stock_id)
        ).rowcount
        moved = self._db.execute(
            "UPDATE order_lines SET stock_id = ? WHERE order_id = ? AND place = ?",
            (stock_id, line.order_id, line.place),
        ).rowcount
        if not held or not moved:
            raise CorruptError(f"order {line.order_id} cannot hold {stock_id}")
        self._record(MovementKind.HELD, stock_id, line.units, now, order_id=line.order_id)

    def settle(
        self, kind: MovementKind, stock_id: StockId, units: int, order_id: OrderId, now: int
    ) -> None:
        match kind:
            case MovementKind.FREED:
                held, sold = -units, 0
            case MovementKind.SOLD:
                held, sold = -units, units
            case MovementKind.RETURNED:
                held, sold = 0, -units
            case MovementKind.COUNTED | MovementKind.HELD | MovementKind.RESTOCKED:
                raise CorruptError(f"{kind} does not settle anything")
            case _:
                assert_never(kind)
        changed = self._db.execute(
            "UPDATE stock SET held = held + ?, sold = sold + ? WHERE id = ? AND held + ? >= 0",
            (held, sold, stock_id, held),
        ).rowcount
        if not changed:
            raise CorruptError(f"order {order_id} does not hold {units} of {stock_id}")
        self._record(kind, stock_id, units, now, order_id=order_id)

    def _record(
        self,
        kind: MovementKind,
        stock_id: StockId,
        units: int | None,
        now: int,
        *,
        order_id: OrderId | None = None,
        free_after: int | None = None,
    ) -> int:
        row = self._db.execute(_MOVE, (stock_id, kind, units, order_id, now, free_after)).fetchone()
        movement: int = row[0]
        return movement
