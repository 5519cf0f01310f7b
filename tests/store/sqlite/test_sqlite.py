"""The store itself: whole transactions whatever happens to those who wait for them."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import CorruptError, RefusedError, TransientError
from bot.ports import Store, Transaction
from bot.store.sqlite import SqliteStore, open_store
from kit.engines import raw
from kit.patience import PATIENCE
from kit.samples import ALICE, cart_line


def note(value: str) -> Callable[[Transaction], None]:
    """Return a work that writes a note."""
    return lambda tx: tx.notes.set("test", value)


async def noted(store: Store) -> str | None:
    """Return what the note says."""
    return await store.read(lambda tx: tx.notes.get("test"))


async def test_the_guarantees_are_taken_on_both_connections(store: SqliteStore) -> None:
    """Read back: a commit is on the disk, foreign keys are checked, the reader cannot write."""

    def guarantees(name: str) -> Callable[..., object]:
        return lambda db: db.execute(f"PRAGMA {name}").fetchone()[0]

    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
    writer, reader = store._writer.connection, store._reader.connection
    assert [await writer.run(guarantees(name)) for name in names] == ["wal", 2, 1, 100, 0]
    assert [await reader.run(guarantees(name)) for name in names] == ["wal", 2, 1, 100, 1]


async def test_few_commits_wait_for_the_log_to_be_written_into_the_file(
    store: SqliteStore,
) -> None:
    """A thousand taps write the log only; by SQLite's own measure one would write the file too."""
    written = store.path.stat().st_mtime_ns
    for number in range(1100):
        await store.write(note(str(number)))
    assert store.path.stat().st_mtime_ns == written
    assert await noted(store) == "1099"


async def test_what_a_work_returns_comes_back_and_is_seen_by_the_next_read(
    store: SqliteStore,
) -> None:
    """A read that starts after a write has returned sees it."""

    def work(tx: Transaction) -> str:
        tx.notes.set("test", "1")
        return "done"

    assert await store.write(work) == "done"
    assert await noted(store) == "1"


async def test_what_a_work_raises_comes_back_and_undoes_it(store: SqliteStore) -> None:
    """A refusal half way leaves nothing of the first half."""
    await store.write(note("before"))

    def work(tx: Transaction) -> None:
        tx.notes.set("test", "half")
        tx.carts.upsert(ALICE, cart_line())
        raise RefusedError("cart.sold_out", left=0)

    with pytest.raises(RefusedError) as raised:
        await store.write(work)
    assert (raised.value.key, raised.value.params) == ("cart.sold_out", {"left": 0})
    assert await noted(store) == "before"
    assert await store.read(lambda tx: tx.carts.lines(ALICE)) == ()


async def test_a_read_cannot_write(store: SqliteStore) -> None:
    """The reading connection refuses by itself."""
    with pytest.raises(TransientError, match="the database is read-only"):
        await store.read(note("sneaky"))
    assert await noted(store) is None


async def test_a_read_is_a_snapshot(store: SqliteStore) -> None:
    """A commit in the middle of a read is not seen by it."""
    await store.write(note("old"))
    reading, written = threading.Event(), threading.Event()

    def read(tx: Transaction) -> list[str | None]:
        before = tx.notes.get("test")
        reading.set()
        assert written.wait(5)
        return [before, tx.notes.get("test")]

    task = asyncio.create_task(store.read(read))
    await asyncio.to_thread(reading.wait, 5)
    await store.write(note("new"))
    written.set()
    assert await task == ["old", "old"]
    assert await noted(store) == "new"


async def _cancelled_within(store: SqliteStore, work: Callable[[Transaction], None]) -> None:
    """Cancel the caller of a write while its work runs, and let the work go on."""
    started, go_on = threading.Event(), threading.Event()

    def slow(tx: Transaction) -> None:
        started.set()
        assert go_on.wait(5)
        work(tx)

    task = asyncio.create_task(store.write(slow))
    assert await asyncio.to_thread(started.wait, 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()


async def test_a_cancelled_caller_does_not_cut_its_work_short(store: SqliteStore) -> None:
    """The work is committed whole, and no transaction is left open."""
    await _cancelled_within(store, note("whole"))
    await store.write(lambda tx: tx.notes.set("other", "next"))
    assert await noted(store) == "whole"
    assert await raw(store, lambda db: db.in_transaction) is False


async def test_a_cancelled_callers_work_that_raises_is_undone_whole(store: SqliteStore) -> None:
    """Nobody is left to hear of it; the next write goes on as usual."""

    def fail(tx: Transaction) -> None:
        tx.notes.set("test", "half")
        raise ZeroDivisionError

    await _cancelled_within(store, fail)
    await store.write(lambda tx: tx.notes.set("other", "next"))
    assert await noted(store) is None
    assert await raw(store, lambda db: db.in_transaction) is False


async def test_a_write_cancelled_in_the_queue_is_still_done_in_its_turn(store: SqliteStore) -> None:
    """Queued work is done whole, and holds nothing afterwards."""
    started, go_on = threading.Event(), threading.Event()

    def block(_: Transaction) -> None:
        started.set()
        assert go_on.wait(5)

    first = asyncio.create_task(store.write(block))
    assert await asyncio.to_thread(started.wait, 5)
    queued = asyncio.create_task(store.write(note("queued")))
    await asyncio.sleep(0)
    queued.cancel()
    with pytest.raises(asyncio.CancelledError):
        await queued
    go_on.set()
    await first
    await store.write(lambda tx: tx.notes.set("other", "next"))
    assert await noted(store) == "queued"


async def test_closing_finishes_what_is_queued(database: Path) -> None:
    """A stop loses no write that was accepted."""
    store = await open_store(database)
    tasks = [
        asyncio.create_task(store.write(lambda tx, n=n: tx.notes.set(f"n{n}", "x")))  # type: ignore[misc]
        for n in range(50)
    ]
    await asyncio.sleep(0)
    await store.close()
    assert [task.result() for task in tasks] == [None] * 50
    async with await open_store(database) as again:
        kept = await again.read(lambda tx: [tx.notes.get(f"n{n}") for n in range(50)])
    assert kept == ["x"] * 50


async def test_a_closed_store_says_so(store: SqliteStore) -> None:
    """Whoever comes late may try again after the restart; closing twice is no fault."""
    await store.close()
    await store.close()
    with pytest.raises(TransientError, match="the database is closed"):
        await store.write(note("late"))
    with pytest.raises(TransientError, match="the database is closed"):
        await noted(store)


async def test_a_closed_database_is_one_file_and_only_its_owners(database: Path) -> None:
    """People's names stand in it; the log is merged when it is closed."""
    async with await open_store(database) as store:
        await store.write(note("1"))
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in database.parent.iterdir()}
    assert modes == dict.fromkeys(("shop.sqlite3", "shop.sqlite3-wal", "shop.sqlite3-shm"), 0o600)
    assert [p.name for p in database.parent.iterdir()] == ["shop.sqlite3"]


