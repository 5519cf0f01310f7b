"""Leases: one process at a time, until it gives back or falls silent."""

from __future__ import annotations

import asyncio

from bot.ports import LEASE_SECONDS, Lease, LeaseName
from kit.engines import AnyStore, opened_again
from kit.samples import NOW


async def _take(store: AnyStore, holder: str, at: int = NOW) -> bool:
    return await store.write(lambda tx: tx.leases.take(LeaseName.POLLER, holder, at))


async def test_one_of_two_processes_gets_a_lease(store: AnyStore) -> None:
    """Both ask at the same moment."""
    async with await opened_again(store) as other:
        got = await asyncio.gather(_take(store, "a"), _take(other, "b"))
    assert sorted(got) == [False, True]
    (lease,) = await store.read(lambda tx: tx.leases.all())
    assert lease == Lease("poller", "a" if got[0] else "b", NOW + LEASE_SECONDS)


async def test_a_lease_is_its_holders_while_renewed_and_anybodys_when_over(
    store: AnyStore,
) -> None:
    """To the second; and whoever slept through it has lost it."""
    assert await _take(store, "a")
    assert await _take(store, "a", NOW + 4)
    assert not await _take(store, "b", NOW + 4 + LEASE_SECONDS - 1)
    assert await _take(store, "b", NOW + 4 + LEASE_SECONDS)
    assert not await _take(store, "a", NOW + 4 + LEASE_SECONDS)


async def test_what_is_given_back_is_free_at_once_and_others_leases_stay(store: AnyStore) -> None:
    """A process that stops makes nobody wait."""
    assert await _take(store, "a")
    assert await store.write(lambda tx: tx.leases.take(LeaseName.EVENTS, "b", NOW))
    await store.write(lambda tx: tx.leases.give_back("a"))
    assert [one.name for one in await store.read(lambda tx: tx.leases.all())] == ["events"]
    assert await _take(store, "c")
    await store.write(lambda tx: tx.leases.clear())
    assert await store.read(lambda tx: tx.leases.all()) == ()


async def test_a_lease_from_a_clock_that_was_ahead_holds_nobody_up(store: AnyStore) -> None:
    """An hour ahead counts as over; ten seconds ahead is another machine's clock."""
    assert await _take(store, "a", NOW + 3600)
    assert await _take(store, "b", NOW)
    assert await _take(store, "b", NOW + 10)
    assert not await _take(store, "a", NOW)
