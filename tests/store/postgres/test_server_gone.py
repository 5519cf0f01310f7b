"""The server goes away: in between, amid a work, and between COMMIT and its answer."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from threading import Barrier

import pytest

from bot.domain.errors import TransientError
from bot.ports import Transaction
from bot.store.postgres import PostgresDatabase, PostgresStore, connection, open_store, pipeline
from bot.store.postgres.connection import PostgresConnection
from bot.store.postgres.store import CONNECTIONS
from kit.patience import PATIENCE
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


_PATIENT = "%20-c%20lock_timeout%3D60s"
_SLOW_COMMIT = """
SET search_path TO {schema};
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  PERFORM pg_advisory_xact_lock_shared(7); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON notes
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()
"""


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


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, a server is silent after a second: one that starts may take longer."""
    return lambda: monkeypatch.setattr(connection, "_LOOK_AGAIN", 50)


async def test_connections_that_swallow_what_is_asked_are_given_up_for_new_ones(
    url: str, proxy: CuttingProxy, postgres_server: PostgresServer, hurry: Callable[[], None]
) -> None:
    """A proxy goes on taking in for a server that is gone, and its new connections find another.

    The shop goes on by itself, with one silence for all that waited.
    """
    through = url.replace(f":{postgres_server.port}/", f":{proxy.port}/")
    async with await open_store(through) as store:
        assert await store.write(_count) == 1
        meeting = Barrier(CONNECTIONS, timeout=PATIENCE)
        await asyncio.gather(*(store.read(lambda _: meeting.wait()) for _ in range(CONNECTIONS)))
        assert store._pool._idle.qsize() == CONNECTIONS
        hurry()
        proxy.swallow()
        assert await store.write(_count) == 2
        proxy.swallow()
        assert await store.read(lambda tx: tx.notes.get("counted")) == "2"
        assert store.replays == 1


async def test_control_without_a_bound_it_waits_for_as_long_as_it_runs(
    url: str, proxy: CuttingProxy, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTROL: the server's own bounds, and TCP's, do not help."""
    monkeypatch.setattr(connection, "_PATIENCE", 2**40)
    through = url.replace(f":{postgres_server.port}/", f":{proxy.port}/")
    async with await open_store(through) as store:
        await store.write(_count)
        monkeypatch.setattr(connection, "_LOOK_AGAIN", 1)
        proxy.swallow()
        asking = asyncio.create_task(store.write(_count))
        async with asyncio.timeout(PATIENCE):
            while not any(one._silence > 200 for one in store._pool._standing.copy()):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        assert not asking.done()
        proxy.close()
        store._pool.break_off()
        with pytest.raises(TransientError):
            await asking


@pytest.mark.once
async def test_a_commit_that_is_swallowed_is_asked_about_and_done_again(
    url: str, proxy: CuttingProxy, postgres_server: PostgresServer, hurry: Callable[[], None]
) -> None:
    """The server waits for it as long as it bears an idle transaction, and then undoes it."""
    through = url.replace(f":{postgres_server.port}/", f":{proxy.port}/")
    through += "%20-c%20idle_in_transaction_session_timeout%3D1s"
    with PostgresDatabase(url).lock():
        async with await open_store(through) as store:
            hurry()
            proxy.cut = "swallow"
            assert await store.write(_count) == 1
            assert store.replays == 1


async def test_a_commit_that_the_server_is_at_is_waited_for(
    url: str, postgres_server: PostgresServer, hurry: Callable[[], None]
) -> None:
    """Its stand-by is away, say: it is neither done twice nor left behind by each tap."""
    store = await open_store(url + _PATIENT)
    postgres_server.command(_SLOW_COMMIT.format(schema=url.rpartition("%3D")[2]))
    backends = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = 'COMMIT'"
    with (
        PostgresDatabase(url).lock(),
        closing(PostgresConnection(url)) as stopper,
        closing(PostgresConnection(url)) as watch,
    ):
        stopper.command("SELECT pg_advisory_lock(7)")
        hurry()
        writing = asyncio.create_task(store.write(_count))
        async with asyncio.timeout(PATIENCE):
            for silent in (True, False, True):
                while silent is not any(  # noqa: ASYNC110 - threads ring no bell
                    one.silent for one in store._pool._standing.copy()
                ):
                    await asyncio.sleep(0)
        assert watch.command(backends) == "1"
        assert not writing.done()
        stopper.command("SELECT pg_advisory_unlock(7)")
        assert await writing == 1
    assert store.replays == 0
    await store.close()


@pytest.mark.once
async def test_a_commit_that_is_cut_off_while_the_server_is_at_it_is_not_done_again(
    url: str, proxy: CuttingProxy, postgres_server: PostgresServer
) -> None:
    """It is neither kept nor undone yet: nobody knows, and it is asked about until it is."""
    ran = 0

    def work(tx: Transaction) -> int:
        nonlocal ran
        ran += 1
        return _count(tx)

    through = url.replace(f":{postgres_server.port}/", f":{proxy.port}/")
    with PostgresDatabase(url).lock(), closing(PostgresConnection(url)) as stopper:
        async with await open_store(through + _PATIENT) as store:
            postgres_server.command(_SLOW_COMMIT.format(schema=url.rpartition("%3D")[2]))
            stopper.command("SELECT pg_advisory_lock(7)")
            proxy.cut = "after"
            writing = asyncio.create_task(store.write(work))
            asked: set[PostgresConnection] = set()
            async with asyncio.timeout(PATIENCE):
                while len(asked) < 3:
                    asked |= set(filter(_asks, store._pool._standing.copy()))
                    assert ran <= 1
                    await asyncio.sleep(0)
            stopper.command("SELECT pg_advisory_unlock(7)")
            assert await writing == 1
    assert ran == 1


def _asks(one: PostgresConnection) -> bool:
    return not isinstance(one, pipeline.PipelinedConnection)


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
