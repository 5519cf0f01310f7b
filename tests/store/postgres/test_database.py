"""A database on a server: made, refused, locked, set aside and copied."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from bot.domain.errors import CorruptError, RefusedError, TransientError
from bot.domain.order import OrderId
from bot.ports import DatabaseInUseError
from bot.store import sqlite
from bot.store.postgres import (
    PostgresDatabase,
    PostgresStore,
    addresses,
    lock,
    open_store,
    schema,
)
from bot.store.postgres.addresses import without_password
from bot.store.postgres.connection import PostgresConnection
from bot.store.postgres.schema import tables
from bot.store.sqlite.schema import migrations
from kit.engines import all_rows
from kit.patience import PATIENCE
from kit.postgres import PostgresServer
from kit.samples import busy_shop

#: SQLite's types as PostgreSQL has them.
_TYPES = {"INTEGER": "bigint", "TEXT": "text", "BLOB": "bytea"}


def _on(url: str, *words: str) -> None:
    with closing(PostgresConnection(url)) as connection:
        for one in words:
            connection.command(one)


async def test_both_engines_have_the_same_columns(url: str, tmp_path: Path) -> None:
    """Their names, types and whether they may be empty, in each table."""
    path = tmp_path / "shop.sqlite3"
    await (await sqlite.open_store(path)).close()
    await (await open_store(url)).close()
    with closing(sqlite3.connect(path)) as file, closing(PostgresConnection(url)) as server:
        for table in tables():
            on_file = [
                (name, _TYPES[kind], bool(required or key))
                for _, name, kind, required, _, key in file.execute(f"PRAGMA table_info({table})")
            ]
            on_server = server.execute(
                "SELECT column_name, data_type, is_nullable = 'NO' FROM information_schema.columns"
                " WHERE table_schema = current_schema() AND table_name = ?"
                " ORDER BY ordinal_position",
                (table,),
            )
            assert [tuple(row) for row in on_server] == on_file, table
        files = file.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    assert {name for (name,) in files} == set(tables())


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("DROP INDEX orders_live", "its index orders_live is missing"),
        ("DROP TABLE pictures", "its table pictures is missing"),
        ("UPDATE shop_schema SET version = 9999", "has schema 9999 and this program knows"),
        ("DROP TABLE shop_schema", "belongs to another program"),
    ],
)
async def test_a_database_that_is_not_as_it_should_be_is_refused(
    url: str, damage: str, told: str
) -> None:
    """At a start, before anything is sold."""
    await (await open_store(url)).close()
    _on(url, damage)
    with pytest.raises(CorruptError, match=told):
        await open_store(url)


async def test_a_server_that_forgets_what_it_answered_for_is_refused(url: str) -> None:
    """synchronous_commit = off loses sales when the server dies."""
    careless = url + "%20-c%20synchronous_commit%3Doff"
    with pytest.raises(CorruptError, match="synchronous_commit = off"):
        await open_store(careless)


async def test_nobody_who_does_not_answer_is_told_without_name_and_password() -> None:
    """An address in an error is an address that somebody copies into a chat."""
    with pytest.raises(TransientError) as refused:
        await open_store("postgresql://ann:secret@127.0.0.1:1/shop")
    words = "postgresql://127.0.0.1:1/shop: the database cannot be reached (Connection refused)"
    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("postgresql://ann:secret@db/shop?sslmode=require", "postgresql://db/shop"),
        ("postgresql://ann@a:6432,b:6433/shop", "postgresql://a:6432,b:6433/shop"),
        ("postgresql://ann@a,b/shop?port=6432", "postgresql://a:6432,b:6432/shop"),
        ("postgresql://ann@[::1]:6432/shop", "postgresql://[::1]:6432/shop"),
        ("postgresql:///shop?host=/run/pg", "postgresql://%2Frun%2Fpg/shop"),
        (
            "postgresql://ann@db/shop?options=-c%20geqo%3Doff%20-csearch_path%3Da%2C%22b%5C%20c%22",
            "postgresql://db/shop?options=-c%20search_path%3Da%2C%22b%5C%20c%22",
        ),
        (
            "postgresql://db/shop?options=-c%20search_path%3Done%20--search_path%3Dtwo",
            "postgresql://db/shop?options=-c%20search_path%3Dtwo",
        ),
    ],
)
def test_an_address_that_is_shown_leads_to_the_same_shop(given: str, shown: str) -> None:
    """Whoever is told where it is can add a name and a password to that, and be there."""
    assert without_password(given) == shown
    leads, led = conninfo_to_dict(shown), conninfo_to_dict(given)
    assert leads["host"] == led["host"]
    assert ("options" in leads) is ("options" in led)


async def test_a_shops_processes_run_side_by_side_and_nobody_is_alone_meanwhile(url: str) -> None:
    """Who moves the shop or sets it aside is told who runs; when those go, it may."""
    database = PostgresDatabase(url)
    with database.lock():
        assert database.alone()
        with database.lock():
            assert not database.alone()
            assert (database.holder() or "").startswith("shop process ")
            refused = pytest.raises(DatabaseInUseError, match=r"by shop process .*, shop ")
            with refused, database.lock(alone=True):
                pass
    assert database.holder() is None
    with database.lock(alone=True), pytest.raises(DatabaseInUseError), database.lock():
        pass
    with database.lock():
        pass


async def test_a_server_that_starts_again_is_told_who_runs(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It forgets its locks; a process that goes on takes its own anew."""
    monkeypatch.setattr(lock, "_EVERY", 0.02)
    database = PostgresDatabase(url)
    holding = "SELECT coalesce(max(pid), 0) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    with database.lock(), closing(PostgresConnection(url)) as connection:
        first = connection.command(holding)
        connection.command(f"SELECT pg_terminate_backend({first}, 5000)")
        async with asyncio.timeout(PATIENCE):
            while connection.command(holding) == "0":  # noqa: ASYNC110 - asks the server
                await asyncio.sleep(0.01)
        assert connection.command(holding) != first
        with pytest.raises(DatabaseInUseError), database.lock(alone=True):
            pass


