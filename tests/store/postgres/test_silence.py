"""What may take as long as it needs is waited for while the server is at it, and no longer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from bot.domain.errors import TransientError
from bot.store import database_at, move
from bot.store.postgres import connection
from bot.store.postgres.connection import PostgresConnection, SilentError
from kit.engines import open_at
from kit.patience import PATIENCE
from kit.postgres import CuttingProxy, PostgresServer
from kit.samples import busy_shop


@pytest.fixture
def proxy(url: str, postgres_server: PostgresServer) -> Iterator[tuple[CuttingProxy, str]]:
    """A proxy before the server, and the address through it."""
    opened = CuttingProxy(postgres_server.port)
    yield opened, url.replace(f":{postgres_server.port}/", f":{opened.port}/")
    opened.close()


@pytest.fixture
def probes(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A server is silent after less than a second; what it said when it was asked what it is at."""
    monkeypatch.setattr(connection, "_LOOK_AGAIN", 20)
    told: list[bool] = []
    real = PostgresConnection._is_at_it

    def asked(one: PostgresConnection) -> bool:
        told.append(real(one))
        return told[-1]

    monkeypatch.setattr(PostgresConnection, "_is_at_it", asked)
    return told


@pytest.mark.parametrize(
    "swallowed",
    [b"COPY orders ", b"shop_id\t", b"ANALYZE", b"FETCH"],
    ids=["at a table's begin", "amid its rows", "after them", "on the way back"],
)
async def test_a_move_whose_server_falls_silent_ends_and_the_shop_stays(
    url: str,
    proxy: tuple[CuttingProxy, str],
    tmp_path: Path,
    probes: list[bool],
    swallowed: bytes,
) -> None:
    """A proxy goes on taking in for it: told as a server that is away, and the next try goes well.

    The server itself stands, and says that it waits for whoever asked.
    """
    file = str(tmp_path / "shop.sqlite3")
    source, target = (url, file) if swallowed == b"FETCH" else (file, url)
    async with await open_at(source) as store:
        await busy_shop(store)
    between, through = proxy
    between.what, between.cut = swallowed, "swallow"

    both = (through if where == url else where for where in (source, target))
    with pytest.raises(TransientError, match="cannot be reached"):
        await asyncio.to_thread(move, *both)
    assert probes == [False]
    async with asyncio.timeout(PATIENCE):
        while await asyncio.to_thread(database_at(url).holder):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.02)
    assert (await asyncio.to_thread(move, source, target)).orders == 5


async def test_a_long_step_is_waited_for_as_long_as_the_server_is_at_it(
    url: str, probes: list[bool]
) -> None:
    """It says so to another connection. CONTROL: what has a bound is given up."""
    with closing(PostgresConnection(url)) as holder, closing(PostgresConnection(url)) as one:
        holder.command("SELECT pg_advisory_lock(7)")
        one.command("BEGIN")
        one.take_time()
        step = asyncio.create_task(asyncio.to_thread(one.command, "SELECT pg_advisory_lock(7)"))
        async with asyncio.timeout(PATIENCE):
            while len(probes) < 2:  # noqa: ASYNC110 - threads ring no bell
                await asyncio.sleep(0.01)
        assert not step.done()
        holder.command("SELECT pg_advisory_unlock(7)")
        await step
        assert set(probes) == {True}
        with closing(PostgresConnection(url)) as bounded, pytest.raises(SilentError):
            await asyncio.to_thread(bounded.command, "SELECT pg_advisory_lock(7)")


async def test_a_table_refuses_what_it_cannot_keep_and_the_connection_goes_on(url: str) -> None:
    """A bad row, a table that is not there, a source that breaks off: nothing of it is kept."""

    def breaking() -> Iterator[tuple[int, str]]:
        yield 1, "a"
        raise ValueError

    with closing(PostgresConnection(url)) as one:
        one.command("CREATE TABLE kept (n BIGINT CHECK (n > 0), words TEXT, data BYTEA)")
        columns = ["n", "words"]
        with pytest.raises(psycopg.errors.CheckViolation):
            one.take_in("kept", columns, [(1, "a"), (0, "b"), *((n, "c") for n in range(1, 9999))])
        with pytest.raises(psycopg.errors.UndefinedTable):
            one.take_in("none", columns, [(1, "a")])
        with pytest.raises(ValueError):  # noqa: PT011 - it is the one above
            one.take_in("kept", columns, breaking())
        assert one.command("SELECT count(*) FROM kept") == "0"
        rows = [(1, "\\N \\. \t\r\n\\x Zoë ☕", b"\x00\\\n\xff"), (2, None, None), (3, "", b"")]
        one.take_in("kept", [*columns, "data"], rows)
        assert list(map(tuple, one.execute("SELECT * FROM kept ORDER BY n"))) == rows