async def test_the_folder_of_a_new_database_is_made(tmp_path: Path) -> None:
    """A first start needs no preparation."""
    async with await open_store(tmp_path / "a" / "b" / "shop.sqlite3") as store:
        await store.write(note("1"))


async def test_a_database_keeps_what_was_committed_and_its_own_id(database: Path) -> None:
    """Another start finds everything; another database has another id."""
    async with await open_store(database) as store:
        await store.write(note("kept"))
        shop_id = await store.read(lambda tx: tx.notes.get("shop_id"))
    async with await open_store(database) as store:
        assert await noted(store) == "kept"
        assert await store.read(lambda tx: tx.notes.get("shop_id")) == shop_id
    async with await open_store(database.with_name("other.sqlite3")) as store:
        assert await store.read(lambda tx: tx.notes.get("shop_id")) != shop_id


async def test_a_path_that_is_no_file_is_refused_and_nothing_is_left_open(tmp_path: Path) -> None:
    """A wrong setting is told with the path."""
    with pytest.raises(TransientError, match=r"cannot be opened: Is a directory"):
        await open_store(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(TransientError, match=r"cannot be opened: File exists"):
        await open_store(tmp_path / "file" / "shop.sqlite3")
    await _no_thread_left()


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


async def _no_thread_left() -> None:
    """Wait until no connection's thread runs any more."""
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join, 5)
            assert not thread.is_alive()


async def test_a_failed_start_closes_its_connections(database: Path) -> None:
    """An open connection's thread would keep the process from ending."""
    _write(database, b"no database at all, but long enough to be read as one" * 100)
    with pytest.raises(CorruptError, match="is not a SQLite database"):
        await open_store(database)
    await _no_thread_left()


async def test_another_programs_database_is_not_touched(database: Path) -> None:
    """Not even its journal mode: a wrong path costs nobody anything."""
    with closing(sqlite3.connect(database)) as other:
        other.execute("CREATE TABLE theirs (a)")
    before = _read(database)
    with pytest.raises(CorruptError, match="belongs to another program"):
        await open_store(database)
    assert _read(database) == before


def _read(path: Path) -> bytes:
    return path.read_bytes()


_CANCELLED_AT_THE_END = """
    import asyncio, sys, threading
    from pathlib import Path
    from bot.store.sqlite import open_store

    async def main():
        started, go_on = threading.Event(), threading.Event()
        def work(tx):
            started.set()
            go_on.wait(5)
            tx.notes.set("test", "whole")
        async with await open_store(Path(sys.argv[1])) as store:
            task = asyncio.create_task(store.write(work))
            await asyncio.to_thread(started.wait, 5)
            task.cancel()
            asyncio.get_running_loop().call_later(0.05, go_on.set)
            raise SystemExit(7)

    asyncio.run(main())
"""


async def test_a_process_that_ends_within_a_transaction_does_not_hang(database: Path) -> None:
    """The connections are closed, the work is whole, and the process ends with its own code."""
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", textwrap.dedent(_CANCELLED_AT_THE_END), str(database)],
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 7
    async with await open_store(database) as store:
        assert await noted(store) == "whole"


async def test_a_refused_file_leaves_no_thread_behind(database: Path) -> None:
    """What still answered after the event loop had closed would be an error of its own."""
    _write_nonsense(database)
    for _ in range(200):
        with pytest.raises(CorruptError):
            await open_store(database)
        left = [one.name for one in threading.enumerate() if "_connection_worker" in one.name]
        assert left == []


def _write_nonsense(database: Path) -> None:
    database.write_bytes(b"no database at all" * 500)
