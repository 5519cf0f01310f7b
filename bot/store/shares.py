"""Who in a group added how many of a line, in its cart and in its orders.

Beside each line stands who added to it in words, which is all that reading a cart or an order
needs; what stands here says whose words they are, and tells two people of one name apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.catalog.model import LineKey, ProductId, VariantId
from bot.domain.order import ChatId, OrderId, UserId
from bot.domain.shares import Member, Share, after, merged, told, told_apart
from bot.store.db import Db, Rows

_OF_LINE = """
SELECT user_id, name, initial, units FROM cart_shares
WHERE chat_id = ? AND product_id = ? AND variant_id = ? ORDER BY place
"""
_OF_CART = """
SELECT share.product_id, share.variant_id, share.user_id, share.name, share.initial,
  share.units
FROM cart_shares AS share JOIN cart_lines AS line ON line.chat_id = share.chat_id
  AND line.product_id = share.product_id AND line.variant_id = share.variant_id
WHERE share.chat_id = ? ORDER BY line.place, share.place
"""
_OF_ORDER_LINE = """
SELECT user_id, name, initial, units FROM order_shares
WHERE order_id = ? AND product_id = ? AND variant_id = ? ORDER BY place
"""
_OF_ORDER = """
SELECT product_id, variant_id, user_id, name, initial, units FROM order_shares
WHERE order_id = ? ORDER BY product_id, variant_id, place
"""
_KEEP = """
INSERT INTO order_shares (order_id, product_id, variant_id, user_id, place, name, initial,
  units)
SELECT line.order_id, line.product_id, line.variant_id, share.user_id, share.place, share.name,
  share.initial, share.units
FROM order_lines AS line JOIN cart_shares AS share ON share.chat_id = ?
  AND share.product_id = line.product_id AND share.variant_id = line.variant_id
WHERE line.order_id = ? ON CONFLICT DO NOTHING
"""
_OF_CHAT = "SELECT DISTINCT product_id, variant_id FROM cart_shares WHERE chat_id = ?"


class SqlShares:
    """Implements `bot.ports.ShareStore`."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def of_line(self, chat_id: ChatId, key: LineKey) -> tuple[Share, ...]:
        return _read(self._db.execute(_OF_LINE, (chat_id, *key)))

    def of_cart(self, chat_id: ChatId) -> dict[LineKey, tuple[Share, ...]]:
        found: dict[LineKey, tuple[Share, ...]] = {}
        for product_id, variant_id, *who in self._db.execute(_OF_CART, (chat_id,)):
            key = LineKey(ProductId(product_id), VariantId(variant_id))
            found[key] = (*found.get(key, ()), _share(who))
        return found

    def set(self, chat_id: ChatId, key: LineKey, shares: Sequence[Share]) -> None:
        which = (chat_id, *key)
        self._db.execute(
            "DELETE FROM cart_shares WHERE chat_id = ? AND product_id = ? AND variant_id = ?", which
        )
        self._db.executemany(
            "INSERT INTO cart_shares (chat_id, product_id, variant_id, user_id, place, name,"
            " initial, units) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (*which, one.member.id, place, one.member.name, one.member.initial, one.units)
                for place, one in enumerate(shares)
            ],
        )

    def keep(self, chat_id: ChatId, order_id: OrderId) -> None:
        self._db.execute(_KEEP, (chat_id, order_id))

    def of_order_line(self, order_id: OrderId, key: LineKey) -> tuple[Share, ...]:
        return _read(self._db.execute(_OF_ORDER_LINE, (order_id, *key)))

    def move(self, old: ChatId, new: ChatId) -> None:
        """Let shares follow their lines to another chat, whose cart has those lines already."""
        for row in self._db.execute(_OF_CHAT, (old,)).fetchall():
            key = LineKey(*row)
            both = merged(self.of_line(new, key), self.of_line(old, key))
            units = self._units(new, key)  # a line takes only so many: what is beyond is nobody's
            self.set(new, key, after(both, None, units, units))
            self._tell_cart(new, key)

    def forget(self, user_id: UserId) -> None:
        """Take a person's name out of every cart and order; the goods stay."""
        carts = self._db.execute(
            "DELETE FROM cart_shares WHERE user_id = ? RETURNING chat_id, product_id, variant_id",
            (user_id,),
        ).fetchall()
        for chat_id, *key in carts:
            self._tell_cart(chat_id, LineKey(*key))
        orders = self._db.execute(
            "DELETE FROM order_shares WHERE user_id = ? RETURNING order_id, product_id, variant_id",
            (user_id,),
        ).fetchall()
        for order_id in {row[0] for row in orders}:
            left = {LineKey(*key): () for number, *key in orders if number == order_id}
            self._tell_order(order_id, left)

    def _tell_cart(self, chat_id: ChatId, key: LineKey) -> None:
        words = told(self.of_line(chat_id, key), self._units(chat_id, key))
        self._db.execute(
            "UPDATE cart_lines SET added_by = ?"
            " WHERE chat_id = ? AND product_id = ? AND variant_id = ?",
            (words, chat_id, *key),
        )

    def _units(self, chat_id: ChatId, key: LineKey) -> int:
        units: int = self._db.execute(
            "SELECT quantity FROM cart_lines"
            " WHERE chat_id = ? AND product_id = ? AND variant_id = ?",
            (chat_id, *key),
        ).fetchone()[0]
        return units

    def _tell_order(self, order_id: OrderId, left: Mapping[LineKey, Sequence[Share]]) -> None:
        """Say anew who added what to an order; `left` are lines that may be nobody's by now."""
        shares = dict(left)
        for product_id, variant_id, *who in self._db.execute(_OF_ORDER, (order_id,)):
            key = LineKey(ProductId(product_id), VariantId(variant_id))
            shares[key] = (*shares.get(key, ()), _share(who))
        where = "WHERE order_id = ? AND product_id = ? AND variant_id = ?"
        for key, line in told_apart(shares).items():
            which = (order_id, *key)
            row = self._db.execute(f"SELECT quantity FROM order_lines {where}", which).fetchone()
            words = told(line, row[0])
            self._db.execute(f"UPDATE order_lines SET added_by = ? {where}", (words, *which))


def _read(rows: Rows) -> tuple[Share, ...]:
    return tuple(_share(row) for row in rows)


def _share(row: Sequence[Any]) -> Share:
    user_id, name, initial, units = row
    return Share(Member(UserId(user_id), name, initial), units)
