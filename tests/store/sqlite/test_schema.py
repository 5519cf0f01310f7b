"""The schema: made, brought up to date, or refused with the reason."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import CorruptError
from bot.store.sqlite import schema
from bot.store.sqlite.schema import APPLICATION_ID, migrations, prepare, statements, version


@pytest.fixture
def connection(database: Path) -> Iterator[sqlite3.Connection]:
    """A plain connection to a database that is up to date."""
    with closing(sqlite3.connect(database, isolation_level=None)) as opened:
        prepare(opened)
        yield opened


def test_migrations_are_numbered_without_a_gap() -> None:
    """Their order is their number."""
    names = [name for name, _ in migrations()]
    assert [name[:5] for name in names] == [f"{n:04d}_" for n in range(1, len(names) + 1)]


def test_a_new_file_gets_the_newest_schema_and_the_shops_mark(
    connection: sqlite3.Connection,
) -> None:
    """Preparing it again changes nothing."""
    assert version(connection) == len(migrations())
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    before = connection.execute("SELECT * FROM notes").fetchall()
    prepare(connection)
    assert connection.execute("SELECT * FROM notes").fetchall() == before
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_a_newer_schema_is_refused(connection: sqlite3.Connection) -> None:
    """An older program must not write where it does not know the rules."""
    newer = len(migrations()) + 1
    connection.execute(f"PRAGMA user_version = {newer}")
    with pytest.raises(
        CorruptError, match=f"has schema {newer} and this program knows up to {newer - 1}"
    ):
        prepare(connection)


def test_another_programs_database_is_refused_and_not_touched(database: Path) -> None:
    """A wrong path in the settings costs nobody their data."""
    with closing(sqlite3.connect(database)) as other:
        other.execute("CREATE TABLE theirs (a)")
        with pytest.raises(CorruptError, match="belongs to another program"):
            prepare(other)
        assert other.execute("SELECT name FROM sqlite_schema").fetchall() == [("theirs",)]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("DROP INDEX orders_live", "its index orders_live is missing"),
        ("DROP TABLE pictures", "its table pictures is missing"),
        ("DROP TRIGGER orders_counted", "its trigger orders_counted is missing"),
        ("ALTER TABLE chats ADD COLUMN more TEXT", "its table chats is not as it was made"),
    ],
)
def test_a_schema_that_is_not_as_it_was_made_is_refused(
    connection: sqlite3.Connection, damage: str, told: str
) -> None:
    """The index that allows one unpaid order a chat is a promise, not an optimisation."""
    connection.execute(damage)
    with pytest.raises(CorruptError, match=told):
        prepare(connection)


def test_statistics_and_the_owners_own_indexes_are_no_fault(connection: sqlite3.Connection) -> None:
    """What somebody added does not keep the shop closed."""
    connection.execute("CREATE INDEX mine ON orders (buyer_name)")
    connection.execute("ANALYZE")
    prepare(connection)


def _damage(database: Path, name: str) -> None:
    """Make a database and overwrite the first page of one of its tables or indexes."""
    with closing(sqlite3.connect(database, isolation_level=None)) as opened:
        prepare(opened)
        root = opened.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)
        ).fetchone()[0]
        size = opened.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(database.read_bytes())
    content[(root - 1) * size : root * size] = b"\xa5" * size
    database.write_bytes(content)


def test_a_damaged_page_is_found_at_start(database: Path) -> None:
    """A disk that lost a page is told before anything is sold."""
    _damage(database, "orders_live")
    with (
        closing(sqlite3.connect(database, isolation_level=None)) as opened,
        pytest.raises(CorruptError, match="the database file is damaged: "),
    ):
        prepare(opened)


def test_a_large_file_is_searched_in_its_small_tables_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shop with a million orders opens as fast as a new one."""
    monkeypatch.setattr(schema, "SEARCHED_WHOLE", 0)
    for name in ("orders_live", "stock"):
        _damage(tmp_path / name, name)
    with closing(sqlite3.connect(tmp_path / "orders_live", isolation_level=None)) as opened:
        prepare(opened)
    with (
        closing(sqlite3.connect(tmp_path / "stock", isolation_level=None)) as opened,
        pytest.raises(sqlite3.DatabaseError, match="malformed"),
    ):
        prepare(opened)


def test_a_migration_that_fails_leaves_nothing_of_itself(connection: sqlite3.Connection) -> None:
    """Nor of those before it: the file stays at the schema that it had."""
    before = version(connection)
    known = (
        *migrations(),
        ("x", "CREATE TABLE whole (a);"),
        ("y", "CREATE TABLE half (a);\nINSERT INTO nowhere VALUES (1);"),
    )
    with pytest.raises(sqlite3.OperationalError, match="no such table: nowhere"):
        schema._apply(connection, known)
    assert version(connection) == before
    assert not connection.in_transaction
    made = "SELECT 1 FROM sqlite_schema WHERE name IN ('whole', 'half')"
    assert connection.execute(made).fetchall() == []


def test_a_migration_that_leaves_rows_pointing_nowhere_is_undone(
    connection: sqlite3.Connection,
) -> None:
    """Foreign keys are off while a table is rebuilt, so they are checked before the commit."""
    connection.execute("PRAGMA foreign_keys = OFF")
    script = (
        "INSERT INTO outbox (chat_id, kind, order_id, details, created_at) VALUES (1,'x',7,'{}',1);"
    )
    with pytest.raises(CorruptError, match="x would leave rows that point nowhere"):
        schema._apply(connection, (*migrations(), ("x", script)))
    assert connection.execute("SELECT count(*) FROM outbox").fetchone() == (0,)


def test_a_migration_that_another_process_made_meanwhile_is_not_made_again(
    connection: sqlite3.Connection,
) -> None:
    """Two starts at once: the second finds the work done."""
    faster = (*migrations()[:-1], ("x", "CREATE TABLE twice (a);"))
    schema._apply(connection, faster)
    assert connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'twice'").fetchall() == []


def test_a_script_is_split_into_statements_with_triggers_whole() -> None:
    """A trigger's own semicolons do not end it."""
    script = (
        "-- first\nCREATE TABLE a (b);\n\n"
        "CREATE TRIGGER t AFTER INSERT ON a\nBEGIN\n  DELETE FROM a;\nEND;\n"
    )
    assert [s.strip().splitlines()[-1] for s in statements(script)] == [
        "CREATE TABLE a (b);",
        "END;",
    ]
    with pytest.raises(CorruptError, match="ends within a statement"):
        list(statements("CREATE TABLE a (b"))
