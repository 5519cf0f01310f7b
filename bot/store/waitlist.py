"""Who waits for something that is sold out, a row a person and stock id."""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain

from bot.domain.catalog.model import LineKey, ProductId, StockId, VariantId
from bot.domain.order import UserId
from bot.ports import Waiting
from bot.store.db import Db, padded

_ASK = """
INSERT INTO waitlist (stock_id, user_id, product_id, variant_id, asked_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (stock_id, user_id) DO UPDATE SET asked_at = excluded.asked_at, told_at = NULL
  WHERE waitlist.told_at IS NOT NULL
"""
#: Who waits there for other goods already keeps that place.
_LEAVE_TWICE = """
DELETE FROM waitlist WHERE stock_id = ? AND product_id = ? AND variant_id = ?
  AND user_id IN (SELECT user_id FROM waitlist WHERE stock_id = ?)
"""
_MOVE = """
UPDATE waitlist SET stock_id = ? WHERE stock_id = ? AND product_id = ? AND variant_id = ?
"""
_FIRST = """
SELECT asked_at, user_id, product_id, variant_id FROM waitlist
WHERE stock_id = ? AND told_at IS NULL AND (product_id, variant_id) IN (VALUES {keys})
ORDER BY asked_at, user_id LIMIT ?
"""


class SqlWaitlist:
    """Implements `bot.ports.WaitlistStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def ask(self, stock_id: StockId, one: Waiting, now: int) -> None:
        self._db.execute(_ASK, (stock_id, one.user_id, *one.key, now))

    def leave(self, stock_id: StockId, user_id: UserId) -> None:
        self._db.execute(
            "DELETE FROM waitlist WHERE stock_id = ? AND user_id = ?", (stock_id, user_id)
        )

    def has(self, stock_id: StockId, user_id: UserId) -> bool:
        row = self._db.execute(
            "SELECT 1 FROM waitlist WHERE stock_id = ? AND user_id = ? AND told_at IS NULL",
            (stock_id, user_id),
        ).fetchone()
        return row is not None

    def anyone(self) -> bool:
        return self._db.execute("SELECT 1 FROM waitlist LIMIT 1").fetchone() is not None

    def goods(self) -> tuple[tuple[StockId, LineKey], ...]:
        rows = self._db.execute(
            "SELECT DISTINCT stock_id, product_id, variant_id FROM waitlist"
            " WHERE told_at IS NULL ORDER BY stock_id, product_id, variant_id"
        )
        return tuple(
            (StockId(stock_id), LineKey(ProductId(product_id), VariantId(variant_id)))
            for stock_id, product_id, variant_id in rows
        )

    def move(self, stock_id: StockId, key: LineKey, to: StockId) -> None:
        self._db.execute(_LEAVE_TWICE, (stock_id, *key, to))
        self._db.execute(_MOVE, (to, stock_id, *key))

    def first(
        self, stock_id: StockId, keys: Collection[LineKey], limit: int
    ) -> tuple[Waiting, ...]:
        found: list[tuple[int, int, str, str]] = []
        for part in padded(keys):
            statement = _FIRST.format(keys=", ".join(["(?, ?)"] * len(part)))
            values = (stock_id, *chain.from_iterable(part), limit)
            found += self._db.execute(statement, values).fetchall()
        return tuple(
            Waiting(UserId(user_id), LineKey(ProductId(product_id), VariantId(variant_id)))
            for _, user_id, product_id, variant_id in sorted(found, key=tuple)[:limit]
        )

    def told(self, stock_id: StockId, user_id: UserId, now: int) -> None:
        self._db.execute(
            "UPDATE waitlist SET told_at = ? WHERE stock_id = ? AND user_id = ?",
            (now, stock_id, user_id),
        )

    def turns(self, stock_id: StockId) -> int:
        row = self._db.execute(
            "SELECT count(*) FROM waitlist WHERE stock_id = ? AND told_at IS NOT NULL", (stock_id,)
        ).fetchone()
        turns: int = row[0]
        return turns

    def forget(self, told_until: int, asked_until: int) -> None:
        self._db.execute(
            "DELETE FROM waitlist WHERE told_at <= ? OR asked_at <= ?", (told_until, asked_until)
        )
