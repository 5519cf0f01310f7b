"""Statements that travel together: what is asked is done, and an error is never lost on the way."""

from __future__ import annotations

from contextlib import suppress

import psycopg
import pytest

from bot.domain.errors import CorruptError
from bot.ports import Note, Transaction
from bot.store.postgres import PostgresStore
from bot.store.postgres.pipeline import PipelinedConnection
from kit.samples import ALICE, cart_line

_READ_COMMITTED = "BEGIN ISOLATION LEVEL READ COMMITTED"
_WRONG = "SELECT 1 / 0"


async def test_a_refused_change_that_nobody_looked_at_is_told_and_undoes_all(
    store: PostgresStore,
) -> None:
    """A work that only writes fails where it is to be kept; so does one that looks later."""

    def blind(tx: Transaction) -> None:
        tx.notes.set("before", "1")
        tx.carts.upsert(ALICE, cart_line(quantity=-1))
        tx.notes.set("after", "1")

    def seeing(tx: Transaction) -> str | None:
        blind(tx)
        return tx.notes.get("before")

    for work in (blind, seeing):
        with pytest.raises(CorruptError, match="refuses a change"):
            await store.write(work)
        assert await store.read(lambda tx: [tx.notes.get(n) for n in ("before", "after")]) == [
            None,
            None,
        ]
    await store.write(lambda tx: tx.carts.upsert(ALICE, cart_line(quantity=1)))
    assert len(await store.read(lambda tx: tx.carts.lines(ALICE))) == 1


async def test_a_work_that_raises_before_it_looks_leaves_nothing(store: PostgresStore) -> None:
    """What it has asked for may not even have been sent."""

    def work(tx: Transaction) -> None:
        tx.notes.set("kept", "1")
        raise KeyError

    for _ in range(3):
        with pytest.raises(KeyError):
            await store.write(work)
    assert await store.read(lambda tx: tx.notes.get("kept")) is None


@pytest.mark.once
async def test_a_work_that_passes_over_an_error_is_not_told_as_kept(store: PostgresStore) -> None:
    """The server answers COMMIT by undoing, without an error of its own."""

    def work(tx: Transaction) -> None:
        tx.notes.set("kept", "1")
        with suppress(psycopg.Error):
            tx.carts.upsert(ALICE, cart_line(quantity=-1))
            tx.carts.lines(ALICE)

    with pytest.raises(psycopg.ProgrammingError, match="passed over"):
        await store.write(work)
    assert await store.read(lambda tx: tx.notes.get("kept")) is None
    await store.write(lambda tx: tx.notes.set("kept", "2"))
    assert await store.read(lambda tx: tx.notes.get("kept")) == "2"


async def test_what_only_writes_is_kept_in_its_order(store: PostgresStore) -> None:
    """Of a thousand changes of one note the last one counts."""

    def work(tx: Transaction) -> None:
        for number in range(1000):
            tx.notes.set("n", str(number))

    await store.write(work)
    assert await store.read(lambda tx: tx.notes.get("n")) == "999"


async def test_large_values_pass_both_ways_beside_others(store: PostgresStore) -> None:
    """The server takes in and sends more than fits a connection's buffers."""
    large = "ä" * 3_000_000

    def work(tx: Transaction) -> list[str | None]:
        for name in ("a", "b"):
            tx.notes.set(name, large)
        return [tx.notes.get(name) for name in ("a", "b", Note.SHOP_ID)]

    one, other, _ = await store.write(work)
    assert one == other == large


def test_what_could_not_be_prepared_behind_an_error_is_prepared_later(url: str) -> None:
    """The server skips it then, and a connection does not believe that it knows it."""
    connection = PipelinedConnection(url)
    connection.begin(_READ_COMMITTED)
    connection.execute(_WRONG)
    skipped = connection.execute("SELECT 2")
    with pytest.raises(psycopg.errors.DivisionByZero):
        skipped.fetchone()
    connection.roll_back()
    connection.begin(_READ_COMMITTED)
    assert connection.execute("SELECT 2").fetchone()[0] == 2
    connection.commit()
    connection.close()


def test_an_error_of_one_transaction_is_not_the_next_ones(url: str) -> None:
    """What was asked and not looked at goes with its transaction."""
    connection = PipelinedConnection(url)
    connection.begin(_READ_COMMITTED)
    connection.execute(_WRONG)
    connection.roll_back()
    connection.begin(_READ_COMMITTED)
    assert connection.execute("SELECT 1").fetchone()[0] == 1
    connection.roll_back()
    assert connection.command("SELECT 3") == "3"
    assert connection.raw.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
    connection.close()


def test_outside_of_a_transaction_what_is_asked_is_done_at_once(url: str) -> None:
    """Nobody has to look at it."""
    one, other = PipelinedConnection(url), PipelinedConnection(url)
    one.execute("CREATE TABLE seen_at_once (n bigint)")
    assert other.execute("SELECT count(*) FROM seen_at_once").fetchone()[0] == 0
    with pytest.raises(psycopg.errors.DivisionByZero):
        one.execute(_WRONG)
    assert one.execute("SELECT 1").fetchone()[0] == 1
    for connection in (one, other):
        connection.close()
