"""What SQLite does to answer an owner's questions."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.store.books import SqlBooks
from bot.store.sqlite import SqliteStore
from kit.samples import NOW


@pytest.mark.parametrize("call", ["to_ship", "to_collect", "newest", "sales", "first_since"])
async def test_an_owners_question_scans_no_orders(
    store: SqliteStore, database: Path, call: str
) -> None:
    """A million orders that were sent long ago cost nothing when today's are asked for."""
    await store.read(lambda tx: tx.books.count_by_state())
    plans: list[str] = []
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    books = SqlBooks(connection)
    match call:
        case "to_ship":
            books.to_ship(5)
        case "to_collect":
            books.to_collect(5)
        case "newest":
            books.newest(5)
        case "sales":
            books.sales(NOW, NOW + 1, "eur", 5)
        case _:
            books.first_since(NOW)
    connection.set_trace_callback(None)
    for statement in asked:
        plans += [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
    connection.close()
    assert plans
    assert [plan for plan in plans if plan.startswith(("SCAN orders", "SCAN o"))] == []
    used = {
        "to_ship": "orders_to_ship",
        "to_collect": "orders_to_collect",
        "newest": "PRIMARY KEY",
    }.get(call, "orders_placed")
    assert all(used in plan for plan in plans if " orders " in plan or " o " in plan)
