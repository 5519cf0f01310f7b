"""Row 49: a stand-by takes over from a server that dies in a rush."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bot.domain.errors import TransientError
from bot.ports import Transaction
from bot.store.postgres import PostgresStore, open_store
from bot.store.postgres import pool as pools
from kit.patience import PATIENCE
from kit.postgres import CuttingProxy, PostgresServer, running_server

#: Commits that are answered before the server dies.
_RUSH = 40
_CHATS = 8


@contextmanager
def _pair() -> Iterator[tuple[PostgresServer, PostgresServer]]:
    """Run a server and a stand-by that its commits wait for."""
    with running_server() as primary, running_server(follows=primary) as standby:
        primary.command("ALTER SYSTEM SET synchronous_standby_names = '*'")
        primary.command("SELECT pg_reload_conf()")
        yield primary, standby


def _either(primary: PostgresServer, standby: PostgresServer, url: str) -> str:
    """Return an address that leads to whichever of both takes writes."""
    hosts = f"127.0.0.1:{primary.port},127.0.0.1:{standby.port}"
    return url.replace(f"127.0.0.1:{primary.port}", hosts)


def _take_over(primary: PostgresServer, standby: PostgresServer) -> None:
    primary.stop(signal.SIGQUIT)
    assert standby.command("SELECT pg_promote()")


async def _awaited(primary: PostgresServer) -> None:
    """Wait until commits wait for the stand-by."""
    words = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
    async with asyncio.timeout(PATIENCE):
        while await asyncio.to_thread(primary.command, words) != 1:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.05)


async def _note(store: PostgresStore, name: str) -> bool:
    """Note a name; return whether that was answered."""
    return await _answered(store, lambda tx: tx.notes.set(name, "answered"))


async def test_no_answered_commit_is_lost_when_a_stand_by_takes_over_in_a_rush() -> None:
    """Eight write all the while: what was answered is there, and the shop goes on by itself."""
    with _pair() as (primary, standby):
        url = _either(primary, standby, primary.new_schema())
        async with await open_store(url) as store:
            await _awaited(primary)
            answered: list[str] = []
            over, enough = asyncio.Event(), asyncio.Event()

            async def keep_noting(chat: int) -> None:
                number = 0
                while not over.is_set():
                    name = f"{chat}-{(number := number + 1)}"
                    if await _note(store, name):
                        answered.append(name)
                    if len(answered) >= _RUSH:
                        enough.set()

            writers = [asyncio.create_task(keep_noting(chat)) for chat in range(_CHATS)]
            async with asyncio.timeout(PATIENCE):
                await enough.wait()
            await asyncio.to_thread(_take_over, primary, standby)
            before = len(answered)
            async with asyncio.timeout(PATIENCE):
                while len(answered) < before + _CHATS:  # noqa: ASYNC110 - the writers go on
                    await asyncio.sleep(0.05)
            over.set()
            await asyncio.gather(*writers)
            kept = await store.read(lambda tx: [name for name in answered if tx.notes.get(name)])
            assert await store.findings() == ()
    assert len(answered) > _RUSH
    assert kept == answered


async def test_a_stand_by_that_no_commit_waits_for_lacks_what_was_answered() -> None:
    """The control: without synchronous_standby_names the last answer is gone."""
    with _pair() as (primary, standby):
        primary.command("ALTER SYSTEM RESET synchronous_standby_names")
        primary.command("SELECT pg_reload_conf()")
        url = primary.new_schema()
        async with await open_store(_either(primary, standby, url)) as store:
            position = primary.command("SELECT pg_current_wal_lsn()")
            async with asyncio.timeout(PATIENCE):
                words = f"SELECT pg_last_wal_replay_lsn() >= '{position}'::pg_lsn"
                while not await asyncio.to_thread(standby.command, words):  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0.05)
            standby.command("ALTER SYSTEM SET primary_conninfo = ''")
            standby.command("SELECT pg_reload_conf()")
            async with asyncio.timeout(PATIENCE):
                words = "SELECT count(*) FROM pg_stat_replication"
                while await asyncio.to_thread(primary.command, words):  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0.05)
            assert await _note(store, "last")
            await asyncio.to_thread(_take_over, primary, standby)
            assert await store.read(lambda tx: tx.notes.get("last")) is None


@pytest.mark.once
@pytest.mark.parametrize("guarded", [True, False])
@pytest.mark.parametrize("how", ["a stand-by takes over", "it starts again"])
async def test_a_number_that_is_given_anew_says_nothing_of_the_commit_before(
    how: str, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server dies before it heard COMMIT, and the number is another's by then: nobody knows.

    The control does not ask whether the server died, and takes the other's commit for its own.
    """
    if not guarded:
        monkeypatch.setattr(pools, "_UNBROKEN", "true")
    with running_server() as primary:
        primary.command(
            "ALTER SYSTEM SET wal_writer_delay = '10s'"
        )  # what is not committed is lost
        primary.command("SELECT pg_reload_conf()")
        url = primary.new_schema()
        await (await open_store(url)).close()
        with running_server(follows=primary) as standby:
            proxy = CuttingProxy(primary.port)
            hosts = f"127.0.0.1:{proxy.port},127.0.0.1:{standby.port}"
            async with await open_store(url.replace(f"127.0.0.1:{primary.port}", hosts)) as store:
                ran = False

                def work(tx: Transaction) -> None:
                    nonlocal ran
                    tx.notes.set("last", "mine")
                    assert not ran
                    ran = True
                    tx.notes.get("last")  # what was asked before is done by now
                    number = _highest(store)
                    if how == "it starts again":
                        primary.stop(signal.SIGQUIT)
                        primary.start()
                        _use_up(primary, number)
                    else:
                        _take_over(primary, standby)
                        _use_up(standby, number)

                answered = await _answered(store, work)
                kept = await store.read(lambda tx: tx.notes.get("last"))
            proxy.close()
    assert kept is None
    assert answered is not guarded


def _highest(store: PostgresStore) -> int:
    """Return the number of the transaction that is under way."""
    words = "SELECT max(backend_xid::text::bigint) FROM pg_stat_activity"
    return int(store._pool.look(lambda pooled: pooled.connection.command(words)))


def _use_up(server: PostgresServer, number: int) -> None:
    """Commit until a number is given."""
    while int(server.command("SELECT pg_current_xact_id()::text")) < number:
        pass


async def _answered(store: PostgresStore, work: Callable[[Transaction], None]) -> bool:
    try:
        await store.write(work)
    except TransientError:
        return False
    return True
