"""Several processes on one database: what one takes up, no other does at the same time."""

from __future__ import annotations

import asyncio

from bot.domain.order import ChatId
from bot.ports import CLAIM_SECONDS, EventId, EventKind, InboxEvent, MessageKind, Transaction
from kit.engines import AnyStore, opened_again
from kit.samples import ALICE, BOB, NOW, attach, place_next, stocked


async def _enqueue(store: AnyStore, chats: int = 1) -> list[int]:
    def work(tx: Transaction) -> list[int]:
        for number in range(chats):
            tx.outbox.enqueue(ChatId(100 + number), MessageKind.LINK, NOW)
        return [one.id for one in tx.outbox.due(NOW, 99)]

    return await store.write(work)


async def test_each_message_is_claimed_by_one_of_two_processes(store: AnyStore) -> None:
    """Both look at the same twenty; each gets what the other did not, and none is left."""
    ids = await _enqueue(store, 20)
    async with await opened_again(store) as other:

        async def take(process: str, database: AnyStore) -> set[int]:
            got = [
                await database.write(lambda tx, i=one: tx.outbox.claim(i, process, NOW))  # type: ignore[misc]
                for one in ids
            ]
            return {one for one, mine in zip(ids, got, strict=True) if mine}

        first, second = await asyncio.gather(take("a", store), take("b", other))
    assert first & second == set()
    assert first | second == set(ids)


async def test_what_is_claimed_is_due_for_its_own_process_alone(store: AnyStore) -> None:
    """Until its time is over; then whoever comes takes it up."""
    (one,) = await _enqueue(store)
    assert await store.write(lambda tx: tx.outbox.claim(one, "a", NOW))

    def due(at: int, process: str | None) -> int:
        return len(seen[at, process])

    seen = {
        (at, process): await store.read(lambda tx, a=at, p=process: tx.outbox.due(a, 9, (), p))  # type: ignore[misc]
        for at in (NOW, NOW + CLAIM_SECONDS)
        for process in ("a", "b", None)
    }
    assert (due(NOW, "a"), due(NOW, "b"), due(NOW, None)) == (1, 0, 1)
    assert due(NOW + CLAIM_SECONDS, "b") == 1
    assert not await store.write(lambda tx: tx.outbox.claim(one, "b", NOW + CLAIM_SECONDS - 1))
    assert await store.write(lambda tx: tx.outbox.claim(one, "b", NOW + CLAIM_SECONDS))


async def test_a_process_that_slept_through_its_claim_ends_nothing(store: AnyStore) -> None:
    """Another one has the message: its word counts, and the chat's next one waits for it."""
    (one,) = await _enqueue(store)
    late = NOW + CLAIM_SECONDS

    def work(tx: Transaction) -> bool:
        tx.outbox.enqueue(ChatId(100), MessageKind.RECEIPT, NOW)
        assert tx.outbox.claim(one, "a", NOW)
        assert tx.outbox.claim(one, "b", late)
        tx.outbox.sent(one, late, "a")
        tx.outbox.later(one, late + 500, "a")
        return tx.outbox.park(one, late, "refused", "a")

    assert await store.write(work) is False
    assert [m.id for m in await store.read(lambda tx: tx.outbox.due(late, 9, (), "b"))] == [one]
    await store.write(lambda tx: tx.outbox.sent(one, late, "b"))
    (head,) = await store.read(lambda tx: tx.outbox.due(late, 9, (), "a"))
    assert head.kind is MessageKind.RECEIPT
    assert await store.findings() == ()


async def test_what_is_put_off_or_released_is_anybodys(store: AnyStore) -> None:
    """The next try need not be made by the process that made the first."""
    first, second = await _enqueue(store, 2)

    def work(tx: Transaction) -> bool:
        assert tx.outbox.claim(first, "a", NOW)
        tx.outbox.later(first, NOW + 2, "a")
        assert not tx.outbox.claim(first, "b", NOW + 1)  # it was due when "b" looked
        assert tx.outbox.claim(first, "b", NOW + 2)
        assert tx.outbox.claim(second, "a", NOW)
        assert tx.outbox.claim(second, "a", NOW)  # once more, where its own task died
        tx.outbox.release_claims()
        return tx.outbox.claim(second, "b", NOW)

    assert await store.write(work)


async def test_an_undecided_order_is_asked_about_by_one(store: AnyStore) -> None:
    """Taking it and setting its next time are one step; before its time nobody gets it."""
    await stocked(store)

    def begin(tx: Transaction) -> None:
        for chat in (ALICE, BOB):
            attach(tx, place_next(tx, chat))
        tx.orders.all_due()

    await store.write(begin)
    (order, _) = await store.read(lambda tx: tx.orders.due(NOW, 9))
    async with await opened_again(store) as other:
        got = await asyncio.gather(
            *(one.write(lambda tx: tx.orders.take_due(order.id, NOW)) for one in (store, other))
        )
    assert sorted(got) == [False, True]
    assert await store.write(lambda tx: tx.orders.take_due(order.id, NOW + 19)) is False
    assert await store.write(lambda tx: tx.orders.take_due(order.id, NOW + 20)) is True


async def test_an_event_is_acted_on_by_one_and_again_where_that_one_is_gone(
    store: AnyStore,
) -> None:
    """Until a minute is over nobody else takes it; what is done is taken by nobody."""
    event = InboxEvent(EventId("evt_1"), EventKind.REFUND, "re_1", NOW)
    await store.write(lambda tx: tx.inbox.enqueue(event))
    async with await opened_again(store) as other:
        got = await asyncio.gather(
            *(one.write(lambda tx: tx.inbox.claim(event.id, NOW)) for one in (store, other))
        )
    assert sorted(got) == [False, True]
    assert await store.read(lambda tx: tx.inbox.due(NOW + CLAIM_SECONDS - 1, 9)) == ()
    assert await store.write(lambda tx: tx.inbox.claim(event.id, NOW + CLAIM_SECONDS)) is True
    await store.write(lambda tx: tx.inbox.done(event.id, NOW + CLAIM_SECONDS))
    assert await store.write(lambda tx: tx.inbox.claim(event.id, NOW + 10**6)) is False
