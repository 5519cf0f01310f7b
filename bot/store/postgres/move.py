"""A shop that moves between a file and a server, either way, while nobody sells from it.

The copy is compared row by row before it counts. Then three small steps follow: the new database
is there, marked as arriving; the old one's mark decides; the new one's is taken away. What a move
left that was broken off in between is read by `bot.store.postgres.moved` and by a new try.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from bot.domain.errors import RefusedError, TransientError
from bot.ports import MoveReport, Tell
from bot.store.files import named, part_of, part_path, unlink
from bot.store.moves import MoveMark, read_mark, write_mark
from bot.store.postgres.addresses import without_password
from bot.store.postgres.backup import filled
from bot.store.postgres.connection import PostgresConnection
from bot.store.postgres.copying import Copy
from bot.store.postgres.failures import translate
from bot.store.postgres.lock import alone_on
from bot.store.postgres.moved import mark_in, settle
from bot.store.postgres.schema import migrate, refuse_difference, refuse_settings, version
from bot.store.sqlite import DatabaseLock
from bot.store.sqlite.connection import BUSY_TIMEOUT, connect_blocking, empty_log
from bot.store.sqlite.database import renamed
from bot.store.sqlite.failures import translate as translate_of_file
from bot.store.sqlite.schema import check, migrations
from bot.store.sqlite.schema import version as version_of_file

#: Marks the file that a move fills; the lock lets one move at a time have it.
_MOVING = "moving"


def to_server(source: Path, url: str, tell: Tell | None = None) -> MoveReport:
    """Move a shop from a file to a server, as `bot.store.move` does."""
    if not source.is_file() or not source.stat().st_size:
        raise RefusedError("database.missing", path=str(source))
    token, where = secrets.token_hex(8), without_password(url)
    with (
        _told(str(source)),
        DatabaseLock(source),
        alone_on(url) as server,
    ):
        if _finished(source, server):
            raise RefusedError("database.moved", to=where)
        with closing(connect_blocking(source, busy_timeout=BUSY_TIMEOUT, read_only=True)) as file:
            _refuse_unready_file(file, source)
            file.execute("BEGIN").close()
            _begin(server, where)
            copy = Copy(server, file, tell)
            findings, orders = copy.to_server(), copy.orders()
        write_mark(server, MoveMark(token, origin=str(source.absolute())))
        server.command("COMMIT")
        with closing(connect_blocking(source, busy_timeout=BUSY_TIMEOUT)) as file:
            write_mark(file, MoveMark(token, to=where))
            empty_log(file)
        write_mark(server, None)
    return MoveReport(where, orders, copy.rows, findings)


def to_file(url: str, target: Path, tell: Tell | None = None) -> MoveReport:
    """Move a shop from a server to a file, as `bot.store.move` does."""
    token, path, where = secrets.token_hex(8), str(target.absolute()), without_password(url)
    with _told(path), alone_on(url) as server, DatabaseLock(target):
        unlink(part_path(target, _MOVING))  # of one that was killed
        with part_of(target, _MOVING) as part:
            _refuse_unready(server, where, target)
            if os.path.lexists(target):
                raise RefusedError("move.exists", target=str(target))
            with filled(server, part, tell) as copy:
                findings, orders = copy.to_file(), copy.orders()
            _mark_file(part, MoveMark(token, origin=where))
            named(part, target)
            write_mark(server, MoveMark(token, to=path))
            _mark_file(target, None)
    return MoveReport(str(target), orders, copy.rows, findings)


def _refuse_unready_file(file: sqlite3.Connection, source: Path) -> None:
    """Refuse a file that holds no shop of this version."""
    if version_of_file(file) < len(migrations()):
        raise RefusedError("database.outdated", path=str(source))
    check(file)


def _finished(source: Path, server: PostgresConnection) -> bool:
    """Return whether this very move was broken off after it had happened, and end it then."""
    if not version(server):
        return False
    mark = read_mark(server)
    if mark is None or mark.origin != str(source.absolute()):
        return False
    try:
        settle(server, write=True)
    except RefusedError:
        return False
    return True


def _begin(server: PostgresConnection, where: str) -> None:
    """Begin the transaction that everything is copied in, with the tables made.

    Raises:
        RefusedError: there is a shop.
    """
    refuse_settings(server)
    if version(server):
        mark = read_mark(server)
        if mark is None or not mark.origin:  # what a broken-off move left is written over
            raise RefusedError("move.exists", target=where)
    server.command("BEGIN ISOLATION LEVEL REPEATABLE READ")
    server.take_time()
    migrate(server)
    refuse_difference(server)


def _refuse_unready(server: PostgresConnection, where: str, target: Path) -> None:
    """Refuse a server's database that holds no shop of this version.

    What a move left that was broken off after it had happened is ended; what one left that had not
    happened gets another name.
    """
    done = version(server)
    if not done:
        raise RefusedError("database.missing", path=where)
    left, mark = mark_in(target), read_mark(server)
    if left and left.origin and mark == MoveMark(left.token, to=str(target.absolute())):
        _mark_file(target, None)
    settle(server, write=True)
    if left and left.origin == where:
        renamed(target)
    if done < len(migrations()):
        raise RefusedError("database.outdated", path=where)
    refuse_difference(server)


def _mark_file(path: Path, mark: MoveMark | None) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        write_mark(file, mark)


@contextmanager
def _told(file: str) -> Iterator[None]:
    """Have the errors of both engines told as the shop's."""
    try:
        yield
    except FileExistsError as error:
        raise RefusedError("move.exists", target=file) from error
    except OSError as error:
        raise TransientError(f"{file} cannot be written: {error.strerror}") from error
    except sqlite3.Error as error:
        raise translate_of_file(error) from error
    except psycopg.Error as error:
        raise translate(error) from error
