"""A consistent copy of a running shop's database, checked before it gets its name."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from bot.domain.errors import CorruptError, RefusedError, TransientError
from bot.ports import BackupReport, Tell, Violation
from bot.store.files import named, part_of
from bot.store.invariants import find
from bot.store.sqlite.connection import BUSY_TIMEOUT, connect_blocking
from bot.store.sqlite.failures import translate
from bot.store.sqlite.schema import as_if_upgraded, migrations, refuse_foreign, version

#: Pages copied between two calls of the progress function: 4 MiB.
_STEP = 1024
#: Copies from before an upgrade that are kept: people's names and orders stand in each.
_KEPT = 3


def back_up(database: Path, target: Path, *, progress: Tell | None = None) -> BackupReport:
    """Copy a database, also while a shop writes to it, and check the copy."""
    if not database.is_file():
        raise RefusedError("backup.missing", path=str(database))
    if os.path.lexists(target):
        raise RefusedError("backup.exists", path=str(target))
    try:
        with _checked_copy(database, target, progress) as part:
            orders, findings = _look_into(part)
            size = part.stat().st_size
            named(part, target)  # fails where something has that name by now
    except FileExistsError as error:
        raise RefusedError("backup.exists", path=str(target)) from error
    return BackupReport(target, size, orders, findings)


def keep_before_upgrade(database: Path) -> Path | None:
    """Copy a database of an older schema beside itself, and check the copy.

    The copy is named after its schema: ``shop-schema8.sqlite3``. There is one a schema, made anew
    where the shop comes from that schema once more; those of the last three are kept.

    Returns:
        The copy; None where the database is new or up to date.

    Raises:
        CorruptError: the database is damaged; there is no copy.
        TransientError: a file cannot be read or written now; there is no copy.
    """
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        refuse_foreign(db)
        done = version(db)
    if not 0 < done < len(migrations()):
        return None
    target = _kept_name(database, done)
    with _checked_copy(database, target, None) as part:
        named(part, target, over=True)
    for earlier in range(1, done - _KEPT + 1):
        with suppress(OSError):
            _kept_name(database, earlier).unlink()
    return target


def _kept_name(database: Path, schema: int) -> Path:
    return database.with_name(f"{database.stem}-schema{schema}{database.suffix}")


@contextmanager
def _checked_copy(database: Path, target: Path, progress: Tell | None) -> Iterator[Path]:
    """Give a copy that is whole, to be named; what is left of it goes away."""
    try:
        with part_of(target, f"{os.getpid()}") as part:
            _copy(database, part, progress)
            _check(part)
            yield part
    except FileExistsError:
        raise
    except OSError as error:
        raise TransientError(f"{target} cannot be written: {error.strerror}") from error
    except sqlite3.Error as error:
        raise translate(error) from error


def _copy(database: Path, part: Path, progress: Tell | None) -> None:
    def tell(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(total - remaining, total)

    with (
        closing(connect_blocking(database, busy_timeout=BUSY_TIMEOUT, read_only=True)) as source,
        closing(sqlite3.connect(part, isolation_level=None)) as copy,
    ):
        # A snapshot held open: without it every write of the shop would start the copy anew.
        source.execute("BEGIN").close()
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        source.backup(copy, pages=_STEP, progress=tell, sleep=0)
        # One file that can be moved about, instead of one with a log beside it.
        copy.execute("PRAGMA journal_mode = DELETE").close()


def _check(part: Path) -> None:
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        damage = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if damage != "ok":
            raise CorruptError(f"the database file is damaged: {damage}")
        stray = copy.execute("PRAGMA foreign_key_check").fetchone()
        if stray is not None:
            raise CorruptError(f"a row of {stray[0]} points to a row of {stray[2]} that is missing")


def _look_into(part: Path) -> tuple[int, tuple[Violation, ...]]:
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        orders: int = copy.execute("SELECT coalesce(sum(total), 0) FROM order_counts").fetchone()[0]
        with as_if_upgraded(copy):  # the rules are those of this program
            return orders, find(copy)
