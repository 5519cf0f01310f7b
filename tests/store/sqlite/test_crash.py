"""Crash consistency: whatever is left of the log, the database is at an exact prefix of commits."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from bot.domain.order import ChatId
from bot.ports import Transaction
from bot.store.sqlite import SqliteStore, open_store
from kit.samples import cart_line, sell, stocked

_COMMITS = 25
_CUTS = 24


def _step(number: int) -> object:
    """Return a work that sells, and notes its number in two more tables."""

    def work(tx: Transaction) -> None:
        sell(tx, ChatId(number))
        tx.notes.set("last", str(number))
        tx.carts.upsert(ChatId(0), cart_line(quantity=number))

    return work


async def _commits_made(path: Path) -> list[int]:
    """Open a copy, check every invariant, and return what each table says was committed last."""
    async with await open_store(path) as store:
        assert await store.findings() == ()

        def last(tx: Transaction) -> list[int]:
            lines = tx.carts.lines(ChatId(0))
            return [
                int(tx.notes.get("last") or 0),
                lines[0].quantity if lines else 0,
                tx.orders.next_id() - 1001,
            ]

        return await store.read(last)


async def _log_of_a_running_shop(folder: Path) -> tuple[Path, bytes]:
    """Return a copy of a shop's file and its log, as a power cut would leave them."""
    database = folder / "shop.sqlite3"
    async with await open_store(database) as store:
        await stocked(store, 1000)
    async with await open_store(database) as store:
        for number in range(1, _COMMITS + 1):
            await store.write(_step(number))  # type: ignore[arg-type]
        kept = folder / "kept.sqlite3"
        shutil.copy(database, kept)
        return kept, _read(database.with_name("shop.sqlite3-wal"))


def _read(path: Path) -> bytes:
    return path.read_bytes()


def _lay_out(kept: Path, folder: Path, log: bytes) -> Path:
    folder.mkdir()
    database = folder / "shop.sqlite3"
    shutil.copy(kept, database)
    database.with_name("shop.sqlite3-wal").write_bytes(log)
    return database


async def test_a_log_cut_at_any_byte_leaves_an_exact_prefix_of_commits(tmp_path: Path) -> None:
    """Sampled cuts: the longer the log, the more commits, and never half of one."""
    kept, log = await _log_of_a_running_shop(tmp_path)
    chance = random.Random(7)
    cuts = sorted({0, len(log), *(chance.randrange(len(log)) for _ in range(_CUTS))})
    prefixes = []
    for cut in cuts:
        database = _lay_out(kept, tmp_path / f"cut{cut}", log[:cut])
        made = await _commits_made(database)
        assert len(set(made)) == 1, f"cut at {cut}: {made}"
        prefixes.append(made[0])
    assert prefixes == sorted(prefixes)
    assert (prefixes[0], prefixes[-1]) == (0, _COMMITS)
    assert len(set(prefixes)) > _COMMITS // 3


async def test_garbage_in_the_log_leaves_an_exact_prefix_of_commits(tmp_path: Path) -> None:
    """Sampled places: what comes after the first broken frame does not count."""
    kept, log = await _log_of_a_running_shop(tmp_path)
    chance = random.Random(8)
    prefixes = set()
    for number in range(_CUTS // 2):
        broken = bytearray(log)
        place = chance.randrange(32, len(log) - 8)
        broken[place : place + 8] = chance.randbytes(8)
        made = await _commits_made(_lay_out(kept, tmp_path / f"garbage{number}", bytes(broken)))
        assert len(set(made)) == 1, f"garbage at {place}: {made}"
        prefixes.add(made[0])
    assert max(prefixes) <= _COMMITS
    assert len(prefixes) > 3


_SELLER = """
    import asyncio, sys
    from pathlib import Path
    from bot.domain.order import ChatId
    from bot.store.sqlite import open_store
    from kit.samples import sell, stocked

    async def chat(store, number):
        while True:
            order = await store.write(lambda tx: sell(tx, ChatId(number)))
            print(order.id, flush=True)

    async def main():
        async with await open_store(Path(sys.argv[1])) as store:
            await stocked(store, 1_000_000)
            await asyncio.gather(*(chat(store, number) for number in range(8)))

    asyncio.run(main())
"""


@pytest.mark.parametrize("told", [1, 40, 333])
async def test_a_killed_process_has_kept_every_sale_that_it_answered(
    database: Path, told: int
) -> None:
    """SIGKILL amid shared commits: what was told is there, and everything adds up."""
    with subprocess.Popen(  # noqa: ASYNC220, S603 - this very interpreter, killed by the test
        [sys.executable, "-c", textwrap.dedent(_SELLER), str(database)], stdout=subprocess.PIPE
    ) as seller:
        assert seller.stdout is not None
        for _ in range(told):
            seller.stdout.readline()
        seller.kill()
        answered = [int(line) for line in seller.stdout.read().splitlines() if len(line) >= 4]
    async with await open_store(database) as store:
        last = await store.read(lambda tx: tx.orders.next_id()) - 1
        assert last >= max([1000 + told, *answered])
        assert await store.findings() == ()


async def test_a_shop_goes_on_after_the_cut(tmp_path: Path) -> None:
    """The prefix is a whole shop: numbers go on and sales add up."""
    kept, log = await _log_of_a_running_shop(tmp_path)
    database = _lay_out(kept, tmp_path / "cut", log[: len(log) // 2])

    async def sell_one(store: SqliteStore) -> int:
        order = await store.write(lambda tx: sell(tx, ChatId(1)))
        return order.id

    async with await open_store(database) as store:
        before = await store.read(lambda tx: tx.orders.next_id())
        assert await sell_one(store) == before
        assert await store.findings() == ()
