"""Processes that place an order for the last item in one database file, all at once.

Run as a module it is the process that makes them: it imports once, opens nothing, and forks.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from bot.domain.order import ChatId
from bot.ports import Transaction
from bot.store.sqlite import open_store
from kit.samples import BEANS, NOW, new_order, order_line

GUARDED, UNGUARDED = "guarded", "unguarded"
#: Milliseconds: every process gets its turn, however slow the machine is.
_BUSY_TIMEOUT = 60_000
_SOLD, _REFUSED, _BROKE = 0, 3, 4


def rush_of_processes(database: Path, count: int, mode: str) -> dict[str, int]:
    """Let so many processes buy the last item, and return how many did.

    Args:
        database: Made anew.
        count: Processes.
        mode: ``guarded`` places orders as the shop's store does; ``unguarded`` looks at the
            stock in one step and holds in another.
    """
    asyncio.run(_stock_one(database))
    done = subprocess.run(  # noqa: S603 - this very module
        [sys.executable, "-m", "kit.faults.processes", str(database), str(count), mode],
        check=True, capture_output=True, timeout=120, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    told: dict[str, int] = json.loads(done.stdout)
    return told


async def _stock_one(database: Path) -> None:
    async with await open_store(database) as store:
        await store.write(lambda tx: tx.stock.count(BEANS, 1, NOW))


async def _buy_guarded(database: Path, number: int) -> bool:
    def place(tx: Transaction) -> bool:
        order_id = tx.orders.next_id()
        if not tx.stock.hold(BEANS, 1, order_id, NOW):
            return False
        tx.orders.add(new_order(order_id, ChatId(number), (order_line(quantity=1),)))
        return True

    async with await open_store(database, busy_timeout=_BUSY_TIMEOUT) as store:
        return await store.write(place)


def _buy_unguarded(database: Path, looked: int, go: int) -> bool:
    with closing(sqlite3.connect(database, timeout=_BUSY_TIMEOUT / 1000)) as db:
        row = db.execute("SELECT counted - held - sold FROM stock WHERE id = 'beans'").fetchone()
        os.write(looked, b".")
        os.read(go, 1)
        if row[0] < 1:
            return False
        with db:
            db.execute("UPDATE stock SET held = held + 1 WHERE id = 'beans'")
        return True


def _child(database: Path, number: int, mode: str, looked: int, go: int) -> int:
    if mode == UNGUARDED:
        return _SOLD if _buy_unguarded(database, looked, go) else _REFUSED
    os.write(looked, b".")
    os.read(go, 1)
    return _SOLD if asyncio.run(_buy_guarded(database, number)) else _REFUSED


def _fork(database: Path, number: int, mode: str, looked: int, go: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = _BROKE
    try:
        code = _child(database, number, mode, looked, go)
    finally:
        os._exit(code)


def main(database: Path, count: int, mode: str) -> None:
    """Fork, let all go at once when the last one is ready, and print what became of them."""
    looked_read, looked = os.pipe()
    go, go_write = os.pipe()
    pids = [_fork(database, number, mode, looked, go) for number in range(1, count + 1)]
    ready = 0
    while ready < count:
        ready += len(os.read(looked_read, count))
    os.write(go_write, b"." * count)
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    told = {"sold": codes.count(_SOLD), "refused": codes.count(_REFUSED)}
    broke = count - sum(told.values())
    print(json.dumps(told | ({"broke": broke} if broke else {})))  # noqa: T201 - its answer


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
