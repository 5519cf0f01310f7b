"""Row 51: two machines' clocks are five seconds apart."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.domain.order import ChatId
from bot.ports import CLAIM_SECONDS, LeaseName, MessageKind
from bot.store.postgres import PostgresStore, open_store
from bot.workers.leases import RENEW_SECONDS
from kit.postgres import PostgresServer
from kit.samples import NOW

APART = 5
#: Of one delivery, the longest that it may take.
_SENDING = 10


@pytest.fixture
async def machines(postgres_server: PostgresServer) -> AsyncIterator[tuple[PostgresStore, ...]]:
    """Two, on one database."""
    url = postgres_server.new_schema()
    async with await open_store(url) as here, await open_store(url) as ahead:
        yield here, ahead


async def _lost_after(machines: tuple[PostgresStore, ...], apart: int) -> int | None:
    """Let one keep a lease for a minute; return the second in which the other one gets it."""
    here, ahead = machines
    for second in range(60):
        now = NOW + second
        if second % RENEW_SECONDS == 0:
            await here.write(lambda tx, t=now: tx.leases.take(LeaseName.POLLER, "here", t))  # type: ignore[misc]
        if await ahead.write(
            lambda tx, t=now + apart: tx.leases.take(LeaseName.POLLER, "ahead", t)  # type: ignore[misc]
        ):
            return second
    return None


async def test_a_lease_that_is_renewed_stays_with_its_holder(
    machines: tuple[PostgresStore, ...],
) -> None:
    """The machine that is ahead looks every second for a minute, and never gets it."""
    assert await _lost_after(machines, APART) is None


async def test_control_clocks_further_apart_than_a_lease_allows_lose_it(
    machines: tuple[PostgresStore, ...],
) -> None:
    """CONTROL: nine seconds are a second too many, just before the lease is renewed."""
    assert await _lost_after(machines, 9) == RENEW_SECONDS - 1


async def _taken_over(machines: tuple[PostgresStore, ...], apart: int) -> bool:
    """Let one send a message for as long as it may; return whether the other one takes it up."""
    here, ahead = machines
    await here.write(lambda tx: tx.outbox.enqueue(ChatId(1), MessageKind.LINK, NOW))
    (one,) = await here.read(lambda tx: tx.outbox.due(NOW, 9))
    assert await here.write(lambda tx: tx.outbox.claim(one.id, "here", NOW))
    late = NOW + _SENDING + apart
    if not await ahead.read(lambda tx: tx.outbox.due(late, 9, (), "ahead")):
        return False
    return await ahead.write(lambda tx: tx.outbox.claim(one.id, "ahead", late))


async def test_a_message_that_is_being_sent_is_not_sent_by_the_machine_ahead(
    machines: tuple[PostgresStore, ...],
) -> None:
    """To the end of the longest delivery it is neither seen as due nor claimed."""
    assert await _taken_over(machines, APART) is False


async def test_control_clocks_further_apart_than_a_claim_send_it_twice(
    machines: tuple[PostgresStore, ...],
) -> None:
    """CONTROL: a clock that is ahead by all but the delivery's time takes it up meanwhile."""
    assert await _taken_over(machines, CLAIM_SECONDS - _SENDING) is True