async def test_a_database_set_aside_keeps_its_orders(url: str) -> None:
    """The new one is empty; the old one has another name."""
    database = PostgresDatabase(url)
    assert database.set_aside() is None
    async with await open_store(url) as store:
        await busy_shop(store)
    kept = database.set_aside()
    assert kept is not None
    async with await open_store(url) as store:
        assert await store.read(lambda tx: tx.orders.next_id()) == 1001
    old_url = url.partition("search_path%3D")[0] + f"search_path%3D{kept}"
    async with PostgresDatabase(old_url).open_reader() as old:
        assert await old.read(lambda tx: tx.orders.next_id()) == 1006


@pytest.mark.parametrize("table", ["shop_schema", "notes", "orders"])
async def test_whoever_looks_over_a_schema_that_was_set_aside_waits_for_no_lock_for_ever(
    url: str, table: str
) -> None:
    """Somebody has a table of it locked: told as busy, though the look itself may take its time.

    The control is that it goes well once the lock is gone.
    """
    await (await open_store(url)).close()
    kept = PostgresDatabase(url).set_aside()
    base = url.partition("search_path%3D")[0]
    old = PostgresDatabase(f"{base}search_path%3D{kept}%20-c%20lock_timeout%3D100ms")

    async def look() -> tuple[str | None, int]:
        async with old.open_reader() as reader:
            return await reader.damage(), len(await reader.findings())

    with closing(PostgresConnection(url)) as other:
        assert other.command("SHOW lock_timeout") == "5s"  # where the address says nothing
        other.command(f"BEGIN; LOCK TABLE {kept}.{table} IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(TransientError, match="busy"):
            await look()
        other.command("ROLLBACK")
        assert await look() == (None, 0)


async def test_a_schema_before_another_shops_holds_a_shop_of_its_own(
    postgres_server: PostgresServer,
) -> None:
    """What stands behind it in search_path is neither read, changed, nor set aside."""
    theirs, ours = postgres_server.new_schema(), postgres_server.new_schema()
    our_name, their_name = (url.rpartition("%3D")[2] for url in (ours, theirs))
    async with await open_store(theirs) as store:
        await busy_shop(store)
    _on(theirs, "UPDATE shop_schema SET version = version - 1")  # of an older program
    before = all_rows(theirs)
    database = PostgresDatabase(f"{ours}%2C{their_name}")

    with pytest.raises(RefusedError, match=r"database\.missing"):
        async with database.open_reader():
            pass
    assert database.set_aside() is None
    async with await database.open() as store:
        assert await store.read(lambda tx: tx.orders.next_id()) == 1001
    kept = database.set_aside()

    assert kept is not None
    assert kept.startswith(f"{our_name}_")
    assert all_rows(theirs) == before


async def test_a_reader_reads_and_neither_writes_nor_makes(url: str, store: PostgresStore) -> None:
    """Beside a running shop; where there is none, nothing is made."""
    await busy_shop(store)
    async with PostgresDatabase(url).open_reader() as reader:
        assert await reader.read(lambda tx: tx.orders.next_id()) == 1006
        assert await reader.findings() == ()
        assert await reader.damage() is None
        with pytest.raises(TransientError, match="takes no changes"):
            await reader.read(lambda tx: tx.notes.set("n", "1"))


async def test_a_database_of_nobody_is_told_as_missing(url: str) -> None:
    """Looking makes no table."""
    with pytest.raises(RefusedError, match=r"database\.missing"):
        async with PostgresDatabase(url).open_reader():
            pass
    with closing(PostgresConnection(url)) as connection:
        assert connection.command("SELECT to_regclass('notes')") is None


async def test_a_back_up_is_one_file_that_sqlite_opens(
    store: PostgresStore, url: str, tmp_path: Path
) -> None:
    """The same orders, messages and counts, without a finding; and readable by its owner alone."""
    await busy_shop(store)
    orders = await store.read(lambda tx: tx.books.page(OrderId(0), 100))
    counts = await store.read(lambda tx: tx.books.count_by_state())
    shop_id = await store.read(lambda tx: tx.notes.get("shop_id"))
    target = tmp_path / "copy.sqlite3"
    seen: list[tuple[int, int]] = []

    report = PostgresDatabase(url).back_up(target, progress=lambda *part: seen.append(part))

    assert (report.orders, report.findings, report.size) == (5, (), target.stat().st_size)
    assert target.stat().st_mode & 0o777 == 0o600
    rows = 2 * sum(map(len, all_rows(url).values()))  # each written and read back
    assert seen[-1] == (rows, rows)
    async with await sqlite.open_store(target) as copy:
        assert await copy.read(lambda tx: tx.books.page(OrderId(0), 100)) == orders
        assert await copy.read(lambda tx: tx.books.count_by_state()) == counts
        assert await copy.read(lambda tx: tx.notes.get("shop_id")) == shop_id
        assert await copy.read(lambda tx: tx.orders.next_id()) == 1006
        assert await copy.findings() == ()
    with pytest.raises(RefusedError, match=r"backup\.exists"):
        PostgresDatabase(url).back_up(target)
    assert await asyncio.to_thread(os.listdir, tmp_path) == ["copy.sqlite3"]


async def test_a_letter_that_no_database_keeps_becomes_a_sign_of_it(store: PostgresStore) -> None:
    """U+0000 in somebody's name fails no sale."""
    await store.write(lambda tx: tx.notes.set("name", "A\0nn"))
    assert await store.read(lambda tx: tx.notes.get("name")) == "A\ufffdnn"


_EXPANDING = """-- A fact that the program of tomorrow knows.
ALTER TABLE orders ADD COLUMN gift TEXT;
CREATE TABLE gifts (name TEXT PRIMARY KEY, price INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX gifts_priced ON gifts (price);
INSERT INTO gifts (name, price) VALUES ('bow', 100);
"""
_CONTRACTING = "ALTER TABLE orders DROP COLUMN gift;\n"


def _tomorrow(monkeypatch: pytest.MonkeyPatch, *scripts: str) -> int:
    """Let this be a program with further migrations, and return how many it knows."""
    known = migrations()
    later = (*known, *((f"{len(known) + n:04d}_later", one) for n, one in enumerate(scripts, 1)))
    monkeypatch.setattr(schema, "migrations", lambda: later)
    monkeypatch.setattr(addresses, "migrations", lambda: later)
    return len(later)


async def test_a_newer_program_adds_beside_an_older_one_which_goes_on(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The older one's statements were prepared before the column came: they are prepared anew."""
    database = PostgresDatabase(url)
    with database.lock():
        async with await open_store(url) as old:
            await busy_shop(old)
            before = await old.read(lambda tx: tx.books.page(OrderId(0), 100))
            with monkeypatch.context() as patch:
                number = _tomorrow(patch, _EXPANDING)
                async with await open_store(url) as new:
                    assert await new.read(lambda tx: tx.orders.next_id()) == 1006
                _on(url, f"SELECT 1 / (max(version) = {number})::int FROM shop_schema")
            assert await old.read(lambda tx: tx.books.page(OrderId(0), 100)) == before
            assert await old.write(lambda tx: tx.orders.get(before[0].id)) == before[0]
            assert await old.findings() == ()


@pytest.mark.parametrize("made", [False, True])
async def test_whoever_starts_while_another_migrates_waits_and_finds_it_done(
    url: str, monkeypatch: pytest.MonkeyPatch, made: bool
) -> None:
    """Of an empty database and of yesterday's, however long it takes; each step is taken once."""
    number = len(migrations())
    if made:
        await (await open_store(url)).close()
        number = _tomorrow(monkeypatch, _EXPANDING)
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    monkeypatch.setattr(addresses, "_OPTIONS", f"{addresses._OPTIONS} -c lock_timeout=50ms")
    with closing(PostgresConnection(url)) as first, closing(PostgresConnection(url)) as watch:
        first.command(f"BEGIN ISOLATION LEVEL READ COMMITTED; {schema._TAKE_TURN}")
        opening = asyncio.create_task(open_store(url))
        async with asyncio.timeout(PATIENCE):
            while watch.command(waiting) == "0":
                assert not opening.done()
                await asyncio.sleep(0.01)
        schema.migrate(first)
        first.command("SELECT pg_sleep(0.1); COMMIT")
        await (await opening).close()
        steps = "SELECT count(*) || ' ' || max(version) FROM shop_schema"
        assert watch.command(steps) == f"{number} {number}"


async def test_what_older_programs_know_changes_only_once_they_are_gone(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are named; nothing was changed; a process that knows the change is in nobody's way."""
    database = PostgresDatabase(url)
    with database.lock():
        await (await open_store(url)).close()
        with monkeypatch.context() as patch:
            _tomorrow(patch, _EXPANDING, _CONTRACTING)
            with pytest.raises(DatabaseInUseError, match="in use by shop process "):
                await open_store(url)
        await (await open_store(url)).close()
    _tomorrow(monkeypatch, _EXPANDING, _CONTRACTING)
    with database.lock():
        await (await open_store(url)).close()


@pytest.mark.parametrize(
    ("script", "harmless"),
    [
        ("ALTER TABLE orders ADD COLUMN a TEXT;", True),
        ("ALTER TABLE orders ADD COLUMN a INTEGER NOT NULL DEFAULT 0;", True),
        ("ALTER TABLE orders ADD COLUMN a INTEGER NOT NULL;", False),
        ("CREATE INDEX a ON orders (url);", True),
        ("CREATE UNIQUE INDEX a ON orders (url);", False),
        ("INSERT INTO notes (name, value) VALUES ('a', 'b');", False),
        ("UPDATE orders SET url = NULL;", False),
        ("DROP INDEX orders_live;", False),
        ("CREATE TABLE a (b TEXT) STRICT; INSERT INTO a (b) VALUES ('c');", True),
    ],
)
def test_what_adds_and_what_changes(script: str, harmless: bool) -> None:
    """Each kind of statement that a migration may hold."""
    assert schema.adds(script) is harmless
