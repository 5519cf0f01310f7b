"""Works at the same time: as if one came after the other, and done again where they were not."""

from __future__ import annotations

import asyncio
from threading import Barrier

import pytest

from bot.domain.errors import TransientError
from bot.ports import MessageKind, Transaction
from bot.store.postgres import PostgresStore, pool
from kit.patience import PATIENCE
from kit.samples import ALICE, NOW, cart_line


class _Meeting:
    """Lets two works run side by side the first time; when one is done again, it is alone."""

    def __init__(self) -> None:
        self._barrier = Barrier(2, timeout=PATIENCE)
        self._met: set[str] = set()
        self.runs = 0

    def at(self, place: str) -> None:
        """Wait for the other work, unless this place was passed before."""
        if place not in self._met:
            self._met.add(place)
            self._barrier.wait()


def _done_by_now(tx: Transaction) -> None:
    """Look at something: what was asked before may be on its way until then."""
    tx.notes.get("n")


async def _put_while_the_head_is_sent(store: PostgresStore) -> int:
    """Put a message just as the one before it is marked as sent; return how often works ran."""
    meeting = _Meeting()
    await store.write(lambda tx: tx.outbox.enqueue(ALICE, MessageKind.RECEIPT, NOW))
    (head,) = await store.read(lambda tx: tx.outbox.due(NOW, 9))

    def put(tx: Transaction) -> None:
        meeting.runs += 1
        tx.outbox.enqueue(ALICE, MessageKind.SHIPPED, NOW)
        _done_by_now(tx)
        meeting.at("put")

    def sent(tx: Transaction) -> None:
        meeting.runs += 1
        tx.outbox.sent(head.id, NOW)
        _done_by_now(tx)
        meeting.at("sent")

    await asyncio.gather(store.write(put), store.write(sent))
    return meeting.runs


@pytest.mark.once
async def test_a_message_put_while_the_one_before_it_is_sent_is_due(store: PostgresStore) -> None:
    """A work is done again, and sees what the other did."""
    runs = await _put_while_the_head_is_sent(store)
    assert runs > 2
    assert store.replays == runs - 2
    due = await store.read(lambda tx: tx.outbox.due(NOW, 9))
    assert [one.kind for one in due] == [MessageKind.SHIPPED]
    assert await store.findings() == ()


@pytest.mark.once
async def test_control_without_serializable_that_message_waits_for_ever(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """READ COMMITTED: neither sees the other, and nobody ever sends it."""
    weaker = pool._WRITE.replace("SERIALIZABLE", "READ COMMITTED")
    monkeypatch.setattr(pool, "_WRITE", weaker)
    assert await _put_while_the_head_is_sent(store) == 2
    assert await store.read(lambda tx: tx.outbox.due(NOW + 10**9, 9)) == ()
    assert await store.read(lambda tx: tx.outbox.depth()) == 1
    assert len(await store.findings()) == 1


@pytest.mark.once
async def test_works_that_wait_for_each_other_are_both_done(store: PostgresStore) -> None:
    """The server undoes one of two that lock the same rows crosswise: it is done again."""
    meeting = _Meeting()
    for name in "ab":
        await store.write(lambda tx, name=name: tx.notes.set(name, "0"))  # type: ignore[misc]

    def crosswise(first: str, second: str) -> None:
        def work(tx: Transaction) -> None:
            meeting.runs += 1
            tx.notes.set(first, first)
            _done_by_now(tx)
            meeting.at(first)
            tx.notes.set(second, first)

        store._pool.write(work)

    both = (asyncio.to_thread(crosswise, *names) for names in ("ab", "ba"))
    await asyncio.gather(*both)
    assert meeting.runs > 2
    assert store.replays == meeting.runs - 2
    one, other = await store.read(lambda tx: [tx.notes.get(name) for name in "ab"])
    assert one == other


async def test_taps_on_one_cart_at_once_lose_none(store: PostgresStore) -> None:
    """Forty people of a group add one each."""

    def add(tx: Transaction) -> None:
        lines = tx.carts.lines(ALICE)
        tx.carts.upsert(ALICE, cart_line(quantity=1 + sum(line.quantity for line in lines)))

    await asyncio.gather(*(store.write(add) for _ in range(40)))
    (line,) = await store.read(lambda tx: tx.carts.lines(ALICE))
    assert line.quantity == 40


class _Unlucky:
    """A work before which somebody else changes what it read, so many times."""

    def __init__(self, store: PostgresStore, times: int) -> None:
        self._store, self.left = store, times

    def __call__(self, tx: Transaction) -> None:
        assert tx.notes.get("n") != "mine"
        if self.left:
            self.left -= 1
            self._store._pool.write(lambda tx: tx.notes.set("n", str(self.left)))
        tx.notes.set("n", "mine")
        _done_by_now(tx)


@pytest.mark.once
async def test_a_rush_refuses_nobody_however_often_others_are_in_the_way(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 300 buyers of one thing in each of five processes, some come last forty times."""
    monkeypatch.setattr(pool, "_LONGEST_PAUSE", 0.001)
    await store.write(_Unlucky(store, 100))
    assert store.replays == 100
    assert await store.read(lambda tx: tx.notes.get("n")) == "mine"


@pytest.mark.once
async def test_what_is_always_in_the_way_is_told_and_leaves_nothing(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A work is not done again for ever."""
    monkeypatch.setattr(pool, "_REPLAYED_FOR", 0.2)
    unlucky = _Unlucky(store, 2**30)
    with pytest.raises(TransientError, match="too busy"):
        await store.write(unlucky)
    assert await store.read(lambda tx: tx.notes.get("n")) == str(unlucky.left)
    assert store.replays >= 1


async def test_a_cancelled_caller_takes_no_queued_work_away(store: PostgresStore) -> None:
    """More works than threads, all of whose callers go: all are done."""

    def note(number: int) -> None:
        store._pool.write(lambda tx: tx.notes.set(f"n{number}", "kept"))

    gate = _Meeting()

    def hold(tx: Transaction) -> None:
        gate.at("hold")
        tx.notes.get("n")

    callers = [asyncio.create_task(store.write(hold)) for _ in range(1)]
    callers += [
        asyncio.create_task(
            store.write(lambda tx, n=number: tx.notes.set(f"n{n}", "kept"))  # type: ignore[misc]
        )
        for number in range(12)
    ]
    await asyncio.sleep(0)
    for caller in callers:
        caller.cancel()
    await asyncio.to_thread(gate.at, "test")
    await asyncio.gather(*callers, return_exceptions=True)
    await store.close()
    async with await _again(store) as later:
        kept = await later.read(lambda tx: [tx.notes.get(f"n{n}") for n in range(12)])
    assert kept == ["kept"] * 12


async def _again(store: PostgresStore) -> PostgresStore:
    return PostgresStore(pool.Pool(store._pool._url))
