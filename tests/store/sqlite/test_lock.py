"""One process to a database."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from bot.domain.errors import TransientError
from bot.ports import DatabaseInUseError
from bot.store.sqlite import DatabaseLock

_HOLDER = """
    import sys
    from pathlib import Path
    from bot.store.sqlite import DatabaseLock

    with DatabaseLock(Path(sys.argv[1])):
        print("held", flush=True)
        sys.stdin.read()
"""


def test_a_second_process_is_refused_and_told_who_holds_it_until_the_first_is_killed(
    database: Path,
) -> None:
    """The kernel lets go of the lock however the process ends."""
    with subprocess.Popen(  # noqa: S603 - this very interpreter, with a script from above
        [sys.executable, "-c", textwrap.dedent(_HOLDER), str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(DatabaseInUseError, match=f"in use by process {holder.pid} on "),
            DatabaseLock(database),
        ):
            pass
        holder.kill()
        holder.wait(5)
    with DatabaseLock(database) as lock:
        assert lock.path.read_text().startswith(f"process {os.getpid()} on ")


def test_a_lock_can_be_taken_again_once_it_is_left(database: Path) -> None:
    """Also in the same process, where it excludes too; its file stays."""
    lock = DatabaseLock(database)
    with lock, pytest.raises(DatabaseInUseError), DatabaseLock(database):
        pass
    with DatabaseLock(database):
        pass
    assert lock.path.name == "shop.sqlite3.lock"
    assert lock.path.exists()


def test_databases_do_not_lock_one_another(database: Path) -> None:
    """Two shops in one folder both run."""
    with DatabaseLock(database), DatabaseLock(database.with_name("other.sqlite3")):
        pass


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The reason stands in the message."""
    (tmp_path / "file").touch()
    with (
        pytest.raises(TransientError, match="cannot be written: "),
        DatabaseLock(tmp_path / "file" / "shop.sqlite3"),
    ):
        pass
