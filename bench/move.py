"""What moving a shop costs: seconds and the most memory of ``python -m bot move``, both ways."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench.perf_goods import fill
from bot.store.sqlite import open_store
from kit.postgres import running_server

#: What a sale leaves beside its order: units held and sold, and a receipt that was sent.
_MOVEMENTS = """
INSERT INTO stock_movements (stock_id, kind, units, order_id, moved_at, free_after)
SELECT l.stock_id, k.kind, l.quantity, l.order_id, 1790000000, CASE k.kind WHEN 'held' THEN 0 END
FROM order_lines AS l, (SELECT 'held' AS kind UNION ALL SELECT 'sold') AS k
"""
_RECEIPTS = """
INSERT INTO outbox (chat_id, kind, order_id, details, created_at, done_at)
SELECT chat_id, 'receipt', id, '{}', placed_at, placed_at + 1 FROM orders
"""


def weigh(sizes: tuple[int, ...]) -> Iterator[str]:
    """Yield a line for each move."""
    with tempfile.TemporaryDirectory(prefix="shop-bench-") as folder, running_server() as server:
        for orders in sizes:
            path = Path(folder) / f"{orders}.sqlite3"
            _make(path, orders)
            size = path.stat().st_size / 1e6
            url, back = server.new_schema(), path.with_name(f"{orders}-back.sqlite3")
            for way, places in (("to the server", (path, url)), ("back", (url, back))):
                seconds, peak = _measured("move", *map(str, places))
                yield (
                    f"{orders:,} orders, {size:.0f} MB, {way}: {seconds:.1f} s,"
                    f" at most {peak / 1e6:.0f} MB of memory"
                )


def _make(path: Path, orders: int) -> None:
    async def empty() -> None:
        async with await open_store(path):
            pass

    asyncio.run(empty())
    fill(path, orders=orders, carts=orders // 10)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(_MOVEMENTS)
        db.execute(_RECEIPTS)


def _measured(*words: str) -> tuple[float, int]:
    """Return the seconds that a command of the shop took, and its most bytes of memory."""
    began = time.monotonic()
    command = [sys.executable, "-m", "bot", *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:  # noqa: S603 - our own
        assert process.stderr
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said.decode()
    return time.monotonic() - began, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
