"""Works that wait at the same time share a commit, and nothing else."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.domain.catalog.model import StockId
from bot.domain.errors import CorruptError, RefusedError, TransientError
from bot.ports import DatabaseTroubleError, Transaction
from bot.store.sqlite import SqliteStore, open_store
from kit.engines import raw

Work = Callable[[Transaction], object]


@asynccontextmanager
async def counted_commits(store: SqliteStore) -> AsyncIterator[list[str]]:
    """Collect the transaction statements of the writing connection."""
    seen: list[str] = []

    def trace(statement: str) -> None:
        if statement.split(maxsplit=1)[0] in {
            "BEGIN",
            "COMMIT",
            "ROLLBACK",
            "SAVEPOINT",
            "RELEASE",
        }:
            seen.append(statement)

    await raw(store, lambda db: db.set_trace_callback(trace))
    yield seen
    await raw(store, lambda db: db.set_trace_callback(None))


async def together(store: SqliteStore, works: Sequence[Work]) -> list[object]:
    """Have the works wait behind a slow one, so that they share the next commit."""
    started, go_on = threading.Event(), threading.Event()

    def block(_: Transaction) -> None:
        started.set()
        assert go_on.wait(5)

    first = asyncio.create_task(store.write(block))
    assert await asyncio.to_thread(started.wait, 5)
    waiting = [asyncio.create_task(store.write(work)) for work in works]
    await asyncio.sleep(0)
    go_on.set()
    await first
    return await asyncio.gather(*waiting, return_exceptions=True)


def note(name: str) -> Work:
    """Return a work that writes a note and returns its name."""

    def work(tx: Transaction) -> str:
        tx.notes.set(name, "x")
        return name

    return work


def refuse(tx: Transaction) -> None:
    """Write something and refuse."""
    tx.notes.set("refused", "x")
    raise RefusedError("cart.sold_out")


async def kept(store: SqliteStore, *names: str) -> list[str]:
    """Return which of these notes are there."""
    return await store.read(lambda tx: [name for name in names if tx.notes.get(name)])


async def test_works_that_wait_together_share_one_commit(store: SqliteStore) -> None:
    """One sync of the disk for all of them, and each gets its own answer."""
    async with counted_commits(store) as seen:
        answers = await together(store, [note(f"n{n}") for n in range(20)])
    assert answers == [f"n{n}" for n in range(20)]
    assert seen.count("COMMIT") == 2
    assert seen.count("SAVEPOINT work") == 20


@pytest.mark.once
async def test_a_work_alone_needs_no_savepoint(store: SqliteStore) -> None:
    """One chat's tap is as short as it can be."""
    async with counted_commits(store) as seen:
        await store.write(note("alone"))
    assert seen == ["BEGIN IMMEDIATE", "COMMIT"]


async def test_a_commit_takes_a_bounded_number_of_works(database: Path) -> None:
    """What one slow work can hold up stays bounded, and all are done."""
    async with await open_store(database, group=8) as store:
        async with counted_commits(store) as seen:
            answers = await together(store, [note(f"n{n}") for n in range(20)])
        assert answers == [f"n{n}" for n in range(20)]
        assert seen.count("COMMIT") == 1 + 3


async def test_a_work_that_raises_takes_back_its_own_changes_alone(store: SqliteStore) -> None:
    """A refusal in one chat is no other chat's business."""
    answers = await together(store, [note("before"), refuse, note("after")])
    assert isinstance(answers[1], RefusedError)
    assert [answers[0], answers[2]] == ["before", "after"]
    assert await kept(store, "before", "refused", "after") == ["before", "after"]


async def test_a_change_that_the_database_refuses_is_taken_back_alone(store: SqliteStore) -> None:
    """A broken constraint undoes one work."""

    def broken(tx: Transaction) -> None:
        tx.notes.set("broken", "x")
        tx.stock.count(StockId("beans"), -1, 0)

    answers = await together(store, [note("before"), broken, note("after")])
    assert isinstance(answers[1], CorruptError)
    assert await kept(store, "before", "broken", "after") == ["before", "after"]


