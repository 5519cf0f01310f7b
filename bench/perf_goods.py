"""Shops of any size: a catalog file, and a database with its orders and carts."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from itertools import product
from pathlib import Path

from bot.store.db import Db

#: Goods of one category: as many as a person would page through.
_PAGED = 40
_CATEGORIES = 200
#: Chats that tap in the benches; the orders of other people have other numbers.
FIRST_CHAT = 1_000_000
FIRST_STRANGER = 50_000_000


def write_catalog(
    folder: Path, products: int, stock: int = 1_000_000, *, variants: bool = False
) -> Path:
    """Write a catalog of so many products, each in two sizes with a stock of their own.

    Args:
        folder: Where to.
        products: How many.
        stock: Of each.
        variants: Whether each comes in six listed variants instead, three sizes by two colours,
            each with a price, a stock and a sku of its own.
    """
    made = _with_variants if variants else _product
    shelves = max(1, min(_CATEGORIES, products // _PAGED))
    catalog = {
        "shop": {"name": "Bench & Co", "currency": "eur", "support": "@bench_and_co"},
        "categories": [
            {"id": f"c{number}", "name": {"en": f"Shelf {number}", "de": f"Regal {number}"}}
            for number in range(shelves)
        ],
        "products": [made(number, shelves, stock) for number in range(products)],
    }
    path = folder / "catalog.json"
    path.write_text(json.dumps(catalog), encoding="utf-8")
    return path


def _product(number: int, shelves: int, stock: int) -> dict[str, object]:
    return {
        "id": f"p{number}",
        "category": f"c{number % shelves}",
        "name": {"en": f"Good thing {number}", "de": f"Gutes Ding {number}"},
        "description": {"en": f"The good thing number {number}.", "de": "Ein gutes Ding."},
        "price": f"{5 + number % 90}.50",
        "options": [
            {
                "id": "size",
                "name": {"en": "Size", "de": "Größe"},
                "values": [
                    {"id": "s", "name": {"en": "Small", "de": "Klein"}, "stock": stock},
                    {"id": "l", "name": {"en": "Large", "de": "Groß"}, "stock": stock},
                ],
            }
        ],
    }


def _with_variants(number: int, shelves: int, stock: int) -> dict[str, object]:
    sizes, colours = {"s": "Small", "m": "Medium", "l": "Large"}, {"red": "Red", "blue": "Blue"}
    options = (("size", "Size", sizes), ("colour", "Colour", colours))
    return _product(number, shelves, stock) | {
        "options": [
            {"id": key, "name": name, "values": [{"id": i, "name": n} for i, n in values.items()]}
            for key, name, values in options
        ],
        "variants": [
            {
                "options": {"size": size, "colour": colour},
                "price": f"{5 + number % 90}.{50 + place}",
                "stock": stock,
                "sku": f"G-{number}-{size}-{colour}",
            }
            for place, (size, colour) in enumerate(product(sizes, colours))
        ],
    }


_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
_ORDERS = f"""
{_NUMBERS} INSERT INTO orders (id, token, chat_id, buyer_id, buyer_name, language, state, goods,
  currency, subtotal, allowed, livemode, pickup, extra, placed_at, opened_at, ended_at, session_id,
  url, paid_currency, paid_total, paid_discount, paid_shipping, paid_tax, intent_id, charge_id,
  card_brand, card_last4, attempt_number, attempt_key, attempt_expires_at, attempt_made_at,
  attempt_parameters, shipped_at)
SELECT 1000 + i, 'token' || i, {FIRST_STRANGER} + i % 250000, {FIRST_STRANGER} + i % 250000,
  'Ada Lovelace', 'en', 'paid', 'sold', 'eur', 1100,
  '{{"discount": false, "tax": false, "shipping": []}}', 0, 0, '{{}}', 1780000000 + i,
  1780000000 + i, 1780000100 + i, 'cs_test_' || i, NULL, 'eur', 1100, 0, 0, 0, 'pi_' || i,
  'ch_' || i, 'visa', '4242', 1, 'key' || i, 1780003600 + i, 1780000000 + i, '', 1780009000 + i
FROM n
"""
_LINES = f"""
{_NUMBERS} INSERT INTO order_lines (order_id, place, product_id, variant_id, stock_id, title, unit,
  quantity) SELECT 1000 + i, 0, 'p' || (i % 10), 's', 'p' || (i % 10) || '/s', 'Good thing, Small',
  550, 2 FROM n
"""
_CARTS = f"""
{_NUMBERS} INSERT INTO cart_lines (chat_id, product_id, variant_id, place, quantity, seen_minor,
  currency, added_at)
SELECT ? + i - 1, 'p' || place, ?, place, 5, 550 + 100 * place, 'eur', 1790000000
FROM n, (SELECT 1 AS place UNION SELECT 2 UNION SELECT 3) AS places
"""
_CHATS = f"""
{_NUMBERS} INSERT INTO chats (id, kind, language, name, chosen, reachable)
SELECT ? + i - 1, 'private', 'en', 'Ada', 0, 1 FROM n
"""


def fill(
    database: Path, *, orders: int = 0, carts: int = 0, chats: int = 0, variant: str = "s"
) -> None:
    """Put orders of the past, other people's carts and the tapping chats into a database.

    Args:
        database: Made by the shop before, which is closed.
        orders: Paid and shipped ones.
        carts: Of three lines each, of people who do not tap.
        chats: That tap, each with a cart of three lines.
        variant: Of each line of a cart.
    """
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        for pragma in ("synchronous = OFF", "foreign_keys = OFF"):
            db.execute(f"PRAGMA {pragma}")
        db.execute("BEGIN")
        if orders:
            db.execute(_ORDERS, (orders,))
            db.execute(_LINES, (orders,))
            db.execute("UPDATE counters SET last = 1000 + ?", (orders,))
        _seat(db, FIRST_STRANGER, carts, variant)
        _seat(db, FIRST_CHAT, chats, variant)
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def fill_server(url: str, *, chats: int) -> None:
    """Put the tapping chats into a database on a server, as `fill` does."""
    from bot.store.postgres.connection import PostgresConnection  # noqa: PLC0415 - an extra

    with closing(PostgresConnection(url)) as db:
        db.command("BEGIN; SET LOCAL statement_timeout = 0")
        _seat(db, FIRST_CHAT, chats, "s")
        db.command("COMMIT")
        db.command("SET statement_timeout = 0")
        db.command("VACUUM ANALYZE")


def _seat(db: Db, first: int, many: int, variant: str) -> None:
    if many:
        db.execute(_CHATS, (many, first))
        db.execute(_CARTS, (many, first, variant))
