"""The server goes away: in between, amid a work, and between COMMIT and its answer."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from bot.domain.errors import TransientError
from bot.ports import Transaction
from bot.store.postgres import PostgresDatabase, PostgresStore, open_store
from kit.postgres import CuttingProxy, PostgresServer, Schemas, running_server


@pytest.fixture(scope="module")
def postgres_server(postgres_server: Schemas) -> Iterator[PostgresServer]:
    """A server that may be stopped."""
    if isinstance(postgres_server, PostgresServer):
        yield postgres_server
        return
    with running_server() as own:
        yield own


@pytest.fixture
def proxy(postgres_server: PostgresServer) -> Iterator[CuttingProxy]:
    """A proxy before the server."""
    opened = CuttingProxy(postgres_server.port)
    yield opened
    opened.close()


def _count(tx: Transaction) -> int:
    number = int(tx.notes.get("counted") or 0) + 1
    tx.notes.set("counted", str(number))
    return number


@pytest.mark.once
@pytest.mark.parametrize(("cut", "runs"), [("before", 2), ("after", 1)])
async def test_a_commit_whose_answer_is_lost_counts_once(
    url: str, proxy: CuttingProxy, postgres_server: PostgresServer, cut: str, runs: int
) -> None:
    """The server knows by the transaction's number if it kept it: then it is not done again."""
    ran = 0

    def work(tx: Transaction) -> int:
        nonlocal ran
        ran += 1
        return _count(tx)

    through = url.replace(f":{postgres_server.port}/", f":{proxy.port}/")
    # A shop's lock is a connection too, by which it is seen that the server has not died.
    with PostgresDatabase(url).lock():
        store = await open_store(through)
        proxy.cut = cut
        assert await store.write(work) == 1
        assert await store.read(lambda tx: tx.notes.get("counted")) == "1"
        await store.close()
    assert ran == runs


async def test_a_crash_of_the_server_is_told_and_passes(
    store: PostgresStore, postgres_server: PostgresServer
) -> None:
    """While it is away nothing is kept and it is said so; what was answered is there afterwards."""
    assert await store.write(_count) == 1
    postgres_server.stop(signal.SIGQUIT)
    try:
        with pytest.raises(TransientError, match="cannot be reached"):
            await store.write(_count)
        with pytest.raises(TransientError, match="cannot be reached"):
            await store.read(lambda tx: tx.notes.get("counted"))
    finally:
        postgres_server.start()
    assert await store.read(lambda tx: tx.notes.get("counted")) == "1"
    assert await store.write(_count) == 2


@pytest.mark.once
async def test_a_connection_that_is_cut_amid_a_work_has_it_done_again(
    store: PostgresStore,
) -> None:
    """Nothing of the first run was kept."""
    ran = 0

    def work(tx: Transaction) -> int:
        nonlocal ran
        ran += 1
        number = _count(tx)
        if ran == 1:
            words = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
            )
            store._pool.look(lambda pooled: pooled.connection.command(words))
            tx.notes.get("counted")
        return number

    assert await store.write(work) == 1
    assert ran == 2
    assert await store.read(lambda tx: tx.notes.get("counted")) == "1"
