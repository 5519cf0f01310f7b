"""The write-ahead log cut anywhere, or with garbage in it: what the shop opens then."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bot.domain.order import ChatId, OrderState
from bot.ports import Transaction
from bot.store.invariants import find
from bot.store.sqlite import open_store
from kit.samples import BEANS, NOW, attach, give_up, pay, place_next

_WAL = "-wal"


@dataclass(frozen=True, slots=True)
class Logged:
    """A database with a log of commits.

    Attributes:
        main: The file without the log.
        log: The log's bytes.
        states: A digest of everything stored, after each commit, the oldest first.
        ends: The log's length after each commit.
    """

    main: bytes
    log: bytes
    states: list[str]
    ends: list[int]


def digest(database: Path) -> str:
    """Return a digest of every row of every table."""
    with closing(sqlite3.connect(database)) as db:
        return _digest(db)


def _digest(db: sqlite3.Connection) -> str:
    names = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    told = hashlib.sha256()
    for name in sorted(names):
        told.update(name.encode())
        for row in db.execute(f"SELECT * FROM {name} ORDER BY 1, 2"):
            told.update(repr(tuple(row)).encode())
    return told.hexdigest()


async def make_log(folder: Path, commits: int) -> Logged:
    """Sell, expire and cancel in so many commits, none of them merged into the file yet."""
    database = folder / "made.sqlite3"
    async with await open_store(database) as store:
        await store.write(lambda tx: tx.stock.count(BEANS, 10_000, NOW))
    main = database.read_bytes()  # closing merged the log
    log = database.with_name(database.name + _WAL)
    states, ends = [], []
    async with await open_store(database) as store:
        states.append(digest(database))
        ends.append(0)
        await store._writer.connection.execute("PRAGMA wal_autocheckpoint = 0")
        for number in range(commits):
            await store.write(_step(number))
            states.append(digest(database))
            ends.append(log.stat().st_size)
        data = log.read_bytes()
    return Logged(main, data, states, ends)


def _step(number: int) -> Callable[[Transaction], None]:
    def work(tx: Transaction) -> None:
        chat = ChatId(100 + number // 3)
        match number % 3:
            case 0:
                place_next(tx, chat)
            case 1:
                order = tx.orders.live_of(chat)
                assert order is not None
                attach(tx, order)
            case _:
                order = tx.orders.live_of(chat)
                assert order is not None
                if number % 2:
                    pay(tx, order)
                else:
                    give_up(tx, order, OrderState.EXPIRED)

    return work


def cuts(logged: Logged, count: int) -> Iterator[tuple[str, bytes]]:
    """Yield the log cut at bytes all over it, and with garbage where it was cut."""
    draw = random.Random(2)
    size = len(logged.log)
    for number in range(count):
        at = draw.randrange(size + 1) if number % 4 else draw.choice(logged.ends)
        match number % 3:
            case 0:
                yield f"cut at {at}", logged.log[:at]
            case 1:
                rubbish = draw.randbytes(min(size - at, draw.randrange(1, 9000)))
                spoilt = logged.log[:at] + rubbish + logged.log[at + len(rubbish) :]
                yield f"garbage at {at}", spoilt
            case _:
                at = min(at, size - 1)
                flipped = logged.log[at] ^ (1 << draw.randrange(8))
                yield f"a bit at {at}", logged.log[:at] + bytes([flipped]) + logged.log[at + 1 :]


def most_that_can_be_kept(logged: Logged, spoilt: bytes) -> int:
    """Return the number of whole commits before the first byte that changed."""
    # The longest prefix that both have, found by halves: comparing slices is quick.
    lengths = range(min(len(logged.log), len(spoilt)) + 1)
    same = bisect_left(lengths, True, key=lambda n: logged.log[:n] != spoilt[:n]) - 1
    return sum(end <= same for end in logged.ends) - 1


async def reopen(logged: Logged, spoilt: bytes, folder: Path) -> int:
    """Open the database with a spoilt log as the shop does, and return how many commits it has.

    Raises:
        AssertionError: it is no prefix of the commits, or contradicts itself.
    """
    database = folder / "shop.sqlite3"
    _lay_out(database, logged.main, spoilt)
    async with await open_store(database) as store:
        state, findings = await store._reader.connection.run(lambda db: (_digest(db), find(db)))
    assert findings == ()
    assert state in logged.states, "a state that never was"
    return logged.states.index(state)


def _lay_out(database: Path, main: bytes, log: bytes) -> None:
    for leftover in database.parent.glob(f"{database.name}*"):
        leftover.unlink()
    database.write_bytes(main)
    database.with_name(database.name + _WAL).write_bytes(log)
