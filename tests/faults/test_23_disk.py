"""Row 23: the disk is full or read-only, the database is locked, the caller goes away."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.domain.errors import TransientError
from bot.domain.order import OrderState
from bot.ports import Transaction
from bot.store.sqlite import SqliteStore
from kit.faults.counter import ALICE, Counter, open_counter
from kit.faults.pages import open_pages
from kit.patience import PATIENCE

FAULTS = ("disk full", "read-only", "locked")


async def _pragma(store: SqliteStore, words: str) -> None:
    """Tell the writing connection something; a fault of the disk is played by SQLite itself."""

    def work(connection: sqlite3.Connection) -> None:
        connection.execute(f"PRAGMA {words}").close()

    await store._writer.connection.run(work)


class Broken:
    """A database that cannot be written, until it is mended."""

    def __init__(self, store: SqliteStore, fault: str) -> None:
        self._store = store
        self._fault = fault
        self._other: sqlite3.Connection | None = None

    async def __aenter__(self) -> None:
        match self._fault:
            case "disk full":
                await _pragma(self._store, "max_page_count = 1")
            case "read-only":
                await _pragma(self._store, "query_only = ON")
            case _:
                await _pragma(self._store, "busy_timeout = 50")
                self._other = sqlite3.connect(self._store.path, isolation_level=None)
                self._other.execute("BEGIN IMMEDIATE").close()

    async def __aexit__(self, *_: object) -> None:
        match self._fault:
            case "disk full":
                await _pragma(self._store, "max_page_count = 1073741823")
            case "read-only":
                await _pragma(self._store, "query_only = OFF")
            case _:
                assert self._other is not None
                self._other.execute("ROLLBACK").close()
                self._other.close()


def _grow(tx: Transaction) -> None:
    for number in range(200):
        tx.notes.set(f"filler-{number}", "x" * 4000)


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_write_that_the_disk_refuses_is_undone_whole_and_works_later(
    tmp_path: Path, fault: str
) -> None:
    """Full, read-only or locked: a clean rollback, said so, and nothing half done."""
    async with open_counter(tmp_path) as counter:

        def work(tx: Transaction) -> None:
            tx.notes.set("half", "done")
            _grow(tx)

        async with Broken(counter.on_file, fault):
            with pytest.raises(TransientError):
                await counter.store.write(work)
            assert await counter.store.read(lambda tx: tx.notes.get("half")) is None

        await counter.store.write(work)
        assert await counter.store.read(lambda tx: tx.notes.get("half")) == "done"
        assert await counter.findings() == []


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_payment_that_cannot_be_stored_now_is_settled_when_it_can(
    tmp_path: Path, fault: str
) -> None:
    """A disk that refuses at the moment of payment costs time, never the sale."""
    async with open_counter(tmp_path) as counter:
        order = await counter.buy()
        await counter.stripe.pay(str(order.session_id))
        async with Broken(counter.on_file, fault):
            settling = counter.shop.settlement.by_token(order.token)
            if fault == "disk full":  # there may be room left in the pages that there are
                await asyncio.gather(settling, return_exceptions=True)
            else:
                with pytest.raises(TransientError):
                    await settling
                assert (await counter.order(order.id)).state is OrderState.OPEN

        await counter.quiet()

        assert (await counter.order(order.id)).state is OrderState.PAID
        assert await counter.findings() == []


async def test_a_webhook_that_cannot_be_stored_is_answered_503_so_that_it_comes_again(
    tmp_path: Path,
) -> None:
    """Stripe hears 503, sends again, and the event is then stored once."""
    async with open_pages(tmp_path) as pages:
        body = json.dumps(
            {"id": "evt_1", "type": "checkout.session.expired", "data": {"object": {"id": "cs_1"}}}
        ).encode()
        store = pages.kit.running.store
        assert isinstance(store, SqliteStore)
        for fault in ("read-only", "locked"):
            async with Broken(store, fault):
                assert await pages.post(body, pages.signature(body)) == 503
        assert (await pages.rows())["inbox"] == 0

        assert await pages.post(body, pages.signature(body)) == 200
        assert (await pages.rows())["inbox"] == 1


async def test_a_cancelled_caller_leaves_the_transaction_whole(tmp_path: Path) -> None:
    """Whoever goes away in the middle of writes leaves each of them done or not begun."""
    async with open_counter(tmp_path) as counter:
        for number in range(40):
            task = asyncio.create_task(_write_both(counter, number))
            for _ in range(number % 5):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        await counter.store.write(lambda tx: tx.notes.set("after", "1"))
        for number in range(40):
            pair = await counter.store.read(_both(number))
            assert pair in {(None, None), ("1", "1")}, number
        assert not counter.on_file._writer.connection.in_transaction


def _both(number: int):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a work, by its number
    return lambda tx: (tx.notes.get(f"a-{number}"), tx.notes.get(f"b-{number}"))


async def _write_both(counter: Counter, number: int) -> None:
    def work(tx: Transaction) -> None:
        tx.notes.set(f"a-{number}", "1")
        tx.notes.set(f"b-{number}", "1")

    await counter.store.write(work)


async def test_a_buyer_whose_tap_is_cut_short_can_go_on_where_it_stood(tmp_path: Path) -> None:
    """A checkout cancelled at any moment leaves an order that the next tap continues."""
    async with open_counter(tmp_path) as counter:
        await counter.fill(ALICE)
        for hops in range(0, 60, 3):
            task = asyncio.create_task(counter.checkout(ALICE))
            for _ in range(hops):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        link = await counter.checkout(ALICE)

        assert link.order.state is OrderState.OPEN
        open_sessions = [s for s in counter.stripe.sessions.values() if s["status"] == "open"]
        assert [s["id"] for s in open_sessions] == [link.order.session_id]
        assert await counter.findings() == []


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold a file's write lock as a backup program might."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE").close()
        yield
        other.execute("ROLLBACK").close()


async def test_closing_while_the_database_is_locked_does_not_hang(tmp_path: Path) -> None:
    """A shop ends in time even if somebody else holds the file."""
    async with open_counter(tmp_path) as counter:
        with _held(counter.database):
            waiting = asyncio.create_task(counter.store.write(lambda tx: tx.notes.set("late", "1")))
            async with asyncio.timeout(PATIENCE):
                await counter.close()
                outcome = (await asyncio.gather(waiting, return_exceptions=True))[0]
        assert isinstance(outcome, TransientError)
        await counter.open()
