"""The process that is killed: it runs the real shop and dies at the point it is told to.

Run as a module it imports once and then forks a shop for each line of JSON on its input; it
answers with the shop's process id and, when that has ended, with its exit code. The points are
found from the outside: every ``COMMIT`` that SQLite or PostgreSQL is given and every request that
aiohttp sends, before and after. The shop knows nothing of this.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import json
import os
import re
import signal
import sqlite3
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.app import running_shop
from bot.logs import set_up_logs
from bot.settings import Settings
from bot.store.postgres.pipeline import PipelinedConnection

OPEN = "open"
_TOKEN = re.compile(r"/bot[0-9]+:[^/]+/|[a-z]+_(?:test_)?[A-Za-z0-9]{10,}")


class Points:
    """Counts the points that are passed, writes their names down, and kills at one of them."""

    def __init__(
        self,
        path: str,
        fatal: int | None,
        sign: int = signal.SIGKILL,
        *,
        from_open: bool = False,
    ) -> None:
        self._from_open = from_open
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._numbers = itertools.count(1)
        self._fatal = fatal
        self._sign = sign

    def note(self, name: str) -> None:
        """Write a name down that is no point."""
        os.write(self._file, f"{name}\n".encode())

    def opened(self) -> None:
        """Note that the shop is open; where it is to die open, points count from here."""
        self.note(OPEN)  # first: another thread may pass the fatal point as soon as they count
        if self._from_open:
            self._numbers, self._from_open = itertools.count(1), False

    def __call__(self, name: str) -> None:
        """Pass a point, or end here."""
        number = next(self._numbers)
        self.note(f"{number} {name}")
        if number == self._fatal and not self._from_open:
            os.kill(os.getpid(), self._sign)


class ShiftedClock:
    """The machine's time and a jump, and more jumps where a file tells of them."""

    def __init__(self, ahead: float, told_by: str | None = None) -> None:
        self._ahead = ahead
        self._told_by = told_by

    def now(self) -> int:
        """Return seconds UTC."""
        more = Path(self._told_by).read_text(encoding="utf-8") if self._told_by else "0"
        return int(time.time() + self._ahead + float(more))


def watch(points: Points) -> None:
    """Put points around every commit and every request of this process."""

    class Watched(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if sql != "COMMIT":
                return super().execute(sql, *values)
            points("before COMMIT")
            cursor = super().execute(sql, *values)
            points("after COMMIT")
            return cursor

    commit = PipelinedConnection.commit

    def committed(self: PipelinedConnection) -> None:
        points("before COMMIT")
        commit(self)
        points("after COMMIT")

    PipelinedConnection.commit = committed  # type: ignore[method-assign]
    sqlite3.connect = functools.partial(  # type: ignore[assignment]
        sqlite3.connect, factory=Watched
    )
    send = aiohttp.ClientSession._request

    async def request(self: Any, method: str, url: Any, **more: Any) -> aiohttp.ClientResponse:
        name = f"{method} {_TOKEN.sub('/', str(url).partition('?')[0].partition('//')[2])}"
        name = name.partition("/")[0].split()[0] + " /" + name.partition("/")[2]
        points(f"before {name}")
        answer = await send(self, method, url, **more)
        points(f"after {name}")
        return answer

    aiohttp.ClientSession._request = request  # type: ignore[method-assign, assignment]


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What one run is to be."""

    env: Mapping[str, str]
    points: str
    log: str
    fatal: int | None = None
    sign: int = signal.SIGKILL
    ahead: float = 0.0
    from_open: bool = False
    clock: str | None = None


async def serve(plan: RunPlan, points: Points) -> None:
    """Run the shop until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    settings = Settings.load(dict(plan.env), env_file=None)
    async with running_shop(settings, ShiftedClock(plan.ahead, plan.clock)):
        points.opened()
        await stop.wait()


def run(plan: RunPlan) -> int:
    """Be the shop, in this process, and return its exit code."""
    log = os.open(plan.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(0)
    level = str(plan.env.get("LOG_LEVEL", "warning")).upper()
    keys = ("TELEGRAM_BOT_TOKEN", "STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET")
    set_up_logs(level, "json", [plan.env[key] for key in keys if key in plan.env])
    points = Points(plan.points, plan.fatal, plan.sign, from_open=plan.from_open)
    watch(points)
    asyncio.run(serve(plan, points))
    return 0


def main() -> None:
    """Fork a shop for each plan on the input, one after the other."""
    for line in sys.stdin:
        plan = RunPlan(**json.loads(line))
        pid = os.fork()
        if not pid:
            code = 70
            try:
                code = run(plan)
            except BaseException:  # noqa: BLE001 - the child's edge: told by its code and its log
                import traceback  # noqa: PLC0415 - only then

                traceback.print_exc()
            finally:
                os._exit(code)
        _say(pid)
        _say(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
