"""A connection that cannot be made: the server has no room for it, or hangs up on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from threading import Event

import pytest

from bot.domain.errors import TransientError
from bot.ports import Transaction
from bot.store.postgres import PostgresStore, open_store, pool
from bot.store.postgres.pipeline import PipelinedConnection
from kit.patience import PATIENCE
from kit.postgres import CuttingProxy, PostgresServer


@pytest.fixture
async def narrow(url: str, postgres_server: PostgresServer) -> AsyncIterator[PostgresStore]:
    """A store with one connection, whose role may have no other."""
    schema = url.rpartition("%3D")[2]
    role = f"owner_of_{schema}"
    postgres_server.command(f"CREATE ROLE {role} LOGIN; ALTER SCHEMA {schema} OWNER TO {role}")
    async with await open_store(url.replace("shop@", f"{role}@")) as store:
        await store.write(_count)
        postgres_server.command(f"ALTER ROLE {role} CONNECTION LIMIT 1")
        yield store
    postgres_server.command(f"DROP OWNED BY {role}; DROP ROLE {role}")


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """Events to set once the pool has tried three times to make a connection."""
    waiting: list[Event] = []
    made = 0

    class Counted(PipelinedConnection):
        def __init__(self, url: str) -> None:
            nonlocal made
            made += 1
            if made >= 3:
                for one in waiting:
                    one.set()
            super().__init__(url)

    monkeypatch.setattr(pool, "PipelinedConnection", Counted)
    return waiting


def _count(tx: Transaction) -> int:
    number = int(tx.notes.get("counted") or 0) + 1
    tx.notes.set("counted", str(number))
    return number


@pytest.mark.once
async def test_without_room_for_another_connection_a_work_waits_for_one_in_use(
    narrow: PostgresStore, tries: list[Event]
) -> None:
    """Other programs have the rest: more works at once than connections are all done."""
    tried = Event()

    def slow(tx: Transaction) -> int:
        assert tried.wait(PATIENCE)
        return _count(tx)

    tries.append(tried)
    works = (slow, *[_count] * 20)
    assert sorted(await asyncio.gather(*map(narrow.write, works))) == list(range(2, 23))


@pytest.mark.once
async def test_without_room_a_work_does_not_wait_for_ever(
    narrow: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where none comes free in time it is refused, as each was at once without a wait."""
    monkeypatch.setattr(pool, "_FREE_WITHIN", 0.0)
    begun, over = Event(), Event()

    def slow(tx: Transaction) -> int:
        begun.set()
        assert over.wait(PATIENCE)
        return _count(tx)

    first = asyncio.create_task(narrow.write(slow))
    assert await asyncio.to_thread(begun.wait, PATIENCE)
    with pytest.raises(TransientError, match="cannot be reached"):
        await narrow.write(_count)
    over.set()
    assert await first == 2


@contextmanager
def _cut_at(what: bytes, server: PostgresServer) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy(server.port)
    proxy.what = what
    yield proxy
    proxy.close()


@pytest.mark.once
@pytest.mark.parametrize(
    "amid", [b"application_name", b"pg_walfile_name", b"BEGIN"], ids=["start", "look", "begin"]
)
@pytest.mark.parametrize("cut", ["before", "after"])
async def test_a_new_connection_that_is_cut_off_is_made_anew(
    url: str, postgres_server: PostgresServer, amid: bytes, cut: str
) -> None:
    """While it is made, or on its first use: nothing of the work was kept, and nobody notices."""
    with _cut_at(amid, postgres_server) as proxy:
        through = url.replace(f":{postgres_server.port}/", f":{proxy.port}/")
        async with await open_store(through) as store:
            proxy.cut = cut
            assert await store.write(_count) == 1
            assert not proxy.cut
            assert store.replays == (amid == b"BEGIN")
        async with await open_store(through) as store:
            proxy.cut = cut
            assert await store.read(lambda tx: tx.notes.get("counted")) == "1"
            assert not proxy.cut


@pytest.mark.once
@pytest.mark.parametrize(
    ("amid", "bound"), [(b"application_name", "_TRIES"), (b"BEGIN", "_REPLAYED_FOR")]
)
async def test_control_made_once_it_fails_whoever_asks(
    url: str,
    postgres_server: PostgresServer,
    monkeypatch: pytest.MonkeyPatch,
    amid: bytes,
    bound: str,
) -> None:
    """CONTROL: without another try a work is refused, with the reason."""
    monkeypatch.setattr(pool, bound, 0)
    with _cut_at(amid, postgres_server) as proxy:
        through = url.replace(f":{postgres_server.port}/", f":{proxy.port}/")
        for ask in ("write", "read"):
            async with await open_store(through) as store:
                proxy.cut = "after"
                with pytest.raises(TransientError, match="cannot be reached"):
                    await getattr(store, ask)(lambda tx: tx.notes.get("counted"))
                assert await store.write(_count) > 0
