"""Addresses of servers: what is wrong with one is told, and what is secret in it is not."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from bot.domain.errors import CorruptError, ShopError, UnfitError
from bot.store import database_at, move, passwords_in
from bot.store.postgres import open_store
from bot.store.postgres.connection import PostgresConnection
from kit.postgres import PostgresServer


async def _told(url: str) -> ShopError:
    """Return what whoever opens a database is told."""
    with pytest.raises(ShopError) as refused:  # noqa: PT012 - a start as the shop's
        database = database_at(url)
        with database.lock():
            await (await database.open()).close()
    return refused.value


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("shop@", "nobody_knows@"), r"cannot be reached \(FATAL: +role … does not exist\)"),
        (("/postgres?", "/no_such?"), r"cannot be reached \(FATAL: +database … does not exist\)"),
        (("?", "?sslmode=require&"), r"cannot be reached \(server does not support SSL"),
        (("?", "?sslmode=always&"), r"cannot be reached \(invalid sslmode value: …\)"),
        (("127.0.0.1", "no-host.invalid"), r"cannot be reached \(failed to resolve host"),
    ],
)
async def test_why_a_server_cannot_be_reached_is_told(
    url: str, change: tuple[str, str], told: str
) -> None:
    """A wrong name, database or certificate does not look like a server that is down."""
    error = await _told(url.replace(*change))
    assert re.search(told, str(error))
    assert not isinstance(error, CorruptError)
    assert "nobody_knows" not in str(error)


async def test_a_schema_that_is_not_there_is_no_other_process(url: str) -> None:
    """Without a schema there is no lock either."""
    error = await _told(re.sub(r"test_\w+", "no_such", url))
    assert isinstance(error, UnfitError)
    assert "search_path" in str(error)


async def test_a_role_without_rights_is_told_and_nothing_is_called_damaged(
    url: str, postgres_server: PostgresServer
) -> None:
    """PostgreSQL 15 lets nobody but its owner make tables in a new database."""
    schema = url.rpartition("%3D")[2]
    role = f"guest_of_{schema}"
    postgres_server.command(f"CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {schema} TO {role}")
    try:
        error = await _told(url.replace("shop@", f"{role}@"))
    finally:
        postgres_server.command(f"DROP OWNED BY {role}; DROP ROLE {role}")
    assert isinstance(error, UnfitError)
    assert "permission denied" in str(error)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://shop:hid@den@db.example/shop",
        "postgresql://shop:hid/den@db.example/shop",
        "postgresql://shop:hid%den@db.example/shop",
        "postgresql://shop:hidden@[::1/shop",
        "postgresql://shop:hidden@db.example/shop?no_such=1",
    ],
)
def test_an_address_that_cannot_be_read_is_told_without_any_of_it(url: str, tmp_path: Path) -> None:
    """A bare sign in a password would make half of it a host; nobody is sent for a back-up."""
    file = tmp_path / "shop.sqlite3"
    file.write_bytes(b"a shop")
    for act in (
        lambda: database_at(url),
        lambda: move(url, str(tmp_path / "other")),
        lambda: move(str(file), url),
    ):
        with pytest.raises(UnfitError, match="%40") as refused:
            act()
        assert not re.search("hid|den|db|shop", str(refused.value))
    assert passwords_in(url) == set()


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("shop.sqlite3", set[str]()),
        ("postgresql://shop@db-1,db-2/shop", set[str]()),
        ("postgresql://shop:hidden@db-1,db-2/shop", {"hidden"}),
        ("postgresql://shop:a%40b@db/shop", {"a@b", "a%40b"}),
        ("postgresql://shop:a?b#c@db/shop", {"a?b#c", "a%3Fb%23c"}),
        ("postgresql://shop@db/shop?password=query&sslpassword=key", {"query", "key"}),
    ],
)
def test_what_is_secret_in_an_address_is_known_however_it_is_written(
    url: str, secret: set[str]
) -> None:
    """As libpq reads it, which takes a bare question mark in a password for what it is."""
    assert passwords_in(url) == secret


@pytest.fixture
def odd(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a database that tells everything in other words."""
    name = f"odd_{os.getpid()}"
    for words in (
        f"CREATE DATABASE {name}",
        f"ALTER DATABASE {name} SET client_encoding = latin1",
        f"ALTER DATABASE {name} SET DateStyle = 'SQL, DMY'",
        f"ALTER DATABASE {name} SET TimeZone = 'Asia/Kolkata'",
    ):
        postgres_server.command(words)
    yield f"{postgres_server.url.rpartition('/')[0]}/{name}"
    postgres_server.command(f"DROP DATABASE {name} WITH (FORCE)")


async def test_a_database_that_tells_values_in_other_words_is_read_aright(odd: str) -> None:
    """Neither letters nor times depend on what somebody has set for all who connect.

    The control is a connection of anybody's: its times are told by a zone's name, which is also
    another zone's, and read back as another time.
    """
    forms = "split_part(current_setting('DateStyle'), ',', 1) || current_setting('TimeZone')"
    again = "extract(epoch FROM cast(cast(now() AS text) AS timestamptz) - now())"
    with closing(psycopg.connect(odd)) as anybody:
        assert anybody.info.encoding == "iso8859-1"
        hours = anybody.execute(f"SELECT {again} / 3600").fetchone()
        assert hours == (3.5,)
    said = "client_encoding=latin1&options=-c%20TimeZone%3DAsia/Kolkata"
    for url in (odd, f"{odd}?{said}"):
        with closing(PostgresConnection(url)) as ours:
            assert ours.raw.info.encoding == "utf-8"
            assert ours.command(f"SELECT {forms}") == "ISOUTC"
            assert float(ours.command(f"SELECT {again}")) == 0
    async with await open_store(odd) as store:
        await store.write(lambda tx: tx.notes.set("name", "Zoë ☕"))
        assert await store.read(lambda tx: tx.notes.get("name")) == "Zoë ☕"


def test_an_address_that_is_read_connects(url: str) -> None:
    """The control: several hosts, of which one is away, and a name and password in the query."""
    changed = url.replace("127.0.0.1", "127.0.0.1:1,127.0.0.1").replace("shop@", "")
    with closing(PostgresConnection(f"{changed}&user=shop&password=a@b")) as connection:
        assert connection.command("SELECT current_user") == "shop"
