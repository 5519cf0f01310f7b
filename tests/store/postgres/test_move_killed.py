"""A move that is killed, by real processes: the shop is in exactly one of both places."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from bot.domain.errors import RefusedError, TransientError
from bot.ports import Note
from bot.store import database_at, move
from bot.store.moves import MoveMark, write_mark
from bot.store.postgres import move as moving
from bot.store.postgres.connection import PostgresConnection
from kit.engines import all_rows, open_at
from kit.patience import PATIENCE
from kit.postgres import PostgresServer
from kit.samples import busy_shop

ROOT = Path(__file__).parents[3]


class _Moves:
    """The process that forks moves and has them killed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "kit.faults.move_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def run(self, source: str, target: str, fatal: int = 0) -> list[str]:
        """Move, be killed at a line, and return the lines that were passed."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([source, target, fatal]) + "\n")
        self._process.stdin.flush()
        lines: list[str] = json.loads(self._process.stdout.readline())
        return lines

    def close(self) -> None:
        """End it."""
        self._process.communicate()


@pytest.fixture
def moves() -> Iterator[_Moves]:
    """A process that moves shops."""
    opened = _Moves()
    yield opened
    opened.close()


def _fatal(passed: list[str]) -> list[int]:
    """Return the numbers of the lines to be killed at: each after the copying, some before."""
    copied = max(n for n, name in enumerate(passed, 1) if name.startswith("copying"))
    # A try after a broken-off one passes a few lines more; beyond the last, nothing is killed.
    return [*range(1, copied, copied // 5), *range(copied, len(passed) + 9)]


async def _refusal(where: str) -> str | None:
    """Return why a database is not the shop, to whoever looks; None: it is."""
    try:
        async with database_at(where).open_reader() as reader:
            assert await reader.findings() == ()
            return None
    except RefusedError as error:
        return error.key


@contextmanager
def _hidden(file: Path) -> Iterator[None]:
    with suppress(FileNotFoundError):
        file.rename(file.with_name("hidden"))
    yield
    with suppress(FileNotFoundError):
        file.with_name("hidden").rename(file)


async def _refusals(source: str, target: str, file: Path) -> tuple[str | None, str | None]:
    """Return the same of both; the server is looked at from a machine without the file, too."""
    here = await _refusal(source), await _refusal(target)
    server = next(one for one in (source, target) if "://" in one)
    with _hidden(file):
        elsewhere = await _refusal(server)
    # A server that has its shop from a file asks the file, and sells nothing where it is not.
    assert elsewhere in {here[server == target], "database.unfinished"}
    return here


async def _freed(server: str) -> None:
    """Wait until the server has seen that whoever was killed is gone."""
    async with asyncio.timeout(PATIENCE):
        while await asyncio.to_thread(database_at(server).holder):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("to_server", [True, False])
async def test_killed_at_any_moment_the_shop_is_in_one_of_both_or_the_next_try_ends_it(
    to_server: bool, moves: _Moves, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """SIGKILL at each line that decides: never do both open, and one has every row.

    Where neither opens, the new one says what to do, and that helps.
    """
    pattern = tmp_path / "pattern.sqlite3"
    async with await open_at(str(pattern)) as store:
        await busy_shop(store)
    rows = all_rows(str(pattern))

    def pair(name: int) -> tuple[str, str, str]:
        file, server = str(tmp_path / f"{name}.sqlite3"), postgres_server.new_schema()
        shutil.copy(pattern, file)
        if to_server:
            return file, server, server
        move(file, server)
        return server, str(tmp_path / f"{name}-new.sqlite3"), server

    points = _fatal(moves.run(*pair(0)[:2]))
    arrived, ended = [], 0
    source, target, server = pair(1)
    for fatal in points:
        line = moves.run(source, target, fatal)[-1]
        await _freed(server)
        left, new = await _refusals(source, target, Path(target if server == source else source))
        if left and new:
            assert (left, new) == ("database.moved", "database.arriving"), line
            ended += 1
            moves.run(source, target)
            await _freed(server)
            left, new = await _refusals(source, target, Path(target))
        arrived.append(new is None)
        if arrived[-1]:
            assert left == "database.moved", line
            await (await open_at(target)).close()
            assert await _refusal(source) == "database.moved", line
        else:
            assert left is None, line
        there = all_rows(target if arrived[-1] else source)
        there["notes"] = [row for row in there["notes"] if row[0] != Note.MOVE]
        assert there == rows, line
        if arrived[-1] and fatal != points[-1]:
            source, target, server = pair(fatal)

    assert len(points) > 12
    assert arrived == sorted(arrived)
    assert set(arrived) == {True, False}
    assert (ended > 0) is not to_server


async def test_a_file_that_is_there_before_the_server_gives_its_shop_up_sells_nothing(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONTROL: without its mark, both would. The next try renames it and begins again."""
    file = tmp_path / "shop.sqlite3"
    async with await open_at(url) as store:
        await busy_shop(store)

    def cut_off(*_: object) -> None:
        raise TransientError("cut off")

    monkeypatch.setattr(moving, "write_mark", cut_off)
    monkeypatch.setattr(moving, "_mark_file", _mark)
    with pytest.raises(TransientError):
        move(url, str(file))
    monkeypatch.undo()
    assert (await _refusal(url), await _refusal(str(file))) == (None, "database.arriving")
    with pytest.raises(RefusedError, match=r"database\.arriving"):
        await database_at(str(file)).open()
    with pytest.raises(RefusedError, match=r"database\.arriving"):
        database_at(str(file)).set_aside()
    shutil.copy(file, unmarked := tmp_path / "unmarked.sqlite3")
    _mark(unmarked, None)
    assert (await _refusal(url), await _refusal(str(unmarked))) == (None, None)

    assert move(url, str(file)).orders == 5
    assert (await _refusal(url), await _refusal(str(file))) == ("database.moved", None)
    left = [name for name in os.listdir(tmp_path) if re.match(r"shop-.*\.sqlite3$", name)]  # noqa: PTH208
    assert [await _refusal(str(tmp_path / name)) for name in left] == ["database.arriving"]


def _mark(file: Path, mark: MoveMark | None) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        write_mark(db, mark)


async def test_what_a_killed_move_left_sells_nothing_where_its_file_is_not(
    url: str, tmp_path: Path
) -> None:
    """The file has the word: out of sight, it may be selling. It is named, with what to do."""
    file = tmp_path / "shop.sqlite3"
    await (await open_at(url)).close()
    with closing(PostgresConnection(url)) as connection:
        write_mark(connection, MoveMark("token", origin=str(file)))

    for _ in range(2):
        with pytest.raises(RefusedError) as refused:
            await database_at(url).open()
        assert refused.value.key == "database.unfinished"
        assert refused.value.params == {"origin": str(file)}
        await (await open_at(str(file))).close()  # there, and not gone
    with closing(sqlite3.connect(file)) as db, db:
        write_mark(db, MoveMark("token", to="postgresql://there"))
    async with await open_at(url) as store:
        assert await store.read(lambda tx: tx.notes.get(Note.MOVE)) is None
