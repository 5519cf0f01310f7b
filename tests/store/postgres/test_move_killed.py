"""A move that is killed, by real processes: the shop is in exactly one of both places."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import RefusedError
from bot.ports import Note
from bot.store import database_at, move
from bot.store.moves import MoveMark, write_mark
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


async def _is_shop(where: str) -> bool:
    """Return whether a database is the shop, to whoever looks."""
    try:
        async with database_at(where).open_reader() as reader:
            assert await reader.findings() == ()
            return True
    except RefusedError as error:
        if error.key in {"database.moved", "database.missing", "database.unfinished"}:
            return False
        raise


async def _freed(server: str) -> None:
    """Wait until the server has seen that whoever was killed is gone."""
    async with asyncio.timeout(PATIENCE):
        while await asyncio.to_thread(database_at(server).holder):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("to_server", [True, False])
async def test_killed_at_any_moment_the_shop_is_in_one_of_both(
    to_server: bool, moves: _Moves, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    """SIGKILL at each line that decides: exactly one opens, with every row, and can go on."""
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
    arrived = []
    source, target, server = pair(1)
    for fatal in points:
        line = moves.run(source, target, fatal)[-1]
        await _freed(server)
        shops = [where for where in (source, target) if await _is_shop(where)]
        assert len(shops) == 1, line
        arrived.append(shops == [target])
        if arrived[-1]:
            await (await open_at(target)).close()
            assert not await _is_shop(source), line
        there = all_rows(shops[0])
        there["notes"] = [row for row in there["notes"] if row[0] != Note.MOVE]
        assert there == rows, line
        if arrived[-1] and fatal != points[-1]:
            source, target, server = pair(fatal)

    assert len(points) > 12
    assert arrived == sorted(arrived)
    assert set(arrived) == {True, False}


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