async def test_nobody_is_answered_before_the_commit(store: SqliteStore) -> None:
    """A refusal may rest on what another work did: if that is undone, it must not stand."""

    def take(tx: Transaction) -> None:
        if tx.notes.get("taken"):
            raise RefusedError("cart.sold_out")
        tx.notes.set("taken", "x")

    def break_commit(_: Transaction) -> None:
        writer.execute("ROLLBACK")

    writer = await raw(store, lambda db: db)
    answers = await together(store, [take, take, break_commit])
    assert [type(answer) for answer in answers] == [TransientError] * 3
    assert await kept(store, "taken") == []
    assert await together(store, [take]) == [None]


async def test_a_transaction_that_sqlite_undoes_fails_all_of_its_works(store: SqliteStore) -> None:
    """Whoever broke it hears why, the others that they may try again; nothing is half done."""
    writer = await raw(store, lambda db: db)

    def undo(tx: Transaction) -> None:
        tx.notes.set("undo", "x")
        writer.execute("ROLLBACK")
        raise RefusedError("cart.gone")

    answers = await together(store, [note("before"), undo, note("after")])
    assert [type(answer) for answer in answers] == [TransientError] * 3
    assert await kept(store, "before", "undo", "after") == []
    assert await together(store, [note("after"), note("more")]) == ["after", "more"]


async def test_works_see_what_those_before_them_did(store: SqliteStore) -> None:
    """Sharing a commit keeps their order."""

    def count(tx: Transaction) -> int:
        number = int(tx.notes.get("count") or "0") + 1
        tx.notes.set("count", str(number))
        return number

    assert await together(store, [count] * 10) == list(range(1, 11))


async def test_a_locked_database_fails_every_work_that_waits_and_then_goes_on(
    store: SqliteStore, database: Path
) -> None:
    """Another process holds the lock: nothing is changed, and the next try succeeds."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answers = await asyncio.gather(
            store.write(note("a")), store.write(note("b")), return_exceptions=True
        )
        assert [str(answer) for answer in answers] == [
            "the database is locked by another process"
        ] * 2
        assert [type(answer) for answer in answers] == [DatabaseTroubleError] * 2
        other.execute("ROLLBACK")
    assert await kept(store, "a", "b") == []
    assert await store.write(note("a")) == "a"


async def test_a_full_disk_undoes_the_write_and_the_shop_goes_on_when_there_is_room(
    store: SqliteStore,
) -> None:
    """What is answered is what is stored, also for those who shared the commit."""

    def large(tx: Transaction) -> str:
        tx.notes.set("large", "x" * 100_000)
        return "large"

    def limit(db: sqlite3.Connection) -> None:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")

    await raw(store, limit)
    with pytest.raises(TransientError, match="the disk is full"):
        await store.write(large)
    answers = await together(store, [note("before"), large, note("after")])
    assert isinstance(answers[1], TransientError)
    stored = await kept(store, "before", "large", "after")
    assert stored == [answer for answer in answers if isinstance(answer, str)]
    assert await raw(store, lambda db: db.in_transaction) is False
    await raw(store, lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchone())
    assert await store.write(large) == "large"
    assert await store.findings() == ()


async def test_a_read_only_database_refuses_writes_and_serves_reads(store: SqliteStore) -> None:
    """A file system that went read-only does not end the shop."""
    await store.write(note("before"))
    await raw(store, lambda db: db.execute("PRAGMA query_only = ON").close())
    with pytest.raises(TransientError, match="the database is read-only"):
        await store.write(note("after"))
    assert await kept(store, "before", "after") == ["before"]
    await raw(store, lambda db: db.execute("PRAGMA query_only = OFF").close())
    assert await store.write(note("after")) == "after"
